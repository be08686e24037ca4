"""Where the lines and bars of the technical report lie. Pure geometry: levels in, coordinates of an SVG box out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 600.0
SPECTRUM_HEIGHT, SPECTRUM_FLOOR_DB = 160.0, -90.0
CURVE_HEIGHT, CURVE_FLOOR_LUFS = 120.0, -42.0
GAUGE_FLOOR_LUFS, GAUGE_TOP_LUFS = -36.0, 0.0
REFERENCE_LUFS = -14.0  # what most places turn music to when they play it
FIELD_RADIUS = 80.0


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    hz: float
    db: float


@dataclass(frozen=True)
class Tick:
    """A line or a mark with a word: `at` is its place along the axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Spectrum:
    bars: list[Bar]
    ticks: list[Tick]  # along the frequencies
    levels: list[Tick]  # along the levels
    edge: float | None  # where the top end stops


@dataclass(frozen=True)
class Curve:
    """Loudness over the length of the sound, as the path of an area, with two level lines."""

    path: str
    reference: float
    integrated: float | None


@dataclass(frozen=True)
class Gauge:
    ticks: list[Tick]
    marker: float | None
    reference: float


@dataclass(frozen=True)
class Field:
    """The cloud of left against right: as tall as the middle is strong, as wide as the sides are."""

    rx: float
    ry: float
    tilt: float  # degrees, to the right when the right channel is louder


def spectrum(thirds: Sequence[Mapping[str, float]], bandwidth_hz: float | None) -> Spectrum:
    """Return bars for the thirds of an octave, from the floor of the box up."""
    step = WIDTH / max(1, len(thirds))
    bars = []
    for place, third in enumerate(thirds):
        y = _level(third["db"], SPECTRUM_FLOOR_DB, 0.0, SPECTRUM_HEIGHT)
        bars.append(Bar(round(place * step + 2, 2), y, round(step - 4, 2), round(SPECTRUM_HEIGHT - y, 2),
                        third["hz"], third["db"]))  # fmt: skip
    wanted = {50: "50 Hz", 200: "200", 1000: "1 kHz", 5000: "5 kHz", 16000: "16 kHz"}
    ticks = [Tick(round((place + 0.5) * step, 2), wanted[int(third["hz"])]) for place, third in enumerate(thirds)
             if int(third["hz"]) in wanted]  # fmt: skip
    levels = [
        Tick(_level(db, SPECTRUM_FLOOR_DB, 0.0, SPECTRUM_HEIGHT), f"−{abs(db):.0f}")
        for db in (-20.0, -40.0, -60.0, -80.0)
    ]
    return Spectrum(bars, ticks, levels, _edge(thirds, bandwidth_hz, step))


def _edge(thirds: Sequence[Mapping[str, float]], bandwidth_hz: float | None, step: float) -> float | None:
    if not bandwidth_hz or not thirds:
        return None
    # Thirds of an octave: three bars for each doubling.
    place = 3 * math.log2(bandwidth_hz / thirds[0]["hz"]) + 0.5
    return round(min(WIDTH, max(0.0, place * step)), 2)


def curve(short_term: Sequence[float], integrated_lufs: float | None) -> Curve:
    """Return the short-term loudness as an area; a sound too short for any gives an empty path."""
    points = []
    for place, value in enumerate(short_term):
        x = WIDTH * place / max(1, len(short_term) - 1)
        points.append(f"{x:.1f} {_level(value, CURVE_FLOOR_LUFS, 0.0, CURVE_HEIGHT):.1f}")
    path = f"M0 {CURVE_HEIGHT:g}L{'L'.join(points)}L{WIDTH:g} {CURVE_HEIGHT:g}Z" if len(points) > 1 else ""
    line = None if integrated_lufs is None else _level(integrated_lufs, CURVE_FLOOR_LUFS, 0.0, CURVE_HEIGHT)
    return Curve(path, _level(REFERENCE_LUFS, CURVE_FLOOR_LUFS, 0.0, CURVE_HEIGHT), line)


def gauge(loudness_lufs: float | None) -> Gauge:
    """Return the ruler of loudness with a marker; nothing is marked on it for silence."""
    ticks = [
        Tick(_along(value), f"−{abs(value):.0f}" if value else "0")
        for value in (-36.0, -30.0, -24.0, -18.0, -14.0, -9.0, -4.0, 0.0)
    ]
    return Gauge(ticks, None if loudness_lufs is None else _along(loudness_lufs), _along(REFERENCE_LUFS))


def field(stereo: Mapping[str, Any]) -> Field | None:
    """Return the cloud of a stereo sound; None when there was nothing to measure."""
    width, balance = stereo.get("width"), stereo.get("balance_db")
    if width is None:
        return None
    rx = FIELD_RADIUS * math.sqrt(max(0.0, min(1.0, width)))
    ry = FIELD_RADIUS * math.sqrt(max(0.0, min(1.0, 1.0 - width)))
    tilt = 0.0 if balance is None else math.degrees(math.atan(10 ** (balance / 20))) - 45
    return Field(round(max(1.5, rx), 2), round(max(1.5, ry), 2), round(tilt, 2))


def _level(value: float, floor: float, top: float, height: float) -> float:
    share = (min(top, max(floor, value)) - floor) / (top - floor)
    return round(height * (1 - share), 2)


def _along(lufs: float) -> float:
    share = (min(GAUGE_TOP_LUFS, max(GAUGE_FLOOR_LUFS, lufs)) - GAUGE_FLOOR_LUFS) / (GAUGE_TOP_LUFS - GAUGE_FLOOR_LUFS)
    return round(WIDTH * share, 2)
