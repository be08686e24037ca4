"""What the catalogue pushes, in its own transactions: a recording comes, joins a set, is withdrawn, goes."""

from collections.abc import Iterable

from django.db import transaction

from antiphon.accounts import service as accounts
from antiphon.consent.models import Act, Holder, Party, Subject, SubjectSet
from antiphon.consent.service import acts, folding
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
        Holder.objects.create(
            subject=subject, party=party, roles=ALL_ROLES, share_ppm=WHOLE_PPM, state=Holder.State.CONFIRMED
        )
        # A new recording of a track is in the sets that the track is in.
        sets = SubjectSet.objects.filter(subject__track_id=track_id).values_list("set_id", flat=True).distinct()
        joined = [SubjectSet(subject=subject, set_id=set_id, joined_at=clock.now()) for set_id in sets]
        SubjectSet.objects.bulk_create(joined)
        acts.grow()
        folding.fold([recording_id])


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
    ids = list(recording_ids)
    if Subject.objects.filter(pk__in=ids).exclude(terms=terms).update(terms=terms):
        acts.grow()
        folding.fold(ids)


def put_in_set(set_id: int, track_ids: Iterable[int]) -> None:
    """Say which of its owner's tracks a set holds now: answers on the set reach exactly these."""
    now = set(Subject.objects.filter(track_id__in=list(track_ids)).values_list("pk", flat=True))
    before = set(SubjectSet.objects.filter(set_id=set_id).values_list("subject_id", flat=True))
    if now == before:
        return
    SubjectSet.objects.filter(set_id=set_id, subject_id__in=before - now).delete()
    at = clock.now()
    SubjectSet.objects.bulk_create(SubjectSet(subject_id=pk, set_id=set_id, joined_at=at) for pk in now - before)
    acts.grow()
    folding.fold(now ^ before)


def drop_subjects(track_ids: Iterable[int]) -> None:
    """Tracks are deleted: what was made of them is recalled, and the gate knows them no more, which is a no."""
    rows = Subject.objects.filter(track_id__in=list(track_ids))
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        return
    acts.grow()
    _write_down(ids, True)
    folding.fold(ids, withdrawn=True)
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
        for entry in Act.objects.filter(party__user_id=user_id).values_list("entry", flat=True):
            if entry is not None:
                ledger.erase(entry)
        subject = f"erased:{user_id}"
        if not ledger.entries(limit=1, subject=subject):  # a restored account ends again; the log knows it already
            ledger.append("erasure", {"user": user_id}, subject=subject)
        end(user_id, clock.now())
        folding.fold(reached)
    return len(reached)
