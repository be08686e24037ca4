"""The page on which people answer for all their music, and who may: as a browser without scripts gets it."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from tests.db.answering import on, said, share, signed_in, text
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db
MINE = [
    "/studio/answers", "/studio/answers/tracks", "/studio/answers/tracks.csv", "/studio/answers/lists", "/studio/asked",
    "/studio/proofs",
]  # fmt: skip


@pytest.mark.parametrize("path", MINE)
def test_what_is_one_s_own_asks_to_sign_in(client: Client, people: People, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 302
    assert "/account/login/" in reply.headers["Location"]
    assert client.post("/studio/answers/no").status_code == 302
    assert not consent.has_answered(people.ada)


@pytest.mark.parametrize("path", MINE)
def test_pages_have_no_style_attribute_and_work_for_somebody_without_music(people: People, path: str) -> None:
    page = text(signed_in(people.cleo), path)
    assert "style=" not in page
    if not path.endswith(".csv"):
        assert not consent.Party.objects.filter(user=people.cleo).exists()  # looking makes nobody a party


def test_nothing_is_chosen_before_somebody_chooses(ada: Client, song: catalogue.Recording) -> None:
    page = text(ada, "/studio/answers")
    assert page.count('name="card"') == 3
    assert " checked" not in page.split("<main")[1]
    assert "it cannot pull back copies already taken" in page
    assert "Two uses are needed to run the place" in page
    assert "deleted with it" in page


def test_no_to_everything_is_one_click_and_offers_the_proof(ada: Client, people: People, bring: Receive) -> None:
    one, other = bring(people.ada), bring(people.ada, "Other.wav")
    album = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports")
    catalogue.put_tracks(people.ada, album.pk, [other.track_id])
    consent.answer(people.ada, {"organize": "yes", "recommend": "ask"}, [on(one)])
    consent.answer(people.ada, {"organize": "yes"}, [consent.Scope(consent.SET, album.pk)])
    reply = ada.post("/studio/answers/no", follow=True)
    page = reply.content.decode()
    assert "You said no to everything" in page
    assert "2 tracks or sets had said something else." in page
    [uid] = re.findall(r"/studio/proofs/act/(\w+)", page)
    assert consent.act_of(people.ada, uid) is not None
    assert set(said(people.ada).values()) == {"no"}
    for recording in (one, other):
        assert {consent.explain(recording.pk, slug).rule for slug in consent.everything("no")} == {"holder.no"}


def test_a_no_to_a_group_is_one_click_and_a_yes_is_looked_at_first(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    assert "Answered" in ada.post("/studio/answers", {"group": "outside", "say": "no"}, follow=True).content.decode()
    assert set(said(people.ada)) == {"search-index", "ai-index", "ai-input", "agent"}
    page = ada.post("/studio/answers", {"group": "here", "say": "yes"}).content.decode()
    assert "Nothing has been done yet." in page
    assert page.count("allowed for 1 track more") == 2
    assert "recommend" not in said(people.ada)
    ada.post("/studio/answers", {"group": "here", "say": "yes", "step": "do"})
    assert consent.explain(song.pk, "organize").allowed


def test_a_card_is_looked_at_and_then_answers_all_that_can_be_answered(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    page = ada.post("/studio/answers", {"card": "ask-me", "step": "look"}).content.decode()
    assert '<input type="hidden" name="card" value="ask-me">' in page
    assert not consent.has_answered(people.ada)
    ada.post("/studio/answers", {"card": "ask-me", "step": "do"})
    assert len(said(people.ada)) == 14
    assert said(people.ada)["research"] == "ask"


def test_a_yes_to_models_says_from_when_it_counts(ada: Client, people: People, song: catalogue.Recording) -> None:
    page = ada.post("/studio/answers", {"say-train-analysis": "yes", "step": "look"}).content.decode()
    assert "counts from" in page
    page = ada.post("/studio/answers", {"say-train-analysis": "yes", "step": "do"}, follow=True).content.decode()
    assert "What is a yes to models or outputs counts from" in page
    assert "Yours counts from" in text(ada, "/studio/answers")


def test_saying_again_what_one_says_already_changes_nothing(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    consent.answer(people.ada, {"organize": "yes"})
    before = consent.size()
    page = ada.post("/studio/answers", {"say-organize": "yes", "step": "do"}).content.decode()
    assert "That is what you say already." in page
    assert consent.size() == before


def test_tracks_with_answers_of_their_own_keep_them_unless_one_says_so(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    consent.answer(people.ada, {"organize": "no"}, [on(song)])
    asked = {"say-organize": "yes", "step": "look"}
    assert "has another answer of its own and keeps it" in ada.post("/studio/answers", asked).content.decode()
    ada.post("/studio/answers", asked | {"step": "do"})
    assert not consent.explain(song.pk, "organize").allowed
    assert "This reaches the tracks" in ada.post("/studio/answers", asked | {"also": "1"}).content.decode()
    ada.post("/studio/answers", asked | {"also": "1", "step": "do"})
    assert consent.explain(song.pk, "organize").allowed


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"card": "none"},
        {"group": "needed", "say": "no"},
        {"group": "here", "say": "maybe"},
        {"say-organize": "x"},
        {"purpose": "identify", "say": "no", "step": "do"},
    ],
)
def test_what_is_not_an_answer_leads_back_with_a_word(people: People, ada: Client, sent: dict[str, str]) -> None:
    page = ada.post("/studio/answers", sent, follow=True).content.decode()
    assert 'class="error"' in page
    assert not consent.has_answered(people.ada)


def test_what_was_done_is_for_who_did_it(people: People, ada: Client) -> None:
    act = consent.answer(people.ada, {"organize": "no"})
    text(ada, f"/studio/answers/done/{act.uid}")
    stranger = signed_in(people.cleo)
    text(stranger, f"/studio/answers/done/{act.uid}", 404)
    text(stranger, f"/studio/proofs/act/{act.uid}", 404)
    text(ada, "/studio/proofs/act/nothing", 404)


@pytest.mark.parametrize("path", ["/studio/answers", "/studio/answers/no", "/studio/answers/tracks"])
def test_forms_need_their_token(people: People, path: str) -> None:
    strict = signed_in(people.ada, enforce_csrf_checks=True)
    assert strict.post(path, {"card": "people-only", "step": "do"}).status_code == 403
    assert not consent.has_answered(people.ada)


def test_the_cards_are_offered_with_the_first_upload_and_not_required(people: People, ada: Client) -> None:
    page = text(ada, "/upload")
    assert page.count('name="card"') == 3
    assert " checked" not in page
    assert "You need not answer to upload." in page
    assert "<studio-upload" in page
    ada.post("/studio/answers", {"next": "upload", "step": "skip"})
    assert 'name="card"' not in text(ada, "/upload")
    assert not consent.has_answered(people.ada)
    again = signed_in(people.ada)
    reply = again.post("/studio/answers", {"next": "upload", "step": "do", "card": "find-me"})
    assert reply.headers["Location"] == "/upload"
    assert said(people.ada)["organize"] == "yes"
    assert 'name="card"' not in text(again, "/upload")


def test_names_and_titles_are_escaped(ada: Client, people: People, song: catalogue.Recording) -> None:
    evil = "<b>Slow</b>"
    catalogue.edit_track(people.ada, song.track_id, {"title": evil})
    secret = share(people, song, "tove@example.org")
    consent.Party.objects.filter(email="tove@example.org").update(name=evil)
    pages = [text(ada, f"/studio/tracks/{song.track_id}/{path}") for path in ("answers", "seal")]
    pages += [text(ada, "/studio/answers/tracks"), text(Client(), f"/answers/{secret}")]
    for page in pages:
        assert evil not in page
        assert "&lt;b&gt;Slow&lt;/b&gt;" in page


def test_the_studio_and_the_header_lead_to_answers_and_who_asked(ada: Client) -> None:
    page = text(ada, "/studio")
    for path in ("/studio/answers", "/studio/asked"):
        assert page.count(f'href="{path}"') == 3  # in the bar, in its menu, in the studio's own


def test_a_set_is_answered_on_a_page_of_its_own(
    ada: Client, people: People, song: catalogue.Recording, bring: Callable[..., catalogue.Recording]
) -> None:
    album = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports")
    path = f"/studio/sets/{album.pk}/answers"
    assert ada.post(path, {"say-organize": "yes", "step": "do"}).headers["Location"] == path  # nothing is in it
    catalogue.put_tracks(people.ada, album.pk, [song.track_id])
    assert "One track of yours is in it." in text(ada, path)
    looked = ada.post(path, {"say-organize": "yes", "step": "look"}).content.decode()
    assert "Ports" in looked
    assert consent.explain(song.pk, "organize").rule == "no.consent"
    ada.post(path, {"say-organize": "yes", "step": "do"})
    assert consent.explain(song.pk, "organize").rule == "consent.all"
    text(signed_in(people.cleo), path, 404)
    assert path in text(ada, f"/studio/sets/{album.pk}")
