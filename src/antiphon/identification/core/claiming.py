"""What a claim must say before anybody is told, and how many one may make. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

SHORTEST_MS = 1000
MOST_WORDS, MOST_LINK = 4000, 500
NEW_ACCOUNT = timedelta(days=7)
IN_A_DAY_WHEN_NEW, IN_A_DAY = 3, 20
ABUSES = 3  # claims in bad faith within `ABUSE_LASTS`: from then on a moderator looks before anybody is told
ABUSE_LASTS = timedelta(days=365)


@dataclass(frozen=True)
class Claimed:
    """A stretch that somebody says is theirs, and why."""

    at_ms: int
    length_ms: int
    reason: str
    words: str
    proof_url: str = ""
    good_faith: bool = False


def faults_of(claimed: Claimed, duration_ms: int, reasons: Sequence[str]) -> dict[str, str]:
    """Return what is wrong, by field, in words for whoever claims; nothing where it can be sent."""
    faults = {}
    if claimed.at_ms < 0 or claimed.at_ms >= duration_ms:
        faults["from"] = "The stretch begins within the track."
    if claimed.length_ms < SHORTEST_MS:
        faults["to"] = "The stretch ends at least a second after it begins."
    elif claimed.at_ms + claimed.length_ms > duration_ms + SHORTEST_MS:
        faults["to"] = "The track is not as long as that."
    if claimed.reason not in reasons:
        faults["reason"] = "Choose what of it is yours."
    if not claimed.words.strip():
        faults["words"] = "Say why: the uploader reads it."
    elif len(claimed.words) > MOST_WORDS:
        faults["words"] = f"This is longer than {MOST_WORDS} characters."
    if claimed.proof_url and not is_link(claimed.proof_url):
        faults["proof_url"] = "A whole address, beginning with https://."
    if not claimed.good_faith:
        faults["good_faith"] = "Without this, nobody is told."
    return faults


def claims_a_day(age: timedelta) -> int:
    """Return how many claims an account of this age may make in a day."""
    return IN_A_DAY_WHEN_NEW if age < NEW_ACCOUNT else IN_A_DAY


def is_screened(abuses: int) -> bool:
    """Tell whether a moderator looks at somebody's claims before anybody is told."""
    return abuses >= ABUSES


def overlap(at_ms: int, length_ms: int, other_at_ms: int, other_length_ms: int) -> bool:
    """Tell whether two stretches of one track have a moment in common."""
    return at_ms < other_at_ms + other_length_ms and other_at_ms < at_ms + length_ms


def is_link(text: str) -> bool:
    """Tell whether this is a whole address on the web."""
    if len(text) > MOST_LINK or any(letter.isspace() for letter in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
