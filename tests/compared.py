"""A site that compares what is uploaded: the room in its place, an index of its own, and songs to bring."""

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from antiphon.accounts.service import User
from antiphon.audio import registry as audio_registry
from antiphon.audio import service as audio
from antiphon.catalogue import registry as catalogue_registry
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.service import matches
from antiphon.identification import service as identification
from antiphon.identification.service import shelving
from antiphon.jobs import service as jobs
from antiphon.site.wiring import Matching
from antiphon.storage.local import LocalFiles
from tests import tunes

Bring = Callable[..., catalogue.Recording]


@pytest.fixture
def matching(
    nobody_compares: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file_store: LocalFiles,
) -> None:
    """The room as a site has it, with files of this test's own."""
    from antiphon.identification.engines.shelf import Shelf

    shelf = Shelf(tmp_path / "identification")
    monkeypatch.setattr(shelving, "shelf", lambda: shelf)
    monkeypatch.setattr(matches, "_matcher", Matching())
    monkeypatch.setattr(catalogue_registry, "_matcher", Matching())
    monkeypatch.setattr(catalogue_registry, "_ingest", audio.IngestByJobs())
    monkeypatch.setitem(audio_registry._subscribers, "identification", identification.Listener())
    consent.sync_declared()


@pytest.fixture
def bring_song(matching: None, tmp_path: Path) -> Bring:
    """Upload a sound of `tests.tunes` and publish it; with `run`, work until it is compared."""

    def bring(
        person: User, sound: tunes.F32, name: str = "song.wav", *, publish: bool = True, run: bool = True,
        replaces: int | None = None,
    ) -> catalogue.Recording:  # fmt: skip
        partial = tmp_path / "partial.wav"
        write(partial, sound)
        size = partial.stat().st_size
        begun = catalogue.begin_upload(person, file_name=name, size_bytes=size, attested=True, replaces=replaces)
        recording = catalogue.receive(begun.pk, partial)
        if publish:
            catalogue.publish_tracks(person, [recording.track_id])
        if run:
            jobs.run_due()
        return catalogue.recording_by_id(recording.pk)

    return bring


def write(path: Path, sound: tunes.F32) -> None:
    """Write a sound as a WAV file of 16 bits."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(tunes.HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


def under(sound: tunes.F32, other: tunes.F32, at_s: float) -> tunes.F32:
    """Mix a sound under another one, from so many seconds on, both as loud."""
    mixed = other.copy()
    start = int(at_s * tunes.HZ)
    part = sound[: len(mixed) - start]
    mixed[start : start + len(part)] += part
    return (mixed / max(1.0, float(np.abs(mixed).max()))).astype(np.float32)
