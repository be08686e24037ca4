"""The file that a listener may keep. Owns which words go into its tags, and when it is made anew.

Made by a job once a track allows downloads, never in a request. Its key holds the version of the answer that it tells
and a hash of the original and of every word in it, so a copy that fits is never made twice, one that does not is
replaced, and one that tells an answer of yesterday is never handed out (`listening.download_url`).
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.audio import registry, sandbox
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import Limits
from antiphon.audio.core.pictures import SIDES
from antiphon.audio.core.rights import InTheFile, Signatory
from antiphon.audio.models import DownloadCopy
from antiphon.audio.service import signing
from antiphon.audio.service.advising import words_of
from antiphon.audio.service.workspace import local_file, workspace
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.core import licences
from antiphon.jobs.service import GiveUp, JobContext, TryAgain
from antiphon.kernel.errors import NotFound
from antiphon.storage import service as storage

_FORM = 2  # raise it when the tags change their form, and every copy is made anew
_WAIT_S = 60.0
DETACHED = "-detached"


def make_download_copy(recording_id: int, ctx: JobContext) -> None:
    """Make, renew or remove the download copy of a recording, as its track says now."""
    try:
        recording = catalogue.recording_by_id(recording_id)
    except NotFound:
        return
    track = recording.track
    if track.downloads == catalogue.Downloads.NOBODY or recording.state not in ("playable", "complete"):
        _remove(recording_id)
        return
    rights, signatory = registry.rights().in_file_of(track), signing.signatory()
    words = words_for(track, recording) | rights.tags()
    name = _name(recording, words, rights, signatory, track.artwork_key)
    old = DownloadCopy.objects.filter(recording_id=recording_id).first()
    if old is not None and f"/{name}" in old.key and storage.files().exists(old.key):
        return
    try:
        _make(recording, words, name, rights, signatory, ctx)
    except Failure as failure:
        if failure.code == "interrupted" or (failure.of_the_moment and not ctx.last_attempt):
            raise TryAgain(words_of(failure), _WAIT_S) from failure
        raise GiveUp(words_of(failure)) from failure


def words_for(track: catalogue.Track, recording: catalogue.Recording) -> dict[str, Any]:
    """Return the allowed tags of a track: nothing else of it, or of the original file, goes into the copy."""
    artists = [name.strip() for name in track.artists.split(",") if name.strip()] or [track.profile.name]
    licence = licences.LICENCES[track.license]
    year = (track.release_date or recording.created_at).year
    loudness, peak = recording.loudness_lufs, recording.true_peak_dbtp
    return {
        "title": track.title,
        "artists": artists,
        "album": catalogue.album_of(track),
        "date": track.release_date.isoformat() if track.release_date else "",
        "genre": track.genre,
        "isrc": track.isrc,
        "copyright": f"© {year} {', '.join(artists)}. {licence.name}",
        "license_url": licence.url,
        "gain_db": None if loudness is None else round(-18.0 - loudness, 2),
        "r128_gain_db": None if loudness is None else round(-23.0 - loudness, 2),
        "peak": None if peak is None else round(10 ** (peak / 20), 6),
    }


def _name(
    recording: catalogue.Recording,
    words: dict[str, Any],
    rights: InTheFile,
    signatory: Signatory | None,
    artwork_key: str,
) -> str:
    signed_by = signatory.name if signatory else ""
    content = json.dumps([_FORM, recording.sha256, words, rights.assertions, signed_by, artwork_key], sort_keys=True)
    return f"{rights.version}-{hashlib.sha256(content.encode()).hexdigest()[:24]}"


def _make(
    recording: catalogue.Recording,
    words: dict[str, Any],
    name: str,
    rights: InTheFile,
    signatory: Signatory | None,
    ctx: JobContext,
) -> None:
    limits = Limits.for_copy(recording.size_bytes, int(settings.ANTIPHON.upload_max_seconds))
    watch = sandbox.Watch(should_stop=lambda: not ctx.heartbeat())
    store = storage.files()
    with workspace(f"copy-{recording.pk}") as folder:
        original = local_file(recording.original_key, folder)
        cover = _cover(recording.track.artwork_key, folder)
        extra = {"words": words, "artwork": str(cover) if cover else None, "also": [str(cover)] if cover else []}
        made = sandbox.run("download_copy", original, folder, limits, watch=watch, extra=extra)
        made = signing.signed(made, folder, signatory, rights, words["title"], original, ctx)
        key = key_of(recording.pk, name, made["suffix"], detached=bool(made["manifest"]))
        store.put(key, folder / made["file"])
    with transaction.atomic():
        old = DownloadCopy.objects.filter(recording_id=recording.pk).first()
        DownloadCopy.objects.update_or_create(
            recording_id=recording.pk,
            defaults={
                "key": key,
                "told": rights.version,
                "signed_by": signatory.name if signatory else "",
                "manifest": made["manifest"],
                "file_name": file_name(words["artists"], words["title"], made["suffix"]),
                "size_bytes": made["size_bytes"],
                "sha256": made["sha256"],
            },
        )
    if old is not None and old.key != key:
        store.delete(old.key)


def key_of(recording_id: int, name: str, suffix: str, *, detached: bool) -> str:
    """Return the key of a copy. Whoever sees it knows whether a manifest stands beside the file, without asking."""
    return f"downloads/{recording_id}/{name}{DETACHED if detached else ''}.{suffix}"


def manifest_of(recording_id: int, name: str) -> bytes:
    """Return the C2PA manifest of a copy whose container cannot hold one, by its key's last part. Raises `NotFound`."""
    key = f"downloads/{recording_id}/{name}"
    found = DownloadCopy.objects.filter(recording_id=recording_id, key=key).values_list("manifest", flat=True).first()
    if not found:
        raise NotFound(_("There is no manifest at this address."), subject=name)
    return bytes(found)


def _cover(artwork_key: str, folder: Path) -> Path | None:
    if not artwork_key:
        return None
    try:
        return local_file(f"{artwork_key}/{SIDES[-1]}.webp", folder)
    except Failure:
        return None  # the picture is being replaced; the next description makes the copy anew


def _remove(recording_id: int) -> None:
    old = DownloadCopy.objects.filter(recording_id=recording_id).first()
    if old is not None:
        old.delete()
        storage.files().delete(old.key)


def file_name(artists: list[str], title: str, suffix: str) -> str:
    """Return a name that any system can save: no separators, no control characters, at most 150 characters."""
    name = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]+', " ", f"{', '.join(artists)} - {title}")
    return f"{' '.join(name.split()).strip('. ')[:140] or 'track'}.{suffix}"
