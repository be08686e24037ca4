"""Tracks that wait to be compared with the music that is here, or are held because of what was found."""

from collections.abc import Iterable

from django.db import transaction

from antiphon.catalogue import registry
from antiphon.catalogue.models import Recording, Track

FREE, MATCHING, HELD = Track.Held.FREE, Track.Held.MATCHING, Track.Held.HELD
_READY = (Recording.State.PLAYABLE, Recording.State.COMPLETE)


def held_of(recording: Recording) -> str:
    """Return how a track that sounds like this recording is held."""
    return held_now([recording.pk])[recording.pk]


def held_now(recording_ids: Iterable[int]) -> dict[int, str]:
    """Return how tracks that sound like these recordings are held; free, where nobody compares."""
    matcher, ids = registry.matcher(), list(recording_ids)
    return dict.fromkeys(ids, FREE) if matcher is None or not ids else dict(matcher.held_of(ids))


def waits(track: Track, recording: Recording) -> bool:
    """Tell whether a newer recording has to wait before it takes the place of the one that others hear."""
    heard = track.state == Track.State.PUBLISHED and track.playable and not track.held
    return heard and track.recording_id not in (None, recording.pk) and held_of(recording) != FREE


def refresh_held(recording_ids: Iterable[int]) -> None:
    """Take up what is said of recordings now, in the caller's transaction.

    A track that is held is let go or held on; one that others hear stays as it is, whatever is found later: a person
    decides about that. A newer recording that waited takes its place once it is free.
    """
    matcher, ids = registry.matcher(), sorted(set(recording_ids))
    if matcher is None or not ids:
        return
    said = matcher.held_of(ids)
    with transaction.atomic():
        recordings = list(Recording.objects.filter(pk__in=ids, state__in=_READY).only("pk", "track_id").order_by("pk"))
        rows = Track.objects.select_for_update().filter(pk__in={row.track_id for row in recordings}).order_by("pk")
        tracks = {track.pk: track for track in rows}
        for recording in recordings:
            track, held = tracks[recording.track_id], said[recording.pk]
            if track.recording_id == recording.pk:
                if track.held and track.held != held:
                    _write(track, recording, held)
            elif held == FREE and track.recording_id is not None and recording.pk > track.recording_id:
                _write(track, recording, held)


def hold_back(recording_ids: Iterable[int]) -> None:
    """Hold tracks that sound like these recordings, also those that others hear: a person has decided so.

    In the caller's transaction. `refresh_held` lets them go once nothing is said against them any more.
    """
    rows = Track.objects.select_for_update().filter(recording__in=list(recording_ids)).exclude(held=HELD)
    for track in rows.select_related("recording").order_by("pk"):
        if track.recording is not None:
            _write(track, track.recording, HELD)


def _write(track: Track, recording: Recording, held: str) -> None:
    track.recording, track.held = recording, held
    track.save(update_fields=["recording", "held", "updated_at"])
