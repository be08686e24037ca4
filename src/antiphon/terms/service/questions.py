"""Asked and answered: questions about a version that is to come, in the open. While one about AI or money stands
unanswered, the version binds nobody."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, TooMany
from antiphon.mail import service as mail
from antiphon.terms.core.subjects import Topic, sentences, topics_of
from antiphon.terms.models import Question, Version
from antiphon.terms.service import versions
from antiphon.terms.service.telling import short

MOST_CHARS, MOST_ANSWER_CHARS = 1000, 2000
PER_DAY = 10
_RIGHTS = {Topic.AI, Topic.MONEY}


def ask(user: accounts.User, version_hash: str, clause: str, words: str) -> Question:
    """Ask about a clause of a version that is not in force yet. Everybody reads it, under one's public name.

    Raises `NotFound`, `Conflict` for one that is in force, `BadInput`, `TooMany`.
    """
    row = versions.version(version_hash)
    found = versions.read_version(row).clause(clause)
    if found is None or not versions.is_entered(row):
        raise NotFound(_("There is no such clause."), subject=clause[:60])
    said = " ".join(words.split())
    if not said or len(said) > MOST_CHARS:
        raise BadInput(_("Write what you want to know, in a thousand characters at most."), fields={"words": said[:20]})
    with transaction.atomic():
        accounts.User.objects.select_for_update().get(pk=user.pk)  # so that a day is counted by one at a time
        if row.effective_at <= clock.now() and not holds(row):
            hint = _("Write to whoever runs this site.")
            raise Conflict(_("This version is in force, and questions came before that."), hint=hint)
        since = clock.now() - timedelta(days=1)
        if Question.objects.filter(user=user, asked_at__gt=since).count() >= PER_DAY:
            raise TooMany(_("You can ask %(n)d questions a day.") % {"n": PER_DAY}, retry_after_s=3600)
        topics = topics_of(said) | {
            one for part in found.paragraphs for line in sentences(part) for one in topics_of(line)
        }
        profiles = accounts.profiles_of(user)
        made = Question.objects.create(
            version=row, clause=clause, user=user, name=profiles[0].name if profiles else _("A member of this site"),
            words=said, is_about_rights=bool(topics & _RIGHTS), asked_at=clock.now(),
        )  # fmt: skip
        _tell_operators(made)
    return made


def answer_question(operator: accounts.User, question_id: int, words: str) -> Question:
    """Answer a question, once: what was said stays. Raises `NotAllowed`, `NotFound`, `BadInput`, `Conflict`."""
    if not accounts.is_operator(operator):
        raise NotAllowed(_("Only those who run the site answer for its terms."))
    said = words.strip()
    if not said or len(said) > MOST_ANSWER_CHARS:
        raise BadInput(_("Write an answer, in two thousand characters at most."), fields={"words": said[:20]})
    profiles = accounts.profiles_of(operator)
    name = profiles[0].name if profiles else settings.SITE_NAME
    with transaction.atomic():
        rows = Question.objects.filter(pk=question_id)
        if not rows.exists():
            raise NotFound(_("There is no such question."), subject=str(question_id))
        if not rows.filter(answered_at=None).update(answer=said, answered_at=clock.now(), answered_by=name):
            raise Conflict(_("It was answered already, and what was said stays."))
        row = rows.select_related("user", "version").get()
        _tell_asker(row)
    return row


def question(question_id: int) -> Question | None:
    """Return a question, whoever asked it; None where there is none."""
    return Question.objects.select_related("version").filter(pk=question_id).first()


def question_page(row: Question) -> str:
    """Return the path at which a question is read."""
    return _page(row)


def questions_of(row: Version) -> "QuerySet[Question]":
    """Return the questions about a version, the first one first."""
    return row.questions.select_related("version").order_by("asked_at", "pk")


def questions_at(document: str, clause: str) -> "QuerySet[Question]":
    """Return every question that was ever asked about a clause, the first one first."""
    rows = Question.objects.filter(version__document=document, clause=clause)
    return rows.select_related("version").order_by("asked_at", "pk")


def open_questions() -> "QuerySet[Question]":
    """Return those that wait for an answer, what holds a version up first."""
    rows = Question.objects.filter(answered_at=None).select_related("version")
    return rows.order_by("-is_about_rights", "asked_at", "pk")


def holds(row: Version) -> bool:
    """Tell whether a question about AI or money stands unanswered: then the version is not in force."""
    return row.questions.filter(answered_at=None, is_about_rights=True).exists()


def effective_moment(row: Version) -> datetime | None:
    """Return from when a version may be in force at all: its day, or the last answer about AI or money that came after
    it. None while such a question stands unanswered. Two queries."""
    if holds(row):
        return None
    last = row.questions.filter(is_about_rights=True).order_by("-answered_at").values_list("answered_at", flat=True)
    return max([row.effective_at, *(at for at in last[:1] if at is not None)])


def _tell_operators(row: Question) -> None:
    said = {"name": row.name, "words": row.words, "page": settings.SITE_URL + _page(row)}
    body = _("%(name)s asks about the terms that are to come:\n\n%(words)s\n\nAnswer in public: %(page)s\n") % said
    if row.is_about_rights:
        body += _("It is about AI or money: until it is answered, the version binds nobody.\n")
    for address in accounts.operator_addresses():
        mail.post(address, _("A question about the terms"), body, key=f"question:{row.pk}:{address}")


def _tell_asker(row: Question) -> None:
    if row.user is None or not row.user.is_active:
        return
    said = {"words": row.words, "answer": row.answer, "page": settings.SITE_URL + _page(row)}
    body = _("You asked:\n%(words)s\n\nThe answer:\n%(answer)s\n\nBoth stay beside the clause: %(page)s\n") % said
    mail.post(row.user.email, _("An answer about the terms"), body, key=f"question:{row.pk}:answered")


def _page(row: Question) -> str:
    return reverse("terms_version", args=[row.version.document, short(row.version)]) + f"#{row.clause}"
