"""Ears and harvesters for the accounts of sound: who hears what comes, and who takes all there is."""

from itertools import count

from antiphon.guard.core.ahead import Ahead, Lead, Taker

PIECE_KB = 64.0
SOUND_KB_PER_S = 20.0  # AAC at 160 kbit/s
BEGINS_KB = 64.0  # with so much a player begins
REPORTS_AT_S = (4, *range(15, 100_000, 15))


def ahead(*, pressed: bool = False, **limits: float) -> Ahead:
    made = Ahead(Lead(**limits), visitors=8192, networks=1024)
    made.catalogue_kb = 20_000 * 4800.0
    if pressed:
        made.site_kb = made.room_kb * 1.5
    return made


class Ear:
    """Somebody who fetches as fast as they may, hears what has come, and says so as our player does."""

    def __init__(self, accounts: Ahead, taker: Taker, length_s: float, *, reports: bool = True) -> None:
        self.accounts, self.taker, self.reports = accounts, taker, reports
        self.left_kb = length_s * SOUND_KB_PER_S
        self.had_kb = self.heard_s = self.told_s = self.silent_s = 0.0
        self.began_s: float | None = None
        self.next_report = iter(REPORTS_AT_S)
        self.report_at = next(self.next_report)

    def second(self, at_s: float) -> None:
        """Let one second pass."""
        while self.left_kb > 0 and not self.accounts.wait_s(self.taker, min(PIECE_KB, self.left_kb), at_s):
            piece = min(PIECE_KB, self.left_kb)
            self.left_kb -= piece
            self.had_kb += piece
        if self.began_s is None and self.had_kb >= BEGINS_KB:
            self.began_s = at_s
        if self.began_s is None or self.is_over:
            return
        if self.had_kb >= (self.heard_s + 1) * SOUND_KB_PER_S or self.left_kb <= 0:
            self.heard_s += 1
        else:
            self.silent_s += 1
        if self.reports and at_s - self.began_s >= self.report_at:
            self.accounts.heard(self.taker.visitor, int((self.heard_s - self.told_s) * 1000), at_s)
            self.told_s = self.heard_s
            self.report_at = next(self.next_report)

    def began(self, never: float) -> float:
        """When it could first be heard."""
        return never if self.began_s is None else self.began_s

    @property
    def is_over(self) -> bool:
        return self.left_kb <= 0 and self.heard_s * SOUND_KB_PER_S >= self.had_kb


def harvest(accounts: Ahead, networks: int, at_s: float, visitors: "count[int]", *, most: int = 10_000) -> float:
    """Let many networks take all they get, a new visitor for each track; return how much that was."""
    got = 0.0
    for network in range(1, networks + 1):
        for _try in range(most):
            taker = Taker(next(visitors), network)
            before = got
            while not accounts.wait_s(taker, PIECE_KB, at_s) and got - before < 4800:
                got += PIECE_KB
            if got == before:
                break
    return got
