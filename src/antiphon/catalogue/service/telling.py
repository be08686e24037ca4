"""Letters and notices about decisions: committed with what they tell of, in the language of whoever reads them."""

from collections.abc import Iterable

from django.conf import settings
from django.core import signing
from django.utils import translation
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import registry
from antiphon.catalogue.core import care
from antiphon.catalogue.models import Case, Report, Ruling
from antiphon.mail import service as mail

SALT = "antiphon.ruling"


def outcome(verdict: str) -> str:
    """Say a verdict in one phrase."""
    return {
        "leave": _("left as it is"),
        "hide": _("hidden"),
        "withdraw": _("withdrawn from public view"),
        "suspend": _("the account is suspended"),
        "show": _("shown again"),
    }[verdict]


def page_of(ruling: Ruling) -> str:
    """Return the page that tells of a decision, for whom it concerns."""
    return f"/account/decisions/{ruling.pk}"


def owner(case: Case, ruling: Ruling) -> None:
    """Tell the owner what was decided, why, and how to appeal. Whoever ended their account hears nothing."""
    user = case.owner
    if user is None:
        return
    with translation.override(user.language or settings.LANGUAGE_CODE):
        key = signing.dumps([ruling.pk, user.pk], salt=SALT, compress=True)
        said = {
            "name": case.name,
            "site": settings.SITE_NAME,
            "outcome": outcome(ruling.verdict),
            "why": ruling.because,
            "page": f"{settings.SITE_URL}{page_of(ruling)}?key={key}",
        }
        if ruling.on_appeal:
            body = _(
                "Somebody has answered your appeal about “%(name)s” on %(site)s.\n\nDecided: %(outcome)s.\n%(why)s"
            )
        else:
            body = _("A moderator of %(site)s has decided about “%(name)s”.\n\nDecided: %(outcome)s.\n%(why)s")
        body = body % said + "\n\n" + _meaning(ruling) + "\n\n" + said["page"] + "\n"
        mail.post(user.email, _("Decided about “%(name)s”") % said, body, key=f"ruling:{ruling.pk}:{user.pk}")
        _notice(user, page_of(ruling), ruling, _("“%(name)s”: %(outcome)s. %(why)s") % said)


def suspended(user: accounts.User) -> None:
    """Tell somebody that their account is shut, why, and to whom they can write: they cannot sign in to read it."""
    if user.suspended_at is None:
        return
    with translation.override(user.language or settings.LANGUAGE_CODE):
        said = {"site": settings.SITE_NAME, "why": user.suspended_because, "page": f"{settings.SITE_URL}/about"}
        body = _(
            "Your account on %(site)s is suspended.\n\nWhoever runs the site writes:\n%(why)s\n\n"
            "You cannot sign in, and nobody finds what you made. Nothing is deleted, and your answers stand.\n\n"
            "If you think that this is wrong, write to them: %(page)s\n"
        )
        subject = _("Your account on %(site)s is suspended") % said
        mail.post(user.email, subject, body % said, key=f"suspended:{user.pk}:{user.suspended_at.isoformat()}")


def reporters(case: Case, ruling: Ruling, reports: Iterable[Report]) -> None:
    """Tell whoever reported a thing and wants to know what became of it; once a person."""
    told: set[int] = set()
    for report in reports:
        user = report.reporter
        if user is None or user.pk in told or not user.is_active:
            continue
        told.add(user.pk)
        with translation.override(user.language or settings.LANGUAGE_CODE):
            left = ruling.verdict not in care.HARSH
            said = {
                "name": case.name,
                "outcome": outcome("leave" if left else "hide" if ruling.verdict == "suspend" else ruling.verdict),
                "site": settings.SITE_NAME,
                "page": f"{settings.SITE_URL}/account/decisions",
            }
            body = _(
                "You reported “%(name)s” on %(site)s, and a moderator has looked at it.\n\nDecided: %(outcome)s.\n\n"
                "All that you have reported: %(page)s\n"
            )
            subject = _("What you reported: “%(name)s”")
            mail.post(user.email, subject % said, body % said, key=f"ruling:{ruling.pk}:{user.pk}")
            _notice(user, "/account/decisions", ruling, _("You reported “%(name)s”: %(outcome)s.") % said)


def _meaning(ruling: Ruling) -> str:
    meant = {
        "hide": _("Nobody finds it any more but you and the moderators. Nothing is deleted."),
        "withdraw": _("It is private now. Put right what is wrong, and you may publish it again."),
        "suspend": _("You cannot sign in, and nobody finds what you made. Nothing is deleted."),
        "show": _("Everybody can find it again, as it was."),
    }
    said = meant.get(ruling.verdict, "")
    if ruling.on_appeal or ruling.verdict not in care.HARSH:
        return said
    return f"{said} {_('If you think that this is wrong, say so once, and another moderator decides:')}"


def _notice(user: accounts.User, address: str, ruling: Ruling, words: str) -> None:
    told = registry.tidings()
    if told is not None:
        told.tell_moderated(user.pk, address=address, about_id=ruling.pk, words=words[:300])
