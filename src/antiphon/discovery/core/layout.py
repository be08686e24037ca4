"""What the numbers of a descriptor are, in which order, and how much each group counts. Pure; no arrays.

Every number is scaled so that its usual spread over music is about one. Whatever changes what a number means raises
`VERSION`, and every recording is described anew.
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass

VERSION = 1


@dataclass(frozen=True)
class Group:
    """Numbers that belong together, and their share of a distance."""

    name: str
    size: int
    weight: float


GROUPS = (
    Group("timbre", 43, 0.45),  # 13 mel-cepstral means, deviations, deviations of change; brightness, flatness
    Group("harmony", 19, 0.20),  # chroma whatever the key, clarity of chords, how fast they change
    Group("rhythm", 16, 0.20),  # tempo within an octave, tempogram, pulse, onsets
    Group("dynamics", 7, 0.15),  # levels against the loud parts, how they move
)
SIZE = sum(group.size for group in GROUPS)


def shares() -> list[float]:
    """The weight of each number in a squared distance: a group's share, divided among its numbers."""
    return [group.weight / group.size for group in GROUPS for _ in range(group.size)]


def packed(numbers: Sequence[float]) -> bytes:
    """Return a descriptor as it is stored: float32, little-endian. Raises `ValueError` for anything else than one."""
    if len(numbers) != SIZE:
        raise ValueError(f"a descriptor has {SIZE} numbers, not {len(numbers)}")
    if not all(type(number) in (int, float) and math.isfinite(number) and abs(number) < 1e6 for number in numbers):
        raise ValueError("a descriptor is made of finite numbers")
    return struct.pack(f"<{SIZE}f", *numbers)
