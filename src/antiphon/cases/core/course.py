"""The course of a case: its stages, who may do what at each, and what follows. Pure; a case is a frozen `Standing`.

Two sides: the *uploader*, whose music it is about, and the *holder*, who says or is asked whether it is theirs.
Owns no clock (see `clocks`), and no word of what is disputed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Side(StrEnum):
    """Who does something in a case."""

    UPLOADER = "uploader"
    HOLDER = "holder"
    MODERATOR = "moderator"
    RULE = "rule"  # a clock, or what follows from something outside


class Stage(StrEnum):
    """For whom a case waits."""

    SCREEN = "screen"  # for a moderator, before the uploader hears of it
    ANSWER = "answer"  # for the uploader
    REPLY = "reply"  # for the holder
    JUDGE = "judge"  # for a moderator
    DECIDED = "decided"  # for an appeal, for a while
    APPEALED = "appealed"  # for another moderator
    CLOSED = "closed"  # for nobody


class Act(StrEnum):
    """What somebody does in a case. Each is an entry of its history."""

    OPEN = "open"
    PASS = "pass"  # noqa: S105  (a moderator lets a screened case through)
    ANSWER = "answer"  # the uploader says why they may
    AGREE = "agree"  # the uploader offers what the holder has to accept
    REMOVE = "remove"  # the uploader takes it away: nothing is left to decide
    YES = "yes"  # the holder lets it be
    OBJECT = "object"
    LEAVE = "leave"  # the holder leaves it to a moderator
    WITHDRAW = "withdraw"  # the holder takes back what they said
    SAY = "say"  # words that change nothing
    NOTE = "note"  # among moderators
    DECIDE = "decide"
    APPEAL = "appeal"
    KEEP = "keep"  # on appeal
    CHANGE = "change"  # on appeal
    REMIND = "remind"
    RUN_OUT = "run-out"
    SETTLE = "settle"  # something outside made it moot


class Outcome(StrEnum):
    """How a case ended; empty while it runs."""

    NONE = ""
    FREE = "free"  # a moderator: nothing stands against it
    AGAINST = "against"  # a moderator: the holder is right
    AGREED = "agreed"  # between the two sides
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"  # the holder took it back
    LAPSED = "lapsed"  # the holder did not reply in time
    MOOT = "moot"  # what it was about is gone


RELEASING = frozenset({Outcome.FREE, Outcome.AGREED, Outcome.WITHDRAWN, Outcome.LAPSED})
RUNNING = (Stage.SCREEN, Stage.ANSWER, Stage.REPLY, Stage.JUDGE)
FOR_MODERATORS = (Stage.SCREEN, Stage.JUDGE, Stage.APPEALED)


@dataclass(frozen=True)
class Course:
    """How long each side has, and what its silence means. `None` for no end: it waits without hurry."""

    answer_within: timedelta | None
    reply_within: timedelta | None
    answer_reminders: tuple[timedelta, ...] = ()
    reply_reminders: tuple[timedelta, ...] = ()
    lapses: bool = False  # whether a holder's silence ends it, or brings it before a moderator
    appeal_within: timedelta = timedelta(days=30)


@dataclass(frozen=True)
class Standing:
    """How a case stands."""

    stage: Stage
    since: datetime
    outcome: Outcome = Outcome.NONE
    reminded: int = 0  # in this stage
    reminded_at: datetime | None = None
    holder_spoke: bool = False  # they objected, or left it to a moderator: nobody waits for them any more
    appealed_by: Side | None = None  # once a case


_OPEN = frozenset(RUNNING)
_HEARD = frozenset({Stage.ANSWER, Stage.REPLY, Stage.JUDGE})
_UNTIL_FINAL = _HEARD | {Stage.DECIDED, Stage.APPEALED}
_MAY: Mapping[tuple[Side, Act], frozenset[Stage]] = {
    (Side.UPLOADER, Act.ANSWER): _HEARD,
    (Side.UPLOADER, Act.AGREE): _HEARD,
    (Side.UPLOADER, Act.REMOVE): _UNTIL_FINAL,
    (Side.UPLOADER, Act.SAY): frozenset({Stage.JUDGE}),
    (Side.UPLOADER, Act.APPEAL): frozenset({Stage.DECIDED}),
    (Side.HOLDER, Act.YES): _UNTIL_FINAL,
    (Side.HOLDER, Act.OBJECT): _HEARD,
    (Side.HOLDER, Act.LEAVE): frozenset({Stage.ANSWER, Stage.REPLY}),
    (Side.HOLDER, Act.WITHDRAW): _OPEN | _UNTIL_FINAL,
    (Side.HOLDER, Act.SAY): frozenset({Stage.SCREEN, Stage.JUDGE}),
    (Side.HOLDER, Act.APPEAL): frozenset({Stage.DECIDED}),
    (Side.MODERATOR, Act.PASS): frozenset({Stage.SCREEN}),
    (Side.MODERATOR, Act.NOTE): frozenset(Stage),
    (Side.MODERATOR, Act.DECIDE): frozenset({Stage.SCREEN, Stage.JUDGE}),
    (Side.MODERATOR, Act.KEEP): frozenset({Stage.APPEALED}),
    (Side.MODERATOR, Act.CHANGE): frozenset({Stage.APPEALED}),
    (Side.RULE, Act.REMIND): frozenset({Stage.ANSWER, Stage.REPLY}),
    (Side.RULE, Act.RUN_OUT): frozenset({Stage.ANSWER, Stage.REPLY, Stage.DECIDED}),
    (Side.RULE, Act.SETTLE): frozenset(Stage) - {Stage.CLOSED},
}


def may(standing: Standing, side: Side, act: Act) -> bool:
    """Tell whether a side may do something at this point."""
    if standing.stage not in _MAY.get((side, act), frozenset()):
        return False
    if act is Act.APPEAL:
        return standing.appealed_by is None and standing.outcome is _LOSES[side]
    if side is Side.HOLDER and act in (Act.OBJECT, Act.LEAVE):
        return not (standing.holder_spoke and act is Act.LEAVE)
    if act in (Act.YES, Act.WITHDRAW):
        return standing.outcome is not Outcome.FREE
    return True


_LOSES = {Side.UPLOADER: Outcome.AGAINST, Side.HOLDER: Outcome.FREE}


def acts_of(standing: Standing, side: Side) -> frozenset[Act]:
    """Return all that a side may do at this point."""
    return frozenset(act for act in Act if may(standing, side, act))


def begun(at: datetime, stage: Stage = Stage.ANSWER) -> Standing:
    """Return a case that begins."""
    return Standing(stage, at)


def after(
    course: Course, standing: Standing, side: Side, act: Act, at: datetime, *, asks_holder: bool = False,
    outcome: Outcome = Outcome.NONE,
) -> Standing:  # fmt: skip
    """Return how a case stands after an act. Raises `ValueError` for one that may not be done.

    asks_holder: of an answer, whether the holder can confirm it; else only a moderator can. outcome: of a decision.
    """
    if not may(standing, side, act):
        raise ValueError(f"{side} cannot {act} at {standing.stage}")
    if act in (Act.SAY, Act.NOTE):
        return standing
    if act is Act.REMIND:
        return replace(standing, reminded=standing.reminded + 1, reminded_at=at)
    if act in (Act.ANSWER, Act.AGREE):
        waits = (asks_holder or act is Act.AGREE) and not standing.holder_spoke
        return _at(standing, Stage.REPLY if waits else Stage.JUDGE, at)
    if act in (Act.OBJECT, Act.LEAVE):
        spoken = replace(standing, holder_spoke=True)
        return spoken if standing.stage is Stage.ANSWER else _at(spoken, Stage.JUDGE, at)
    if act is Act.RUN_OUT:
        return _run_out(course, standing, at)
    if act is Act.APPEAL:
        return replace(_at(standing, Stage.APPEALED, at), appealed_by=side)
    return _ended(standing, act, at, outcome)


def _ended(standing: Standing, act: Act, at: datetime, outcome: Outcome) -> Standing:
    if act is Act.PASS:
        return _at(standing, Stage.ANSWER, at)
    if act is Act.DECIDE:
        if outcome not in (Outcome.FREE, Outcome.AGAINST):
            raise ValueError("a decision is for one side or the other")
        return replace(_at(standing, Stage.DECIDED, at), outcome=outcome)
    if act is Act.KEEP:
        return _at(standing, Stage.CLOSED, at)
    if act is Act.CHANGE:
        other = Outcome.FREE if standing.outcome is Outcome.AGAINST else Outcome.AGAINST
        return replace(_at(standing, Stage.CLOSED, at), outcome=other)
    ends = {
        Act.REMOVE: Outcome.REMOVED, Act.YES: Outcome.AGREED, Act.WITHDRAW: Outcome.WITHDRAWN, Act.SETTLE: Outcome.MOOT,
    }  # fmt: skip
    return replace(_at(standing, Stage.CLOSED, at), outcome=ends[act])


def _run_out(course: Course, standing: Standing, at: datetime) -> Standing:
    if standing.stage is Stage.DECIDED:
        return _at(standing, Stage.CLOSED, at)
    if standing.stage is Stage.REPLY and course.lapses:
        return replace(_at(standing, Stage.CLOSED, at), outcome=Outcome.LAPSED)
    return _at(standing, Stage.JUDGE, at)


def _at(standing: Standing, stage: Stage, at: datetime) -> Standing:
    """At another stage its clock begins anew; words that leave it where it is do not give anybody more time."""
    if stage is standing.stage:
        return standing
    return replace(standing, stage=stage, since=at, reminded=0, reminded_at=None)
