"""What a creator does with tracks: describe, publish, withdraw, delete. Ownership is checked in every verb."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import registry
from antiphon.catalogue.core.edits import TRACK_FIELDS, Changes, clean
from antiphon.catalogue.models import License, Recording, Sharing, Track
from antiphon.catalogue.service import addresses, appeals, folding, gate, holding, indexing
from antiphon.consent import service as consent
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import BadInput, Conflict, NotFound

MOST_AT_ONCE = 500


def own_track(user: accounts.User, track_id: int) -> Track:
    """Return one's own track with profile and recording. Raises `NotFound`."""
    return own_tracks(user, [track_id])[0]


def own_tracks(user: accounts.User, track_ids: Iterable[int]) -> list[Track]:
    """Return one's own tracks in the order asked. Raises `NotFound` when one is missing or somebody else's."""
    wanted = list(dict.fromkeys(track_ids))
    if len(wanted) > MOST_AT_ONCE:
        raise BadInput(_("At most %d tracks at once.") % MOST_AT_ONCE, hint=_("Choose fewer, and repeat."))
    rows = Track.objects.select_related("profile", "recording").filter(pk__in=wanted, profile__owner=user)
    found = {track.pk: track for track in rows}
    if len(found) != len(wanted):
        raise NotFound(_("One of these tracks is not yours, or is not there any more."))
    return [found[pk] for pk in wanted]


def edit_track(user: accounts.User, track_id: int, changes: Changes) -> Track:
    """Change what is said of a track. Raises `BadInput` naming each wrong field, `NotFound`."""
    good = clean(TRACK_FIELDS, changes, _)
    with transaction.atomic():
        track = own_track(user, track_id)
        if "slug" in good:
            addresses.move_track(track, good.pop("slug"))
        for name, value in good.items():
            setattr(track, name, value)
        _save(track)
        indexing.tracks_changed([track.pk])
    return track


def edit_tracks(user: accounts.User, track_ids: Iterable[int], changes: Changes) -> list[Track]:
    """Make the same changes to many tracks, or to none when one of them cannot take it."""
    good = clean({name: check for name, check in TRACK_FIELDS.items() if name not in ("slug", "title")}, changes, _)
    with transaction.atomic():
        tracks = own_tracks(user, track_ids)
        for track in _in_order(tracks):
            for name, value in good.items():
                setattr(track, name, value)
            _save(track)
        indexing.tracks_changed(track.pk for track in tracks)
    return tracks


def publish_tracks(
    user: accounts.User,
    track_ids: Iterable[int],
    *,
    sharing: str = Sharing.PUBLIC,
    at: datetime | None = None,
) -> list[Track]:
    """Let others hear tracks: now, at an instant, or (while they are being prepared) as soon as they can be played.

    Raises `BadInput` for a track that failed, has no attestation, or an instant in the past.
    """
    if sharing not in Sharing.values:
        raise BadInput(
            _("Tracks are shared publicly, by secret link, or not at all."), fields={"sharing": _("Unknown.")}
        )
    now = clock.now()
    if at is not None and at < now:
        raise BadInput(
            _("That moment has passed."), hint=_("Choose a later one."), fields={"at": _("This is in the past.")}
        )
    with transaction.atomic():
        consent.hold()
        tracks = own_tracks(user, track_ids)
        for track in _in_order(tracks):
            _check_publishable(track)
            # Publishing again after taking it off keeps the first date, or it would jump to the top of every list.
            before = track.published_at if track.published_at and track.published_at <= now else None
            track.published_at = at or before or now
            track.state, track.sharing, track.withdrawn_at = Track.State.PUBLISHED, sharing, None
            _save(track)
        consent.set_withdrawn([track.pk for track in tracks], False)
        indexing.tracks_changed(track.pk for track in tracks)
    return tracks


def unpublish_tracks(user: accounts.User, track_ids: Iterable[int]) -> list[Track]:
    """Take tracks back to drafts: their pages stay for their creator only."""
    with transaction.atomic():
        tracks = own_tracks(user, track_ids)
        for track in _in_order(tracks):
            if track.state == Track.State.PUBLISHED:
                track.state = Track.State.DRAFT
                if track.published_at and track.published_at > clock.now():
                    track.published_at = None
                _save(track)
        indexing.tracks_changed(track.pk for track in tracks)
    return tracks


def withdraw_tracks(user: accounts.User, track_ids: Iterable[int]) -> list[Track]:
    """Let tracks leave the platform at once. `restore_tracks` undoes it, until they are deleted."""
    with transaction.atomic():
        consent.hold()
        tracks = own_tracks(user, track_ids)
        for track in _in_order(tracks):
            if track.state != Track.State.WITHDRAWN:
                track.state, track.withdrawn_at = Track.State.WITHDRAWN, clock.now()
                _save(track)
        consent.set_withdrawn([track.pk for track in tracks], True)
        indexing.tracks_changed(track.pk for track in tracks)
    return tracks


def restore_tracks(user: accounts.User, track_ids: Iterable[int]) -> list[Track]:
    """Bring withdrawn tracks back to what they were: published when they had been, else drafts."""
    with transaction.atomic():
        consent.hold()
        tracks = own_tracks(user, track_ids)
        for track in _in_order(tracks):
            if track.state == Track.State.WITHDRAWN:
                track.state = Track.State.PUBLISHED if track.published_at else Track.State.DRAFT
                track.withdrawn_at = None
                _save(track)
        consent.set_withdrawn([track.pk for track in tracks], False)
        indexing.tracks_changed(track.pk for track in tracks)
    return tracks


def delete_tracks(user: accounts.User, track_ids: Iterable[int]) -> int:
    """Delete tracks and their files for good."""
    with transaction.atomic():
        consent.hold()
        return _delete(own_tracks(user, track_ids))


def hold() -> None:
    """Keep out whoever else changes what the gate says of tracks, until the transaction ends."""
    consent.hold()


def forget_person(user_id: int) -> int:
    """Delete everything a person brought here; the last act of an account's deletion."""
    with transaction.atomic():
        consent.hold()
        appeals.forget_words(user_id)
        return _delete(list(Track.objects.filter(profile__owner_id=user_id)))


def renew_secret(user: accounts.User, track_id: int) -> Track:
    """Make a new secret link; the one before opens nothing any more."""
    with transaction.atomic():
        track = own_track(user, track_id)
        track.secret_token = ids.new_secret()
        _save(track)
    return track


def recordings_of(user: accounts.User, track_id: int) -> list[Recording]:
    """Return every recording of one's own track, the latest first."""
    track = own_track(user, track_id)
    return list(Recording.objects.filter(track=track).defer("overview", "report").order_by("-pk"))


def use_recording(user: accounts.User, track_id: int, recording_id: int) -> Track:
    """Let a track sound like another of its recordings again. Raises `Conflict` when that one cannot be played."""
    with transaction.atomic():
        track = own_track(user, track_id)
        recording = Recording.objects.filter(pk=recording_id, track=track).first()
        if recording is None:
            raise NotFound(_("There is no such recording of this track."))
        if recording.state not in (Recording.State.PLAYABLE, Recording.State.COMPLETE):
            raise Conflict(_("This recording cannot be played yet."), hint=_("Wait until it is ready."))
        if holding.waits(track, recording):
            raise Conflict(
                _("This recording was not compared with the music here, or sounds like somebody else's."),
                hint=_("The track goes on with the one it has."),
            )
        if track.recording_id != recording.pk:
            track.held = holding.held_of(recording)
        track.recording, track.playable = recording, True
        _save(track)
    return track


def _check_publishable(track: Track) -> None:
    recording = track.recording
    if recording is None or (recording.state == Recording.State.FAILED and not track.playable):
        raise BadInput(
            _("“%s” has nothing to play.") % track.title, hint=_("Replace its audio first."), subject=str(track.pk)
        )
    if recording.attested_at is None:
        raise BadInput(
            _("Nobody has said yet that “%s” may be published.") % track.title,
            hint=_("Say that you have the rights, then publish."),
            subject=str(track.pk),
        )
    if track.license not in License.values:
        raise BadInput(_("Choose a licence first."), fields={"license": _("Choose a licence.")})


def attest(user: accounts.User, track_id: int) -> Track:
    """Say that one has the right to publish a track: for what came in without it."""
    with transaction.atomic():
        consent.hold()
        track = own_track(user, track_id)
        rows = Recording.objects.filter(track=track, attested_at=None)
        attested = list(rows)
        rows.update(attested_by=user, attested_at=clock.now())
        gate.recordings_attested(attested, user)
    return own_track(user, track_id)


def _in_order(tracks: Iterable[Track]) -> list[Track]:
    """Whoever writes to several tracks does so in this order, or two writers wait for each other for ever."""
    return sorted(tracks, key=lambda track: track.pk)


def _save(track: Track) -> None:
    track.search_text = folding.track_text(track)
    track.save()
    registry.ingest().track_described(track.pk)


def _delete(tracks: list[Track]) -> int:
    keys: list[str] = []
    # As an ingest does: recordings before their tracks.
    rows = Recording.objects.select_for_update().filter(track__in=tracks).order_by("pk")
    for recording in rows.only("pk", "original_key"):
        keys += [recording.original_key, f"renditions/{recording.pk}/", f"downloads/{recording.pk}/"]
        keys.append(f"waveforms/{recording.pk}.dat")
    # And tracks before what others keep of them, as whoever likes or plays one does.
    list(Track.objects.select_for_update().filter(pk__in=[track.pk for track in tracks]).order_by("pk").only("pk"))
    keys += [track.artwork_key + "/" for track in tracks if track.artwork_key]
    registry.ingest().forget(keys)
    consent.drop_subjects(track.pk for track in tracks)
    for track in _in_order(tracks):
        track.delete()
    return len(tracks)
