"""The keys that sign addresses, in a file of the data folder. Owns their making, rotation and reading.

The file holds the newest key first. Every process reads it again when it changes, so that a rotation needs no restart.
"""

import json
import secrets
import time
from base64 import b64decode, b64encode
from pathlib import Path
from threading import Lock

from antiphon.kernel.errors import Unavailable
from antiphon.storage.core.signing import SigningKey, SigningKeys
from antiphon.storage.local import write_whole

LIVE = 2
LOOK_EVERY_S = 1.0


def _new_key() -> SigningKey:
    return SigningKey(secrets.token_hex(4), secrets.token_bytes(32))


class Keyring:
    """Signing keys in one JSON file, readable by its owner only."""

    def __init__(self, path: Path, look_every_s: float = LOOK_EVERY_S) -> None:
        self.path = path
        self._every_s = look_every_s
        self._seen = (0, 0, 0)
        self._looked_at = float("-inf")
        self._keys = SigningKeys(())
        self._lock = Lock()

    def keys(self) -> SigningKeys:
        """The live keys; makes the first ones. Raises `Unavailable` when the file cannot be read."""
        # Asked for with every address that is checked: a rotation may take effect a second later.
        if time.monotonic() - self._looked_at < self._every_s:
            return self._keys
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            self._write([_new_key(), _new_key()], only_first=True)
            stat = self.path.stat()
        seen = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        if seen != self._seen:
            self._keys, self._seen = self._read(), seen
        self._looked_at = time.monotonic()
        return self._keys

    def rotate(self) -> SigningKeys:
        """Sign with a new key from now on. The present one goes on checking until the next rotation."""
        with self._lock:
            self._write([_new_key(), *self.keys().live][:LIVE])
            self._looked_at = float("-inf")
        return self.keys()

    def _read(self) -> SigningKeys:
        try:
            stored = json.loads(self.path.read_text(encoding="ascii"))
            live = tuple(SigningKey(str(key["id"]), b64decode(key["secret"])) for key in stored["keys"])
        except (ValueError, KeyError, TypeError) as error:
            raise self._unreadable() from error
        if not live or any(len(key.secret) < 32 for key in live):
            raise self._unreadable()
        return SigningKeys(live)

    def _unreadable(self) -> Unavailable:
        return Unavailable(
            "The keys that sign media addresses cannot be read.",
            subject=self.path.name,
            hint="Remove the file and start again: a new one is made, and addresses given out before stop working.",
        )

    def _write(self, keys: list[SigningKey], *, only_first: bool = False) -> None:
        """Put the keys in place whole. With `only_first`, whoever came before wins: two processes may start at once."""
        said = {"keys": [{"id": key.id, "secret": b64encode(key.secret).decode()} for key in keys]}
        write_whole(self.path, json.dumps(said).encode(), only_first=only_first)
