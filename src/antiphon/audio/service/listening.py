"""What of a recording can be fetched: signed addresses of its copies, for one listener and for a while."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from antiphon.audio import registry
from antiphon.audio.models import DownloadCopy, Rendition
from antiphon.audio.service import signing
from antiphon.audio.service.ingest import enqueue_copy
from antiphon.catalogue.service import Recording, Track
from antiphon.kernel.errors import Conflict, NotFound
from antiphon.storage import service as storage

_FIRST: list[str] = [Rendition.Kind.AAC_160, Rendition.Kind.OPUS_96]  # every browser plays the first
_DOWNLOAD_SECONDS = 3600
_AUDIENCE_SLACK_S = 300  # whoever pauses for longer asks for another address


@dataclass(frozen=True)
class Stream:
    """One copy to listen to: `kind` is aac160 or opus96."""

    kind: str
    mime: str
    url: str


def streams(recording: Recording, *, binding: str, declared: str = "") -> list[Stream]:
    """Return the copies that are ready, the one that plays everywhere first. One query, or none when prefetched.

    `declared` is what the door tells with each of them: the code of a declaration. Without it, it says no.
    """
    seconds = _seconds(recording)
    rows = sorted(recording.renditions.all(), key=lambda row: _FIRST.index(row.kind))
    told = {"binding": binding, "declared": declared}
    return [Stream(r.kind, r.mime, storage.media_url(r.key, seconds=seconds, **told)) for r in rows]


def streams_for(recording: Recording, audience: str, *, declared: str = "") -> list[Stream]:
    """Return the copies that are ready, as `streams`, for whoever comes without a cookie: an audience (decision 12)."""
    seconds = (recording.duration_ms or 0) / 1000 + _AUDIENCE_SLACK_S
    rows = sorted(recording.renditions.all(), key=lambda row: _FIRST.index(row.kind))
    told = {"audience": audience, "declared": declared}
    return [Stream(r.kind, r.mime, storage.media_url(r.key, seconds=seconds, **told)) for r in rows]


def sizes_of(recording_ids: Iterable[int]) -> dict[int, int]:
    """Return the bytes of the copy that plays everywhere, by recording; those without one are left out. One query."""
    rows = Rendition.objects.filter(recording_id__in=list(recording_ids), kind=Rendition.Kind.AAC_160)
    return dict(rows.values_list("recording_id", "size_bytes"))


def sound_bytes() -> int:
    """Return how many bytes of sound there are to listen to, each recording once. One query, over all of them."""
    rows = Rendition.objects.filter(kind=Rendition.Kind.AAC_160)
    return int(rows.aggregate(all=Sum("size_bytes"))["all"] or 0)


def waveform_url(recording: Recording, binding: str, *, declared: str = "") -> str:
    """Return the address of the waveform file, or nothing before there is one."""
    if not recording.waveform_key:
        return ""
    key, seconds = recording.waveform_key, _seconds(recording)
    return storage.media_url(key, binding=binding, seconds=seconds, declared=declared)


def download_url(track: Track, binding: str, *, declared: str = "") -> str:
    """Return the address of the file to keep. Whether this listener may have it, the caller has asked already.

    A copy that tells another answer than the track gives now is not given out: it is made anew. Raises `Conflict`
    while it is being prepared, `NotFound` where the track has no sound.
    """
    if track.recording_id is None:
        raise NotFound(_("There is nothing to download yet."))
    copy = DownloadCopy.objects.filter(recording_id=track.recording_id).first()
    rights = registry.rights()
    told = rights.version_of(declared) if declared else rights.in_file_of(track).version
    if copy is not None and copy.told != told:
        enqueue_copy(track.recording_id)
        copy = None
    if copy is not None and copy.signed_by != signing.signatory_name(copy.signed_by):
        enqueue_copy(track.recording_id)  # what it tells is true; it is signed anew for whoever asks next
    if copy is None:
        raise Conflict(_("The download is being prepared."), hint=_("Try again in a minute."))
    return storage.media_url(
        copy.key, binding=binding, seconds=_DOWNLOAD_SECONDS, file_name=copy.file_name, declared=declared
    )


def _seconds(recording: Recording) -> float:
    """As long as it takes to hear it all, and some slack for pauses."""
    return (recording.duration_ms or 0) / 1000 + float(settings.ANTIPHON.media_slack_seconds)
