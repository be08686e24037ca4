"""What the catalogue asks of this room, and what the uploader may ask again. Work is enqueued here, never done."""

from collections.abc import Iterable
from itertools import islice

from django.db import transaction

from antiphon.audio.models import DownloadCopy, Rendition
from antiphon.audio.service import steps
from antiphon.catalogue import service as catalogue
from antiphon.jobs import service as jobs

FIRST_PASS, SECOND_PASS = "audio.first_pass", "audio.second_pass"
DOWNLOAD_COPY, FORGET = "audio.download_copy", "audio.forget"
_AT_ONCE = 500
_SETTLE_S = 5.0  # an edit is seldom alone: several of a minute make one copy


class IngestByJobs:
    """`catalogue.ports.Ingest`: every verb writes a job in the caller's transaction."""

    def recording_received(self, recording_id: int) -> None:
        steps.prepare(recording_id)
        enqueue_pass(FIRST_PASS, recording_id)

    def track_described(self, track_id: int) -> None:
        track = catalogue.Track.objects.filter(pk=track_id).only("downloads", "recording_id").first()
        if track is None or track.recording_id is None:
            return
        wanted = track.downloads != catalogue.Downloads.NOBODY
        if wanted or DownloadCopy.objects.filter(recording__track_id=track_id).exists():
            enqueue_copy(track.recording_id, delay_s=_SETTLE_S)

    def forget(self, keys: list[str]) -> None:
        if keys:
            jobs.enqueue(FORGET, keys=keys)


def enqueue_pass(name: str, recording_id: int) -> None:
    """Enqueue a pass over a recording, once however often it is asked for."""
    jobs.enqueue(name, subject=_subject(recording_id), key=f"{name}:{recording_id}", recording_id=recording_id)


def enqueue_copy(recording_id: int, delay_s: float = 0) -> None:
    """Enqueue the making, renewing or removing of a recording's download copy."""
    jobs.enqueue(
        DOWNLOAD_COPY,
        subject=_subject(recording_id),
        key=f"{DOWNLOAD_COPY}:{recording_id}",
        delay_s=delay_s,
        recording_id=recording_id,
    )


def answers_changed(recording_ids: Iterable[int]) -> None:
    """Make the copies of these recordings anew where there are any; told in the transaction of an answer.

    Of very many only the first: no copy that tells an old answer is given out, and the others are made when asked for.
    """
    ids = list(islice(recording_ids, _AT_ONCE))
    copies = DownloadCopy.objects.filter(recording_id__in=ids)
    # In one order, as everywhere: two people may answer about the same music at the same moment.
    for recording_id in copies.order_by("recording_id").values_list("recording_id", flat=True):
        enqueue_copy(recording_id)


def retry(recording_id: int) -> None:
    """Try a recording again from the step that failed. Nothing happens to one that is complete or being worked on.

    Raises `NotFound`.
    """
    with transaction.atomic():
        recording = catalogue.recording_by_id(recording_id)
        if recording.state == catalogue.Recording.State.COMPLETE:
            return
        catalogue.recording_retried(recording_id)
        steps.prepare(recording_id)
        steps.reset_failed(recording_id)
        heard = Rendition.objects.filter(recording_id=recording_id, kind=Rendition.Kind.AAC_160).exists()
        enqueue_pass(SECOND_PASS if heard and recording.waveform_key else FIRST_PASS, recording_id)


def _subject(recording_id: int) -> str:
    return f"recording:{recording_id}"
