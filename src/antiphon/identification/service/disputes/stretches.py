"""A stretch in words: from when to when, and how it was altered."""

from django.utils.translation import gettext as _

_HARDLY = 0.5  # per cent, or tenths of a semitone: less is measured, and not heard


def clock_words(at_ms: int, length_ms: int) -> str:
    """Say a stretch: 12000, 19000 → `0:12–0:31`."""
    return f"{_clock(at_ms)}–{_clock(at_ms + length_ms)}"


def altered_words(tempo: float, pitch: float) -> str:
    """Say how a stretch was altered: `12 % faster, 2 semitones up`; `not altered` for less than one hears."""
    parts = []
    percent = (tempo - 1) * 100
    if abs(percent) >= _HARDLY:
        words = _("%(n)s %% faster") if percent > 0 else _("%(n)s %% slower")
        parts.append(words % {"n": _number(abs(percent))})
    if abs(pitch) >= _HARDLY / 5:
        words = _("%(n)s semitones up") if pitch > 0 else _("%(n)s semitones down")
        parts.append(words % {"n": _number(abs(pitch))})
    return ", ".join(parts) or _("not altered")


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _clock(ms: int) -> str:
    seconds = round(ms / 1000)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
