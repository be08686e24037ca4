"""Which bytes a request gets: RFC 9110 sections 13 and 14, for one strong validator and one range at a time.

Several ranges in one request get the whole file, as the RFC allows: no player asks for them, and answering them
invites requests that cost a thousand times what they read.
"""

import re
from typing import NamedTuple

_SPEC = re.compile(r"(\d{1,18})-(\d{1,18})?|-(\d{1,18})", re.ASCII)
_MAX_SPECS = 100


class Slice(NamedTuple):
    """What to answer: the status, and the bytes from `start` up to but not including `stop`."""

    status: int  # 200, 206, 304 or 416
    start: int
    stop: int
    size: int

    @property
    def length(self) -> int:
        return self.stop - self.start

    @property
    def content_range(self) -> str:
        """The Content-Range header; empty where the status has none."""
        if self.status == 206:
            return f"bytes {self.start}-{self.stop - 1}/{self.size}"
        return f"bytes */{self.size}" if self.status == 416 else ""


def _bounds(spec: str, size: int) -> tuple[int, int] | None:
    """(start, stop), with start = stop when no byte of it is there; None when it is no range at all."""
    found = _SPEC.fullmatch(spec)
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        return max(size - int(suffix), 0), size
    if last is not None and int(last) < int(first):
        return None
    start = min(int(first), size)
    return start, size if last is None else min(int(last) + 1, size)


def select(size: int, etag: str, *, asked: str = "", if_range: str = "", if_none_match: str = "") -> Slice:
    """Decide what of a file of `size` bytes to send, from the three request headers (empty: not sent).

    A range that cannot be read is ignored (200); one that lies wholly outside is refused (416).
    """
    whole = Slice(200, 0, size, size)
    if if_none_match and _matches(if_none_match, etag):
        return Slice(304, 0, 0, size)
    unit, equals, specs = asked.partition("=")
    if not equals or (unit != "bytes" and unit.strip().lower() != "bytes"):
        return whole
    # If-Range needs a strong match; a date never is one here, because files are known by their tag only.
    if if_range and if_range.strip() != etag:
        return whole
    bounds = [_bounds(spec.strip(" \t"), size) for spec in specs.split(",", _MAX_SPECS) if spec.strip(" \t")]
    readable = [bound for bound in bounds if bound is not None]
    if not readable or len(readable) < len(bounds):
        return whole
    if all(start == stop for start, stop in readable):
        return Slice(416, 0, 0, size)
    return Slice(206, *readable[0], size) if len(readable) == 1 else whole


def _matches(header: str, etag: str) -> bool:
    """Weak comparison, as If-None-Match wants it."""
    candidates = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in candidates or etag in candidates


def etag_of(modified_ns: int, size: int) -> str:
    """A strong validator for a file that is only ever replaced whole."""
    return f'"{modified_ns:x}-{size:x}"'
