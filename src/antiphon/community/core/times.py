"""Places in a track as people type them: `1:05`, `65`, `1h2m5s`. Pure."""

import re

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?")
_SECONDS = re.compile(r"(\d{1,6})(?:[.,](\d{1,3}))?")
_WORDS = re.compile(r"(?:(\d{1,3})\s*h)?\s*(?:(\d{1,4})\s*m)?\s*(?:(\d{1,6})\s*s)?", re.IGNORECASE)


def ms_of(text: str) -> int | None:
    """Return the place that a text names, in milliseconds; None for an empty one. Raises `ValueError`."""
    text = text.strip()
    if not text:
        return None
    if not text.isascii():
        raise ValueError(text)
    if hit := _CLOCK.fullmatch(text):
        hours, minutes, seconds, part = hit.groups()
        if int(seconds) > 59 or (hours and int(minutes) > 59):
            raise ValueError(text)
        return (int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + _thousandths(part)
    if hit := _SECONDS.fullmatch(text):
        return int(hit[1]) * 1000 + _thousandths(hit[2])
    if (hit := _WORDS.fullmatch(text)) and any(hit.groups()):
        hours, minutes, seconds = (int(part or 0) for part in hit.groups())
        return (hours * 3600 + minutes * 60 + seconds) * 1000
    raise ValueError(text)


def clock_of(ms: int) -> str:
    """Return a place as it is typed and shown: 65400 is `1:05`."""
    seconds = ms // 1000
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _thousandths(part: str | None) -> int:
    return int(f"{part:0<3}") if part else 0
