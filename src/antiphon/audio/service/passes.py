"""The two passes as a worker does them: run the limited process, store what it made, tell the catalogue.

Both may run twice or be killed anywhere: files go to a folder of their own, then to their keys, and one transaction
last says that they are there.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from antiphon.audio import registry, sandbox
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import Limits
from antiphon.audio.models import Rendition
from antiphon.audio.service import ingest, steps
from antiphon.audio.service.advising import words_of
from antiphon.audio.service.workspace import local_file, workspace
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.core.facts import CheckedFacts, PlayableFacts, Tags
from antiphon.jobs.service import GiveUp, JobContext, TryAgain
from antiphon.kernel.errors import NotFound
from antiphon.storage import service as storage

log = logging.getLogger(__name__)
_CRASHES = 2  # a file that crashes the engine twice will do it a third time
_WAIT_S = 20.0


def first_pass(recording_id: int, ctx: JobContext) -> None:
    """Check a recording, make it playable, and enqueue the second pass."""
    recording = _find(recording_id)
    if recording is None:
        return
    steps.prepare(recording_id)
    if recording.state == catalogue.Recording.State.COMPLETE:
        return
    state = _FirstPass(recording, ctx)
    _work("first_pass", recording, ctx, state.hear, state.store, lambda: state.step)


def second_pass(recording_id: int, ctx: JobContext) -> None:
    """Make the Opus rendition of a playable recording; then it is complete."""
    recording = _find(recording_id)
    if recording is None or recording.state not in ("playable", "complete"):
        return
    steps.prepare(recording_id)
    ticker = steps.Ticker(recording_id, steps.FINISH)
    steps.set_running(recording_id, steps.FINISH)

    def hear(line: dict[str, Any], folder: Path) -> None:
        if "progress" in line:
            ticker.tell(line["progress"])

    def store(result: dict[str, Any], folder: Path) -> None:
        rendition = _file_rendition(recording_id, result["rendition"], folder)
        with transaction.atomic():
            _keep_rendition(recording_id, rendition)
            catalogue.recording_complete(recording_id)
            steps.set_done(recording_id, steps.FINISH)
            if recording.track.downloads != catalogue.Downloads.NOBODY:
                ingest.enqueue_copy(recording_id)
            registry.tell_ready(recording_id)

    _work("second_pass", recording, ctx, hear, store, lambda: steps.FINISH)


def died(recording_id: int, reason: str, *, step: str) -> None:
    """A pass was given up by the queue (its worker died with it again and again): say so to the uploader."""
    recording = _find(recording_id)
    if recording is not None and not recording.failure:
        _refuse(recording_id, step, Failure("crashed"))


class _FirstPass:
    """What the first pass hears on its way: first that the file is fine, then percentages."""

    def __init__(self, recording: catalogue.Recording, ctx: JobContext) -> None:
        self.recording, self.ctx = recording, ctx
        self.step: str = steps.CHECK
        self.ticker = steps.Ticker(recording.pk, steps.LISTEN)
        steps.set_running(recording.pk, steps.CHECK)

    def hear(self, line: dict[str, Any], folder: Path) -> None:
        if "checked" in line:
            self._checked(line["checked"], folder)
        elif "progress" in line:
            self.ticker.tell(line["progress"])

    def _checked(self, told: dict[str, Any], folder: Path) -> None:
        recording = self.recording
        key = self._file_artwork(told["pictures"], folder)
        facts = CheckedFacts(told["container"], told["codec"], told["sha256"], _tags(told["tags"]))
        with transaction.atomic():
            catalogue.recording_checked(recording.pk, facts)
            if key:
                catalogue.set_artwork(recording.track_id, key)
            steps.set_done(recording.pk, steps.CHECK)
            steps.set_running(recording.pk, steps.LISTEN)
        self.step = steps.LISTEN

    def _file_artwork(self, names: list[str], folder: Path) -> str:
        """Store embedded artwork, unless the track has a picture already: the creator's choice stands.

        The key follows from the original's, which nobody can guess: a second run writes the same files.
        """
        digest = hashlib.sha256(f"artwork:{self.recording.original_key}".encode()).hexdigest()[:32]
        key = f"pictures/{digest}"
        if not names or self.recording.track.artwork_key not in ("", key):
            return ""
        for name in names:
            storage.files().put(f"{key}/{name}", folder / name)
        return key

    def store(self, result: dict[str, Any], folder: Path) -> None:
        recording_id = self.recording.pk
        rendition = _file_rendition(recording_id, result["rendition"], folder)
        waveform_key = f"waveforms/{recording_id}.dat"
        storage.files().put(waveform_key, folder / result["waveform_file"])
        facts = PlayableFacts(
            waveform_key=waveform_key,
            overview=bytes.fromhex(result["overview"]),
            **{
                name: result[name]
                for name in (
                    "duration_ms", "rate_hz", "channels", "loudness_lufs", "loudness_range_lu", "true_peak_dbtp",
                    "waveform_path", "report",
                )
            },
        )  # fmt: skip
        with transaction.atomic():
            _keep_rendition(recording_id, rendition)
            catalogue.recording_playable(recording_id, facts)
            steps.set_done(recording_id, steps.CHECK, steps.LISTEN)
            ingest.enqueue_pass(ingest.SECOND_PASS, recording_id)


def _work(
    verb: str,
    recording: catalogue.Recording,
    ctx: JobContext,
    hear: Callable[[dict[str, Any], Path], None],
    store: Callable[[dict[str, Any], Path], None],
    step: Callable[[], str],
) -> None:
    """Run a verb of the child on the original and store its result; turn its failure into words or another try."""
    limits = Limits.for_sound(int(settings.ANTIPHON.upload_max_seconds))
    try:
        if ctx.stopping:
            raise Failure("interrupted")  # a worker that is leaving starts nothing
        with workspace(f"{verb}-{recording.pk}") as folder:
            watch = sandbox.Watch(on_line=lambda line: hear(line, folder), should_stop=lambda: not ctx.heartbeat())
            original, extra = (
                local_file(recording.original_key, folder),
                {"tags": registry.rights().lasting_tags_of(recording.pk)},
            )
            result = sandbox.run(verb, original, folder, limits, watch=watch, extra=extra)
            store(result, folder)
    except Failure as failure:
        _failed(recording.pk, step(), failure, ctx)
    except NotFound:
        _sweep_deleted(recording)
    except OSError as error:
        log.warning("storing what %s made of recording %s failed: %s", verb, recording.pk, error)
        _failed(recording.pk, step(), Failure("disk-full" if error.errno in (28, 122) else "interrupted"), ctx)


def _failed(recording_id: int, step: str, failure: Failure, ctx: JobContext) -> None:
    words = words_of(failure)
    if ctx.stopping or failure.code == "interrupted":
        steps.set_waiting(recording_id, step, "")
        raise TryAgain(words)
    patient = failure.code == "disk-full" or ctx.attempt < _CRASHES
    if failure.of_the_moment and patient and not ctx.last_attempt:
        steps.set_waiting(recording_id, step, words)
        raise TryAgain(words, _WAIT_S * 2**ctx.attempt)
    _refuse(recording_id, step, failure)
    if failure.of_the_moment:
        raise GiveUp(words)  # the operator should see it among the failures


def _refuse(recording_id: int, step: str, failure: Failure) -> None:
    words = words_of(failure)
    with transaction.atomic():
        steps.set_failed(recording_id, step, words)
        catalogue.recording_failed(recording_id, failure.code, words)


def _find(recording_id: int) -> catalogue.Recording | None:
    """Return the recording, or None when it was deleted while its job waited."""
    try:
        return catalogue.recording_by_id(recording_id)
    except NotFound:
        return None


def _sweep_deleted(recording: catalogue.Recording) -> None:
    """The recording was deleted while it was worked on: take away what was stored after that."""
    store = storage.files()
    for kind in Rendition.Kind:
        store.delete(_key(recording.pk, kind))
    store.delete(f"waveforms/{recording.pk}.dat")


def _key(recording_id: int, kind: str) -> str:
    return f"renditions/{recording_id}/{kind}.mp4"


def _file_rendition(recording_id: int, told: dict[str, Any], folder: Path) -> dict[str, Any]:
    key = _key(recording_id, told["kind"])
    storage.files().put(key, folder / told["file"])
    return {**told, "key": key}


def _keep_rendition(recording_id: int, told: dict[str, Any]) -> None:
    values = {name: told[name] for name in ("key", "mime", "size_bytes", "sha256")}
    Rendition.objects.update_or_create(recording_id=recording_id, kind=told["kind"], defaults=values)


def _tags(told: dict[str, Any]) -> Tags:
    day = told["release_date"]
    return Tags(**{**told, "artists": tuple(told["artists"]), "release_date": date.fromisoformat(day) if day else None})
