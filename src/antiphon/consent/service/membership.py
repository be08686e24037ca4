"""Which sets a recording is in: what the catalogue says of it, and what a restored database has forgotten of it.

Answers on a set reach what it holds, so joining and leaving change what counts, as an answer does: each has its entry
in the log, in the same transaction.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from antiphon.consent.models import Act, Party, Subject, SubjectSet
from antiphon.consent.service import acts, folding
from antiphon.kernel import clock


def put_in_set(set_id: int, track_ids: Iterable[int]) -> None:
    """Say which of its owner's tracks a set holds now: answers on the set reach exactly these. Their order says
    nothing here, and writes nothing down.
    """
    with transaction.atomic():
        acts.hold()  # before anything is read: what is written down is what has changed
        now = set(Subject.objects.filter(track_id__in=list(track_ids)).values_list("pk", flat=True))
        rows = SubjectSet.objects.filter(set_id=set_id)
        before = set(rows.filter(left_at=None).values_list("subject_id", flat=True))
        joined, left = now - before, before - now
        if not joined and not left:
            return
        acts.grow()
        at = clock.now()
        rows.filter(subject_id__in=left).update(left_at=at)
        back = set(rows.filter(subject_id__in=joined).values_list("subject_id", flat=True))
        rows.filter(subject_id__in=back).update(left_at=None, joined_at=at, only_refuses=False)
        SubjectSet.objects.bulk_create(
            SubjectSet(subject_id=pk, set_id=set_id, joined_at=at) for pk in sorted(joined - back)
        )
        _write_down(set_id, joined, left, at)
        folding.fold(joined | left)


def follow_track(subject: Subject) -> None:
    """Put a new recording of a track into the sets that the track is in. Whoever calls counts the change and folds."""
    at = clock.now()
    sides = SubjectSet.objects.filter(Q(left_at=None) | Q(only_refuses=True), subject__track_id=subject.track_id)
    by_set: dict[int, list[SubjectSet]] = {}
    for side in sides.order_by("set_id", "pk"):
        by_set.setdefault(side.set_id, []).append(side)
    for set_id, members in by_set.items():
        is_in = any(member.left_at is None for member in members)
        SubjectSet.objects.create(
            subject=subject, set_id=set_id, joined_at=at, left_at=None if is_in else at,
            only_refuses=any(member.only_refuses for member in members),
        )  # fmt: skip
        if is_in:
            _write_down(set_id, [subject.pk], [], at)


def remember(party: Party, set_id: int, joined: Collection[int], left: Collection[int], at: datetime) -> list[int]:
    """After a restore: what later joined a set, or left it, is bound by what is refused there and gets no yes there.

    The catalogue has forgotten it, so what it says of the set undoes nothing here: only when its owner puts a track
    that is not in the set into it does everything that is said there count again. Return the recordings to fold.
    """
    known = set(Subject.objects.filter(pk__in=[*joined, *left], owner=party).values_list("pk", flat=True))
    rows = SubjectSet.objects.filter(set_id=set_id, subject_id__in=known)
    rows.filter(Q(subject_id__in=left) | ~Q(left_at=None)).update(only_refuses=True)
    fresh = known & set(joined) - set(rows.values_list("subject_id", flat=True))
    SubjectSet.objects.bulk_create(
        SubjectSet(subject_id=pk, set_id=set_id, joined_at=at, left_at=at, only_refuses=True) for pk in sorted(fresh)
    )
    return sorted(known)


def _write_down(set_id: int, joined: Collection[int], left: Collection[int], at: datetime) -> None:
    owners = dict(Subject.objects.filter(pk__in=[*joined, *left]).values_list("pk", "owner_id"))
    for party in Party.objects.filter(pk__in=set(owners.values())).select_related("user"):
        told = {
            "set": set_id,
            "joined": sorted(pk for pk in joined if owners[pk] == party.pk),
            "left": sorted(pk for pk in left if owners[pk] == party.pk),
        }
        acts.write(Act.Kind.SET, party=party, by=party.user, via="studio", told=told, at=at)
