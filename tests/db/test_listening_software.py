"""Software that listens, on a whole installation: a permit opens what it covers, a rogue engine gets no more."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from antiphon.audio import broker, registry
from antiphon.audio import service as audio
from antiphon.audio.core import talk
from antiphon.audio.core.failures import Failure
from antiphon.audio.models import Rendition
from antiphon.audio.service import software
from antiphon.catalogue import registry as catalogue_registry
from antiphon.catalogue import service as catalogue
from antiphon.cli.ports import Verdict
from antiphon.consent.core.permits import Permit
from antiphon.jobs import service as jobs
from antiphon.kernel.errors import NotFound
from antiphon.site.installation import look_program
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests import sounds
from tests.gate import NotAllowed, SmallGate
from tests.people import People

pytestmark = pytest.mark.django_db
ROGUE = Path(__file__).parents[1] / "rogue.py"
_RUN = "import sys; sys.path.insert(0, {folder!r}); from antiphon.audio.engines.ai_process import main; "
_RUN += "sys.exit(main(sys.argv[1:]))"
Upload = Callable[[str], catalogue.Recording]


class Going:
    """A job's context that always goes on."""

    stopping = False
    last_attempt = True

    def heartbeat(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def site(tmp_path: Path) -> Iterator[None]:
    store, ingest = storage._store, catalogue_registry._ingest
    storage.use(LocalFiles(tmp_path / "files"))
    catalogue_registry.use_ingest(audio.IngestByJobs())
    yield
    storage._store, catalogue_registry._ingest = store, ingest


@pytest.fixture
def upload(people: People, tmp_path: Path) -> Upload:
    """Upload and prepare one of `tests.sounds`, as Ada."""

    def send(name: str) -> catalogue.Recording:
        partial = tmp_path / "partial"
        shutil.copy(sounds.make(tmp_path, name), partial)
        size = partial.stat().st_size
        begun = catalogue.begin_upload(people.ada, file_name=name, size_bytes=size, attested=True)
        recording = catalogue.receive(begun.pk, partial)
        jobs.run_due()
        return catalogue.recording_by_id(recording.pk)

    return send


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Allow an engine by its text; return the folder it lies in."""
    folder = tmp_path / "engines"
    folder.mkdir()

    def allow(program: str) -> Path:
        (folder / "invented.py").write_text(program, encoding="utf-8")
        monkeypatch.setitem(registry._engines, "invented", registry.Hearing("invented", talk.RATE_HZ))
        command = [sys.executable, "-I", "-X", "utf8", "-c", _RUN.format(folder=str(folder))]
        monkeypatch.setattr(broker, "_COMMAND", command)
        return folder

    return allow


COUNTS = "def hear(sound):\n    return {'samples': sum(map(len, sound.blocks()))}"


def permit_for(gate: SmallGate, *recordings: catalogue.Recording) -> Permit:
    gate.yes |= {recording.pk for recording in recordings}
    return gate.ask([recording.pk for recording in recordings], "organize", "antiphon/similar")


def listen(permit: Permit, gate: SmallGate, **changes: Any) -> tuple[audio.Heard, dict[int, Any]]:
    found: dict[int, Any] = {}
    usual: dict[str, Any] = {"ctx": Going(), "on_result": found.__setitem__}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(software.consent, "recheck", gate.recheck)
        return audio.listen(permit, "invented", **{**usual, **changes}), found


def test_the_permitted_recordings_are_heard_from_their_originals(upload: Upload, engine: Callable[[str], Path]) -> None:
    one, two, other = upload("plain.flac"), upload("plain.mp3"), upload("mono.wav")
    engine(COUNTS)
    gate = SmallGate()
    permit = permit_for(gate, one, two)
    heard, found = listen(permit, gate)
    assert heard.done == [one.pk, two.pk]
    assert other.pk not in found
    assert abs(found[one.pk]["samples"] - 44_100) < 100
    assert gate.rechecks == 3, "at the start and before each recording"


def test_a_rendition_is_heard_where_the_original_is_gone(upload: Upload, engine: Callable[[str], Path]) -> None:
    recording = upload("plain.flac")
    storage.files().delete(recording.original_key)
    engine(COUNTS)
    gate = SmallGate()
    heard, found = listen(permit_for(gate, recording), gate)
    assert heard.done == [recording.pk]
    assert abs(found[recording.pk]["samples"] - 44_100) < 3000
    Rendition.objects.all().delete()
    heard, _ = listen(permit_for(gate, recording), gate)
    assert heard.failed == {recording.pk: "missing"}


def test_a_withdrawal_stops_a_running_job_before_its_next_recording(
    upload: Upload, engine: Callable[[str], Path]
) -> None:
    one, two = upload("plain.flac"), upload("plain.mp3")
    engine(COUNTS)
    gate = SmallGate()
    permit = permit_for(gate, one, two)
    found: list[int] = []

    def take_back(recording: int, result: dict[str, Any]) -> None:
        found.append(recording)
        gate.yes.clear()

    with pytest.raises(NotAllowed):
        listen(permit, gate, on_result=take_back)
    assert found == [one.pk]


def test_one_withdrawal_leaves_the_others_of_a_job(upload: Upload, engine: Callable[[str], Path]) -> None:
    one, two, three = upload("plain.flac"), upload("plain.mp3"), upload("mono.wav")
    engine(COUNTS)
    gate = SmallGate()
    permit = permit_for(gate, one, two, three)
    heard, _ = listen(permit, gate, on_result=lambda recording, found: gate.yes.discard(two.pk))
    assert (heard.done, heard.refused) == ([one.pk, three.pk], [two.pk])


def test_nothing_is_started_without_a_permit_that_stands(upload: Upload, engine: Callable[[str], Path]) -> None:
    recording = upload("plain.flac")
    engine("raise SystemExit('it was started')")
    gate = SmallGate()
    permit = permit_for(gate, recording)
    gate.yes.clear()
    with pytest.raises(NotAllowed):
        listen(permit, gate)


def test_an_engine_that_nobody_allowed_does_not_start(upload: Upload) -> None:
    gate = SmallGate()
    permit = permit_for(gate, upload("plain.flac"))
    with pytest.raises(NotFound):
        audio.listen(permit, "unheard-of", ctx=Going(), on_result=lambda recording, found: None)  # type: ignore[arg-type]
    for module in ("os", "antiphon.site.wiring", "antiphon.audio.engines", "antiphon.audio.engines.child; os"):
        with pytest.raises(ValueError, match="engines"):
            audio.use_engine("unheard-of", module)


def test_a_stopping_worker_stops_the_listening(upload: Upload, engine: Callable[[str], Path]) -> None:
    class Stopping(Going):
        def heartbeat(self) -> bool:
            return False

    engine(COUNTS)
    gate = SmallGate()
    with pytest.raises(Failure) as stopped:
        listen(permit_for(gate, upload("plain.flac")), gate, ctx=Stopping())
    assert stopped.value.code == "interrupted"


def test_a_subscriber_names_a_purpose_of_the_table() -> None:
    class Curious:
        purpose = "curiosity"

        def recording_ready(self, recording_id: int) -> None: ...

    with pytest.raises(ValueError, match="no purpose"):
        audio.subscribe("curious", Curious())


def test_an_upload_is_complete_even_if_a_subscriber_fails(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        purpose = "organize"

        def recording_ready(self, recording_id: int) -> None:
            catalogue.Recording.objects.filter(pk=recording_id).update(codec="undone")
            raise RuntimeError("out of order")

    monkeypatch.setattr(registry, "_subscribers", {"failing": Failing()})
    recording = upload("plain.flac")
    assert (recording.state, recording.codec) == ("complete", "flac")


@pytest.mark.skipif(sys.platform != "linux", reason="the fences are Linux's")
def test_a_rogue_engine_gets_no_byte_without_a_permit(upload: Upload, engine: Callable[[str], Path]) -> None:
    """It knows every path, has the broker's socket, and tries at its import, its rehearsal, and while it listens."""
    mine, others = upload("plain.flac"), [upload("plain.mp3"), upload("mono.wav")]
    secret = settings.DATA / "keys"
    secret.mkdir(exist_ok=True)
    (secret / "rogue-test").write_text("a key", encoding="utf-8")
    store = storage.files()
    paths = [str(store.local_path(key)) for key in sorted(store.keys())]
    paths += [str(path) for path in settings.DATA.rglob("*") if path.is_file()][:100]
    paths += [path for path in (str(connection.settings_dict["NAME"]),) if Path(path).is_file()]
    paths += ["/etc/passwd", "/proc/self/environ", "/dev/shm", str(ROGUE)]
    assert any("originals" in path for path in paths)
    assert any("renditions" in path for path in paths)
    folder = engine(ROGUE.read_text(encoding="utf-8"))
    outside = [recording.pk for recording in others] + [mine.pk, 0, 10**9]
    told = f"PATHS, RECORDINGS, WORKER = {paths!r}, {outside!r}, {os.getpid()}"
    (folder / "rogue_paths.py").write_text(told, encoding="utf-8")

    gate = SmallGate()
    heard, found = listen(permit_for(gate, mine), gate)

    got = found[mine.pk]
    assert got["tried"] > 7 * len(paths)
    assert abs(got["own"] - 4 * 44_100) < 400, "what is permitted it does hear"
    assert got["others"] == 0
    assert heard.strikes == len(outside)
    held = audio.broker_report()
    leaks = {stage: got[stage] for stage in ("import", "rehearsal", "sealed")}
    if all(held.values()):
        assert leaks == {"import": {}, "rehearsal": {}, "sealed": {}}
        assert got["names"] == 0
    else:
        # What it got through is what the doctor says does not hold, and nothing else.
        report = " ".join(finding.words for finding in look_program.listening())
        assert [name for name, holds in held.items() if not holds and name not in report] == []
        assert not (held["files"] and any("open" in way for ways in leaks.values() for way in ways))
    (secret / "rogue-test").unlink()


def test_the_same_rogue_without_fences_gets_plenty(upload: Upload, tmp_path: Path) -> None:
    """So the test above can fail."""
    recording = upload("plain.flac")
    original = str(storage.files().local_path(recording.original_key))
    shutil.copy(ROGUE, tmp_path / "rogue.py")
    # Somebody else to attach to: a worker that is traced stands still.
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as victim:
        told = f"PATHS, RECORDINGS, WORKER = {[original]!r}, [], {victim.pid}"
        (tmp_path / "rogue_paths.py").write_text(told, encoding="utf-8")
        ran = subprocess.run([sys.executable, tmp_path / "rogue.py"], capture_output=True, check=True, timeout=60)
        victim.kill()
    got = json.loads(ran.stdout)
    for way in (f"open {original}", f"open through proc {original}", f"chmod {original}", "signal", "another process"):
        assert got[way] > 0, way
    assert got[f"open {original}"] > 10_000
    assert got["list folders"] > 0


def test_the_doctor_says_which_fences_hold_and_which_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_program.audio, "broker_report", lambda: {"files": True, "network": True})
    [good] = look_program.listening()
    assert good.verdict is Verdict.GOOD
    monkeypatch.setattr(look_program.audio, "broker_report", lambda: {"file-names": False, "network": True})
    [note] = look_program.listening()
    assert (note.verdict, "file-names" in note.words) == (Verdict.NOTE, True)
    monkeypatch.setattr(look_program.audio, "broker_report", lambda: {"files": False, "network": True})
    [problem] = look_program.listening()
    assert (problem.verdict, "files" in problem.words) == (Verdict.PROBLEM, True)
