"""Telling everybody of a version: a letter each, posted in parts that may be killed and go on; who was reached when."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.kernel import clock
from antiphon.mail import service as mail
from antiphon.terms.core.notice import Weight
from antiphon.terms.models import Notice, Version
from antiphon.terms.ports import Tidings
from antiphon.terms.service import subscribing

PART = 500
REACH_KEPT_S = 60
_tidings: Tidings | None = None


def use_tidings(tidings: Tidings) -> None:
    """Name who tells people in the app; called by `site`."""
    global _tidings
    _tidings = tidings


def tell(version_id: int, go_on: Callable[[], bool]) -> int:
    """Post a letter to everybody who was here before a version was published; return how many are told in all.

    Each part is one transaction, and who has a notice is not told twice, so that it may be killed at any moment.
    """
    row = Version.objects.get(pk=version_id)
    last, written = 0, dict[str, tuple[str, str]]()
    while go_on():
        told = Notice.objects.filter(version=row).values("user_id")
        people = accounts.User.objects.filter(pk__gt=last, date_joined__lt=row.published_at, is_active=True)
        part = list(people.exclude(pk__in=told).order_by("pk")[:PART])
        if not part:
            with transaction.atomic():
                mail.post_many(subscribing.drafted(f"terms:{row.pk}", *_words_for(row, written)))
            Version.objects.filter(pk=row.pk, told_at=None).update(told_at=clock.now())
            break
        with transaction.atomic():
            Notice.objects.bulk_create([Notice(user=user, version=row) for user in part], ignore_conflicts=True)
            mail.post_many([_letter(row, user, written) for user in part])
            if _tidings is not None:
                address = f"/terms/{row.document}/answer"
                _tidings.tell_terms(
                    [user.pk for user in part], address=address, about_id=row.pk, words=row.summary[:300]
                )
        last = part[-1].pk
    return Notice.objects.filter(version=row).count()


def _letter(row: Version, user: accounts.User, written: dict[str, tuple[str, str]]) -> mail.Drafted:
    """Return somebody's letter. Everybody of one language gets the same words, `written` once."""
    subject, body = _words_for(row, written, user.language)
    return mail.Drafted(user.email, subject, body, letter_key(row.pk, user.pk))


def _words_for(row: Version, written: dict[str, tuple[str, str]], language: str = "") -> tuple[str, str]:
    language = language or settings.LANGUAGE_CODE
    if language not in written:
        with translation.override(language):
            written[language] = _words(row)
    return written[language]


def _words(row: Version) -> tuple[str, str]:
    said = {
        "site": settings.SITE_NAME,
        "what": names()[row.document],
        "summary": row.summary,
        "day": f"{row.effective_at:%Y-%m-%d}",
        "diff": f"{settings.SITE_URL}/terms/{row.document}/changes/{short(row)}",
        "answer": f"{settings.SITE_URL}/terms/{row.document}/answer",
    }
    # What changes comes first, before any courtesy: most people read no further than that.
    body = _("%(summary)s\n\nThat is what changes in the %(what)s of %(site)s, on %(day)s at the earliest.\n\n")
    if row.weight == Weight.RIGHTS:
        body += _(
            "It is about AI or money, so it does not bind you unless you say yes, clause by clause. "
            "Without an answer of yours the old text stays: %(answer)s\n\n"
        )
    else:
        body += _("To accept it, keep the old text, or leave with all your data: %(answer)s\n\n")
    body += _("Word for word, old beside new: %(diff)s\n\nThe whole text as it will be:\n\n")
    return _("What changes in the %(what)s of %(site)s") % said, body % said + row.text[:40_000]


def letter_key(version_id: int, user_id: int) -> str:
    return f"terms:{version_id}:{user_id}"


def short(row: Version) -> str:
    """Return a version as it stands in addresses: the beginning of its hash."""
    return row.hash.removeprefix("sha256:")[:16]


def names() -> dict[str, str]:
    """The documents, in words."""
    return {
        "terms": _("terms of use"), "ai": _("AI policy"), "privacy": _("privacy policy"), "rules": _("community rules")
    }  # fmt: skip


def note_delivered() -> int:
    """Write down which letters a mail server took, and which were given up; letters themselves go after a while."""
    waiting = Notice.objects.filter(delivered_at=None, failed_at=None).order_by("pk")[:20_000]
    rows = {letter_key(one.version_id, one.user_id): one for one in waiting}
    found = mail.outcomes(rows)
    for key, (sent_at, failed) in found.items():
        rows[key].delivered_at, rows[key].failed_at = sent_at, clock.now() if failed else None
    Notice.objects.bulk_update([rows[key] for key in found], ["delivered_at", "failed_at"], batch_size=500)
    return len(found)


def reach(row: Version) -> tuple[int, int]:
    """Return how many were to be told of a version, and how many were reached: a letter taken, or seen here.

    Kept for a minute: every reader of the terms asks, and there is a row for each person.
    """
    kept: tuple[int, int] | None = cache.get(f"terms:reach:{row.pk}")
    if kept is None:
        told = Notice.objects.filter(version=row)
        kept = told.count(), told.exclude(delivered_at=None, seen_at=None).count()
        cache.set(f"terms:reach:{row.pk}", kept, REACH_KEPT_S)
    return kept


def see(user: accounts.User, row: Version) -> None:
    """Note that somebody has seen what is told of a version; their days of notice begin then at the latest."""
    if user.date_joined >= row.published_at:
        return
    Notice.objects.get_or_create(user=user, version=row)
    Notice.objects.filter(user=user, version=row, seen_at=None).update(seen_at=clock.now())
