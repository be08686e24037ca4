"""A catalogue to test against: a folder for files, an ingest that remembers what it was told, songs by name."""

import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.catalogue import registry
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.core.facts import CheckedFacts, PlayableFacts, Tags
from antiphon.kernel import clock
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests.installation import Installation, installed
from tests.people import People


@dataclass
class HeardIngest:
    """`catalogue.ports.Ingest` that only remembers."""

    received: list[int] = field(default_factory=list)
    described: list[int] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def recording_received(self, recording_id: int) -> None:
        self.received.append(recording_id)

    def track_described(self, track_id: int) -> None:
        self.described.append(track_id)

    def forget(self, keys: list[str]) -> None:
        self.forgotten += keys


@pytest.fixture(scope="session")
def with_tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with tables to make others like: migrating takes seconds of processor time, copying does not."""
    with installed(tmp_path_factory.mktemp("with_tables") / "data") as made:
        yield made


@pytest.fixture
def heard_ingest() -> Iterator[HeardIngest]:
    before = registry._ingest
    heard = HeardIngest()
    registry.use_ingest(heard)
    yield heard
    registry._ingest = before


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[LocalFiles]:
    before = storage._store
    store = LocalFiles(tmp_path / "files")
    storage.use(store)
    yield store
    storage._store = before


def facts(duration_ms: int = 200_000) -> PlayableFacts:
    return PlayableFacts(
        duration_ms=duration_ms,
        rate_hz=44100,
        channels=2,
        loudness_lufs=-14.2,
        loudness_range_lu=6.1,
        true_peak_dbtp=-1.2,
        waveform_key="waveforms/1.dat",
        overview=bytes(3600),
        waveform_path="M0 50",
        report={},
    )


Receive = Callable[..., catalogue.Recording]


@pytest.fixture
def bring(heard_ingest: HeardIngest, file_store: LocalFiles, tmp_path: Path) -> Receive:
    """Upload a file of random bytes; with `playable`, say of it what the ingest would."""

    def receive(
        user: accounts.User,
        name: str = "Slow Harbour.wav",
        *,
        folder: str = "",
        batch: uuid.UUID | None = None,
        replaces: int | None = None,
        playable: bool = True,
        tags: Tags | None = None,
        content: bytes | None = None,
    ) -> catalogue.Recording:
        content = content if content is not None else os.urandom(64)
        upload = catalogue.begin_upload(
            user,
            file_name=name,
            size_bytes=len(content),
            folder=folder,
            batch=batch,
            replaces=replaces,
            attested=True,
        )
        partial = tmp_path / upload.pk.hex
        partial.write_bytes(content)
        recording = catalogue.receive(upload.pk, partial)
        if tags is not None:
            digest = hashlib.sha256(content).hexdigest()
            catalogue.recording_checked(recording.pk, CheckedFacts("wav", "pcm", digest, tags))
        if playable:
            catalogue.recording_playable(recording.pk, facts())
        return catalogue.recording_by_id(recording.pk)

    return receive


@pytest.fixture
def ada(people: People) -> Client:
    """A browser in which Ada is signed in."""
    client = Client()
    client.force_login(people.ada)
    return client


@pytest.fixture
def song(people: People, bring: Receive) -> catalogue.Recording:
    """A track of Ada's."""
    return bring(people.ada)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], datetime]:
    """Move the clock forward."""
    real, ahead = clock.now, timedelta()

    def move(by: timedelta) -> datetime:
        nonlocal ahead
        ahead += by
        return clock.now()

    monkeypatch.setattr(clock, "now", lambda: real() + ahead)
    return move
