"""Comparing a recording with all that is here, and writing down what it sounds like. Fails closed: until it is done,
and when it cannot be done, the upload is held.

A recording is in the index before it is compared, so of two that arrive together at least one finds the other.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_noop

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.identification.core import stretches
from antiphon.identification.core.stretches import Stretch
from antiphon.identification.models import Comparison, Fingerprint, Match
from antiphon.identification.service import hearing, matches, shelving
from antiphon.jobs import service as jobs
from antiphon.kernel import clock

if TYPE_CHECKING:
    from antiphon.identification.engines.shelf import Likeness
    from antiphon.identification.engines.views import View

log = logging.getLogger(__name__)
FAILED = gettext_noop("It could not be compared with the music here. Try again, or wait for a moderator.")


class Place(NamedTuple):
    """Whose a recording is."""

    track_id: int
    owner_id: int


def hear_and_compare(recording_id: int, ctx: jobs.JobContext) -> None:
    """Hear a recording if nobody did, index it, compare it. May run again after a kill at any point."""
    with shelving.patiently(ctx):
        if hearing.hear(recording_id, ctx):
            shelving.bring_in()
            compare(recording_id)


def compare(recording_id: int) -> list[Match]:
    """Store what a recording sounds like, and say that it was compared; return the new matches of any recording."""
    row = Fingerprint.objects.filter(recording_id=recording_id).first()
    if row is None:
        return []
    found = found_in(recording_id, bytes(row.prints), shelving.whole_view())
    with transaction.atomic():
        consent.hold()
        # Deleted or withdrawn meanwhile: then there is nothing to say of it.
        if not Fingerprint.objects.filter(pk=row.pk).exists():
            return []
        new = keep(found)
        Comparison.objects.update_or_create(
            recording_id=recording_id,
            defaults={"state": Comparison.State.COMPARED, "because": "", "since": clock.now()},
        )
        matches.changed({recording_id} | {one.recording_id for one in new})
        matches.tell(new)
    return new


def found_in(recording_id: int, packed: bytes, view: "View", *, own_too: bool = True) -> list[Stretch]:
    """Return the stretches of a recording that may be other music. Its own track's recordings are not looked at.

    Where it finds its owner's own music it looks again without that: behind many copies of one's own there may be
    whose music it is.
    """
    from antiphon.identification.engines.shelf import likenesses

    mine = places_of([recording_id]).get(recording_id)
    if mine is None:
        return []
    found = likenesses(packed, view, besides=_names(track_id=mine.track_id))
    places = places_of(int(one.name) for one in found)
    if any(place.owner_id == mine.owner_id for place in places.values()):
        own = [one for one in found if (place := places.get(int(one.name))) and place.owner_id == mine.owner_id]
        found = likenesses(packed, view, besides=_names(track__profile__owner_id=mine.owner_id))
        found += own if own_too else []
    kept = set(
        Fingerprint.objects.filter(recording_id__in={int(one.name) for one in found}).values_list(
            "recording_id", flat=True
        )
    )
    return [_stretch(recording_id, one) for one in found if int(one.name) in kept]


def keep(found: Iterable[Stretch]) -> list[Match]:
    """Store stretches that are not known yet, in the caller's transaction; of one owner's own, as resolved."""
    found = list(found)
    numbers = {number for one in found for number in (one.recording, one.other)}
    places = places_of(numbers)
    known = [_kept(row) for row in Match.objects.filter(recording_id__in=numbers, other_id__in=numbers)]
    rows = [_row(one, places) for one in stretches.chosen(found, known) if {one.recording, one.other} <= places.keys()]
    return Match.objects.bulk_create(rows)


def recheck(recording_id: int) -> list[Match]:
    """Look for a recording in everything that is here, as whoever claims it asks; return the new matches.

    What it finds in an earlier upload is a match of that upload, though the claimed recording came later.
    """
    row = Fingerprint.objects.filter(recording_id=recording_id).first()
    if row is None:
        return []
    found = found_in(recording_id, bytes(row.prints), shelving.whole_view(), own_too=False)
    with transaction.atomic():
        consent.hold()
        numbers = [one.other for one in found]
        known = [_kept(one) for one in Match.objects.filter(recording_id__in=numbers, other_id=recording_id)]
        places = places_of([recording_id, *numbers])
        turned = [one.turned() for one in found]
        new = [_row(one, places) for one in stretches.unknown(turned, known) if one.recording in places]
        Match.objects.bulk_create(new)
        matches.changed({one.recording_id for one in new})
        matches.tell(new)
    return new


def compare_again(recording_id: int) -> None:
    """Look once more before a recording goes where it cannot be called back from: what is found is a no at the gate.

    Raises `Conflict` while another process writes to the index, `Damaged`, `Newer`, `Behind`.
    """
    shelving.bring_in()
    compare(recording_id)


def failed(recording_id: int, reason: str) -> None:
    """A comparison was given up: the upload stays held, for a reason its uploader reads. In a transaction.

    One that was compared before stays so. For the gate nothing changes: nobody has compared it, before as after.
    """
    log.warning("recording %s could not be compared: %s", recording_id, reason)
    if not catalogue.Recording.objects.filter(pk=recording_id).exists():
        return
    row, _made = Comparison.objects.get_or_create(recording_id=recording_id)
    if row.state == Comparison.State.WAITING:
        row.state, row.because, row.since = Comparison.State.FAILED, FAILED, clock.now()
        row.save(update_fields=["state", "because", "since"])
        catalogue.refresh_held([recording_id])


def retry(recording_id: int) -> None:
    """Compare again what failed: its uploader asks, or a moderator. Nothing happens to what is compared or waits."""
    with transaction.atomic():
        rows = Comparison.objects.filter(recording_id=recording_id, state=Comparison.State.FAILED)
        if rows.update(state=Comparison.State.WAITING, because="", since=clock.now()):
            catalogue.refresh_held([recording_id])
            hearing.enqueue([recording_id])


def places_of(recording_ids: Iterable[int]) -> Mapping[int, Place]:
    """Return whose each of these recordings is; those that are gone are left out. One query."""
    columns = ("pk", "track_id", "track__profile__owner_id")
    rows = catalogue.Recording.objects.filter(pk__in=set(recording_ids)).values_list(*columns)
    return {pk: Place(track_id, owner_id) for pk, track_id, owner_id in rows}


def _names(**of: int) -> list[str]:
    return [str(pk) for pk in catalogue.Recording.objects.filter(**of).values_list("pk", flat=True)]


def _stretch(recording_id: int, one: "Likeness") -> Stretch:
    match = one.match
    return Stretch(
        recording=recording_id,
        other=int(one.name),
        at_ms=match.at_ms,
        length_ms=match.length_ms,
        other_at_ms=match.track_at_ms,
        other_length_ms=match.track_length_ms,
        tempo=match.tempo,
        pitch=match.pitch,
        score=match.score,
        chance=match.chance,
        is_certain=stretches.is_certain(match.chance, match.is_certain),
    )


def _row(one: Stretch, places: Mapping[int, Place]) -> Match:
    row = Match(
        recording_id=one.recording,
        other_id=one.other,
        **{name: getattr(one, name) for name in _COLUMNS},
    )
    if places[one.recording].owner_id == places[one.other].owner_id:
        row.state, row.way, row.resolved_at = Match.State.RESOLVED, Match.Way.OWN, clock.now()
    return row


def _kept(row: Match) -> Stretch:
    return Stretch(row.recording_id, row.other_id, **{name: getattr(row, name) for name in _COLUMNS})


_COLUMNS = (
    "at_ms", "length_ms", "other_at_ms", "other_length_ms", "tempo", "pitch", "score", "chance", "is_certain",
)  # fmt: skip
