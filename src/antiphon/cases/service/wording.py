"""What letters and notices of a case say. Each side reads of the case by the name that it may know."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.cases import registry
from antiphon.cases.core import clocks
from antiphon.cases.core.course import Act, Outcome, Side, Stage
from antiphon.cases.models import CaseEntry, CaseFile
from antiphon.cases.service.standings import standing_of


def outcome_words(outcome: str) -> str:
    """Say in one phrase how a case ended."""
    return {
        Outcome.NONE: _("not settled yet"),
        Outcome.FREE: _("nothing stands against it"),
        Outcome.AGAINST: _("the holder is right"),
        Outcome.AGREED: _("agreed between the two sides"),
        Outcome.REMOVED: _("taken away by the uploader"),
        Outcome.WITHDRAWN: _("taken back by the holder"),
        Outcome.LAPSED: _("the holder did not reply in time"),
        Outcome.MOOT: _("what it was about is gone"),
    }[Outcome(outcome)]


def subject_of(entry: CaseEntry, name: str) -> str:
    """Return the subject of the letter that tells of an entry."""
    act = Act(entry.act)
    if act is Act.REMIND:
        return _("A reply is missing: “%(name)s”") % {"name": name}
    if act in (Act.DECIDE, Act.KEEP, Act.CHANGE):
        return _("Decided about “%(name)s”") % {"name": name}
    return _("About “%(name)s”") % {"name": name}


def body_of(file: CaseFile, entry: CaseEntry, side: Side, name: str, user: accounts.User) -> str:
    """Return what a letter to a side says of an entry: what happened, in whose words, and what follows."""
    act = Act(entry.act)
    parts = [_first(file, act, side) % {"name": name}]
    if act in (Act.DECIDE, Act.KEEP, Act.CHANGE):
        parts.append(_("Decided: %(outcome)s.\n%(why)s") % {"outcome": outcome_words(file.outcome), "why": entry.words})
        if file.stage == Stage.DECIDED.value:
            parts.append(_("Whom it went against can appeal once, within thirty days; another moderator answers."))
    elif entry.words:
        parts.append(_("They write:\n%(words)s") % {"words": entry.words})
    parts.append(what_now(file, side, user))
    return "\n\n".join(part for part in parts if part)


def what_now(file: CaseFile, side: Side, user: accounts.User) -> str:
    """Say what a case waits for, and until when this side has; nothing where the other side is to do something."""
    standing = standing_of(file)
    if standing.stage in (Stage.JUDGE, Stage.SCREEN):
        return _("A moderator reads both sides and decides, with reasons.")
    if {Stage.ANSWER: Side.UPLOADER, Stage.REPLY: Side.HOLDER}.get(standing.stage) is not side:
        return ""
    until = clocks.ends_at(registry.kind_of(file).course, standing)
    if until is None:
        return _("There is no hurry: it waits until you answer.")
    local = until.astimezone(ZoneInfo(user.time_zone or settings.TIME_ZONE))
    return _("You have until %(day)s.") % {"day": f"{local:%Y-%m-%d %H:%M} {local.tzname()}"}


def _first(file: CaseFile, act: Act, side: Side) -> str:
    if act is Act.RUN_OUT:
        return _time_over(file)
    if act is Act.REMIND and side is Side.HOLDER:
        return _("The uploader has answered about “%(name)s”, and waits for your reply.")
    return {
        Act.REMIND: _("You have not answered about “%(name)s” yet."),
        Act.DECIDE: _("A moderator has decided about “%(name)s”."),
        Act.KEEP: _("Another moderator has answered the appeal about “%(name)s”: the decision stays."),
        Act.CHANGE: _("Another moderator has answered the appeal about “%(name)s”: the decision is changed."),
        Act.ANSWER: _("The uploader has answered about “%(name)s”."),
        Act.AGREE: _("The uploader agrees with you about “%(name)s”, and asks whether you accept what they offer."),
        Act.REMOVE: _("The uploader has taken away what sounds like “%(name)s”. Nothing is left to decide."),
        Act.YES: _("The other side has said yes about “%(name)s”. Nothing stands against it any more."),
        Act.OBJECT: _("The other side objects about “%(name)s”."),
        Act.LEAVE: _("The other side leaves “%(name)s” to the moderators."),
        Act.WITHDRAW: _("The other side has taken back what they said about “%(name)s”."),
        Act.APPEAL: _("The other side has appealed against the decision about “%(name)s”."),
        Act.SETTLE: _("What the case about “%(name)s” was about is gone. It is closed."),
    }[act]


def _time_over(file: CaseFile) -> str:
    if file.outcome == Outcome.LAPSED.value:
        return _("The holder has not replied about “%(name)s” in time. Nothing stands against it any more.")
    if file.stage == Stage.CLOSED.value:
        return _("Nobody has appealed about “%(name)s” in time: the decision is final.")
    return _("Nobody has replied about “%(name)s” in time. A moderator looks at it now.")
