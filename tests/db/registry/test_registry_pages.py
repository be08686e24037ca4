"""The registry's pages: ways to ask that need no script, answers said plainly, and Who asked by sound."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from antiphon.consent.models import Actor
from antiphon.identification.core import statements
from antiphon.identification.lookup_models import AskedAfter
from antiphon.identification.service import registry
from antiphon.identification.service.registry import forgetting, packing
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.storage.local import LocalFiles
from tests.db.registry.conftest import Ask
from tests.people import People
from tests.tuned import Tuned, clip, packed
from tests.tunes import wav

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def sent(client: Client, sound: bytes = b"", **fields: str) -> Any:
    files = {"sound": SimpleUploadedFile("x.wav", sound)} if sound else {}
    return client.post("/registry", fields | files)


def test_a_file_leads_to_the_label_without_any_script(
    people: People, tuned: Tuned, ask: Ask, client: Client, file_store: LocalFiles
) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    page = client.get("/registry")
    assert 'enctype="multipart/form-data"' in page.content.decode()
    response = sent(client, wav(clip(1)))
    assert response.status_code == 302
    waiting = client.get(response["Location"])
    assert "Listening" in text(waiting)
    assert "Look again" in text(waiting)
    jobs.run_due()
    said = text(client.get(response["Location"]))
    for words in (
        "Known here",
        "Slow Harbour",
        "Ada Quill",
        "AI label",
        "Certain",
        "All sixteen answers",
        "is deleted",
    ):
        assert words in said
    signed = client.get(response["Location"] + "/answer.json")
    assert signed["Content-Disposition"].startswith("attachment")
    assert statements.check(signed.content).ok


def test_what_is_not_known_is_said_as_plainly(people: People, tuned: Tuned, ask: Ask, client: Client) -> None:
    tuned.add(people.ada, "Unheard", 1, sharing="private")
    pages = [client.get(f"/registry/{ask(prints=packed(clip(seed))).uid}") for seed in (1, 9)]
    own = re.compile(r"[0-9a-f]{32}|[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
    hidden, unknown = (own.sub("", page.content.decode()) for page in pages)
    assert "Not known here" in hidden
    assert "Unheard" not in hidden
    assert hidden == unknown
    assert not any("ETag" in page.headers for page in pages)


def test_a_track_whose_creator_is_not_named_shows_the_label_alone(
    people: People, tuned: Tuned, ask: Ask, client: Client
) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    registry.choose(people.ada, named=False)
    page = client.get(f"/registry/{ask(prints=packed(clip(1))).uid}")
    assert "not named here" in text(page)
    assert "AI label" in text(page)
    assert "harbour" not in page.content.decode().lower()


@pytest.mark.parametrize("fields", [{}, {"link": "x" * 301}])
def test_nothing_to_ask_about_is_said_on_the_page(ask: Ask, client: Client, fields: dict[str, str]) -> None:
    response = sent(client, **fields)
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_a_picture_is_refused_with_its_reason(ask: Ask, client: Client) -> None:
    response = sent(client, b"\x89PNG\r\n")
    assert response.status_code == 415
    assert "not a sound file" in text(response)


def test_a_page_that_nobody_asked_for_is_not_there(ask: Ask, client: Client) -> None:
    assert client.get("/registry/" + "0" * 32).status_code == 404
    row = ask(link="/a/b", run=False)
    assert client.get(f"/registry/{row.uid}/answer.json").status_code == 404


def test_a_page_of_an_answer_costs_one_query(people: People, tuned: Tuned, ask: Ask, client: Client) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    address = f"/registry/{ask(prints=packed(clip(1))).uid}"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= 2, [one["sql"] for one in queries]


def test_creators_see_by_whom_and_how_often_and_never_a_person(
    people: People, tuned: Tuned, ask: Ask, ada: Client
) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    tuned.add(people.cleo, "North", 2)
    assert "Nobody has asked by sound yet" in text(ada.get("/studio/asked?answer=by-sound"))
    Actor.objects.create(slug="example-lab", name="Example Lab", user=people.lux, is_self_entered=True)
    for by in (people.ben, people.ben, people.lux, None):
        ask(prints=packed(clip(1)), by=by)
    ask(prints=packed(clip(2)), by=people.cleo)
    page = text(ada.get("/studio/asked?answer=by-sound"))
    assert re.search(r"A listener .{0,30} 2 ", page)
    assert "Example Lab" in page
    assert "Somebody without an account" in page
    assert "Slow Harbour" in page
    assert "North" not in page
    assert "ben@" not in page


def test_the_choice_of_being_named_is_in_the_studio(people: People, tuned: Tuned, ada: Client) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    assert registry.is_named(people.ada)
    ada.post("/studio/asked/naming", {"named": "no"})
    assert not registry.is_named(people.ada)
    ada.post("/studio/asked/naming", {"named": "yes"})
    assert registry.is_named(people.ada)


def test_old_answers_and_sums_and_stray_sound_are_forgotten(
    people: People, tuned: Tuned, ask: Ask, file_store: LocalFiles, later: Any, tmp_path: Any
) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    ask(prints=packed(clip(1)))
    stray = tmp_path / "stray"
    stray.write_bytes(b"x")
    file_store.put("registry/stray", stray)
    waits = ask(file=wav(clip(1)), run=False)
    forgetting.forget()
    assert file_store.keys("registry/") == [registry.Lookup.objects.get(pk=waits.pk).key]
    later(timedelta(days=366))
    forgetting.forget()
    assert not registry.Lookup.objects.exists()
    assert not AskedAfter.objects.exists()
    forgetting.forget()
    assert file_store.keys("registry/") == []
    assert clock.now()


def test_what_was_asked_goes_along_in_a_parcel(people: People, tuned: Tuned, ask: Ask) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    tuned.add(people.ada, "Unheard", 2, sharing="private")
    ask(prints=packed(clip(1)), by=people.ben)
    ask(prints=packed(clip(2)), by=people.ben)
    jobs.enqueue("identification.tell_unreleased")
    jobs.run_due()

    def packed_of(user: Any) -> dict[str, Any]:
        return {
            piece.name: json.loads("".join(piece.text()))
            for piece in packing.pieces(user)
            if piece.text and piece.name.endswith(".json")
        }

    known, unknown = packed_of(people.ben)["asked_by_me.json"]
    assert (known["said"], unknown["said"]) == ("known", "unknown")
    assert "Unheard" not in json.dumps(unknown)
    of_me = packed_of(people.ada)["asked_of_me.json"]
    assert {(row["title"], row["released"], row["number"]) for row in of_me} == {
        ("Slow Harbour", True, 1),
        ("Unheard", False, 1),
    }
    assert packed_of(people.ada)["named.json"] == {"named": True}
