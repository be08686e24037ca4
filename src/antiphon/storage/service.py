"""The room's public face: the site's file store, and addresses under which its files can be fetched.

Which store it is, `site` decides. Who may have an address, the caller decides: whoever holds one may fetch.
"""

from functools import cache

from django.conf import settings

from antiphon.kernel import clock
from antiphon.kernel.errors import Unavailable
from antiphon.storage.core.keys import is_key
from antiphon.storage.core.signing import SigningKeys, binding_of, binding_of_audience, expiry, sign_address
from antiphon.storage.keyring import Keyring
from antiphon.storage.ports import FileStore

__all__ = [
    "FileStore",
    "binding_of",
    "binding_of_audience",
    "files",
    "media_url",
    "rotate_signing_keys",
    "signing_keys",
    "use",
]

_store: FileStore | None = None


def use(store: FileStore) -> None:
    """Name the site's file store; called once, by `site`."""
    global _store
    _store = store


def files() -> FileStore:
    """Return the site's file store."""
    if _store is None:
        raise Unavailable("No file store has been set up.", hint="This is a fault of the installation.")
    return _store


@cache
def _keyring() -> Keyring:
    return Keyring(settings.DATA / "keys" / "media_keys.json")


def signing_keys() -> SigningKeys:
    """The keys that sign media addresses: the newest signs, and the one before it still checks."""
    return _keyring().keys()


def rotate_signing_keys() -> SigningKeys:
    """Sign with a new key from now on. Addresses live on until a second rotation; rotate twice to end them all."""
    return _keyring().rotate()


def media_url(
    key: str, *, binding: str = "", seconds: float, file_name: str = "", audience: str = "", declared: str = ""
) -> str:
    """An address that opens a stored file to the holder of `binding` for at least `seconds`.

    With `file_name`, browsers save it under that name. The address is the same for ten minutes, so that caches know it.
    With an `audience` in place of a binding (decision 12) it opens to whoever holds it, and ends to the minute.
    `declared` is a word that the door tells with the file.
    """
    if not is_key(key):
        raise ValueError(f"not a storage key: {key!r}")
    path = f"/media/{key}"
    expires_s = expiry(clock.now().timestamp(), seconds, 60 if audience else 600)
    query = sign_address(
        signing_keys(), path=path, expires_s=expires_s, binding=binding, disposition=file_name, audience=audience,
        declared=declared,
    )  # fmt: skip
    return f"{path}?{query}"
