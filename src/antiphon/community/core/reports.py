"""What a player says of a play, as it came over the wire: read strictly, refused in one word."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from antiphon.community.core.hearing import Why

SOURCES = ("page", "set", "feed", "search", "embed", "similar", "profile", "home", "queue", "link")
MOST_REPORTS = 50  # in one batch
MOST_MS = 2**53  # beyond it, JSON numbers are no longer whole
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Report:
    """A play, with how much of it was heard in all; the listener's clock when it said so, and when the play began."""

    play: str
    ticket: str
    heard_ms: int
    source: str
    source_id: int = 0
    at_ms: float | None = None
    began: float | None = None


def read(said: Any) -> Report | Why:
    """Read one report, or say in one word why it cannot be used. What the listener's clock says may be nonsense."""
    if not isinstance(said, dict) or not _is_uid(said.get("play")):
        return Why.NOT_A_PLAY
    heard: Any = said.get("heard_ms")
    source, source_id = said.get("source", "page"), said.get("source_id", 0)
    if (why := _wrong(heard)) is not None:
        return why
    if not isinstance(source, str) or source not in SOURCES:
        return Why.NOT_A_PLAY
    if not isinstance(source_id, int) or not 0 <= source_id <= MOST_MS:
        return Why.NOT_A_PLAY
    if not isinstance(said.get("ticket"), str):
        return Why.NO_TICKET
    at_ms, began = _moment(said.get("at_ms")), _moment(said.get("began"))
    return Report(said["play"], said["ticket"], int(heard), source, int(source_id), at_ms, began)


def _wrong(heard: Any) -> Why | None:
    if not isinstance(heard, int | float) or isinstance(heard, bool):
        return Why.NOT_A_NUMBER
    if heard < 0:
        return Why.NEGATIVE
    # Not a number is not at most anything either.
    return None if heard <= MOST_MS and int(heard) == heard else Why.NOT_A_NUMBER


def _is_uid(value: Any) -> bool:
    return isinstance(value, str) and _UID.fullmatch(value) is not None and uuid.UUID(value).version == 4


def _moment(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if number and -MOST_MS < value < MOST_MS else None
