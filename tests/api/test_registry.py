"""The registry by sound for programs: one question, and batches that go on where they were cut."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from antiphon.catalogue import service as catalogue
from antiphon.identification.core import statements
from antiphon.identification.engines.shelf import Shelf
from antiphon.identification.service import shelving
from antiphon.identification.service.registry import index
from antiphon.jobs import service as jobs
from antiphon.storage.local import LocalFiles
from tests.api.conftest import Api, KeyFor
from tests.db.conftest import Receive
from tests.people import People
from tests.tuned import Tuned, clip, packed
from tests.tunes import wav

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tuned(people: People, bring: Receive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tuned:
    """Ada's public track, and one of hers that nobody else may hear."""
    monkeypatch.setattr(index, "_memory", index._Memory())
    shelf = Shelf(tmp_path / "identification")
    monkeypatch.setattr(shelving, "shelf", lambda: shelf)
    found = Tuned(shelf.folder, bring)
    found.add(people.ada, "Slow Harbour", 1)
    found.add(people.ada, "Unheard", 2, sharing="private")
    return found


def send(api: Api, **parts: Any) -> HttpResponse:
    body = encode_multipart(BOUNDARY, parts)
    sent = {"Authorization": f"Bearer {api.secret}"} if api.secret else {}
    return api.client.generic("POST", "/api/v1/registry/lookup", body, content_type=MULTIPART_CONTENT, headers=sent)


def file(data: bytes, name: str = "x.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def item(ref: str, seed: int) -> dict[str, str]:
    return {"ref": ref, "prints": b64encode(packed(clip(seed))).decode()}


def answered(api: Api, reply: HttpResponse) -> dict[str, Any]:
    assert reply.status_code == 202, reply.content
    jobs.run_due()
    found: dict[str, Any] = api.get(f"registry/lookups/{reply.json()['uid']}").json()
    assert found["state"] == "answered"
    return found


def test_a_fingerprint_is_answered_without_the_sound(nobody: Api) -> None:
    found = answered(nobody, send(nobody, prints=file(packed(clip(1)))))
    [match] = found["answer"]["matches"]
    assert match["track"]["title"] == "Slow Harbour"
    assert len(match["label"]["purposes"]) == 16
    assert found["answer"]["audio"] == "never sent"
    signed = nobody.client.get(found["signed_url"].removeprefix(settings.SITE_URL))
    assert statements.check(signed.content).ok


def test_sound_is_answered_and_deleted(ben: Api, file_store: LocalFiles) -> None:
    found = answered(ben, send(ben, audio=file(wav(clip(1)), "x.wav")))
    assert found["answer"]["said"] == "known"
    assert found["answer"]["asked"]["by"]["kind"] == "program"
    assert file_store.keys("registry/") == []


def test_an_address_is_answered(nobody: Api) -> None:
    assert answered(nobody, send(nobody, link="/ada-quill/slow-harbour"))["answer"]["said"] == "known"


def test_the_unreleased_and_the_unknown_are_answered_alike(nobody: Api) -> None:
    hidden, unknown = (answered(nobody, send(nobody, prints=file(packed(clip(seed))))) for seed in (2, 9))
    for found in (hidden, unknown):
        assert (found["answer"]["said"], found["answer"]["matches"], found["failure"]) == ("unknown", [], "")
    assert "Unheard" not in json.dumps(hidden)
    assert hidden.keys() == unknown.keys()


@pytest.mark.parametrize("parts", [{}, {"link": "/a/b", "prints": file(packed(clip(1)))}])
def test_exactly_one_thing_is_asked_about(nobody: Api, parts: dict[str, Any]) -> None:
    assert send(nobody, **parts).status_code == 422


@pytest.mark.parametrize("bad", [b"nonsense" * 9, packed(clip(1))[:-2], bytes(3 << 20)])
def test_forged_and_huge_fingerprints_are_refused_at_the_edge(nobody: Api, bad: bytes) -> None:
    reply = send(nobody, prints=file(bad))
    assert reply.status_code in (413, 422)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert not jobs.Job.objects.filter(name="identification.answer_lookup").exists()


def test_asking_too_often_is_refused_with_when_to_come_back(nobody: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.ANTIPHON, "registry_per_hour_address", 1)
    assert send(nobody, link="/a/b").status_code == 202
    reply = send(nobody, link="/a/b")
    assert reply.status_code == 429
    assert 0 < int(reply.headers["Retry-After"]) <= 3600


def test_a_batch_goes_on_where_it_was_cut(ben: Api) -> None:
    first = ben.post("registry/batches", {"name": "Crawl", "items": [item("a", 1), item("b", 9)]})
    assert first.status_code == 201
    uid = first.json()["uid"]
    # The reply was lost: the same is sent again, with more.
    again = ben.post(f"registry/batches/{uid}/items", {"items": [item("b", 9), item("c", 2)]})
    assert (again.status_code, again.json()["number"], again.json()["waiting"]) == (200, 3, 3)
    jobs.run_due()
    stands = ben.get(f"registry/batches/{uid}").json()
    assert (stands["waiting"], stands["answered"], stands["failed"]) == (0, 3, 0)
    page = ben.get(f"registry/batches/{uid}/answers?limit=2").json()
    rest = ben.get(page["next_href"].removeprefix(settings.SITE_URL)).json()
    said = {one["ref"]: one["answer"]["said"] for one in page["collection"] + rest["collection"]}
    assert said == {"a": "known", "b": "unknown", "c": "unknown"}
    assert rest["next_href"] is None


def test_a_page_of_answers_never_changes_while_others_wait(ben: Api) -> None:
    uid = ben.post("registry/batches", {"items": [item("a", 1)]}).json()["uid"]
    before = ben.get(f"registry/batches/{uid}/answers").json()
    assert (before["collection"], bool(before["next_href"])) == ([], True)
    jobs.run_due()
    after = ben.get(before["next_href"].removeprefix(settings.SITE_URL)).json()
    assert [one["ref"] for one in after["collection"]] == ["a"]


def test_one_name_stands_for_one_fingerprint(ben: Api) -> None:
    uid = ben.post("registry/batches", {"items": [item("a", 1)]}).json()["uid"]
    assert ben.post(f"registry/batches/{uid}/items", {"items": [item("a", 2)]}).status_code == 409
    assert ben.post(f"registry/batches/{uid}/items", {"items": [item("d", 1), item("d", 2)]}).status_code == 409
    bad = ben.post(f"registry/batches/{uid}/items", {"items": [item("e", 1), {"ref": "f", "prints": "QVBmcA=="}]})
    assert (bad.status_code, bad.json()["code"]) == (422, "bad-prints")
    assert "f" in {one["field"] for one in bad.json()["errors"]}
    assert ben.get(f"registry/batches/{uid}").json()["number"] == 1


def test_a_batch_is_for_its_asker(ben: Api, people: People, with_key: KeyFor, nobody: Api) -> None:
    uid = ben.post("registry/batches", {"name": ""}).json()["uid"]
    cleo = with_key(people.cleo)
    for path in (f"registry/batches/{uid}", f"registry/batches/{uid}/answers"):
        assert cleo.get(path).status_code == 404
        assert nobody.get(path).status_code == 401
    assert cleo.post(f"registry/batches/{uid}/items", {"items": [item("a", 1)]}).status_code == 404


def test_a_batch_ends_where_a_day_ends(ben: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.ANTIPHON, "registry_batched_per_day", 2)
    uid = ben.post("registry/batches", {"items": [item("a", 1)]}).json()["uid"]
    reply = ben.post(f"registry/batches/{uid}/items", {"items": [item("b", 1), item("c", 9)]})
    assert reply.status_code == 429
    assert ben.get(f"registry/batches/{uid}").json()["number"] == 1
    assert ben.post(f"registry/batches/{uid}/items", {"items": [item("a", 1), item("b", 1)]}).status_code == 200


def test_a_withdrawn_track_is_not_in_the_answer_to_come(ben: Api, people: People) -> None:
    uid = ben.post("registry/batches", {"items": [item("a", 1)]}).json()["uid"]
    catalogue.withdraw_tracks(people.ada, list(catalogue.Track.objects.values_list("pk", flat=True)))
    jobs.run_due()
    [one] = ben.get(f"registry/batches/{uid}/answers").json()["collection"]
    assert one["answer"]["said"] == "unknown"
