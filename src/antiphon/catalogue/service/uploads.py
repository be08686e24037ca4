"""Files on their way in: may it come, where is it, it is here. Bytes are safe before anything is called received."""

import os
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import registry
from antiphon.catalogue.core import words
from antiphon.catalogue.models import Recording, Track, Upload
from antiphon.catalogue.service import addresses, bringing, folders, folding, gate, holding
from antiphon.consent import service as consent
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import BadInput, Conflict, Gone, NotFound, OverQuota, TooLarge
from antiphon.storage import service as storage

FORMATS_IN_WORDS = "WAV, AIFF, FLAC, MP3, AAC/M4A, Ogg Vorbis and Opus"


def begin_upload(
    user: accounts.User,
    *,
    file_name: str,
    size_bytes: int,
    folder: str = "",
    batch: uuid.UUID | None = None,
    profile_id: int | None = None,
    replaces: int | None = None,
    attested: bool = False,
) -> Upload:
    """Say yes to a file that wants to come, and keep room for it.

    Raises `BadInput` (name, size, no attestation, no profile), `TooLarge`, `OverQuota`, `NotFound`.
    """
    name = words.file_name_of(file_name)
    _check_file(name, size_bytes, attested)
    with transaction.atomic():
        # Two uploads that begin at once must not both take the last of the room.
        accounts.User.objects.select_for_update().get(pk=user.pk)
        track = _own_track(user, replaces) if replaces is not None else None
        profile = track.profile if track else _own_profile(user, profile_id)
        _check_room(user, size_bytes)
        return Upload.objects.create(
            id=ids.new_uid(),
            user=user,
            profile=profile,
            file_name=name,
            folder=words.folder_of(folder),
            batch=batch,
            size_bytes=size_bytes,
            replaces=track,
            attested=attested,
            created_at=clock.now(),
            expires_at=clock.now() + timedelta(hours=settings.ANTIPHON.upload_keep_hours),
        )


def upload_for(user: accounts.User, upload_id: uuid.UUID) -> Upload:
    """Return one's own upload. Raises `NotFound`, and `Gone` when it was cancelled or has expired."""
    upload = Upload.objects.filter(pk=upload_id, user=user).first()
    if upload is None:
        raise NotFound(_("There is no such upload."))
    _refuse_ended(upload)
    return upload


def open_uploads(user: accounts.User) -> list[Upload]:
    """Return one's unfinished uploads, the latest first."""
    rows = Upload.objects.filter(user=user, state=Upload.State.OPEN, expires_at__gt=clock.now())
    return list(rows.order_by("-created_at")[:500])


def cancel_upload(user: accounts.User, upload_id: uuid.UUID) -> None:
    """Give up an upload and its room. What was received already stays."""
    rows = Upload.objects.filter(pk=upload_id, user=user)
    if not rows.filter(state=Upload.State.OPEN).update(state=Upload.State.CANCELLED) and not rows.exists():
        raise NotFound(_("There is no such upload."))


def expire_uploads(now: datetime) -> list[uuid.UUID]:
    """End the uploads that nobody finished in time; return their ids, whose partial files may go."""
    late = list(Upload.objects.filter(state=Upload.State.OPEN, expires_at__lte=now).values_list("pk", flat=True)[:1000])
    Upload.objects.filter(pk__in=late, state=Upload.State.OPEN).update(state=Upload.State.EXPIRED)
    return late


def unfinished_uploads() -> list[Upload]:
    """Return every open upload of the site, for whoever looks for complete files that were never received."""
    return list(Upload.objects.filter(state=Upload.State.OPEN))


def unfinished_upload(
    profile: accounts.Profile, file_name: str, size_bytes: int, folder: str, batch: uuid.UUID
) -> Upload | None:
    """Return the open upload that a run of the same import left behind for this file, None when there is none."""
    rows = Upload.objects.filter(profile=profile, batch=batch, state=Upload.State.OPEN, expires_at__gt=clock.now())
    same = rows.filter(file_name=words.file_name_of(file_name), folder=words.folder_of(folder), size_bytes=size_bytes)
    return same.first()


def receive(upload_id: uuid.UUID, partial: Path, *, sha256: str = "") -> Recording:
    """File the bytes of a finished upload and make what stands for them: track, recording, place in a set.

    May be called again after a crash at any point: the same upload gives the same recording. The partial file is
    removed only after everything is committed. Raises `Conflict` when bytes are missing, `Gone` when cancelled.
    """
    upload = Upload.objects.select_related("recording").filter(pk=upload_id).first()
    if upload is None:
        raise NotFound(_("There is no such upload."))
    if upload.state == Upload.State.RECEIVED and upload.recording:
        partial.unlink(missing_ok=True)
        return upload.recording
    _refuse_ended(upload)
    key = f"originals/{upload.pk.hex}"
    _file(partial, key, upload.size_bytes)
    with transaction.atomic():
        consent.hold()
        upload = Upload.objects.select_for_update().get(pk=upload_id)
        if upload.state == Upload.State.RECEIVED and upload.recording:
            return upload.recording
        _refuse_ended(upload)
        recording = _record(upload, key, sha256)
        upload.state, upload.recording = Upload.State.RECEIVED, recording
        upload.save(update_fields=["state", "recording"])
        registry.ingest().recording_received(recording.pk)
    partial.unlink(missing_ok=True)
    return recording


def used_bytes(user: accounts.User) -> int:
    """Return the room that a person's originals take, unfinished uploads included."""
    kept = Recording.objects.filter(track__profile__owner=user).aggregate(n=Sum("size_bytes"))["n"] or 0
    coming = Upload.objects.filter(user=user, state=Upload.State.OPEN).aggregate(n=Sum("size_bytes"))["n"] or 0
    return kept + coming


def _check_file(name: str, size_bytes: int, attested: bool) -> None:
    largest = settings.ANTIPHON.upload_max_bytes
    if not name:
        raise BadInput(_("This file has no name."), hint=_("Rename it and try again."))
    if not words.may_be_music(name):
        raise BadInput(
            _("“%s” is not a kind of file that can be played here.") % name,
            subject=name,
            hint=_("These can: %s.") % FORMATS_IN_WORDS,
        )
    if size_bytes <= 0:
        raise BadInput(_("“%s” is empty.") % name, subject=name, hint=_("Export it again and try once more."))
    if size_bytes > largest:
        raise TooLarge(
            _("“%(name)s” has %(size)s; a file may have %(most)s at most.")
            % {"name": name, "size": words.spoken_size(size_bytes), "most": words.spoken_size(largest)},
            subject=name,
            hint=_("FLAC keeps every detail in about half the size of WAV."),
        )
    if not attested:
        raise BadInput(
            _("Say first that you may publish this music."), hint=_("Tick the box about your rights, then upload.")
        )


def _check_room(user: accounts.User, size_bytes: int) -> None:
    quota, used = accounts.quota_bytes(user), used_bytes(user)
    if used + size_bytes > quota:
        left = max(0, quota - used)
        raise OverQuota(
            _("This file has %(size)s, and you have room for %(left)s more.")
            % {"size": words.spoken_size(size_bytes), "left": words.spoken_size(left)},
            hint=_("Delete something you no longer need, or ask whoever runs this site for more room."),
        )


def _own_profile(user: accounts.User, profile_id: int | None) -> accounts.Profile:
    profiles = accounts.profiles_of(user)
    if not profiles:
        raise BadInput(
            _("You have no artist profile yet."), hint=_("Make one first; it takes a name and nothing else.")
        )
    if profile_id is None:
        return profiles[0]
    for profile in profiles:
        if profile.pk == profile_id:
            return profile
    raise NotFound(_("That is not one of your profiles."))


def _own_track(user: accounts.User, track_id: int) -> Track:
    track = Track.objects.select_related("profile").filter(pk=track_id, profile__owner=user).first()
    if track is None:
        raise NotFound(_("There is no such track of yours."))
    return track


def _refuse_ended(upload: Upload) -> None:
    if upload.state in (Upload.State.CANCELLED, Upload.State.EXPIRED):
        raise Gone(_("This upload was given up."), hint=_("Begin it again."))
    return


def _file(partial: Path, key: str, size_bytes: int) -> None:
    """Put the bytes into the store and keep the partial file until the rows are committed."""
    files = storage.files()
    if not partial.exists():
        if files.exists(key) and files.size(key) == size_bytes:
            return
        raise Conflict(_("The bytes of this upload are not here."), hint=_("Begin it again."))
    have = partial.stat().st_size
    if have != size_bytes:
        raise Conflict(_("%d bytes of this upload are still missing.") % (size_bytes - have), hint=_("Go on with it."))
    # Named after the process: another may be filing the same upload, which ends in the same bytes at the same key.
    twin = partial.with_name(f"{partial.name}.{os.getpid()}.filing")
    twin.unlink(missing_ok=True)
    os.link(partial, twin)  # a second name for the same bytes: nothing is copied, and a crash loses neither
    files.put(key, twin)


def _record(upload: Upload, key: str, sha256: str) -> Recording:
    said = bringing.said_of(upload)
    track = upload.replaces or _new_track(upload, said)
    recording = Recording.objects.create(
        track=track,
        original_key=key,
        original_name=upload.file_name,
        size_bytes=upload.size_bytes,
        sha256=sha256,
        attested_by=upload.user if upload.attested else None,
        attested_at=clock.now() if upload.attested else None,
    )
    if track.recording_id is None:
        track.recording, track.held = recording, holding.held_of(recording)
        track.save(update_fields=["recording", "held", "updated_at"])
    gate.recording_came(recording, upload.user)
    if said is not None:
        bringing.place(track, upload, said)
    elif upload.folder and upload.replaces is None:
        folders.place(track, upload)
    return recording


def _new_track(upload: Upload, said: bringing.Said | None) -> Track:
    addresses.lock_profile(upload.profile_id)
    fields = {"title": words.title_from_file(upload.file_name)} | dict(said.fields if said else {})
    # A page credits whom its profile names already only once.
    if str(fields.get("artists", "")).casefold() == upload.profile.name.casefold():
        fields.pop("artists", None)
    slug = addresses.free_track_slug(upload.profile_id, fields["title"])
    track = Track(profile=upload.profile, slug=slug, **fields)
    track.search_text = folding.track_text(track)
    track.save()
    return track
