"""What the catalogue pushes, in its own transactions: a recording comes, is withdrawn, goes.

Those transactions begin with `acts.hold`: whoever tells the gate something waits there, before any row of its own.
"""

from collections.abc import Iterable

from django.db import transaction

from antiphon.accounts import service as accounts
from antiphon.consent.models import Act, Answer, Gone, Holder, Party, Subject
from antiphon.consent.service import acts, folding, inviting, membership
from antiphon.consent.service.enquiries.making import forget_asker
from antiphon.consent.service.parties import end, party_of
from antiphon.kernel import clock
from antiphon.ledger import service as ledger

ALL_ROLES = "recording,composition,performance"
WHOLE_PPM = 1_000_000


def keep_subject(
    recording_id: int, *, track_id: int, owner: accounts.User, by_label: bool, terms: str, withdrawn: bool
) -> None:
    """Let the gate know a recording. Until somebody else is named, its owner holds every right in it."""
    with transaction.atomic():
        acts.hold()
        party = party_of(owner)
        subject, made = Subject.objects.get_or_create(
            recording_id=recording_id,
            defaults={
                "track_id": track_id,
                "owner": party,
                "delivery": Subject.Delivery.LABEL if by_label else Subject.Delivery.CREATOR,
                "terms": terms,
                "withdrawn": withdrawn,
            },
        )
        if not made:
            return
        acts.grow()
        _name_first_holders(subject, party)
        membership.follow_track(subject)
        folding.fold([recording_id])


def _name_first_holders(subject: Subject, owner: Party) -> None:
    """Name the owner; or, where the audio of a track was replaced, whoever holds the recording before.

    No yes goes over to other music, but nobody's rights and no seal are dropped by replacing it: the others are asked
    again, and until they have confirmed, everything is a no.
    """
    before = Subject.objects.filter(track_id=subject.track_id).exclude(pk=subject.pk).order_by("-pk").first()
    if before is None:
        Holder.objects.create(
            subject=subject, party=owner, roles=ALL_ROLES, share_ppm=WHOLE_PPM, state=Holder.State.CONFIRMED
        )
        return
    subject.sealed_at, subject.sealed_by = before.sealed_at, before.sealed_by
    subject.save(update_fields=["sealed_at", "sealed_by"])
    others = []
    for row in before.holders.exclude(state=Holder.State.DECLINED).select_related("party__user"):
        is_owner = row.party_id == owner.pk
        Holder.objects.create(
            subject=subject, party=row.party, roles=row.roles, share_ppm=row.share_ppm, named=row.named,
            is_minor=row.is_minor, state=Holder.State.CONFIRMED if is_owner else Holder.State.INVITED,
        )  # fmt: skip
        if not is_owner:
            others.append(row.party)
    inviting.invite_as_many_as_may_be(others, owner, subject)


def set_withdrawn(track_ids: Iterable[int], withdrawn: bool) -> None:
    """Tracks leave the platform, or come back. What was made of them is recalled."""
    changed = list(
        Subject.objects.filter(track_id__in=list(track_ids)).exclude(withdrawn=withdrawn).values_list("pk", flat=True)
    )
    if changed:
        acts.grow()
        _write_down(changed, withdrawn)
        folding.fold(changed, withdrawn=withdrawn)


def bind_terms(recording_ids: Iterable[int], terms: str) -> None:
    """Recordings that came in without accepted terms were attested now, under this version."""
    acts.hold()
    others = Subject.objects.filter(pk__in=list(recording_ids)).exclude(terms=terms)
    changed = list(others.order_by("pk").values_list("pk", flat=True))
    if changed:
        acts.grow()
        Subject.objects.filter(pk__in=changed).update(terms=terms)
        folding.fold(changed)


def drop_subjects(track_ids: Iterable[int]) -> None:
    """Tracks are deleted: what was made of them is recalled, and the gate knows them no more, which is a no."""
    rows = Subject.objects.filter(track_id__in=list(track_ids))
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        return
    change = acts.grow()
    _write_down(ids, True)
    folding.fold(ids, withdrawn=True)
    Gone.objects.bulk_create(
        (Gone(recording_id=pk, changed_in=change) for pk in ids),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["recording_id"],
        update_fields=["changed_in"],
    )
    rows.delete()


def _write_down(recording_ids: list[int], withdrawn: bool) -> None:
    """A withdrawal has its entry in the log, like a no: after a restore it is carried out again."""
    owners: dict[int, list[int]] = {}
    for pk, owner in Subject.objects.filter(pk__in=recording_ids).values_list("pk", "owner_id"):
        owners.setdefault(owner, []).append(pk)
    for party in Party.objects.filter(pk__in=owners).select_related("user"):
        told = {"recordings" if withdrawn else "back": sorted(owners[party.pk])}
        acts.write(Act.Kind.WITHDRAW, party=party, by=party.user, via="studio", told=told, at=clock.now())


def missing_subjects(recording_ids: Iterable[int]) -> set[int]:
    """Return those recordings that the gate does not know yet."""
    ids = set(recording_ids)
    return ids - set(Subject.objects.filter(pk__in=ids).values_list("pk", flat=True))


def match_changed(recording_ids: Iterable[int]) -> None:
    """What is known of matches has changed, or a person has looked at one."""
    with transaction.atomic():
        acts.grow()
        folding.fold(recording_ids)


def forget_person(user_id: int) -> int:
    """An account ends. What the person refused stays, without their name; their yes counts no more.

    The private text of what they did leaves the log: its commitments stay, and nobody can tell what they were. That
    the account ended is written there, so that no restored backup brings it back.
    """
    with transaction.atomic():
        acts.grow()
        reached = list(Holder.objects.filter(party__user_id=user_id).values_list("subject_id", flat=True))
        for act in Act.objects.filter(party__user_id=user_id).exclude(entry=None):
            # A no that stays has to be heard again after a restore; it names a number and purposes, and nobody.
            if act.entry is not None and Answer.Said.NO not in act.told.get("answers", {}).values():
                ledger.erase(act.entry)
        subject = f"erased:{user_id}"
        if not ledger.entries(limit=1, subject=subject):  # a restored account ends again; the log knows it already
            ledger.append("erasure", {"user": user_id}, subject=subject)
        forget_asker(user_id)
        end(user_id, clock.now())
        folding.fold(reached)
    return len(reached)
