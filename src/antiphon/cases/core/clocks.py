"""The clocks of a case: when it is next due, and what happens then. Pure; the time is an argument.

A site that was down for weeks catches up without harm: no side runs out of time that was not reminded first, and of
several reminders that were missed one is sent.
"""

from datetime import datetime, timedelta

from antiphon.cases.core.course import Act, Course, Stage, Standing

AFTER_A_REMINDER = timedelta(days=2)  # a side has at least so long after the last one


def due_at(course: Course, standing: Standing) -> datetime | None:
    """Return when a clock strikes next, None for never."""
    end, reminders = _ends(course, standing), _reminders(course, standing)
    if standing.reminded < len(reminders):
        return standing.since + reminders[standing.reminded]
    return end


def strikes(course: Course, standing: Standing, now: datetime) -> Act | None:
    """Return what a clock does now, None for nothing yet."""
    due = due_at(course, standing)
    if due is None or due > now:
        return None
    return Act.REMIND if standing.reminded < len(_reminders(course, standing)) else Act.RUN_OUT


def missed(course: Course, standing: Standing, now: datetime) -> int:
    """Return how many reminders are due now; all but one of them are counted as sent without being sent."""
    ahead = _reminders(course, standing)[standing.reminded :]
    return sum(standing.since + one <= now for one in ahead)


def ends_at(course: Course, standing: Standing) -> datetime | None:
    """Return until when a side has, None for as long as it likes."""
    return _ends(course, standing)


def _reminders(course: Course, standing: Standing) -> tuple[timedelta, ...]:
    if standing.stage is Stage.ANSWER:
        return course.answer_reminders
    return course.reply_reminders if standing.stage is Stage.REPLY else ()


def _ends(course: Course, standing: Standing) -> datetime | None:
    within = {
        Stage.ANSWER: course.answer_within, Stage.REPLY: course.reply_within, Stage.DECIDED: course.appeal_within,
    }.get(standing.stage)  # fmt: skip
    if within is None:
        return None
    end = standing.since + within
    # Reminded late, because the site was down: that side's time ends later, too.
    return max(end, standing.reminded_at + AFTER_A_REMINDER) if standing.reminded_at else end
