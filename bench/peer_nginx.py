"""nginx as the limit: static files, signed links and plain uploads on the same machine, in the same run."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.soak.door_site import TICKS, free_port

SECRET = "bench"
CONF = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; keepalive_requests 1000000; client_max_body_size 0;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /plain/ {{ alias {files}/; }}
    location /signed/ {{
      secure_link $arg_md5,$arg_expires; secure_link_md5 "$secure_link_expires$uri {secret}";
      if ($secure_link != "1") {{ return 403; }}
      alias {files}/;
    }}
    location /put/ {{ alias {folder}/put/; dav_methods PUT; create_full_put_path on; }}
  }}
}}
"""


def find() -> str | None:
    """Where nginx is, if it is here."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


@dataclass
class Nginx:
    port: int
    process: subprocess.Popen[bytes]

    def cpu_s(self) -> float:
        """CPU time of master and worker so far."""
        pids = [self.process.pid]
        pids += map(int, Path(f"/proc/{pids[0]}/task/{pids[0]}/children").read_text().split())
        fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
        return sum(int(line[11]) + int(line[12]) for line in fields) / TICKS


@contextmanager
def running(program: str, folder: Path, files: Path) -> Iterator[Nginx]:
    """Serve `files` from a configuration in `folder`."""
    folder.mkdir()
    folder.chmod(0o777)  # started as root, its worker is another user
    (folder / "put").mkdir(mode=0o777)
    (folder / "put").chmod(0o777)
    port = free_port()
    conf = folder / "nginx.conf"
    conf.write_text(CONF.format(folder=folder, files=files, port=port, secret=SECRET))
    process = subprocess.Popen([program, "-c", str(conf), "-p", str(folder), "-e", str(folder / "error.log")])
    try:
        began = time.monotonic()
        while not (folder / "nginx.pid").exists():
            if process.poll() is not None or time.monotonic() - began > 10:
                raise RuntimeError((folder / "error.log").read_text())
            time.sleep(0.05)
        yield Nginx(port, process)
    finally:
        process.terminate()
        process.wait()
