"""What each side of a case may see of the music in it: names, waveforms and sound, and never more than its right.

Music that is not out is nameless and silent for the other side: they learn from when to when, and no more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from antiphon.accounts import service as accounts
from antiphon.cases import service as cases
from antiphon.cases.core.course import Side
from antiphon.catalogue import service as catalogue
from antiphon.identification.models import Claim, Match
from antiphon.identification.service.disputes.claims import KIND as CLAIM
from antiphon.kernel.errors import AntiphonError

MOST_SHOWN = 30


@dataclass(frozen=True)
class Music:
    """A recording of a case to one reader. Without `track` it is nameless to them."""

    recording_id: int
    track: catalogue.Track | None
    recording: catalogue.Recording | None  # with its waveform; None where they may not see that
    is_theirs: bool
    may_play: bool


@dataclass(frozen=True)
class Stretch:
    """A stretch of the upload beside the stretch that it sounds like; a claim may name none."""

    at_ms: int
    length_ms: int
    other_at_ms: int = 0
    other_length_ms: int = 0
    tempo: float = 1.0
    pitch: float = 0.0
    is_certain: bool = True
    chance: float = 0.0


@dataclass(frozen=True)
class Pair:
    """An upload beside one recording that it sounds like, with every stretch of it."""

    upload: Music
    other: Music | None
    stretches: Sequence[Stretch]
    claim: Claim | None = None


def pairs_of(viewer: accounts.User, side: Side, file: cases.CaseFile) -> list[Pair]:
    """Return the music of a case to somebody who reads it on this side. A few queries for each recording in it."""
    if file.kind == CLAIM:
        row = Claim.objects.filter(pk=file.subject_id).first()
        return [_claimed(viewer, side, row)] if row is not None else []
    rows = list(Match.objects.filter(case_id=file.pk).order_by("other_id", "at_ms")[:MOST_SHOWN])
    upload = _music(viewer, side, file.subject_id, of=Side.UPLOADER)
    return [
        Pair(
            upload,
            _music(viewer, side, other, of=Side.HOLDER),
            [_stretch(row) for row in rows if row.other_id == other],
        )
        for other in dict.fromkeys(row.other_id for row in rows)
    ]


def files_about(recording_ids: Iterable[int]) -> set[int]:
    """Return the cases in which one of these recordings is the upload, or what it sounds like. Two queries."""
    ids = list(recording_ids)
    found: set[int | None] = set()
    matched = Match.objects.filter(Q(recording_id__in=ids) | Q(other_id__in=ids))
    claimed = Claim.objects.filter(Q(recording_id__in=ids) | Q(reference_id__in=ids))
    for rows in (matched, claimed):
        found.update(rows.exclude(case_id=None).values_list("case_id", flat=True))
    return {pk for pk in found if pk is not None}


def _claimed(viewer: accounts.User, side: Side, row: Claim) -> Pair:
    upload = _music(viewer, side, row.recording_id, of=Side.UPLOADER)
    other = _music(viewer, side, row.reference_id, of=Side.HOLDER) if row.reference_id else None
    found: list[Stretch] = []
    if row.reference_id:
        found = _between(row.recording_id, row.reference_id)
    return Pair(upload, other, found or [Stretch(row.at_ms, row.length_ms)], row)


def _between(recording_id: int, reference_id: int) -> list[Stretch]:
    """Return how these two match, whichever of them is the later one: a claim may be on the earlier."""
    numbers = (recording_id, reference_id)
    rows = Match.objects.filter(recording_id__in=numbers, other_id__in=numbers).order_by("at_ms")[:MOST_SHOWN]
    return [_stretch(row) if row.recording_id == recording_id else _turned(row) for row in rows]


def _turned(row: Match) -> Stretch:
    """Return a match as its other recording has it."""
    return Stretch(
        row.other_at_ms, row.other_length_ms, row.at_ms, row.length_ms, 1 / (row.tempo or 1), -row.pitch,
        row.is_certain, row.chance,
    )  # fmt: skip


def _stretch(row: Match) -> Stretch:
    return Stretch(
        row.at_ms, row.length_ms, row.other_at_ms, row.other_length_ms, row.tempo, row.pitch, row.is_certain, row.chance
    )


def _music(viewer: accounts.User, side: Side, recording_id: int, *, of: Side) -> Music:
    """Return a recording as this reader may know it; one that is gone is nameless to everybody."""
    nameless = Music(recording_id, None, None, side is of, may_play=False)
    try:
        recording = catalogue.recording_by_id(recording_id)
        track = catalogue.track_for(viewer, recording.track_id)
    except AntiphonError:
        return nameless
    is_theirs = catalogue.is_owner(viewer, track)
    # An earlier sound of a public track is not public any more.
    is_current = track.recording_id == recording_id
    is_out = catalogue.is_public(track) and is_current
    # Music that is not out never plays to a moderator for being matched; the upload in question does.
    may_play = (
        is_current and track.playable and (is_theirs or is_out or (side is Side.MODERATOR and of is Side.UPLOADER))
    )
    if not (is_theirs or is_out or side is Side.MODERATOR):
        return nameless
    return Music(recording_id, track, recording, is_theirs, may_play)
