"""What others show of the gate: an act, a question with its manifest, the answer in force, and each decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from pyroaring import BitMap

from antiphon.accounts import service as accounts
from antiphon.consent.core.decisions import Decision, decide
from antiphon.consent.core.facts import facts_of
from antiphon.consent.core.permits import SITE, Permit
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.models import Act, Answer, Asked, AskedRule, Holder, Subject
from antiphon.consent.service import asking, deciding, folding, gate
from antiphon.consent.service.holders import holds
from antiphon.kernel.errors import NotFound

if TYPE_CHECKING:
    from antiphon.ledger.core.trie import Trie


@dataclass(frozen=True)
class Considered:
    """A question that considered a recording: its entry, its manifest, and the holder's answer it was bound by."""

    asked: Asked
    manifest: "Trie"
    salt: bytes
    answer: Act | None  # None: this holder had said nothing about the purpose


def act_at(uid: str) -> Act:
    """Return an act. Raises `NotFound`."""
    row = Act.objects.select_related("party").filter(uid=uid).first()
    if row is None:
        raise NotFound(_("There is no such act."), subject=uid[:40])
    return row


def asked_at(uid: str) -> Asked:
    """Return a question to the gate. Raises `NotFound`."""
    row = Asked.objects.filter(uid=uid).first()
    if row is None:
        raise NotFound(_("There is no such question to the gate."), subject=uid[:40])
    return row


def considered(uid: str, recording_id: int, user: accounts.User) -> Considered:
    """Return a question as it concerned a recording. Raises `NotFound` but for holders of that recording."""
    asked = Asked.objects.filter(uid=uid, purpose__gt=0).first()
    if asked is None or not holds(user, recording_id) or not _was_considered(asked, recording_id):
        raise NotFound(_("Nobody asked this about a recording of yours."), subject=uid[:40])
    salt = bytes(asked.salt)
    manifest = asking.manifest(BitMap.deserialize(bytes(asked.bitmap)), salt)
    return Considered(asked, manifest, salt, _in_force(asked, recording_id, user))


def _was_considered(asked: Asked, recording_id: int) -> bool:
    rows = AskedRule.objects.filter(asked=asked).values_list("bitmap", flat=True)
    return any(recording_id in BitMap.deserialize(bytes(row)) for row in rows)


def _in_force(asked: Asked, recording_id: int, user: accounts.User) -> Act | None:
    """The act by which this holder's word about the purpose stood at that moment."""
    subject = Subject.objects.filter(pk=recording_id).first()
    holder = Holder.objects.filter(subject_id=recording_id, party__user=user).first()
    if subject is None or holder is None:
        return None
    made, _people = folding.folded(subject, folding.read([subject], asked.at), asked.at, actor=asked.actor)
    said = made.statements(PURPOSES[asked.purpose - 1].slug)
    numbers = [one.id for one in (*said.noes, *said.asks, *said.yeses) if one.holder == holder.pk]
    row = Answer.objects.select_related("act").filter(pk__in=numbers).first()
    return row.act if row is not None else None


def concerning(user: accounts.User, uid: str) -> list[int]:
    """Return the recordings in which somebody holds rights and which a question considered."""
    mine = BitMap(Holder.objects.filter(party__user=user).values_list("subject_id", flat=True))
    found = BitMap()
    for bitmap in AskedRule.objects.filter(asked__uid=uid).values_list("bitmap", flat=True):
        found |= BitMap.deserialize(bytes(bitmap)) & mine
    return list(found)


def permit_again(uid: str) -> Permit:
    """Return what still stands of a permit given before: for a job that goes on after it was cut off.

    Raises `NotFound`, and `Refused` when nothing stands any more.
    """
    asked = Asked.objects.filter(uid=uid, purpose__gt=0).first()
    if asked is None:
        raise NotFound(_("The gate gave no such permit."), subject=uid[:40])
    reasons = AskedRule.objects.filter(asked=asked).values_list("rule", "count")
    return gate.recheck(
        Permit(
            uid=asked.uid, system=asked.system, purpose=PURPOSES[asked.purpose - 1].slug, actor=asked.actor,
            at=asked.at, allowed=BitMap.deserialize(bytes(asked.bitmap)), considered=asked.considered,
            reasons={rule: count for rule, count in reasons if not deciding.is_allowing(rule)},
            consent_size=asked.consent_size, manifest_root=asked.manifest_root,
        )
    )  # fmt: skip


def decisions_of(recording_id: int, *, at: datetime) -> list[Decision]:
    """Return what the gate says to this site itself for each of the sixteen purposes, in public words. One query."""
    subject = Subject.objects.filter(pk=recording_id).first() or Subject()
    standing = deciding.standing_of(subject)
    return [
        decide(facts_of(standing, one.slug), purpose=one.slug, actor=SITE, at=at, terms=subject.terms)
        for one in PURPOSES
    ]


def answers_of(user: accounts.User) -> QuerySet[Answer]:
    """Return what somebody says at present, everywhere: one row a place and purpose."""
    rows = Answer.objects.filter(party__user=user, superseded_by=None)
    return rows.exclude(said=Answer.Said.NOTHING).order_by("-at", "-pk")


def tracks_of(recording_ids: Iterable[int]) -> dict[int, int]:
    """Return the tracks of these recordings, as the gate knows them, by recording."""
    return dict(Subject.objects.filter(pk__in=recording_ids).values_list("recording_id", "track_id"))
