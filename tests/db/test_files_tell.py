"""A download from upload to disk: tags and signature tell the answer of today, and none of yesterday's goes out."""

import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import c2pa
import mutagen
import pytest
from django.test import Client

from antiphon.audio import service as audio
from antiphon.audio.core.manifests import FORMATS
from antiphon.audio.models import DownloadCopy
from antiphon.audio.service import signing
from antiphon.catalogue import registry
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.declarations import certificate
from antiphon.declarations import service as declarations
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict, NotFound
from antiphon.site.door.front import FrontDoor
from antiphon.site.door.media import declaration_of
from antiphon.site.installation import look_data
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests import private, sounds
from tests.db.door import Reply, once
from tests.people import People

pytestmark = pytest.mark.django_db
Bring = Callable[[str], catalogue.Track]
FILES = ("plain.mp3", "plain.wav", "plain.flac", "plain.m4a", "plain.ogg", "plain.opus", "plain.aiff")


@pytest.fixture(autouse=True)
def site(tmp_path: Path, settings: Any) -> Iterator[None]:
    store, ingest = storage._store, registry._ingest
    settings.DATA = tmp_path / "data"
    (settings.DATA / "tmp").mkdir(parents=True)
    storage.use(LocalFiles(tmp_path / "files"))
    registry.use_ingest(audio.IngestByJobs())
    yield
    storage._store, registry._ingest = store, ingest


@pytest.fixture
def bring(people: People, tmp_path: Path) -> Bring:
    """Upload a sound with private things in it as Ada, publish it for anybody to keep, and let every job run."""

    def send(name: str) -> catalogue.Track:
        partial = tmp_path / "partial"
        partial.write_bytes(private.fill(sounds.make(tmp_path, name)).read_bytes())
        begun = catalogue.begin_upload(people.ada, file_name=name, size_bytes=partial.stat().st_size, attested=True)
        recording = catalogue.receive(begun.pk, partial)
        jobs.run_due()
        catalogue.edit_track(people.ada, recording.track_id, {"downloads": "anyone", "title": "Slow Harbour"})
        catalogue.publish_tracks(people.ada, [recording.track_id], sharing="public")
        run_all()
        return now(recording.track_id)

    return send


def now(track_id: int) -> catalogue.Track:
    return catalogue.Track.objects.select_related("profile", "recording").get(pk=track_id)


def run_all() -> None:
    """Run what is due, also what waits for edits to settle."""
    with clock.advanced(timedelta(minutes=1)):
        jobs.run_due()


def file_of(copy: DownloadCopy) -> Path:
    path = storage.files().local_path(copy.key)
    assert path is not None
    return path


def state_of(copy: DownloadCopy, *, anchor: str = "") -> tuple[str, dict[str, Any]]:
    """What a stranger's reader says of a copy: its state, and the entries for generative training and inference."""
    trust = {"trust": {"trust_anchors": anchor, "trust_config": "1.3.6.1.5.5.7.3.4\n"}} if anchor else {}
    kept = {"manifest_data": bytes(copy.manifest)} if copy.manifest else {}
    mime = FORMATS[copy.key.rsplit(".", 1)[1]][0]
    data = io.BytesIO(file_of(copy).read_bytes())
    with c2pa.Reader(mime, data, context=c2pa.Context(c2pa.Settings.from_dict(trust)), **kept) as reader:
        said = json.loads(reader.json())
    found = said["manifests"][said["active_manifest"]]["assertions"]
    (entries,) = [one["data"]["entries"] for one in found if one["label"] == "cawg.training-mining"]
    return said["validation_state"], entries


@pytest.mark.parametrize("name", FILES)
def test_what_is_handed_out_is_signed_and_tells_the_answer(name: str, bring: Bring) -> None:
    chain = certificate.make()
    track = bring(name)
    copy = DownloadCopy.objects.get()
    assert copy.key in audio.download_url(track, "b")
    state, entries = state_of(copy, anchor=chain.authority)
    assert state == "Trusted"
    assert entries["cawg.ai_generative_training"] == {"use": "notAllowed"}
    data = file_of(copy).read_bytes()
    assert not any(word.encode() in data for word in private.WORDS)
    assert declarations.usage_page(track).encode() in data
    assert declarations.policy_of(track.recording_id or 0).encode() in data


@pytest.mark.parametrize("name", FILES)
def test_without_a_certificate_there_are_tags_and_no_signature(name: str, bring: Bring) -> None:
    track = bring(name)
    copy = DownloadCopy.objects.get()
    assert copy.key in audio.download_url(track, "b")
    assert (copy.signed_by, bytes(copy.manifest)) == ("", b"")
    assert mutagen.File(file_of(copy)).tags
    with pytest.raises(c2pa.C2paError):
        c2pa.Reader(FORMATS[copy.key.rsplit(".", 1)[1]][0], io.BytesIO(file_of(copy).read_bytes()))
    (finding,) = look_data.chain()
    assert (finding.verdict, "no signature" in finding.words) == ("note", True)


def test_a_copy_of_yesterday_s_answer_is_never_handed_out(bring: Bring, people: People) -> None:
    certificate.make()
    track = bring("plain.flac")
    consent.answer(people.ada, {"search-index": "yes", "ai-index": "yes", "ai-input": "yes", "agent": "yes"})
    yes = declarations.of_track(now(track.pk)).code
    with pytest.raises(Conflict):
        audio.download_url(now(track.pk), "b", declared=yes)
    run_all()
    before = DownloadCopy.objects.get()
    assert mutagen.File(file_of(before))["CONTENT_USAGE"] == ["train-ai=n, ai-use=n"]
    audio.download_url(now(track.pk), "b", declared=yes)
    consent.answer(people.ada, {"search-index": "no"})
    for declared in ("", declarations.of_track(now(track.pk)).code):
        with pytest.raises(Conflict):
            audio.download_url(now(track.pk), "b", declared=declared)
    run_all()
    after = DownloadCopy.objects.get()
    assert after.key != before.key
    assert storage.files().keys("downloads/") == [after.key]
    assert mutagen.File(file_of(after))["CONTENT_USAGE"] == ["train-ai=n, ai-use=n, search=n"]
    assert after.key in audio.download_url(now(track.pk), "b")
    assert state_of(after)[0] == "Valid"


def test_an_answer_that_the_file_does_not_tell_makes_no_new_copy(bring: Bring, people: People) -> None:
    track = bring("plain.flac")
    before = DownloadCopy.objects.get()
    consent.answer(people.ada, {"recommend": "yes"})
    assert before.key in audio.download_url(now(track.pk), "b")
    run_all()
    assert DownloadCopy.objects.get().key == before.key


def test_what_is_not_for_everybody_tells_no_address(bring: Bring, people: People) -> None:
    track = bring("plain.flac")
    catalogue.edit_track(people.ada, track.pk, {"sharing": "private"})
    with clock.advanced(timedelta(minutes=1)):
        jobs.run_due()
    copy = DownloadCopy.objects.get()
    data = file_of(copy).read_bytes()
    assert b"/ada-quill" not in data
    assert copy.key in audio.download_url(now(track.pk), "b")


def test_a_new_certificate_signs_anew_whoever_asks_next(bring: Bring) -> None:
    track = bring("plain.mp3")
    unsigned = DownloadCopy.objects.get()
    certificate.make()
    assert unsigned.key in audio.download_url(track, "b")  # what it tells is true
    run_all()
    signed = DownloadCopy.objects.get()
    assert state_of(signed)[0] == "Valid"
    certificate.renew()
    audio.download_url(track, "b")
    run_all()
    assert DownloadCopy.objects.get().key != signed.key
    assert state_of(DownloadCopy.objects.get())[0] == "Valid"


def test_a_detached_manifest_is_linked_from_the_sound(bring: Bring, client: Client) -> None:
    certificate.make()
    track = bring("plain.opus")
    copy = DownloadCopy.objects.get()
    link = dict(declaration_of(copy.key, "n" * 16))[b"link"].decode()
    rsl, manifest = link.split(", ")
    assert rsl.endswith('rel="license"; type="application/rsl+xml"')
    address = manifest.removesuffix('>; rel="c2pa-manifest"').removeprefix("<http://localhost:8000")
    assert address == f"/policies/{track.recording_id}/{copy.key.split('/')[-1]}.c2pa"
    reply = client.get(address)
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "application/c2pa")
    assert reply.content == bytes(copy.manifest)
    assert client.get(address.replace(".opus", ".ogg")).status_code == 404
    with pytest.raises(NotFound):
        audio.manifest_of(track.recording_id or 0, "another")


def test_a_container_that_holds_its_manifest_links_to_none(bring: Bring) -> None:
    certificate.make()
    bring("plain.mp3")
    copy = DownloadCopy.objects.get()
    assert b"c2pa" not in dict(declaration_of(copy.key, "n" * 16))[b"link"]


def test_what_is_too_large_to_sign_goes_out_with_its_tags(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "MOST_SIGNED_BYTES", 1000)
    certificate.make()
    track = bring("plain.flac")
    copy = DownloadCopy.objects.get()
    assert copy.key in audio.download_url(track, "b")
    assert mutagen.File(file_of(copy))["TDM_RESERVATION"] == ["1"]
    with pytest.raises(c2pa.C2paError):
        state_of(copy)


def test_the_doctor_warns_before_the_certificate_ends() -> None:
    certificate.make()
    assert [found.verdict for found in look_data.chain()] == ["good"]
    with clock.advanced(timedelta(days=certificate.SIGNER_DAYS - 30)):
        assert [found.verdict for found in look_data.chain()] == ["note"]
    with clock.advanced(timedelta(days=certificate.SIGNER_DAYS + 1)):
        assert [found.verdict for found in look_data.chain()] == ["problem"]
    (certificate.folder() / "signer.pem").write_text("nothing")
    assert [found.verdict for found in look_data.chain()] == ["problem"]


def test_a_broken_chain_stops_no_download(bring: Bring) -> None:
    certificate.make()
    track = bring("plain.mp3")
    copy = DownloadCopy.objects.get()
    (certificate.folder() / "signer.pem").write_text("nothing")
    assert copy.key in audio.download_url(track, "b")
    run_all()
    assert DownloadCopy.objects.get().key == copy.key
    assert audio.download_url(bring("plain.wav"), "b")


def test_a_stranger_downloads_a_file_and_finds_it_valid(bring: Bring) -> None:
    """By HTTP alone: page, download, the link to the manifest, and a reader that has the authority."""
    chain, stranger = certificate.make(), Client()
    for name in ("plain.mp3", "plain.opus"):
        track = bring(name)
        stranger.get(track.get_absolute_url())
        address = stranger.get(f"/listen/{track.pk}/download").headers["Location"]
        cookie = f"antiphon_listener={stranger.cookies['antiphon_listener'].value}"
        reply = by_the_door(address, cookie)
        assert (reply.status, reply["content-usage"]) == (200, "train-ai=n, ai-use=n, search=n")
        linked = re.search(r'<http://localhost:8000(\S+)>; rel="c2pa-manifest"', reply["link"])
        assert bool(linked) is (name == "plain.opus")
        kept = {"manifest_data": stranger.get(linked[1]).content} if linked else {}
        trust = {"trust": {"trust_anchors": chain.authority, "trust_config": "1.3.6.1.5.5.7.3.4\n"}}
        context = c2pa.Context(c2pa.Settings.from_dict(trust))
        for body, state in ((reply.body, "Trusted"), (reply.body[:-9] + bytes(9), "Invalid")):
            with c2pa.Reader(reply["content-type"], io.BytesIO(body), context=context, **kept) as reader:
                assert json.loads(reader.json())["validation_state"] == state


def by_the_door(address: str, cookie: str) -> Reply:
    def no_pages(environ: object, start: object) -> list[bytes]:
        raise AssertionError("media must not reach Django")

    door = FrontDoor(no_pages)
    try:
        return once(door, "GET", address, headers={"cookie": cookie})
    finally:
        door.pages.close()
        door.rooms.close()
