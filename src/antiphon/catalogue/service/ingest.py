"""What the ingest tells back about a recording, step by step. Every verb may be called twice."""

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import registry
from antiphon.catalogue.core import words
from antiphon.catalogue.core.facts import CheckedFacts, PlayableFacts, Tags
from antiphon.catalogue.models import Recording, Track
from antiphon.catalogue.service import addresses, folders, folding, holding
from antiphon.kernel.errors import NotFound


def recording_checked(recording_id: int, facts: CheckedFacts) -> None:
    """The file is music: keep what it is, and fill what nobody has written yet from its tags."""
    with transaction.atomic():
        recording = _recording(recording_id)
        recording.container, recording.codec, recording.sha256 = facts.container, facts.codec, facts.sha256
        recording.duplicate_of = _twin(recording)
        recording.save(update_fields=["container", "codec", "sha256", "duplicate_of"])
        track = recording.track
        if track.state == Track.State.DRAFT and track.recording_id == recording.pk:
            _describe(track, recording, facts.tags)


def recording_playable(recording_id: int, facts: PlayableFacts) -> None:
    """The first rendition is stored: this is what the track sounds like from now on."""
    with transaction.atomic():
        recording = _recording(recording_id)
        for name in [
            "duration_ms",
            "rate_hz",
            "channels",
            "loudness_lufs",
            "loudness_range_lu",
            "true_peak_dbtp",
            "waveform_key",
            "overview",
            "waveform_path",
            "report",
        ]:
            setattr(recording, name, getattr(facts, name))
        if recording.state != Recording.State.COMPLETE:
            recording.state = Recording.State.PLAYABLE
        recording.failure_code = recording.failure = ""
        recording.save()
        track = recording.track
        # An older recording that is prepared again must not push out a newer one.
        newer = track.recording_id is None or not track.playable or recording.pk >= track.recording_id
        if newer and not holding.waits(track, recording):
            if track.recording_id != recording.pk:
                track.held = holding.held_of(recording)
            track.recording = recording
        track.playable = True
        track.save(update_fields=["recording", "held", "playable", "updated_at"])


def recording_complete(recording_id: int) -> None:
    """Every rendition is stored."""
    with transaction.atomic():
        recording = _recording(recording_id)
        recording.state = Recording.State.COMPLETE
        recording.save(update_fields=["state"])


def recording_failed(recording_id: int, code: str, reason: str) -> None:
    """It cannot be made listenable, for a reason in words. What can be heard already stays so."""
    with transaction.atomic():
        recording = _recording(recording_id)
        recording.failure_code, recording.failure = code[:40], reason[:500]
        if recording.state == Recording.State.RECEIVED:
            recording.state = Recording.State.FAILED
        recording.save(update_fields=["state", "failure_code", "failure"])


def recording_retried(recording_id: int) -> None:
    """Its uploader wants another try."""
    with transaction.atomic():
        recording = _recording(recording_id)
        if recording.state == Recording.State.FAILED:
            recording.state = Recording.State.RECEIVED
        recording.failure_code = recording.failure = ""
        recording.save(update_fields=["state", "failure_code", "failure"])


def set_artwork(track_id: int, key: str) -> None:
    """A picture was prepared for a track: it replaces the one before."""
    with transaction.atomic():
        track = Track.objects.select_for_update().filter(pk=track_id).first()
        if track is None or track.artwork_key == key:
            return
        if track.artwork_key:
            registry.ingest().forget([track.artwork_key + "/"])
        track.artwork_key = key
        track.save(update_fields=["artwork_key", "updated_at"])
        registry.ingest().track_described(track.pk)


def recording_for(user: accounts.User, recording_id: int) -> Recording:
    """Return a recording of one's own. Raises `NotFound`."""
    rows = Recording.objects.select_related("track__profile").filter(pk=recording_id, track__profile__owner=user)
    recording = rows.first()
    if recording is None:
        raise NotFound(_("There is no such recording of yours."))
    return recording


def recording_by_id(recording_id: int) -> Recording:
    """Return any recording, with track and profile, for the rooms that work on it. Raises `NotFound`."""
    recording = Recording.objects.select_related("track__profile").filter(pk=recording_id).first()
    if recording is None:
        raise NotFound(_("There is no such recording."))
    return recording


def _recording(recording_id: int) -> Recording:
    rows = Recording.objects.select_for_update(of=("self",)).select_related("track__profile")
    recording = rows.filter(pk=recording_id).first()
    if recording is None:
        raise NotFound(_("There is no such recording."))
    return recording


def _twin(recording: Recording) -> Recording | None:
    twins = Recording.objects.filter(sha256=recording.sha256, track__profile__owner_id=recording.track.profile.owner_id)
    return twins.exclude(pk=recording.pk).exclude(state=Recording.State.FAILED).order_by("pk").first()


def _describe(track: Track, recording: Recording, tags: Tags) -> None:
    untouched = track.title == words.title_from_file(recording.original_name)
    if tags.title and untouched and tags.title != track.title:
        track.title = words.one_line(tags.title, 300)
        track.slug = addresses.free_track_slug(track.profile_id, track.title)
    said = {
        "artists": _credited(tags, track),
        "genre": words.one_line(tags.genre, 100),
        "isrc": tags.isrc,
        "release_date": tags.release_date,
        "bpm": round(tags.bpm, 2) if tags.bpm else None,
        "key_signature": tags.key_signature[:20],
        "track_number": tags.track_number,
        "disc_number": tags.disc_number,
    }
    for name, value in said.items():
        if value and not getattr(track, name):
            setattr(track, name, value)
    track.search_text = folding.track_text(track)
    track.save()
    music_set = folders.attached_set(track)
    if music_set is not None:
        folders.name_after_album(music_set, words.one_line(tags.album, 300))
        folders.arrange(music_set)


def _credited(tags: Tags, track: Track) -> str:
    """The artists as the page credits them; nothing when it is just the profile's own name."""
    names = ", ".join(tags.artists)[:500]
    return "" if names.casefold() == track.profile.name.casefold() else names
