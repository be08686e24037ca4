"""Which version binds whom: nobody is bound by what they were not told of, nor by AI or money without a yes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict
from antiphon.terms.core.notice import Told, Weight, binds_from
from antiphon.terms.core.subjects import Topic, sentences, topics_of
from antiphon.terms.core.versions import NONE, TERMS
from antiphon.terms.models import Acceptance, Notice, Version
from antiphon.terms.service import publishing, questions, reaching, versions

SIGN_UP, UPLOAD, ASKED = Acceptance.How.SIGN_UP, Acceptance.How.UPLOAD, Acceptance.How.ASKED
_OPTED_INTO = {Topic.AI, Topic.MONEY}


@dataclass(frozen=True)
class Standing:
    """Where somebody stands with a document: what binds them, and what has been published since."""

    bound: Version
    newer: tuple[Version, ...]
    binds_from: dict[int, datetime | None]  # by newer version: None where only a yes would make it bind


def standing(user: accounts.User, document: str = TERMS) -> Standing:
    """Return which version binds somebody, and from when the newer ones would. Five queries and the versions'."""
    rows = versions.history(document)
    # An upload comes in under what binds its uploader, and is no yes of theirs: where the letter that bound them turns
    # out to have come back, it must not bind them in its place.
    said = Acceptance.objects.filter(user=user, version__in=rows).exclude(how=UPLOAD)
    accepted = set(said.values_list("version_id", flat=True))
    notices = {one.version_id: one for one in Notice.objects.filter(user=user, version__in=rows)}
    now, days = clock.now(), publishing.days()
    moments = {row.pk: questions.effective_moment(row) for row in rows[1:]} | {rows[0].pk: rows[0].effective_at}
    bound, newer, binds_from = rows[0], list[Version](), dict[int, datetime | None]()
    stopped = False
    for row in rows:
        here_first = user.date_joined < row.published_at
        moment = moments[row.pk]
        said_yes = row.pk in accepted
        by_then = now if said_yes else None if here_first else user.date_joined
        if moment is not None and by_then is not None and moment <= by_then:
            bound, newer, stopped = row, [], False
            continue
        begins = None if moment is None else _begins(row, moment, notices.get(row.pk), here_first, days)
        if said_yes:
            begins, stopped = moment, False  # a yes is no reason to be bound before the day
        if row is rows[0] or (not stopped and begins is not None and begins <= now):
            bound = row
            newer = []
            continue
        # What stands on a version that somebody did not accept cannot bind them either.
        stopped = stopped or begins is None
        newer.append(row)
        binds_from[row.pk] = None if stopped else begins
    return Standing(bound, tuple(newer), {row.pk: binds_from.get(row.pk) for row in newer})


def _begins(
    row: Version, effective_at: datetime, notice: Notice | None, here_first: bool, days: dict[Weight, int]
) -> datetime | None:
    if not here_first:
        return effective_at  # it was public when they came
    if row.weight == Weight.RIGHTS:
        return None
    told = Told(notice.delivered_at, notice.bounced_at, notice.seen_at) if notice else Told()
    return binds_from(effective_at, Weight(row.weight), told, days)


def bound_by(user: accounts.User, document: str = TERMS) -> Version:
    """Return the version that binds somebody now."""
    return standing(user, document).bound


def accept(user: accounts.User, how: str) -> Version:
    """Write down under which version somebody signs up or uploads; once for each version and way.

    Who signs up accepts what is in force; who uploads does so under what binds them, which may be older.
    """
    row = versions.current() if how == SIGN_UP else bound_by(user)
    Acceptance.objects.get_or_create(user=user, version=row, how=how)
    return row


def answer(user: accounts.User, version_hash: str, *, accepts: bool, clauses: list[str]) -> Version:
    """Accept a published version, or say that the old one shall stay. Raises `NotFound`, `BadInput`, `Conflict`.

    What is about AI or money is opted into clause by clause: each has to be named, or nothing is accepted.
    """
    row = versions.version(version_hash)
    if row.hash == NONE.hash or not versions.is_entered(row):
        raise Conflict(_("This version is not published."))
    reaching.see(user, row)
    with transaction.atomic():
        if not accepts:
            if has_accepted(user, row):
                raise Conflict(_("You have accepted this version already."))
            Notice.objects.filter(user=user, version=row).update(kept_at=clock.now())
            return row
        missing = [name for name in opted_into(user, row) if name not in clauses]
        if missing:
            raise BadInput(
                _("Say yes to each clause about AI or money by itself, or keep the old text."),
                fields=dict.fromkeys(missing, _("This clause needs your own yes.")),
            )
        told = {"clauses": sorted(clauses), "at": clock.now()}
        Acceptance.objects.get_or_create(user=user, version=row, how=ASKED, defaults=told)
        Notice.objects.filter(user=user, version=row).update(kept_at=None)
    return row


def opted_into(user: accounts.User, row: Version) -> list[str]:
    """Return the clauses of a version that somebody has to say yes to by themselves: about AI or money, and new to
    them."""
    old = versions.read_version(bound_by(user, row.document))
    known = {words for clause in old.clauses for words in _of_rights(clause.paragraphs)}
    new = versions.read_version(row).clauses
    return [clause.name for clause in new if set(_of_rights(clause.paragraphs)) - known]


def _of_rights(paragraphs: tuple[str, ...]) -> list[str]:
    return [words for one in paragraphs for words in sentences(one) if topics_of(words) & _OPTED_INTO]


def accepted(user: accounts.User) -> list[Acceptance]:
    """Return what somebody has accepted, the latest first."""
    return list(Acceptance.objects.filter(user=user).select_related("version").order_by("-at", "-pk"))


def has_accepted(user: accounts.User, row: Version) -> bool:
    """Tell whether somebody accepted a version at sign-up or when asked; being bound by it is another thing."""
    return Acceptance.objects.filter(user=user, version=row, how__in=(SIGN_UP, ASKED)).exists()


def accepted_by_all(groups: Collection[frozenset[int | None]]) -> dict[frozenset[int | None], Version | None]:
    """Return, for each group of people, the newest version in force that every one of them has accepted, it or a later
    one, when they signed up or when they were asked. None for a group with somebody who has no account. Two queries
    and the versions'."""
    now = clock.now()
    moments = [(row, questions.effective_moment(row)) for row in versions.history(TERMS)]
    rows = [row for row, at in moments if at is not None and at <= now]
    place = {row.pk: number for number, row in enumerate(rows)}
    people = {one for group in groups for one in group if one is not None}
    said = Acceptance.objects.filter(version__in=rows, how__in=(SIGN_UP, ASKED), user__in=people)
    upto: dict[int, int] = {}
    for user_id, version_id in said.values_list("user_id", "version_id"):
        if user_id is not None:
            upto[user_id] = max(upto.get(user_id, -1), place[version_id])
    found: dict[frozenset[int | None], Version | None] = {}
    for group in groups:
        least = min((upto.get(one, -1) if one is not None else -1 for one in group), default=-1)
        found[group] = rows[least] if least >= 0 else None
    return found


def is_later(row: Version, version_hash: str) -> bool:
    """Tell whether a version was published after another, or that other one stands for no terms at all."""
    if version_hash == NONE.hash:
        return True
    other = Version.objects.filter(hash=version_hash).first()
    return other is not None and (row.published_at, row.pk) > (other.published_at, other.pk)


def hash_of_none() -> str:
    """Return the hash that stands for music whose uploader never accepted any terms."""
    return NONE.hash
