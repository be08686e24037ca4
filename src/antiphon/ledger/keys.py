"""The keys that sign: the log's own, with the one before it for a while after a rotation, and the witness's.

Secrets are files of their owner in `<data>/keys/ledger`; which name they sign under follows the site's address.
"""

import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from antiphon.kernel import clock
from antiphon.kernel.errors import Unavailable
from antiphon.ledger import durable
from antiphon.ledger.core.notes import COSIGNATURE, Signer, is_name
from antiphon.storage.local import write_whole

# After a rotation both keys sign for this long, so that whoever has the old verifier key can learn the new one.
OVERLAP = timedelta(days=30)


def _name(end: str) -> str:
    site = urlsplit(settings.SITE_URL)
    name = f"{site.netloc}{site.path.rstrip('/')}/{end}"
    if not site.netloc or not is_name(name):
        raise Unavailable(
            f"No log can be called {name}.", subject=name, hint="ANTIPHON_URL must have no spaces and no plus sign."
        )
    return name


def origin() -> str:
    """What the log calls itself: the site's address without its scheme, and `/log`."""
    return _name("log")


@dataclass(frozen=True)
class LogKey:
    """One secret of the log, since when it signs, and until when (None: it is the present one)."""

    secret: bytes
    since: datetime
    until: datetime | None = None

    def signer(self) -> Signer:
        return Signer(origin(), self.secret)

    def signs_at(self, at: datetime) -> bool:
        return self.until is None or at < self.until


def _path() -> Path:
    return durable.keys_folder() / "log.json"


def exist() -> bool:
    """Tell whether this installation has a key for its log."""
    return _path().is_file()


def log_keys() -> list[LogKey]:
    """Every key of the log, the newest first; also those whose time is over. Raises `Unavailable`: none, or broken."""
    try:
        said = json.loads(_path().read_bytes())
        keys = [
            LogKey(
                b64decode(key["secret"], validate=True),
                datetime.fromisoformat(key["since"]),
                datetime.fromisoformat(key["until"]) if key["until"] else None,
            )
            for key in said["keys"]
        ]
    except FileNotFoundError as error:
        raise Unavailable("The log has no key yet.", hint="The first publishing makes one.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise _broken(_path()) from error
    if not keys or any(len(key.secret) != 32 for key in keys) or keys[0].until is not None:
        raise _broken(_path())
    return keys


def _broken(path: Path) -> Unavailable:
    return Unavailable(
        "The keys of the log cannot be read.",
        subject=path.name,
        hint="Put the file back from your own copy: whoever checks the log knows it by this key.",
    )


def signers() -> list[Signer]:
    """Who signs a checkpoint now, the present key first."""
    now = clock.now()
    return [key.signer() for key in log_keys() if key.signs_at(now)]


def make_first() -> None:
    """Make the log's first key, unless there is one."""
    if not exist():
        _write([LogKey(secrets.token_bytes(32), clock.now())])


def add_new() -> None:
    """Sign with a new key from now on, and with the present one too for the overlap."""
    now = clock.now()
    present, *former = log_keys()
    _write([LogKey(secrets.token_bytes(32), now), replace(present, until=now + OVERLAP), *former])


def _write(keys: list[LogKey]) -> None:
    said = [
        {
            "secret": b64encode(key.secret).decode(),
            "since": key.since.isoformat(),
            "until": key.until.isoformat() if key.until else None,
        }
        for key in keys
    ]
    write_whole(_path(), json.dumps({"keys": said}).encode())


def published() -> bytes:
    """What `/log/keys.json` says: every verifier key, since when, and until when."""
    said = [
        {
            "vkey": str(key.signer().verifier),
            "since": key.since.isoformat(),
            "until": key.until.isoformat() if key.until else None,
        }
        for key in log_keys()
    ]
    return json.dumps({"origin": origin(), "keys": said}, indent=1).encode() + b"\n"


def witness_signer() -> Signer:
    """The key with which this site cosigns the logs of others; made at first use."""
    path = durable.keys_folder() / "witness" / "key"
    with durable.locked(durable.keys_folder() / "witness" / "lock"):
        if not path.is_file():
            write_whole(path, b64encode(secrets.token_bytes(32)))
        try:
            secret = b64decode(path.read_bytes(), validate=True)
        except ValueError as error:
            raise _broken(path) from error
    if len(secret) != 32:
        raise _broken(path)
    return Signer(_name("witness"), secret, COSIGNATURE)
