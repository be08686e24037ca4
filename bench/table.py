"""Figures as a table on the screen and as JSON in `bench/out/`, the same for every benchmark."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

OUT = Path(__file__).resolve().parent / "out"


@dataclass(frozen=True)
class Row:
    """One figure, beside the peer that was measured in the same run where there is one.

    `ratio` is ours divided by the peer's; whether above or below 1 is better, the unit says.
    """

    figure: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.peer_value if self.peer_value else None


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def print_table(title: str, rows: Sequence[Row]) -> None:
    """Print the rows in aligned columns."""
    head = ("figure", "value", "unit", "peer", "peer value", "ratio")
    cells = [(r.figure, _number(r.value), r.unit, r.peer or "–", _number(r.peer_value), _number(r.ratio)) for r in rows]
    widths = [max(len(row[i]) for row in [head, *cells]) for i in range(len(head))]
    print(f"\n{title}")
    for row in [head, tuple("-" * width for width in widths), *cells]:
        left = (0, 2, 3)
        print(
            "  ".join(c.ljust(w) if i in left else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        )


def write(name: str, rows: Sequence[Row]) -> Path:
    """Write the rows to `bench/out/<name>.json`; return its path."""
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{name}.json"
    path.write_text(
        json.dumps([{**asdict(row), "ratio": row.ratio} for row in rows], indent=2) + "\n", encoding="utf-8"
    )
    return path
