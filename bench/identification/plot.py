"""The detection curve as an SVG: both errors on logarithmic scales, with 0.25 and 1 % marked."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

WIDTH, HEIGHT, EDGE = 760, 520, 70
LEAST = 1e-3
COLOURS = ("#b3261e", "#1f4e79", "#3c7a3f", "#8a6d1b")


def write(path: Path, curves: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """Write the curves: (share of unknown music answered, share of known music missed) by name."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fffdf8"/>',
    ]
    for tick in (0.001, 0.0025, 0.01, 0.1, 1.0):
        heavy = tick in (0.0025, 0.01)
        colour, dash = ("#444", "6 3") if heavy else ("#ccc", "none")
        x, y = _x(tick), _y(tick)
        parts.append(
            f'<line x1="{x}" x2="{x}" y1="{EDGE}" y2="{HEIGHT - EDGE}" stroke="{colour}" stroke-dasharray="{dash}"/>'
            f'<text x="{x}" y="{HEIGHT - EDGE + 18}" text-anchor="middle">{100 * tick:g} %</text>'
            f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y}" y2="{y}" stroke="#ddd"/>'
            f'<text x="{EDGE - 6}" y="{y + 4}" text-anchor="end">{100 * tick:g} %</text>'
        )
    for place, (name, points) in enumerate(curves.items()):
        colour = COLOURS[place % len(COLOURS)]
        line = " ".join(f"{_x(a):.1f},{_y(b):.1f}" for a, b in points)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<text x="{EDGE + 12}" y="{EDGE + 20 + 18 * place}" fill="{colour}">{name}</text>'
        )
    parts.append(
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 20}" text-anchor="middle">unknown music answered</text>'
        f'<text x="18" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 18 {HEIGHT / 2})">'
        "known music not answered right</text></svg>"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _x(share: float) -> float:
    return EDGE + (WIDTH - 2 * EDGE) * (math.log10(max(share, LEAST)) + 3) / 3


def _y(share: float) -> float:
    return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (math.log10(max(share, LEAST)) + 3) / 3
