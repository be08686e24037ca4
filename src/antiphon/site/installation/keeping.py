"""Every file that some room counts on, and every file that is there."""

from collections.abc import Iterator

from antiphon.accounts import service as accounts
from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.ledger import service as ledger
from antiphon.storage.core.kept import KeptFile


def kept_files() -> Iterator[KeptFile]:
    """Every file that the database names, room by room."""
    for room in (ledger, accounts, catalogue, audio):
        yield from room.kept_files()


def folders_of(key: str) -> Iterator[str]:
    """`a/b/c.webp` -> `a/`, `a/b/`: what a kept folder may be called."""
    parts = key.split("/")
    return ("/".join(parts[:end]) + "/" for end in range(1, len(parts)))
