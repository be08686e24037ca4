"""A whole installation that people use: server and worker on a port of their own, spoken to by API key and by browser.

Owns starting and stopping the two by the processes that it started, and what a person's programs say to them.
"""

import http.client
import http.cookiejar
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from tests.installation import Installation, installed
from tests.soak.door_site import free_port
from tests.soak.kills import Process, alive, answers

PATIENCE_S = 120.0
Found = TypeVar("Found")


def wait_for(what: str, look: Callable[[], Found], patience_s: float = PATIENCE_S) -> tuple[Found, float]:
    """Look until there is something; return it and the seconds that took. Raises `TimeoutError`."""
    began = time.monotonic()
    while not (found := look()):
        if time.monotonic() - began > patience_s:
            raise TimeoutError(f"{what}: not within {patience_s:.0f} s")
        time.sleep(0.5)
    return found, time.monotonic() - began


class LivedSite:
    """Server and worker of one installation."""

    def __init__(self, site: Installation) -> None:
        self.site = site
        site.port = free_port()
        self.url = f"http://localhost:{site.port}"
        self.server, self.worker = Process(site, ("serve",)), Process(site, ("worker",))

    def start(self) -> None:
        self.server.start()
        self.worker.start()

    def wait_until_up(self) -> None:
        assert self.worker.running is not None
        pid = self.worker.running.pid
        try:
            wait_for("server and worker", lambda: alive(self.site, pid) and answers(self.site))
        except TimeoutError as error:
            raise RuntimeError((self.site.data / "out.txt").read_text(errors="replace")[-4000:]) from error

    def stop(self) -> None:
        """End what was started, and the process that runs commands: afterwards nobody has the database open."""
        for process in (self.worker, self.server):
            if process.running is not None and process.running.poll() is None:
                process.end()
            process.running = None
        self.site.rest()

    def get(self, path: str) -> str:
        """Look at a page as a stranger does."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=30) as reply:
            return str(reply.read().decode())

    def first_reply(self, path: str) -> Any:
        """Ask from before the server listens; return the very first thing it says to anybody, as JSON."""

        def ask() -> bytes | None:
            connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
            try:
                connection.request("GET", path, headers={"Host": f"localhost:{self.site.port}"})
                return connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                return None
            finally:
                connection.close()

        return json.loads(wait_for("the first reply", ask)[0])

    def ledger(self) -> dict[str, Any]:
        """How the log stands, also where a witness does not answer."""
        return dict(json.loads(self.site.run("ledger", "status", "--json").out))

    def person(self, name: str, *, profile: str = "") -> "Person":
        address = f"{name}@example.org"
        words = ["account", "create", address, *(["--profile", profile] if profile else [])]
        return Person(self, address, self.site.json(*words)["password"])


@contextmanager
def lived_in(folder: Path) -> Iterator[LivedSite]:
    """Make an installation and end whatever was started of it."""
    with installed(folder) as site:
        lived = LivedSite(site)
        try:
            yield lived
        finally:
            lived.stop()


class Person:
    """Somebody with an account: their key for programs, and their browser."""

    def __init__(self, home: LivedSite, address: str, password: str) -> None:
        self.home, self.address, self.password = home, address, password
        self.key = home.site.antiphon("key", "create", address).strip()
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.browser = urllib.request.build_opener(cookies)

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Ask the API. Raises `RuntimeError` for a refusal."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        raw = json.dumps(body).encode() if body is not None else None
        asked = urllib.request.Request(f"{self.home.url}/api/v1{path}", raw, headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=30) as reply:
                return json.loads(reply.read())
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}") from error

    def says(self, answers: dict[str, str], *tracks: int) -> None:
        """Answer for the account, or for tracks."""
        where = [{"kind": "track", "id": track} for track in tracks] or [{"kind": "account"}]
        self.api("PUT", "/me/answers", {"answers": answers, "where": where})

    def asked(self) -> list[dict[str, Any]]:
        """Who asked, the latest first."""
        return list(self.api("GET", "/me/asked?limit=100")["collection"])

    def upload(self, path: Path) -> None:
        """Send a file by tus, in one piece."""
        said = {"filename": path.name, "attested": "yes"}
        words = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items())
        size = str(path.stat().st_size)
        address = self._tus("POST", "/uploads/", {"Upload-Length": size, "Upload-Metadata": words})["location"]
        piece = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        told = self._tus("PATCH", urllib.parse.urlsplit(address).path, piece, path.read_bytes())["upload-offset"]
        if told != size:
            raise RuntimeError(f"{path.name}: {told} of {size} bytes were taken")

    def _tus(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> dict[str, str]:
        sent = {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {self.key}", **headers}
        asked = urllib.request.Request(f"{self.home.url}{path}", body, sent, method=method)
        with urllib.request.urlopen(asked, timeout=60) as reply:
            return {name.lower(): value for name, value in reply.getheaders()}

    def sign_in(self) -> None:
        """Sign in by the form, as a browser does."""
        with self.browser.open(f"{self.home.url}/studio/asked", timeout=30) as page:
            form, address = page.read().decode(), page.geturl()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        if token is None:
            raise RuntimeError(f"{address} has no form to sign in by")
        said = {"login": self.address, "password": self.password, "csrfmiddlewaretoken": token[1]}
        asked = urllib.request.Request(address, urllib.parse.urlencode(said).encode(), {"Referer": address})
        with self.browser.open(asked, timeout=30) as page:
            if not page.geturl().endswith("/studio/asked"):
                raise RuntimeError(f"{self.address} cannot sign in: {page.geturl()}")

    def download(self, address: str) -> bytes:
        """Press a link of one's own pages; wait where the page says that it takes a few seconds more."""

        def press() -> bytes | None:
            try:
                with self.browser.open(address, timeout=30) as reply:
                    return bytes(reply.read())
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    raise
                return None

        found = wait_for(address, press)[0]
        assert found is not None
        return found
