"""Covers: one design a set, in two inks on paper, with the opening of each piece as neumes on a four-line staff.

Everything is drawn at twice its size and brought down, so that edges are smooth. No lettering: titles are the page's.
"""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from antiphon.audio.engines.songs import notation
from antiphon.audio.engines.songs.piece import Artist, Piece, Release

SIZE = 1000
_FINE = 2  # drawn at twice the size
_EDGE = SIZE * _FINE
PAPER, INK, QUIET = (251, 248, 241), (28, 24, 20), (201, 191, 174)
PARCHMENT, SLATE = (238, 229, 211), (226, 230, 234)  # apart from the page they lie on
RUBRIC, LAPIS = (179, 54, 26), (31, 79, 147)
NIGHT, DEEP, LAMPLIGHT = (21, 19, 16), (18, 40, 78), (233, 190, 118)

Colour = tuple[int, int, int]


class Sheet:
    """A square to draw on, in thousandths of its side."""

    def __init__(self, ground: Colour) -> None:
        self.image = Image.new("RGB", (_EDGE, _EDGE), ground)
        self.draw = ImageDraw.Draw(self.image)

    def box(self, x: float, y: float, wide: float, high: float, fill: Colour | None, edge: Colour | None = None,
            width: float = 0) -> None:  # fmt: skip
        corners = [x * _FINE, y * _FINE, (x + wide) * _FINE - 1, (y + high) * _FINE - 1]
        self.draw.rectangle(corners, fill=fill, outline=edge, width=round(width * _FINE))

    def line(self, points: list[tuple[float, float]], ink: Colour, width: float) -> None:
        self.draw.line([(x * _FINE, y * _FINE) for x, y in points], ink, round(width * _FINE), joint="curve")

    def png(self) -> bytes:
        """Return the picture as PNG, as large as `SIZE`."""
        small = self.image.resize((SIZE, SIZE), Image.Resampling.BOX)
        out = io.BytesIO()
        small.save(out, "PNG", compress_level=6)
        return out.getvalue()


def _mixed(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _staff(
    sheet: Sheet, motif: str, left: float, right: float, middle: float, gap: float,
    lines: Colour, asks: Colour, answers: Colour, ground: Colour,
) -> None:  # fmt: skip
    """Four lines, and on them the motif: its first half asked, its second half answered in the other ink."""
    for number in range(4):
        y = middle + (number - 1.5) * gap
        sheet.line([(left, y), (right, y)], lines, 2.2)
    notes = [event.notes[0] for event in notation.line(motif)]
    steps = [_step(note) for note in notes]
    centre = (max(steps) + min(steps)) / 2
    squeeze = min(1.0, 7.0 / max(1, max(steps) - min(steps)))
    side = gap * 0.72
    places = np.linspace(left + gap * 1.6, right - gap * 2.2, len(notes))
    half = len(notes) // 2
    before: tuple[float, float] | None = None
    for number, (x, step) in enumerate(zip(places, steps, strict=True)):
        y = middle - (step - centre) * gap / 2 * squeeze
        ink = asks if number < half else answers
        if before is not None and number != half and abs(y - before[1]) > 1:
            sheet.line([(before[0] + side, before[1] + side / 2), (x + side / 2, before[1] + side / 2),
                        (x + side / 2, y)], ink, 3)  # fmt: skip
        if number == len(notes) - 1:
            sheet.box(x, y - side / 2, side, side, ground, ink, 6)
        else:
            sheet.box(x, y - side / 2, side, side, ink)
        before = (x, y)


def _step(midi: int) -> int:
    """The place of a note on a staff, in steps of the white keys."""
    return (midi // 12) * 7 + (0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 5, 6)[midi % 12]


def stair(motif: str, number: int) -> Sheet:
    """Steps in engraver's lines; somebody at the foot, somebody at the head."""
    sheet = Sheet(PARCHMENT)
    count, left, foot, tread, rise = 7, 130.0, 880.0, 106.0, 66.0
    for step in range(count):
        x, top = left + step * tread, foot - (step + 1) * rise
        for y in np.arange(top + 9, foot, 9.0):
            shade = (y - top) / (foot - top)
            sheet.line([(x, float(y)), (x + tread, float(y))], _mixed(INK, QUIET, 0.25 + 0.75 * shade), 1.6)
        sheet.line([(x, top + rise), (x, top), (x + tread, top)], INK, 5)
    sheet.line([(left + count * tread, foot - count * rise), (left + count * tread, foot)], INK, 5)
    sheet.line([(60, foot), (940, foot)], INK, 5)
    who = 62.0
    sheet.box(
        left + tread * (number - 1) - (0 if number > 1 else 70), foot - rise * (number - 1) - who - 3, who, who, RUBRIC
    )
    sheet.box(left + tread * 6 + 22, foot - rise * count - who - 12, who, who, None, LAPIS, 11)
    _staff(sheet, motif, 130, 872, 205, 34, _mixed(RUBRIC, PARCHMENT, 0.45), RUBRIC, LAPIS, PARCHMENT)
    return sheet


def lamp(motif: str, number: int) -> Sheet:
    """A small light and how far it reaches."""
    sheet = Sheet(NIGHT)
    x, y = 500.0, 420.0
    for ring in range(26, 0, -1):
        reach = 26 + ring * 17.5
        sheet.box(
            x - reach,
            y - reach,
            2 * reach,
            2 * reach,
            None,
            _mixed(LAMPLIGHT, NIGHT, min(0.95, ring / 26) ** 0.55),
            2.0,
        )
    sheet.box(x - 34, y - 34, 68, 68, LAMPLIGHT)
    sheet.box(0, 800, 1000, 200, NIGHT)
    _staff(sheet, motif, 120, 880, 868, 30, _mixed(RUBRIC, NIGHT, 0.25), LAMPLIGHT, (141, 180, 236), NIGHT)
    return sheet


def harbour(motif: str, number: int) -> Sheet:
    """Water in ruled lines, a light on either side; the night goes on from piece to piece."""
    sky = [NIGHT, DEEP, _mixed(DEEP, LAPIS, 0.45), _mixed(LAPIS, RUBRIC, 0.42), _mixed(PAPER, LAMPLIGHT, 0.35)][
        number - 1
    ]
    light = LAMPLIGHT if number < 5 else RUBRIC
    pale = (239, 232, 218) if number < 5 else INK
    sheet = Sheet(sky)
    rng = np.random.default_rng(number)
    horizon = 560.0
    for row, y in enumerate(np.geomspace(12, 420, 34)):
        at, x = horizon + float(y), 40 + float(rng.uniform(0, 60))
        while x < 960:
            run = float(rng.uniform(20, 60) * (1 + y / 110))
            near = min(abs(x + run / 2 - 205), abs(x + run / 2 - 795)) < 26 + y * 0.12
            ink = _mixed(light, sky, 0.1) if near else _mixed(pale, sky, 0.62 - 0.25 * (row / 34))
            sheet.line([(x, at), (min(960, x + run), at)], ink, 1.6 + y / 160)
            x += run + float(rng.uniform(12, 40) * (1 + y / 200))
    sheet.line([(40, horizon), (960, horizon)], pale, 3)
    for x, ink, tall in ((180.0, light, 200.0), (770.0, light, 130.0)):
        sheet.line([(x + 25, horizon), (x + 25, horizon - tall)], pale, 5)
        sheet.box(x, horizon - tall - 50, 50, 50, ink if x < 500 else None, ink, 9)
    _staff(sheet, motif, 260, 742, 200, 30, _mixed(pale, sky, 0.6), light, pale, sky)
    return sheet


def wire(motif: str, number: int) -> Sheet:
    """Strings between two bridges, each in another mode of its swing."""
    sheet = Sheet(SLATE)
    top, bottom = 330.0, 900.0
    for string in range(5):
        x = 180 + string * 160.0
        mode = (string + number - 1) % 5 + 1
        ink = RUBRIC if string % 2 == 0 else LAPIS
        along = np.linspace(0, 1, 240)
        for swing in np.linspace(-1, 1, 9):
            out = 52 * np.sin(np.pi * mode * along) * swing
            points = [(x + float(dx), top + float(t) * (bottom - top)) for dx, t in zip(out, along, strict=True)]
            sheet.line(points, _mixed(ink, SLATE, 0.72 - 0.6 * abs(float(swing))), 2.2)
        sheet.line([(x, top), (x, bottom)], _mixed(INK, SLATE, 0.55), 1.5)
    sheet.box(90, top - 14, 820, 14, INK)
    sheet.box(90, bottom, 820, 14, INK)
    _staff(sheet, motif, 90, 910, 180, 34, _mixed(RUBRIC, SLATE, 0.45), RUBRIC, LAPIS, SLATE)
    return sheet


DESIGNS: dict[str, Callable[[str, int], Sheet]] = {"stair": stair, "lamp": lamp, "harbour": harbour, "wire": wire}


def piece_cover(piece: Piece) -> bytes:
    """Return a piece's own cover as PNG."""
    return DESIGNS[piece.release.cover](piece.motif, piece.number).png()


def release_cover(release: Release, first: Piece) -> bytes:
    """Return the cover of a set: that of its first piece."""
    return DESIGNS[release.cover](first.motif, 1).png()


def portrait(artist: Artist) -> bytes:
    """Return an artist's picture as PNG: the question and the answer of the site's mark, seated as they play."""
    looks: dict[str, tuple[Colour, list[tuple[float, float, float, bool, Colour]]]] = {
        "quire-and-stair": (PARCHMENT, [(190, 560, 250, True, RUBRIC), (560, 190, 250, False, LAPIS)]),
        "harbour-office": (DEEP, [(130, 375, 250, True, LAMPLIGHT), (620, 375, 250, False, (239, 232, 218))]),
        "the-osier-trio": (
            SLATE,
            [(150, 580, 210, True, RUBRIC), (395, 395, 210, True, INK), (640, 210, 210, False, LAPIS)],
        ),
    }
    ground, players = looks[artist.slug]
    sheet = Sheet(ground)
    for number in range(4):
        y = 500 + (number - 1.5) * 120
        sheet.line([(0, y), (1000, y)], _mixed(RUBRIC if ground != DEEP else PAPER, ground, 0.6), 5)
    for x, y, side, filled, ink in players:
        sheet.box(x, y, side, side, ink if filled else ground, ink, 44)
    return sheet.png()
