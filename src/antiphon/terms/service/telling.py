"""Telling everybody of a version: a letter each, in parts that may be killed and go on, by any number of workers.

Whoever tells holds the version's row while a part is told, and the row says how far that went: so nobody is told twice,
whoever else tells at the same moment. What became of the letters is in `reaching`.
"""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.kernel import clock
from antiphon.mail import service as mail
from antiphon.storage.upserts import write_rows
from antiphon.terms.core.notice import Weight
from antiphon.terms.models import Notice, Subscriber, SubscriberNotice, Version
from antiphon.terms.ports import Tidings
from antiphon.terms.service import reaching, subscribing

PART = 1000
# By hand, because it is a row for everybody. Whoever looked at the version before they were told has theirs already.
_NOTICES = """
    WITH told(user_id, version_id, at) AS ({rows})
    INSERT INTO terms_notice (user_id, version_id, posted_at) SELECT user_id, version_id, at FROM told
    WHERE true ON CONFLICT DO NOTHING
"""
Person = tuple[int, str, str]  # number, address, language
_tidings: Tidings | None = None


def use_tidings(tidings: Tidings) -> None:
    """Name who tells people in the app; called by `site`."""
    global _tidings
    _tidings = tidings


def tell(version_id: int, go_on: Callable[[], bool]) -> int:
    """Post a letter to everybody who was here before a version was published; return how many are told in all.

    Each part is one transaction, in which the version says how far it went: it may be killed at any moment.
    """
    row = Version.objects.get(pk=version_id)
    written = dict[str, int]()
    while go_on():
        if not (_tell_people(row, written) or _tell_subscribers(row, written)):
            Version.objects.filter(pk=row.pk, told_at=None).update(told_at=clock.now())
            break
    return Notice.objects.filter(version=row).count()


def _tell_people(row: Version, written: dict[str, int]) -> bool:
    """Tell the next part of the people; return whether there were any."""
    with transaction.atomic():
        upto = _hold(row).told_upto
        part = _next_people(row, upto)
        if not part:
            return False
        at = connection.ops.adapt_datetimefield_value(clock.now())
        write_rows(_NOTICES, ("bigint", "bigint", "timestamptz"), [(pk, row.pk, at) for pk, _to, _in in part])
        mail.post_many(
            [
                mail.Drafted(to, reaching.letter_key(row.pk, pk), words=_words_in(row, written, language))
                for pk, to, language in part
            ]
        )
        if _tidings is not None:
            address = f"/terms/{row.document}/answer"
            people = [pk for pk, _to, _in in part]
            _tidings.tell_terms(people, address=address, about_id=row.pk, words=row.summary[:300])
        Version.objects.filter(pk=row.pk).update(told_upto=max(upto, part[-1][0]))
    return True


def _next_people(row: Version, upto: int) -> Sequence[Person]:
    """The next to be told, by number; at the end whoever was passed over, as one who signed up at that very moment."""
    here = accounts.User.objects.filter(date_joined__lt=row.published_at, is_active=True).order_by("pk")
    lines = here.values_list("pk", "email", "language")
    part = list(lines.filter(pk__gt=upto)[:PART])
    told = Notice.objects.filter(version=row).values("user_id")
    return part or list(lines.exclude(pk__in=told)[:PART])


def _tell_subscribers(row: Version, written: dict[str, int]) -> bool:
    """Tell the next part of those without an account; return whether there were any."""
    with transaction.atomic():
        upto = _hold(row).subscribers_told_upto
        part = list(Subscriber.objects.filter(pk__gt=upto).exclude(confirmed_at=None).order_by("pk")[:PART])
        if not part:
            return False
        SubscriberNotice.objects.bulk_create(
            [SubscriberNotice(number=one.pk, version=row) for one in part], ignore_conflicts=True
        )
        words = _words_in(row, written)
        mail.post_many(
            [
                mail.Drafted(one.email, reaching.subscriber_key(row.pk, one.pk), subscribing.ending(one), words)
                for one in part
            ]
        )
        Version.objects.filter(pk=row.pk).update(subscribers_told_upto=part[-1].pk)
    return True


def _hold(row: Version) -> Version:
    """Lock a version until the transaction ends, and return it as it is now."""
    return Version.objects.select_for_update().only("told_upto", "subscribers_told_upto").get(pk=row.pk)


def _words_in(row: Version, written: dict[str, int], language: str = "") -> int:
    """Return the number of the words of a letter: everybody of one language gets the same, kept once."""
    language = language or settings.LANGUAGE_CODE
    if language not in written:
        with translation.override(language):
            subject, body = _words(row)
        written[language] = mail.keep_words(f"terms:{row.pk}:{language}", subject, body)
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


def short(row: Version) -> str:
    """Return a version as it stands in addresses: the beginning of its hash."""
    return row.hash.removeprefix("sha256:")[:16]


def names() -> dict[str, str]:
    """The documents, in words."""
    return {
        "terms": _("terms of use"), "ai": _("AI policy"), "privacy": _("privacy policy"), "rules": _("community rules")
    }  # fmt: skip
