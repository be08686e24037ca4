"""Answers for tracks: one by one, many in a table or a sheet, sealed, and granted to somebody from outside."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from tests.db.answering import on, said, share, signed_in, text
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db


def test_the_table_shows_and_answers_many(ada: Client, people: People, bring: Receive) -> None:
    songs = [bring(people.ada, f"{name}.wav") for name in ("One", "Two", "Three")]
    consent.answer(people.ada, {"organize": "yes"}, [on(songs[0])])
    page = text(ada, "/studio/answers/tracks")
    assert page.count('name="ids"') == 3
    assert page.count('name="purpose"') == 14
    assert page.count('<td class="own">') == 1
    asked = {"ids": [songs[1].pk, songs[2].pk], "purpose": ["organize", "assist"], "say": "yes"}
    page = ada.post("/studio/answers/tracks", {**asked, "step": "look"}).content.decode()
    assert "For 2 tracks." in page
    assert page.count("allowed for 2 tracks more") == 2
    assert not said(people.ada, on(songs[1]))
    ada.post("/studio/answers/tracks", {**asked, "step": "do"})
    assert said(people.ada, on(songs[1])) == said(people.ada, on(songs[2])) == {"organize": "yes", "assist": "yes"}
    asked = {"every": "1", "purpose": ["organize"], "say": "no", "step": "do"}
    ada.post("/studio/answers/tracks", asked)
    assert {said(people.ada, on(one))["organize"] for one in songs} == {"no"}


def test_the_table_is_sifted_by_words_set_and_state(ada: Client, people: People, bring: Receive) -> None:
    one, two = bring(people.ada, "Low Water.wav"), bring(people.ada, "Night Ferry.wav")
    album = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports")
    catalogue.put_tracks(people.ada, album.pk, [two.track_id])
    consent.answer(people.ada, {"organize": "yes", "assist": "ask"}, [on(one)])
    for query, found in (
        ("q=ferry", [two]),
        (f"set={album.pk}", [two]),
        ("purpose_is=organize&state=yes", [one]),
        ("purpose_is=assist&state=ask", [one]),
        ("purpose_is=organize&state=no", [two]),
        ("purpose_is=sing&state=yes", [one, two]),
        ("q=%00", [one, two]),
    ):
        page = text(ada, f"/studio/answers/tracks?{query}")
        assert {int(pk) for pk in re.findall(r'name="ids" value="(\d+)"', page)} == {song.pk for song in found}, query
    assert "No track matches" in text(ada, "/studio/answers/tracks?q=zither")
    ada.post("/studio/answers/tracks", {"q": "ferry", "every": "1", "purpose": "organize", "say": "ask", "step": "do"})
    assert said(people.ada, on(two))["organize"] == "ask"
    assert said(people.ada, on(one))["organize"] == "yes"


def test_nobody_answers_for_a_track_that_is_not_theirs(people: People, song: catalogue.Recording) -> None:
    stranger = signed_in(people.cleo)
    asked = {"ids": [song.pk], "purpose": ["organize"], "say": "yes", "step": "do"}
    page = stranger.post("/studio/answers/tracks", asked, follow=True).content.decode()
    assert "You hold no rights there." in page
    for path in ("answers", "seal"):
        text(stranger, f"/studio/tracks/{song.track_id}/{path}", 404)
    for path in ("answers", "seal", "seal/open", "holders", "holders/confirm", "holders/dispute"):
        assert stranger.post(f"/studio/tracks/{song.track_id}/{path}", {"disputed": "1"}).status_code == 404, path
    assert not consent.subject_of(song.pk).disputed
    text(stranger, f"/studio/asked?recording={song.pk}", 404)


def test_two_thousand_tracks_cost_no_more_queries_than_one(
    ada: Client, people: People, song: catalogue.Recording, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many(people, song, 2000)
    text(ada, "/studio/answers/tracks")
    for query in ("", "?purpose_is=organize&state=no", "?q=tide", "?q=tide&purpose_is=organize&state=no&after=9999999"):
        with django_assert_max_num_queries(9):
            page = text(ada, f"/studio/answers/tracks{query}")
        assert page.count('name="ids"') == 50, query
        assert "All 200" in page
    with django_assert_max_num_queries(9):
        text(ada, "/studio/answers")


def many(people: People, song: catalogue.Recording, count: int) -> None:
    """Copy a song, as rows, so that there are thousands of them within a second."""
    from antiphon.catalogue.models import Recording, Track
    from antiphon.consent.models import Holder, Subject

    track, subject = song.track, consent.subject_of(song.pk)
    holder = consent.holders_of(song.pk)[0]
    tracks = [
        Track(profile=track.profile, slug=f"tide-{number}", title=f"Tide {number}", search_text=f"tide {number}")
        for number in range(count)
    ]
    made = Track.objects.bulk_create(tracks)
    copies = Recording.objects.bulk_create(
        [Recording(**{**_values(song), "track_id": one.pk, "original_key": f"originals/{one.pk}"}) for one in made]
    )
    for one, recording in zip(made, copies, strict=True):
        one.recording = recording
    Track.objects.bulk_update(made, ["recording"], batch_size=500)
    values = {name: value for name, value in _values(subject).items() if name not in ("recording_id", "track_id")}
    Subject.objects.bulk_create([Subject(recording_id=one.pk, track_id=one.track_id, **values) for one in copies])
    shared = {"party": holder.party, "roles": holder.roles, "share_ppm": holder.share_ppm, "state": holder.state}
    Holder.objects.bulk_create([Holder(subject_id=one.pk, **shared) for one in copies])


def _values(row: models.Model) -> dict[str, object]:
    skipped = ("id", "pk")
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields
            if field.attname not in skipped}  # fmt: skip


def test_a_sheet_goes_out_and_comes_in_and_says_what_is_wrong(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    reply = ada.get("/studio/answers/tracks.csv")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="answers.csv"'
    sheet = reply.content.decode()
    head, line = sheet.splitlines()
    assert line.startswith(f"{song.pk},Slow Harbour,")
    changed = f"{head}\n{line.replace(',Slow Harbour,', ',Slow Harbour,yes', 1)}"

    def send(content: bytes) -> str:
        sent = {"sheet": SimpleUploadedFile("answers.csv", content)}
        return ada.post("/studio/answers/tracks.csv", sent, follow=True).content.decode()

    assert "The sheet gave 1 answer." in send(changed.encode())
    assert said(people.ada, on(song)) == {"recommend": "yes"}
    before = consent.size()
    for wrong, told in (
        (changed.replace("yes", "maybe").encode(), "Line 2 says “maybe” to recommend."),
        (f"{head}\n{song.pk},x,no\n999999,y,yes".encode(), "You hold no rights there."),
        (b"\xff\xfe\x00", "not a text file in UTF-8"),
        (b"title,organize\nx,yes", "The first line has to name the columns"),
        (b"a" * 5_000_001, "5 MB at most"),
    ):
        assert told in send(wrong), told
    assert consent.size() == before
    assert said(people.ada, on(song)) == {"recommend": "yes"}
    assert "Choose a file first." in ada.post("/studio/answers/tracks.csv", follow=True).content.decode()


def test_a_track_is_answered_sealed_and_asked_to_open(ada: Client, people: People, song: catalogue.Recording) -> None:
    path = f"/studio/tracks/{song.track_id}"
    consent.answer(people.ada, {"organize": "no"})
    page = ada.post(f"{path}/answers", {"say-organize": "yes", "step": "look"}).content.decode()
    assert "For “Slow Harbour”." in page
    assert "allowed for 1 track more" in page
    ada.post(f"{path}/answers", {"say-organize": "yes", "step": "do"})
    assert consent.explain(song.pk, "organize").allowed
    ada.post(f"{path}/answers", {"say-organize": "nothing", "step": "do"})
    assert not consent.explain(song.pk, "organize").allowed
    assert "never for models" in text(ada, f"{path}/seal")
    assert consent.subject_of(song.pk).sealed_at is None
    ada.post(f"{path}/seal")
    assert consent.explain(song.pk, "train-analysis").rule == "sealed"
    assert "Ask to open it" in text(ada, f"{path}/answers")
    ada.post(f"{path}/seal/open")
    assert "All holders asked to open it." in text(ada, f"{path}/answers")


def test_one_holder_alone_does_not_open_a_seal(ada: Client, people: People, song: catalogue.Recording) -> None:
    path = f"/studio/tracks/{song.track_id}"
    share(people, song)
    ben = signed_in(people.ben)
    ben.post(f"{path}/seal")
    page = ada.post(f"{path}/seal/open", follow=True).content.decode()
    assert "Asked so far: Ada Quill." in page
    assert consent.subject_of(song.pk).opens_at is None
    ben.post(f"{path}/seal/open")
    assert consent.subject_of(song.pk).opens_at is not None
    ada.post(f"{path}/seal")
    assert consent.subject_of(song.pk).opens_at is None


def test_a_grant_is_given_listed_and_taken_back(ada: Client, people: People, song: catalogue.Recording) -> None:
    path = f"/studio/tracks/{song.track_id}/grants"
    assert "Nobody from outside is known here yet" in text(ada, path)
    consent.make_actor("northwind", "Northwind <Audio>", "ask@northwind.example")
    assert "Northwind &lt;Audio&gt;" in text(ada, path)
    sent = {"actor": "northwind", "purpose": "assist", "from": "2020-01-01", "until": "2199-12-31"}
    for wrong in ({"from": "soon"}, {"until": "2019-01-01"}, {"purpose": "identify"}, {"actor": "nobody"}):
        assert ada.post(path, {**sent, **wrong}).status_code == 422, wrong
    consent.answer(people.ada, {"assist": "ask"})
    assert ada.post(path, sent).status_code == 302
    assert consent.explain(song.pk, "assist", actor="northwind").rule == "consent.all"
    (given,) = consent.grants_of(people.ada, song.pk)
    stranger = signed_in(people.cleo)
    text(stranger, path, 404)
    assert stranger.post(f"{path}/{given.uid}/revoke").status_code == 404
    assert "Take back" in text(ada, path)
    ada.post(f"{path}/{given.uid}/revoke")
    assert consent.explain(song.pk, "assist", actor="northwind").rule == "no.licence"
    assert "Taken back" in text(ada, path)
