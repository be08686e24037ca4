"""Where the next page of a list begins, as text in an address: microseconds since 1970, and an id."""

import re
from datetime import UTC, datetime, timedelta

from antiphon.catalogue import service as catalogue

_TEXT = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")  # 17 digits end in the year 5138, which a datetime can hold
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write(cursor: catalogue.Cursor | None) -> str:
    """Return a cursor as text; nothing at the end of a list."""
    if cursor is None:
        return ""
    at, last = cursor
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}-{last}"


def read(text: str) -> catalogue.Cursor | None:
    """Return the cursor of a text; None for one that nobody wrote, which shows the list from its beginning."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    return _EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
