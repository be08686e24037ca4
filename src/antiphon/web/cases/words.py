"""What was done in a case, in words, for whoever reads it; and what it waits for."""

from typing import Any

from django.utils.translation import gettext as _

from antiphon.cases import service as cases
from antiphon.cases.core.course import Act, Side, Stage
from antiphon.identification.service.disputes import REASONS, SHORT_WAYS


def who(entry: cases.CaseEntry, reader: Side) -> str:
    """Say who did something, to whoever reads it: neither side learns a moderator's name."""
    side = Side(entry.side)
    if side is reader and side is not Side.MODERATOR:
        return _("You")
    return {
        Side.UPLOADER: _("The uploader"),
        Side.HOLDER: _("The holder"),
        Side.MODERATOR: _("A moderator"),
        Side.RULE: _("This site"),
    }[side]


def did(entry: cases.CaseEntry) -> str:
    """Say what was done."""
    return {
        Act.OPEN: _("opened the case"),
        Act.PASS: _("let it through"),
        Act.ANSWER: _("answered"),
        Act.AGREE: _("agreed, and asked for a yes"),
        Act.REMOVE: _("took the upload away"),
        Act.YES: _("said yes"),
        Act.OBJECT: _("objected"),
        Act.LEAVE: _("left it to a moderator"),
        Act.WITHDRAW: _("took it back"),
        Act.SAY: _("added"),
        Act.NOTE: _("noted, for moderators"),
        Act.DECIDE: _("decided"),
        Act.APPEAL: _("appealed"),
        Act.KEEP: _("answered the appeal: it stays"),
        Act.CHANGE: _("answered the appeal: it is changed"),
        Act.REMIND: _("reminded"),
        Act.RUN_OUT: _("noted that the time was over"),
        Act.SETTLE: _("closed it: what it was about is gone"),
    }[Act(entry.act)]


def told_lines(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what goes with an entry as lines of a label and what it says."""
    way, reason = str(told.get("way", "")), str(told.get("reason", ""))
    share = int(told.get("share_percent", 0))
    lines = [
        (_("Because"), str(SHORT_WAYS.get(way, ""))),
        (_("Reason"), str(REASONS.get(reason, ""))),
        (_("Licence or source"), str(told.get("licence", ""))),
        (_("To read"), str(told.get("link", "") or told.get("proof", ""))),
        (_("Credit offered"), str(told.get("credit", ""))),
        (_("Share offered"), f"{share} %" if share else ""),
        (_("Found"), _("said in bad faith") if told.get("abuse") else ""),
        (_("Stated"), _("in good faith, as far as they know") if told.get("good_faith") else ""),
    ]
    return [line for line in lines if line[1]]


def waits_for(stage: str, reader: Side) -> str:
    """Say for whom a case waits, to whoever reads it."""
    if stage == Stage.ANSWER.value:
        return _("It waits for your answer.") if reader is Side.UPLOADER else _("It waits for the uploader’s answer.")
    if stage == Stage.REPLY.value:
        return _("It waits for your reply.") if reader is Side.HOLDER else _("It waits for the holder’s reply.")
    return {
        Stage.SCREEN.value: _("A moderator looks at it before the uploader hears of it."),
        Stage.JUDGE.value: _("A moderator reads both sides and decides."),
        Stage.DECIDED.value: _("Decided. Whom it went against can appeal once."),
        Stage.APPEALED.value: _("An appeal waits for another moderator."),
        Stage.CLOSED.value: _("Closed."),
    }[stage]
