"""Let schemathesis ask the API everything its document allows, and much that it does not.

A server of its own on a data folder of its own, with people and tracks; every check; exit status 1 with findings.
`--max-examples 10` is the short form for every landing; without it, 60 examples for each address.
"""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from antiphon.accounts.service import User

HERE = Path(__file__).resolve().parent
PATIENCE_S = 60
TOKEN = "t" * 32
SESSION_ONLY = ("new_key", "ask_deletion", "cancel_deletion")
PICTURES = (("track", "artwork"), ("set", "artwork"), ("profile", "picture"))
# 412 and 410 are right answers to good requests: somebody else was quicker, or withdrew the track.
CONFIG = """
{who}

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "410", "412", "429"]

[generation]
database = "none"

[cache]
enabled = false

# The document can say that a file is wanted, but not that it must be a picture.
{pictures}
"""
PICTURE = """
[[operations]]
include-operation-id = "{operation}"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "415", "429"]
"""
# Nor that it must be sound or a fingerprint, and one of three: the others are refused, in words.
LOOKUP = """
[[operations]]
include-operation-id = "ask"
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "413", "415", "422", "429"]
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def prepare(data: Path, port: int) -> dict[str, str]:
    """Return the environment of the site under test, and take it on in this process."""
    for name in [name for name in os.environ if name.startswith("ANTIPHON_")]:
        del os.environ[name]
    os.environ |= {
        "ANTIPHON_DATA": str(data),
        "PORT": str(port),
        "ANTIPHON_DEMO": "no",
        "ANTIPHON_API_PER_MINUTE": "0",
        "ANTIPHON_API_PER_MINUTE_ADDRESS": "0",
        "DJANGO_SETTINGS_MODULE": "antiphon.site.settings",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return dict(os.environ)


def bring(user: "User", name: str, data: Path) -> int:
    """Upload a file and say of it what the ingest would; return its track."""
    from antiphon.audio.models import Rendition
    from antiphon.catalogue import service as catalogue
    from tests.db.conftest import facts

    content = os.urandom(64)
    upload = catalogue.begin_upload(user, file_name=name, size_bytes=len(content), attested=True)
    partial = data / "incoming" / upload.pk.hex
    partial.write_bytes(content)
    recording = catalogue.receive(upload.pk, partial)
    catalogue.recording_playable(recording.pk, facts())
    for kind in ("aac160", "opus96"):
        Rendition.objects.create(
            recording=recording,
            kind=kind,
            key=f"renditions/{recording.pk}/{kind}.mp4",
            mime="audio/mp4",
            size_bytes=4096,
            sha256="0" * 64,
        )
    return recording.track_id


def seed(data: Path) -> tuple[str, str, str]:
    """Make people, tracks in every state, sets, uploads and reports; return two secrets of keys, and a session."""
    from antiphon.accounts import service as accounts
    from antiphon.catalogue import service as catalogue
    from antiphon.kernel import clock
    from tests.people import make_people

    people = make_people()
    for role in ("moderator", "operator"):
        accounts.grant_role(people.ada, role)
    tracks = [bring(people.ada, f"Slow Harbour {n}.wav", data) for n in range(16)]
    catalogue.publish_tracks(people.ada, tracks[:9])
    catalogue.publish_tracks(people.ada, tracks[9:10], sharing="secret")
    catalogue.publish_tracks(people.ada, tracks[10:11], at=clock.now() + timedelta(days=30))
    catalogue.withdraw_tracks(people.ada, tracks[12:13])
    failed = catalogue.own_track(people.ada, tracks[13]).recording
    assert failed is not None
    catalogue.recording_failed(failed.pk, "empty", "It is empty.")
    others = [bring(people.lux, f"Night Ferry {n}.wav", data) for n in range(8)]
    catalogue.publish_tracks(people.lux, others[:6])
    for owner, profile, held in (
        (people.ada, people.ada_quill, tracks), (people.lux, people.lux_records, others)
    ):  # fmt: skip
        for n in range(6):
            row = catalogue.make_set(owner, profile.pk, title=f"Harbours {n}", kind="album")
            catalogue.put_tracks(owner, row.pk, held[n : n + 3])
            if n % 2:
                catalogue.publish_set(owner, row.pk)
    for n in range(4):
        catalogue.begin_upload(people.ada, file_name=f"coming {n}.flac", size_bytes=1000, attested=True)
        catalogue.report(people.ben, "track", tracks[n], "spam", "Again.")
    _key, secret = accounts.make_api_key(people.ada, "schemathesis", accounts.SCOPES)
    for n in range(6):
        accounts.make_api_key(people.lux, f"spare {n}", ["read"])
    _key, other = accounts.make_api_key(people.lux, "sacrificed", accounts.SCOPES)
    return secret, other, session_of(people.lux)


def session_of(user: "User") -> str:
    """Sign somebody in; return the value of the session cookie."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def start(env: dict[str, str], port: int, data: Path) -> "subprocess.Popen[bytes]":
    """Start the server and wait until it answers."""
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)]
    log = (data / "server.out").open("ab")
    server = subprocess.Popen(
        [*command, "antiphon.site.asgi:application"], env=env, stdout=log, stderr=subprocess.STDOUT
    )
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_S and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/openapi.json", timeout=5) as reply:
                json.load(reply)
                return server
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    server.kill()
    raise SystemExit((data / "server.out").read_text(errors="replace")[-4000:])


def run(data: Path, url: str, who: str, options: list[str], env: dict[str, str]) -> int:
    """Run schemathesis as somebody; return its exit status."""
    config = data / "schemathesis.toml"
    pictures = "".join(PICTURE.format(operation=f"{kind}_{what}") for kind, what in PICTURES)
    config.write_text(CONFIG.format(who=who, pictures=pictures + LOOKUP), encoding="utf-8")
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", f"{url}/api/v1/openapi.json",
        "--checks", "all", "--continue-on-failure", "--suppress-health-check", "all", "--no-color", *options,
    ]  # fmt: skip
    env = env | {"SCHEMATHESIS_HOOKS": "tests.soak.schemathesis_hooks"}
    done = subprocess.run(
        command, env=env, cwd=HERE.parents[1], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    cases = re.findall(r"\d+ generated, .*", done.stdout)
    print(f"{who.splitlines()[0]}: {cases[-1] if cases else 'no test case'}" if done.returncode == 0 else done.stdout)
    return done.returncode if cases else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--max-examples", type=int, default=60, help="for each address")
    parser.add_argument("--seed", type=int, default=None, help="to repeat a run")
    parser.add_argument("--only", default="", help="one operation, by its operationId")
    parser.add_argument("--keep", action="store_true", help="keep the data folder")
    asked = parser.parse_args()
    options = ["--max-examples", str(asked.max_examples)]
    options += ["--seed", str(asked.seed)] if asked.seed is not None else []
    data = Path(tempfile.mkdtemp(prefix="antiphon-schemathesis-"))
    try:
        return ask_everything(data, asked.only, options)
    finally:
        if not asked.keep:
            shutil.rmtree(data, ignore_errors=True)


def ask_everything(data: Path, only: str, options: list[str]) -> int:
    """Run the whole against a fresh site in this folder; return 0 when nothing was found."""
    port = free_port()
    env = prepare(data, port)
    secret, other, session = seed(data)
    key, sacrificed = (f'[auth.openapi.ApiKey]\nbearer = "{word}"' for word in (secret, other))
    cookie = f'[headers]\nX-CSRFToken = "{TOKEN}"\n[auth.openapi.Session]\napi_key = "{session}"'
    at_the_keyboard = [part for name in SESSION_ONLY for part in ("--include-operation-id", name)]
    but = [part for name in (*SESSION_ONLY, "revoke_key") for part in ("--exclude-operation-id", name)]
    server = start(env, port, data)
    url = f"http://127.0.0.1:{port}"
    try:
        if only:
            return run(data, url, key, [*options, "--include-operation-id", only], env)
        found = run(data, url, key, [*options, *but], env)
        found |= run(data, url, cookie, [*options, *at_the_keyboard], env | {"SCHEMATHESIS_CSRF": TOKEN})
        # A key that revokes itself would leave nothing but 401s for the rest, so that verb comes last.
        found |= run(data, url, sacrificed, [*options, "--include-operation-id", "revoke_key"], env)
    finally:
        server.terminate()
        server.wait(20)
    broken = (data / "logs" / "antiphon.log").read_text(errors="replace").count("Traceback")
    print(f"{broken} errors in the log of the site")
    return 1 if found or broken else 0


if __name__ == "__main__":
    sys.exit(main())
