"""Whom a case is told to: committed with what it tells of, in the language of whoever reads it."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.cases import registry
from antiphon.cases.core.course import Act, Side, Stage
from antiphon.cases.models import CaseEntry, CaseFile
from antiphon.cases.service import wording
from antiphon.mail import service as mail

SIDES = (Side.UPLOADER, Side.HOLDER)


def page_of(file: CaseFile) -> str:
    """Return the page of a case, for both sides."""
    return f"/studio/cases/{file.uid}"


def opened(file: CaseFile, entry: CaseEntry) -> None:
    """Tell both sides of a new case; of one that a moderator looks at first, the uploader hears nothing yet."""
    for side in SIDES:
        if file.stage != Stage.SCREEN.value or side is Side.HOLDER:
            _opening(file, entry, side)


def happened(file: CaseFile, entry: CaseEntry) -> None:
    """Tell whom it concerns of an entry. Words among moderators, and words that change nothing, tell nobody."""
    if entry.act == Act.PASS.value:
        _opening(file, entry, Side.UPLOADER)
        return
    for side in _concerned(file, Side(entry.side), Act(entry.act)):
        user = _person(file, side)
        if user is None:
            continue
        with translation.override(user.language or settings.LANGUAGE_CODE):
            name = name_for(file, side)
            body = wording.body_of(file, entry, side, name, user)
            _send(file, entry, user, wording.subject_of(entry, name), body)


def name_for(file: CaseFile, side: Side) -> str:
    """Return what a case is called for a side."""
    return registry.kind_of(file).names([registry.about(file)], side).get(file.pk) or _("a recording")


def _concerned(file: CaseFile, by: Side, act: Act) -> tuple[Side, ...]:
    if act in (Act.SAY, Act.NOTE):
        return ()
    if act is Act.REMIND:
        return (Side.UPLOADER if file.stage == Stage.ANSWER.value else Side.HOLDER,)
    return tuple(side for side in SIDES if side is not by)


def _opening(file: CaseFile, entry: CaseEntry, side: Side) -> None:
    user = _person(file, side)
    if user is None or (side is Side.HOLDER and user.pk == entry.by_id):
        return
    with translation.override(user.language or settings.LANGUAGE_CODE):
        words = registry.kind_of(file).opening(registry.about(file), side)
        if words:
            now = wording.what_now(file, side, user)
            body = f"{words}\n\n{now}" if now else words
            _send(file, entry, user, wording.subject_of(entry, name_for(file, side)), body)


def _person(file: CaseFile, side: Side) -> accounts.User | None:
    user = file.uploader if side is Side.UPLOADER else file.holder
    return user if user is not None and user.is_active else None


def _send(file: CaseFile, entry: CaseEntry, user: accounts.User, subject: str, words: str) -> None:
    body = f"{words}\n\n{settings.SITE_URL}{page_of(file)}\n"
    mail.post(user.email, subject, body, key=f"case:{entry.pk}:{user.pk}")
    told = registry.tidings()
    if told is not None:
        told.tell_case(user.pk, address=page_of(file), about_id=entry.pk, words=words.split("\n\n")[0][:300])
