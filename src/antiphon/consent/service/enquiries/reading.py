"""Finding enquiries, for who asks and for who is asked, and how each recording stands."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent.core.enquiries import Line, stands
from antiphon.consent.models import Cover, Enquiry, EnquiryOf, Holder, Party, Reply, ReplyOf
from antiphon.consent.service.outside import NOTHING, told_of
from antiphon.kernel import clock
from antiphon.kernel.errors import Gone, NotFound
from antiphon.kernel.money import Money

_SALT = "antiphon.consent.enquiry"


@dataclass(frozen=True)
class Asked:
    """An enquiry as one of those sees it who are asked: the recordings are theirs alone."""

    enquiry: Enquiry
    party: Party
    recording_ids: tuple[int, ...]
    said: dict[int, bool]  # what they replied last, by recording
    is_open: bool

    @property
    def is_waiting(self) -> bool:
        return self.is_open and not self.said


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def offer_of(row: Enquiry) -> Money | None:
    """Return what is offered for each track and the whole time, None for nothing."""
    return None if row.amount_minor is None else Money(row.amount_minor, row.currency)


def is_open(row: Enquiry) -> bool:
    """Tell whether holders can reply."""
    if row.opened_at is None or row.withdrawn_at is not None:
        return False
    return row.closes_at is None or clock.now() < row.closes_at


def by_link(secret: str, *, lock: bool = False) -> Enquiry:
    """Return the enquiry of a link that needs no account. Raises `Gone`."""
    rows = Enquiry.objects.select_for_update(of=("self",)) if lock else Enquiry.objects
    row = rows.select_related("actor", "user").filter(secret_sha256=hash_of(secret)).first()
    if row is None:
        raise Gone(_("There is no such enquiry any more."), hint=_("Ask again; it takes a minute."))
    return row


def enquiries_of(user: accounts.User, *, before: int = 0, limit: int = 50) -> list[tuple[Enquiry, int]]:
    """Return what somebody asked for, the latest first, each with how many recordings it is about. One query."""
    rows = Enquiry.objects.filter(user=user).select_related("actor").annotate(count=Count("recordings"))
    return [(row, row.count) for row in (rows.filter(pk__lt=before) if before else rows).order_by("-pk")[:limit]]


def enquiry_of(user: accounts.User, uid: str) -> Enquiry:
    """Return an enquiry of one's own. Raises `NotFound`."""
    row = Enquiry.objects.filter(user=user, uid=uid).select_related("actor").first()
    if row is None:
        raise NotFound(_("There is no such enquiry of yours."), subject=uid[:40])
    return row


def to_holder(user: accounts.User, *, before: int = 0, limit: int = 50) -> list[Asked]:
    """Return the enquiries about recordings that somebody holds rights in, the latest first. Four queries."""
    rows = _reaching(Q(party__user=user)).order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[:limit])
    party = Party.objects.filter(user=user).first()
    return _as_asked(found, party) if party is not None else []


def for_holder(user: accounts.User, uid: str) -> Asked:
    """Return an enquiry about recordings that somebody holds rights in. Raises `NotFound`."""
    party = Party.objects.filter(user=user).first()
    found = list(_reaching(Q(party__user=user)).filter(uid=uid))
    if party is None or not found:
        raise NotFound(_("There is no such enquiry about music of yours."), subject=uid[:40])
    return _as_asked(found, party)[0]


def by_token(token: str) -> Asked:
    """Return an enquiry as a holder without an account sees it, by the address in their letter. Raises `Gone`."""
    try:
        said = signing.loads(token, salt=_SALT)
        uid, party_id = str(said["enquiry"]), int(said["party"])
    except (signing.BadSignature, ValueError, TypeError, KeyError):
        uid, party_id = "", 0
    party = Party.objects.filter(pk=party_id, ended_at=None).select_related("user").first()
    found = list(_reaching(Q(party=party_id)).filter(uid=uid)) if party is not None else []
    if party is None or not found:
        raise Gone(_("There is no such enquiry any more."), hint=_("Whoever asked may ask again."))
    return _as_asked(found, party)[0]


def token_for(row: Enquiry, party: Party) -> str:
    """Return an enquiry and who is asked as they stand in an address."""
    return signing.dumps({"enquiry": row.uid, "party": party.pk}, salt=_SALT)


def waiting_for(user: accounts.User) -> int:
    """Return how many enquiries wait for somebody's reply. Two queries."""
    now = clock.now()
    rows = _reaching(Q(party__user=user)).filter(withdrawn_at=None, closes_at__gt=now)
    return rows.exclude(replies__party__user=user).count()


def _reaching(holder: Q) -> "QuerySet[Enquiry]":
    """The open and former enquiries about recordings that these hold rights in and have confirmed."""
    held = Holder.objects.filter(holder, state=Holder.State.CONFIRMED).values("subject_id")
    return (
        Enquiry.objects.exclude(opened_at=None)
        .filter(recordings__subject_id__in=held)
        .select_related("actor")
        .distinct()
    )


def _as_asked(found: Sequence[Enquiry], party: Party) -> list[Asked]:
    held = set(Holder.objects.filter(party=party, state=Holder.State.CONFIRMED).values_list("subject_id", flat=True))
    about: dict[int, list[int]] = {row.pk: [] for row in found}
    rows = EnquiryOf.objects.filter(enquiry__in=about, subject_id__in=held)
    for enquiry_id, subject_id in rows.order_by("subject_id").values_list("enquiry_id", "subject_id"):
        about[enquiry_id].append(subject_id)
    said: dict[int, dict[int, bool]] = {row.pk: {} for row in found}
    lines = ReplyOf.objects.filter(reply__enquiry__in=about, reply__party=party).order_by("reply_id")
    for enquiry_id, subject_id, is_yes in lines.values_list("reply__enquiry_id", "subject_id", "is_yes"):
        said[enquiry_id][subject_id] = is_yes
    return [Asked(row, party, tuple(about[row.pk]), said[row.pk], is_open(row)) for row in found]


def replies_of(row: Enquiry) -> list[Reply]:
    """Return what holders wrote back, the latest first. To who asked they are words of nobody by name."""
    return list(row.replies.exclude(words="").order_by("-pk"))


def lines_of(row: Enquiry) -> list[Line]:
    """Return how each recording of an enquiry stands. Five queries. A licence is one where the gate says so."""
    now = clock.now()
    about = list(row.recordings.order_by("subject_id").values_list("subject_id", flat=True))
    holders: dict[int, set[int]] = {pk: set() for pk in about}
    listed = Holder.objects.filter(subject_id__in=about).exclude(state=Holder.State.DECLINED)
    for subject_id, party_id in listed.values_list("subject_id", "party_id"):
        holders[subject_id].add(party_id)
    said: dict[int, dict[int, bool]] = {pk: {} for pk in about}
    rows = ReplyOf.objects.filter(reply__enquiry=row).order_by("reply_id")
    for subject_id, party_id, is_yes in rows.values_list("subject_id", "reply__party_id", "is_yes"):
        said[subject_id][party_id] = is_yes
    covers: dict[int, datetime] = {}
    if row.actor is not None:
        covered = Cover.objects.filter(actor=row.actor.slug, purpose=row.purpose, subject_id__in=about, ends_at__gt=now)
        covered = covered.filter(starts_at__lt=row.ends_at).order_by("-starts_at")
        covers = dict(covered.values_list("subject_id", "starts_at"))
    told = told_of(about)
    opens = row.opened_at is None or is_open(row)
    return [
        Line(
            pk,
            stands(
                covered=pk in covers or told.get(pk, NOTHING)[row.purpose - 1] == "y",
                refused=False in said[pk].values() or told.get(pk, NOTHING)[row.purpose - 1] == "n",
                is_open=opens and row.withdrawn_at is None,
            ),
            len(said[pk].keys() & holders[pk]),
            len(holders[pk]),
            covers.get(pk),
        )
        for pk in about
    ]
