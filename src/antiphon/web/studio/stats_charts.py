"""Where the columns and bars of a creator's statistics lie. Pure geometry: sums in, coordinates of an SVG box out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from antiphon.community.service.stats import Line

WIDTH, HEIGHT = 600.0, 160.0
MOST_COLUMNS = 120  # more days than that are drawn by the week
ROW, NAMES, BARS = 26.0, 150.0, 400.0  # of the bars: height of a row, room for names, the longest bar


@dataclass(frozen=True)
class Column:
    x: float
    y: float
    width: float
    height: float
    first: date
    last: date
    plays: int


@dataclass(frozen=True)
class Mark:
    at: float
    label: str


@dataclass(frozen=True)
class Columns:
    """Plays over time; the four lines of the staff stand at round numbers."""

    columns: list[Column]
    levels: list[Mark]
    dates: list[tuple[float, date]]
    by_week: bool


@dataclass(frozen=True)
class Bar:
    name: str
    y: float
    width: float
    plays: int


def columns(days: Sequence[Line]) -> Columns:
    """Return a column for each day, or for each week where there are many days."""
    span = 7 if len(days) > MOST_COLUMNS else 1
    groups = [days[at : at + span] for at in range(0, len(days), span)]
    sums = [sum(line.plays for line in group) for group in groups]
    top = _top(max(sums, default=0))
    step = WIDTH / max(1, len(groups))
    gap = min(4.0, step / 4)
    drawn = []
    for place, (group, plays) in enumerate(zip(groups, sums, strict=True)):
        height = HEIGHT * plays / top
        if plays:
            height = max(height, 1.5)  # a single play among thousands is still there to be seen
        drawn.append(
            Column(
                round(place * step + gap / 2, 2), round(HEIGHT - height, 2), round(step - gap, 2), round(height, 2),
                group[0].name, group[-1].name, plays,
            )
        )  # fmt: skip
    levels = [Mark(round(HEIGHT * (1 - part / 4), 2), f"{top * part // 4:,}") for part in range(1, 5)]
    return Columns(drawn, levels, _dates(drawn), span > 1)


def _top(most: int) -> int:
    """Return the least round number at or above, in which all four quarters are whole."""
    if most <= 4:
        return 4
    size = int(10 ** (len(str(most)) - 1))
    for share in (1, 2, 4, 6, 8, 10, 12, 20):
        top = size * share
        if top >= most and top % 4 == 0:
            return top
    return math.ceil(most / (4 * size)) * 4 * size


def _dates(drawn: Sequence[Column]) -> list[tuple[float, date]]:
    """Return up to seven places along the axis with their days, the last one among them."""
    if not drawn:
        return []
    step = math.ceil(len(drawn) / 7)
    places = range(len(drawn) - 1, -1, -step)
    return [(round(drawn[at].x + drawn[at].width / 2, 2), drawn[at].first) for at in reversed(places)]


def bars(named: Sequence[tuple[str, int]]) -> list[Bar]:
    """Return a bar for each name, as long as its share of the largest."""
    most = max((plays for _name, plays in named), default=0) or 1
    return [
        Bar(name, place * ROW, round(max(1.5 if plays else 0.0, BARS * plays / most), 2), plays)
        for place, (name, plays) in enumerate(named)
    ]
