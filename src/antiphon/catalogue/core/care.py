"""The rules that help moderators: how loud a case is, whose reports weigh little, how many reports one may send.

Nothing here decides about anything: a rule moves a line up or down and says so; people decide.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

RAISED, PLAIN, SUNK = 0, 1, 2
MANY_VOICES = 3
OFTEN = 3  # dismissed reports before somebody's reports weigh less
NEW_ACCOUNT = timedelta(days=7)
IN_A_DAY_WHEN_NEW = 5
IN_A_DAY = 60
CLAIM_LASTS = timedelta(hours=24)
HARSH = ("hide", "withdraw", "suspend")  # verdicts that somebody may appeal against


@dataclass(frozen=True)
class Standing:
    """What became of somebody's earlier reports."""

    upheld: int = 0
    dismissed: int = 0

    @property
    def is_often_dismissed(self) -> bool:
        """Whether at least `OFTEN` reports were dismissed, and three for each that was upheld."""
        return self.dismissed >= OFTEN and self.dismissed >= 3 * self.upheld


def rank(reporters: Iterable[Standing]) -> int:
    """Return where a case stands in the queue: `RAISED` for `MANY_VOICES` people whose word holds, `SUNK` for none."""
    holding = sum(not one.is_often_dismissed for one in reporters)
    if holding >= MANY_VOICES:
        return RAISED
    return PLAIN if holding else SUNK


def reports_a_day(age: timedelta) -> int:
    """Return how many reports an account of this age may send in a day."""
    return IN_A_DAY_WHEN_NEW if age < NEW_ACCOUNT else IN_A_DAY


def differences(before: dict[str, str], now: dict[str, str]) -> list[tuple[str, str, str, bool]]:
    """Return each part of a thing as (part, words then, words now, whether they differ), in the order they stand."""
    parts = list(dict.fromkeys([*before, *now]))
    rows = [(part, before.get(part, ""), now.get(part, "")) for part in parts]
    return [(part, then, today, then != today) for part, then, today in rows if then or today]
