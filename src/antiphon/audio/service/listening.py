"""What of a recording can be fetched: signed addresses of its copies, for one listener and for a while."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.audio.models import DownloadCopy, Rendition
from antiphon.catalogue.service import Recording, Track
from antiphon.kernel.errors import Conflict, NotFound
from antiphon.storage import service as storage

_FIRST: list[str] = [Rendition.Kind.AAC_160, Rendition.Kind.OPUS_96]  # every browser plays the first
_DOWNLOAD_SECONDS = 3600


@dataclass(frozen=True)
class Stream:
    """One copy to listen to: `kind` is aac160 or opus96."""

    kind: str
    mime: str
    url: str


def streams(recording: Recording, *, binding: str) -> list[Stream]:
    """Return the copies that are ready, the one that plays everywhere first. One query, or none when prefetched."""
    seconds = _seconds(recording)
    rows = sorted(recording.renditions.all(), key=lambda row: _FIRST.index(row.kind))
    return [Stream(r.kind, r.mime, storage.media_url(r.key, binding=binding, seconds=seconds)) for r in rows]


def waveform_url(recording: Recording, binding: str) -> str:
    """Return the address of the waveform file, or nothing before there is one."""
    if not recording.waveform_key:
        return ""
    return storage.media_url(recording.waveform_key, binding=binding, seconds=_seconds(recording))


def download_url(track: Track, binding: str) -> str:
    """Return the address of the file to keep. Whether this listener may have it, the caller has asked already.

    Raises `Conflict` while it is being prepared, `NotFound` where the track has no sound.
    """
    if track.recording_id is None:
        raise NotFound(_("There is nothing to download yet."))
    copy = DownloadCopy.objects.filter(recording_id=track.recording_id).first()
    if copy is None:
        raise Conflict(_("The download is being prepared."), hint=_("Try again in a minute."))
    return storage.media_url(copy.key, binding=binding, seconds=_DOWNLOAD_SECONDS, file_name=copy.file_name)


def _seconds(recording: Recording) -> float:
    """As long as it takes to hear it all, and some slack for pauses."""
    return (recording.duration_ms or 0) / 1000 + float(settings.ANTIPHON.media_slack_seconds)
