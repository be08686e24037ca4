"""Two waveforms, one above the other, and what joins the stretches that sound alike. Numbers for an SVG, no words."""

from collections.abc import Sequence
from dataclasses import dataclass

from antiphon.identification.service.disputes import Music, Pair, Stretch, altered_words, clock_words

WIDTH = 1000  # of the box that `catalogue` draws waveforms in
_FILLS, _QUIETEST = 0.92, 12  # of the height; silence is not drawn as noise
_NARROWEST = 6.0  # a stretch of a long recording is still seen


@dataclass(frozen=True)
class Span:
    """From where to where in a box of 1000."""

    x: float
    width: float

    @property
    def end(self) -> float:
        return self.x + self.width


@dataclass(frozen=True)
class Drawn:
    """One stretch: where it lies in both recordings, and in words."""

    upper: Span
    lower: Span | None
    ribbon: str  # points of the polygon between the two, in a box of 1000 by 100
    here: str
    there: str
    altered: str
    at_s: float
    other_at_s: float
    is_certain: bool


@dataclass(frozen=True)
class Picture:
    """A pair as a page draws it."""

    pair: Pair
    stretches: Sequence[Drawn]
    upper_scale: float  # by which a waveform is drawn taller, so that its loudest moment fills the staff
    lower_scale: float


def picture(pair: Pair) -> Picture:
    """Draw a pair; where a length is not known to this reader, the stretches are told and not drawn on it."""
    stretches = [_drawn(pair, one) for one in pair.stretches]
    return Picture(pair, stretches, _scale(pair.upload), _scale(pair.other) if pair.other else 1.0)


def _drawn(pair: Pair, one: Stretch) -> Drawn:
    upper = _span(pair.upload, one.at_ms, one.length_ms)
    has_other = pair.other is not None and one.other_length_ms > 0
    lower = _span(pair.other, one.other_at_ms, one.other_length_ms) if has_other and pair.other else None
    ribbon = ""
    if lower is not None and upper.width and lower.width:
        corners = ((upper.x, 0), (upper.end, 0), (lower.end, 100), (lower.x, 100))
        ribbon = " ".join(f"{x:.1f},{y}" for x, y in corners)
    return Drawn(
        upper=upper,
        lower=lower,
        ribbon=ribbon,
        here=clock_words(one.at_ms, one.length_ms),
        there=clock_words(one.other_at_ms, one.other_length_ms) if has_other else "",
        altered=altered_words(one.tempo, one.pitch) if has_other else "",
        at_s=one.at_ms / 1000,
        other_at_s=one.other_at_ms / 1000,
        is_certain=one.is_certain,
    )


def _scale(music: Music) -> float:
    if music.recording is None or not music.recording.overview:
        return 1.0
    levels = memoryview(bytes(music.recording.overview)).cast("b")
    loudest = max(_QUIETEST, max(levels), -min(levels))
    return round(_FILLS * 128 / loudest, 2)


def _span(music: Music, at_ms: int, length_ms: int) -> Span:
    whole = (music.recording.duration_ms if music.recording else 0) or 0
    if not whole:
        return Span(0, 0)
    width = max(_NARROWEST, WIDTH * min(length_ms, whole) / whole)
    return Span(min(max(0.0, WIDTH * at_ms / whole), WIDTH - width), width)
