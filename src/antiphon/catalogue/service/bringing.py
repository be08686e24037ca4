"""What comes from elsewhere, kept by the batch of its uploads: each file that arrives finds what was said of it."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue.core import elsewhere, words
from antiphon.catalogue.core.edits import TRACK_FIELDS, clean
from antiphon.catalogue.models import Bringing, MusicSet, SetItem, Track, Upload
from antiphon.catalogue.service import addresses, folders, folding, gate
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import NotFound

KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Said:
    """What was said of one file: fields of its track, and the set it belongs to."""

    fields: Mapping[str, Any]
    set_key: str
    music_set: Mapping[str, Any]


def plan_bringing(
    user: accounts.User,
    files: Iterable[elsewhere.File],
    texts: Mapping[str, str],
    *,
    batch: uuid.UUID | None = None,
) -> tuple[uuid.UUID, elsewhere.Plan]:
    """Find out what would come in of these files, and keep it for the uploads of the batch that is returned.

    The same batch, planned again by the same person, replaces what was kept.
    """
    plan = elsewhere.plan(files, texts, settings.ANTIPHON.upload_max_bytes)
    batch = batch or ids.new_uid()
    said = {
        "tracks": {
            key_of(song.path): {
                "said": {name: str(value) for name, value in song.said.items()},
                "set": song.set_key,
                "artwork": song.artwork,
            }
            for song in plan.songs
        },
        "sets": {
            album.key: {
                "title": album.title,
                "description": album.description,
                "release_date": album.release_date.isoformat() if album.release_date else "",
                "artwork": album.artwork,
            }
            for album in plan.albums
        },
    }
    if not Bringing.objects.filter(batch=batch, user=user).update(**said):
        Bringing.objects.create(batch=batch, user=user, **said)
    return batch, plan


def reason(left: elsewhere.LeftOut) -> str:
    """Say in words why something does not come in."""
    said = {
        "too-many-files": _("There are too many files at once. Bring the rest in a second time."),
        "clutter": _("A file that a computer left for itself."),
        "strange-path": _("Its path leads out of the folder."),
        "manifest-unread": _("This list is too long to be read."),
        "manifest-too-long": _("This list is too long to be read."),
        "manifest-unreadable": _("This list cannot be read: it is not in the form that its name says."),
        "manifest-unknown": _("Nothing in this list says what a track is called."),
        "empty": _("This file is empty."),
        "not-music": _("It is not a kind of file that can be played here."),
        "too-large": _("It is larger than a file may be: %(gap)s."),
        "picture-of-nothing": _("A picture that belongs to no track and no set here."),
        "no-file-for": _("The list tells of “%(gap)s”, and there is no such file, or more than one."),
        "not-fetched": _("Its picture lies elsewhere (%(gap)s), and nothing is fetched from other places."),
    }
    if left.code.startswith("wrong-"):
        field = left.code.removeprefix("wrong-").replace("_", " ")
        return _("“%(gap)s” cannot be read as %(field)s, and is left out.") % {"gap": left.gap, "field": field}
    return str(said.get(left.code, left.code)) % {"gap": left.gap}


def key_of(path: str) -> str:
    """Return a path as an upload knows it: folder and name cleaned."""
    pure = PurePosixPath(path)
    return f"{words.folder_of(str(pure.parent))}/{words.file_name_of(pure.name)}".lstrip("./")


def said_of(upload: Upload) -> Said | None:
    """Return what was said of the file of an upload; None when nobody said anything."""
    if upload.batch is None or upload.replaces_id is not None:
        return None
    row = Bringing.objects.filter(batch=upload.batch, user_id=upload.user_id).first()
    found = row.tracks.get(key_of(f"{upload.folder}/{upload.file_name}")) if row else None
    if row is None or found is None:
        return None
    return Said(clean(TRACK_FIELDS, found["said"]), found["set"], row.sets.get(found["set"], {}))


def place(track: Track, upload: Upload, said: Said) -> None:
    """Put a track into the set that it came with; the set is made with its first track."""
    if not said.set_key:
        return
    key = said.set_key[:400]
    rows = MusicSet.objects.filter(profile_id=upload.profile_id, source_batch=upload.batch, source_folder=key)
    music_set = rows.first() or _made(upload, key, said.music_set)
    SetItem.objects.get_or_create(music_set=music_set, track=track, defaults={"position": music_set.items.count()})
    folders.arrange(music_set)
    gate.set_changed(music_set)


def artwork_targets(user: accounts.User, batch: uuid.UUID, path: str) -> list[tuple[str, int]]:
    """Return what a picture is for, of what has arrived: ("set", id) and ("track", id). Raises `NotFound`."""
    row = Bringing.objects.filter(batch=batch, user=user).first()
    if row is None:
        raise NotFound(_("Nothing was planned here. Drop it once more."))
    keys = [key for key, said in row.sets.items() if said["artwork"] == path]
    sets = MusicSet.objects.filter(profile__owner=user, source_batch=batch, source_folder__in=keys)
    found = [("set", pk) for pk in sets.order_by("pk").values_list("pk", flat=True)]
    wanted = {key for key, said in row.tracks.items() if said["artwork"] == path}
    if wanted:
        uploads = Upload.objects.filter(user=user, batch=batch, state=Upload.State.RECEIVED).select_related("recording")
        found += [
            ("track", upload.recording.track_id)
            for upload in uploads
            if upload.recording is not None and key_of(f"{upload.folder}/{upload.file_name}") in wanted
        ]
    return found


def forget_bringings() -> int:
    """Delete what was said of files that had `KEPT` to come; return how many batches that were."""
    return Bringing.objects.filter(created_at__lt=clock.now() - KEPT).delete()[0]


def _made(upload: Upload, key: str, said: Mapping[str, Any]) -> MusicSet:
    title = said.get("title") or PurePosixPath(upload.folder).name or _("Untitled")
    made = MusicSet(
        profile=upload.profile,
        title=title,
        slug=addresses.free_set_slug(upload.profile_id, title),
        kind=MusicSet.Kind.SINGLE,
        description=said.get("description", ""),
        release_date=said.get("release_date") or None,
        source_batch=upload.batch,
        source_folder=key,
    )
    made.search_text = folding.set_text(made)
    made.save()
    return made
