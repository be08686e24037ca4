"""The order of a list after one press of a button. Pure."""

from collections.abc import Sequence


def moved(held: Sequence[int], press: str) -> list[int]:
    """Return the ids after `up:7`, `down:7` or `out:7`; as they were for any other press."""
    way, _, word = press.partition(":")
    wanted = list(held)
    if not (word.isascii() and word.isdigit()) or int(word) not in wanted:
        return wanted
    at = wanted.index(int(word))
    if way == "out":
        wanted.pop(at)
        return wanted
    to = at + {"up": -1, "down": 1}.get(way, 0)
    if 0 <= to < len(wanted):
        wanted[at], wanted[to] = wanted[to], wanted[at]
    return wanted
