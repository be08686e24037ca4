"""More like this: described under a permit, found by exact search, empty the moment a yes is taken back."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from antiphon.accounts import service as accounts
from antiphon.audio import registry as audio_registry
from antiphon.audio import service as audio
from antiphon.audio.service import software
from antiphon.catalogue import registry as catalogue_registry
from antiphon.catalogue import service as catalogue
from antiphon.discovery import registry
from antiphon.discovery import service as discovery
from antiphon.discovery.core import layout
from antiphon.discovery.models import Descriptor
from antiphon.discovery.ports import ClosedGate
from antiphon.discovery.service import describing, similar
from antiphon.jobs import service as jobs
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests import sounds
from tests.db.conftest import Receive
from tests.gate import SmallGate
from tests.people import People

pytestmark = pytest.mark.django_db
Upload = Callable[..., catalogue.Recording]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallGate]:
    before = registry._gate
    small = SmallGate()
    registry.use_gate(small)
    monkeypatch.setattr(software.consent, "recheck", small.recheck)
    yield small
    registry._gate = before


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similar, "_memory", similar._Memory())


@pytest.fixture
def upload(people: People, tmp_path: Path) -> Iterator[Upload]:
    """Upload one of `tests.sounds` as Ada, with the ingest that a site has."""
    store, ingest = storage._store, catalogue_registry._ingest
    storage.use(LocalFiles(tmp_path / "files"))
    catalogue_registry.use_ingest(audio.IngestByJobs())

    def send(name: str) -> catalogue.Recording:
        partial = tmp_path / "partial"
        shutil.copy(sounds.make(tmp_path, name), partial)
        size = partial.stat().st_size
        begun = catalogue.begin_upload(people.ada, file_name=name, size_bytes=size, attested=True)
        return catalogue.receive(begun.pk, partial)

    yield send
    storage._store, catalogue_registry._ingest = store, ingest


@pytest.fixture
def described(bring: Receive, people: People, gate: SmallGate) -> Callable[..., catalogue.Track]:
    """A published track whose descriptor has one place on a line: the nearer, the more alike."""

    def make(place: float, user: accounts.User | None = None, name: str = "") -> catalogue.Track:
        owner = user or people.ada
        recording = bring(owner, name or f"Place {place}.wav")
        catalogue.publish_tracks(owner, [recording.track_id], sharing="public")
        gate.yes.add(recording.pk)
        keep(recording.pk, [place] * layout.SIZE)
        return catalogue.Track.objects.get(pk=recording.track_id)

    return make


def keep(recording_id: int, numbers: list[float]) -> None:
    Descriptor.objects.create(
        recording_id=recording_id,
        vector=layout.packed(numbers),
        version=layout.VERSION,
        purpose="organize",
        permit_uid="p",
        artefact_uid="a",
    )


def titles(found: list[catalogue.Track]) -> list[str]:
    return [track.title for track in found]


def fresh(track: catalogue.Track) -> catalogue.Track:
    return catalogue.Track.objects.get(pk=track.pk)


# From sound to descriptor


def test_a_yes_before_the_upload_is_prepared_describes_it_after_the_second_pass(
    upload: Upload, gate: SmallGate
) -> None:
    recording = upload("plain.flac")
    gate.yes.add(recording.pk)
    jobs.run_due()
    row = Descriptor.objects.get()
    assert (row.recording_id, row.purpose, row.version) == (recording.pk, "organize", layout.VERSION)
    assert gate.asked == [([recording.pk], "organize", "antiphon/similar")]
    assert gate.artefacts == [("descriptor", row.permit_uid)]
    assert len(row.vector) == 4 * layout.SIZE
    assert np.isfinite(np.frombuffer(bytes(row.vector), "<f4")).all()


def test_without_a_yes_nothing_is_queued_heard_or_kept(upload: Upload, gate: SmallGate) -> None:
    upload("plain.flac")
    jobs.run_due()
    assert not Descriptor.objects.exists()
    assert not jobs.Job.objects.filter(name="discovery.describe").exists()
    assert gate.asked == []


def test_a_job_that_is_refused_hears_nothing_and_ends(
    upload: Upload, gate: SmallGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = upload("plain.flac")
    jobs.run_due()
    monkeypatch.setattr(describing.audio, "listen", lambda *args, **how: pytest.fail("it listened"))
    job = jobs.enqueue("discovery.describe", recording_id=recording.pk)
    jobs.run_due()
    job.refresh_from_db()
    assert (job.state, len(gate.asked)) == ("done", 1)


def test_a_yes_later_describes_it_then_and_a_no_forgets_it(upload: Upload, gate: SmallGate) -> None:
    recording = upload("plain.flac")
    jobs.run_due()
    gate.yes.add(recording.pk)
    discovery.answers_changed([recording.pk])
    discovery.answers_changed([recording.pk])
    assert jobs.Job.objects.filter(name="discovery.describe").count() == 1
    jobs.run_due()
    assert Descriptor.objects.count() == 1
    discovery.answers_changed([recording.pk])
    assert not jobs.Job.objects.filter(name="discovery.describe", state="queued").exists(), "it is described already"
    gate.yes.clear()
    discovery.answers_changed([recording.pk])
    discovery.answers_changed([recording.pk])
    assert not Descriptor.objects.exists()


def test_a_yes_taken_back_while_it_listens_leaves_nothing(
    upload: Upload, gate: SmallGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = upload("plain.flac")
    jobs.run_due()
    gate.yes.add(recording.pk)
    store = describing._store

    def taken_back(*args: Any) -> None:
        gate.yes.clear()
        store(*args)

    monkeypatch.setattr(describing, "_store", taken_back)
    jobs.enqueue("discovery.describe", recording_id=recording.pk)
    jobs.run_due()
    assert not Descriptor.objects.exists()
    assert gate.artefacts == []


def test_describing_twice_leaves_one_descriptor(upload: Upload, gate: SmallGate) -> None:
    recording = upload("plain.flac")
    gate.yes.add(recording.pk)
    jobs.run_due()
    jobs.enqueue("discovery.describe", recording_id=recording.pk)
    jobs.run_due()
    assert Descriptor.objects.count() == 1
    assert Descriptor.objects.get().artefact_uid == "artefact-2"
    assert gate.ended == ["artefact-1"]


@pytest.mark.parametrize(
    "found", [{}, {"version": 0, "vector": []}, {"version": 1, "vector": "x"}, {"version": 1, "vector": [1, 2]}]
)
def test_what_is_no_descriptor_is_not_kept(gate: SmallGate, found: dict[str, Any]) -> None:
    gate.yes.add(7)
    permit = gate.ask([7], "organize", "antiphon/similar")
    with pytest.raises(jobs.GiveUp):
        describing._store(permit, 7, found)
    assert not Descriptor.objects.exists()


def test_a_recording_deleted_meanwhile_is_no_failure(gate: SmallGate) -> None:
    gate.yes.add(10**9)
    job = jobs.enqueue("discovery.describe", recording_id=10**9)
    jobs.run_due()
    job.refresh_from_db()
    assert job.state == "done"


def test_forgetting_may_be_repeated(described: Callable[..., catalogue.Track]) -> None:
    track = described(1)
    assert discovery.forget([track.recording_id or 0, 10**9]) == 1
    assert discovery.forget([track.recording_id or 0]) == 0


def test_catching_up_forgets_what_may_not_be_and_describes_what_is_missing(
    described: Callable[..., catalogue.Track], bring: Receive, people: People, gate: SmallGate
) -> None:
    kept, gone, missing = described(1), described(2), bring(people.ada)
    gate.yes.discard(gone.recording_id or 0)
    gate.yes.add(missing.pk)
    keep(10**9, [0.0] * layout.SIZE)  # of a recording that is no more
    describing.catch_up()
    assert list(Descriptor.objects.values_list("recording_id", flat=True)) == [kept.recording_id]
    waiting = jobs.Job.objects.filter(name="discovery.describe", state="queued")
    assert [job.args for job in waiting] == [{"recording_id": missing.pk}]


def test_an_older_version_is_described_anew(described: Callable[..., catalogue.Track]) -> None:
    track = described(1)
    Descriptor.objects.update(version=0)
    describing.catch_up()
    [job] = jobs.Job.objects.filter(name="discovery.describe")
    assert job.args == {"recording_id": track.recording_id}


def test_without_a_gate_nothing_is_allowed(described: Callable[..., catalogue.Track], people: People) -> None:
    one, _ = described(1), described(2)
    registry.use_gate(ClosedGate())
    assert discovery.similar_to(one, people.ben) == []
    job = jobs.enqueue("discovery.describe", recording_id=one.recording_id)
    jobs.run_due()
    job.refresh_from_db()
    assert job.state == "done"


def test_the_site_describes_after_the_second_pass() -> None:
    assert isinstance(audio_registry._subscribers["discovery"], discovery.Listener)
    assert audio_registry.engine(discovery.ENGINE).module == discovery.ENGINE_MODULE


# From descriptor to page


def test_the_most_alike_come_first_and_the_track_itself_not(
    described: Callable[..., catalogue.Track], people: People
) -> None:
    tracks = [described(place) for place in (0, 5, 1, 3)]
    assert titles(discovery.similar_to(fresh(tracks[0]), people.ben)) == ["Place 1", "Place 3", "Place 5"]
    assert titles(discovery.similar_to(fresh(tracks[0]), None, limit=1)) == ["Place 1"]


def test_a_withdrawal_empties_it_at_once_whatever_the_index_holds(
    described: Callable[..., catalogue.Track], gate: SmallGate, people: People
) -> None:
    one, two, three = described(0), described(1), described(2)
    assert len(discovery.similar_to(one, people.ben)) == 2
    gate.yes.discard(two.recording_id or 0)  # nobody told this room
    assert titles(discovery.similar_to(one, people.ben)) == [three.title]
    gate.yes.discard(one.recording_id or 0)
    assert discovery.similar_to(one, people.ben) == []
    gate.yes |= {one.recording_id or 0, two.recording_id or 0}
    assert len(discovery.similar_to(one, people.ben)) == 2


def test_what_this_viewer_may_not_hear_is_not_shown(described: Callable[..., catalogue.Track], people: People) -> None:
    one, private, hidden, blocked = described(0), described(1), described(2), described(3, people.cleo)
    catalogue.edit_track(people.ada, private.pk, {"sharing": "private"})
    catalogue.hide(people.mo, "track", hidden.pk, "because")
    assert titles(discovery.similar_to(one, None)) == [blocked.title]
    accounts.block(people.ben, people.cleo)
    assert discovery.similar_to(one, people.ben) == []


def test_a_new_descriptor_is_found_with_the_next_request(
    described: Callable[..., catalogue.Track], people: People
) -> None:
    one = described(0)
    assert discovery.similar_to(one, people.ben) == []
    two = described(1)
    assert titles(discovery.similar_to(one, people.ben)) == [two.title]
    discovery.forget([two.recording_id or 0])
    assert discovery.similar_to(one, people.ben) == []


def test_a_track_without_sound_or_descriptor_has_nothing_alike(bring: Receive, people: People, gate: SmallGate) -> None:
    recording = bring(people.ada, playable=False)
    assert discovery.similar_to(recording.track, people.ben) == []


def test_a_page_costs_few_queries(described: Callable[..., catalogue.Track]) -> None:
    one, *_ = [described(place) for place in range(12)]
    discovery.similar_to(one, None)
    with CaptureQueriesContext(connection) as queries:
        discovery.similar_to(one, None)
    assert len(queries) == 4


def test_a_large_index_is_built_beside_the_requests(
    described: Callable[..., catalogue.Track], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = described(0), described(1)
    discovery.similar_to(one, None)
    monkeypatch.setattr(similar, "_AT_ONCE_BELOW", 2)
    started: list[tuple[Any, ...]] = []

    class Later:
        def __init__(self, target: Callable[..., None], args: tuple[Any, ...], daemon: bool) -> None:
            started.append((target, *args))

        def start(self) -> None: ...

    monkeypatch.setattr(similar.threading, "Thread", Later)
    three = described(0.5)
    assert titles(discovery.similar_to(one, None)) == [two.title], "the index of before"
    assert titles(discovery.similar_to(one, None)) == [two.title]
    assert len(started) == 1
    monkeypatch.setattr(similar, "close_old_connections", lambda: None)
    started[0][0](*started[0][1:])
    assert titles(discovery.similar_to(one, None)) == [three.title, two.title]
