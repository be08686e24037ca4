"""What an enquiry must say before anybody is asked, and how it stands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from antiphon.consent.core.purposes import BY_SLUG, PURPOSES, Group, Purpose
from antiphon.kernel.money import Money

MOST_TRACKS = 500
LONGEST = timedelta(days=3660)
OPEN_FOR = timedelta(days=60)  # who has not replied by then has not said yes
NAME_CHARS, ABOUT_CHARS, WORDS_CHARS = 200, 300, 2000
# What somebody from outside can be granted; the uses that are this site's own are not for others.
ENQUIRED: tuple[Purpose, ...] = tuple(one for one in PURPOSES if one.group not in (Group.NEEDED, Group.HERE))


@dataclass(frozen=True)
class Asking:
    """What somebody asks for: [starts_at, ends_at), and what they offer for each track and the whole time."""

    name: str
    about: str
    purpose: str
    starts_at: datetime
    ends_at: datetime
    words: str
    offer: Money | None = None


def faults_of(asking: Asking, now: datetime) -> dict[str, str]:
    """Return what is wrong, by field, in words for whoever asks; nothing where it can be sent."""
    faults = {}
    for field, value, most in (
        ("name", asking.name, NAME_CHARS), ("about", asking.about, ABOUT_CHARS), ("words", asking.words, WORDS_CHARS),
    ):  # fmt: skip
        if not value.strip():
            faults[field] = "This is missing: those who are asked want to know."
        elif len(value) > most:
            faults[field] = f"This is longer than {most} characters."
    if asking.purpose not in BY_SLUG or BY_SLUG[asking.purpose] not in ENQUIRED:
        faults["purpose"] = "Choose one of the uses that can be asked for."
    if asking.ends_at <= asking.starts_at or asking.ends_at <= now:
        faults["until"] = "The last day is before the first, or gone by."
    elif asking.ends_at - asking.starts_at > LONGEST:
        faults["until"] = "Ask for ten years at most."
    return faults


class Stands(StrEnum):
    """How an enquiry stands for one recording."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    OVER = "over"  # withdrawn, or nobody replied in time


@dataclass(frozen=True)
class Line:
    """One recording of an enquiry: how it stands, and how many of those who have to have replied."""

    recording_id: int
    stands: Stands
    replied: int
    holders: int
    counts_from: datetime | None = None  # of a licence


def stands(*, covered: bool, refused: bool, is_open: bool) -> Stands:
    """Say how it stands for a recording: what the gate says comes first, one no is enough."""
    if covered:
        return Stands.GRANTED
    if refused:
        return Stands.REFUSED
    return Stands.WAITING if is_open else Stands.OVER


def counted(lines: Sequence[Line]) -> dict[Stands, int]:
    """Count how many recordings stand how, leaving out what there is none of."""
    found = {one: sum(line.stands is one for line in lines) for one in Stands}
    return {one: count for one, count in found.items() if count}
