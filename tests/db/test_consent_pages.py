"""The pages on which people answer, as a browser without scripts gets them: who may, what they say, what they cost."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.rules import BY_RULE
from antiphon.consent.service import artefacts, registering
from antiphon.consent.service import asked as asked_service
from antiphon.kernel import clock
from antiphon.ledger import service as ledger
from antiphon.ledger.core import notes
from antiphon.mail.models import Letter
from antiphon.transparency.core import checking
from tests.db.conftest import Receive
from tests.db.ledgers import Home
from tests.people import People

pytestmark = pytest.mark.django_db
SIMILAR = consent.System("test/similar", "organize", "this site", "sound", "1")
MINE = ["/studio/answers", "/studio/answers/tracks", "/studio/answers/tracks.csv", "/studio/asked", "/studio/proofs"]
Send = Callable[..., str]


@pytest.fixture
def ada(people: People) -> Client:
    return signed_in(people.ada)


@pytest.fixture
def song(people: People, bring: Receive) -> catalogue.Recording:
    return bring(people.ada)


def signed_in(user: accounts.User, **options: bool) -> Client:
    client = Client(**options)  # type: ignore[arg-type]
    client.force_login(user)
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    reply = client.get(path)
    assert reply.status_code == status, reply.content[:500]
    return reply.content.decode()


def said(user: accounts.User, scope: consent.Scope = consent.EVERYWHERE) -> dict[str, str]:
    return {slug: str(row.said) for slug, row in consent.said_at(user, scope).items()}


def on(recording: catalogue.Recording) -> consent.Scope:
    return consent.Scope(consent.TRACK, recording.pk)


def share(people: People, recording: catalogue.Recording, email: str = "ben@example.org") -> str:
    """Name somebody as a holder; return the secret of the letter they got."""
    lines = [
        consent.Named("Ada", "", ("recording",), 500_000),
        consent.Named("Ben", email, ("performance",), 500_000),
    ]
    consent.name_holders(people.ada, recording.pk, lines, title="Slow Harbour")
    return Letter.objects.filter(to=email).latest("pk").body.split("/answers/")[1].split()[0]


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


def _values(row: object) -> dict[str, object]:
    skipped = ("id", "pk")
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields  # type: ignore[attr-defined]
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


def test_holders_are_named_confirm_and_dispute(ada: Client, people: People, song: catalogue.Recording) -> None:
    path = f"/studio/tracks/{song.track_id}"
    page = text(ada, f"{path}/answers")
    [holder] = re.findall(r'name="holder-0" value="(\d+)"', page)
    sent = {
        "lines": "2", "holder-0": holder, "name-0": "Ada", "roles-0": ["recording", "composition"], "share-0": "60",
        "name-1": "Ben", "email-1": "ben@example.org", "roles-1": "performance", "share-1": "39,5", "minor-1": "1",
    }  # fmt: skip
    reply = ada.post(f"{path}/holders", sent)
    assert reply.status_code == 422
    assert "The shares add up to 99.5 %, not to 100 %." in reply.content.decode()
    assert 'value="ben@example.org"' in reply.content.decode()
    page = ada.post(f"{path}/holders", {**sent, "share-1": "40"}, follow=True).content.decode()
    assert "asked, has not answered" in page
    assert "a minor" in page
    assert "ben@example.org" not in page
    assert [(row.share_ppm, row.state) for row in consent.holders_of(song.pk)] == [
        (600_000, "confirmed"), (400_000, "invited")
    ]  # fmt: skip
    ben = signed_in(people.ben)
    assert "You were named as a holder of 40 %" in text(ben, f"{path}/answers")
    assert "Change the list" not in text(ben, f"{path}/answers")
    assert ben.post(f"{path}/holders", sent).status_code == 404
    ben.post(f"{path}/holders/confirm")
    assert consent.label_of(song.pk).whole
    ben.post(f"{path}/holders/dispute", {"disputed": "1"})
    assert "The list of holders is disputed" in text(ada, f"{path}/answers")
    ben.post(f"{path}/holders/dispute", {"disputed": "0"})
    assert consent.label_of(song.pk).whole
    dropped = {"lines": "1", "holder-0": holder, "roles-0": "recording", "share-0": "100"}
    reply = ada.post(f"{path}/holders", dropped)
    assert "has confirmed their rights and cannot be taken off the list" in reply.content.decode()


@pytest.mark.parametrize("share_of_ada", ["x", "-1", "101", "NaN", "Infinity"])
def test_a_share_is_a_percentage(ada: Client, song: catalogue.Recording, share_of_ada: str) -> None:
    holder = consent.holders_of(song.pk)[0].pk
    sent = {"lines": "1", "holder-0": holder, "roles-0": "recording", "share-0": share_of_ada}
    assert ada.post(f"/studio/tracks/{song.track_id}/holders", sent).status_code == 422
    assert ada.post(f"/studio/tracks/{song.track_id}/holders", {"lines": "x"}).status_code == 422
    assert consent.holders_of(song.pk)[0].share_ppm == 1_000_000


def test_looking_at_an_invitation_uses_nothing_up_and_answering_does(people: People, song: catalogue.Recording) -> None:
    client, secret = Client(), share(people, song, "tove@example.org")
    for _again in range(3):
        page = text(client, f"/answers/{secret}")
    assert "Slow Harbour" in page
    assert "Ada Quill" in page
    assert page.count('class="use"') == 14
    assert " checked" not in page
    reply = client.get(f"/answers/{secret}")
    assert reply.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert reply.headers["Referrer-Policy"] == "same-origin"
    nothing = client.post(f"/answers/{secret}", {"do": "answer"})
    assert nothing.status_code == 422
    done = client.post(f"/answers/{secret}", {"do": "answer", "say-organize": "yes"}).content.decode()
    assert "Thank you, that counts" in done
    consent.answer(people.ada, {"organize": "yes"})
    assert consent.explain(song.pk, "organize").allowed
    for method in (client.get, client.post):
        reply = method(f"/answers/{secret}")
        assert reply.status_code == 410
        assert "This link is used up" in reply.content.decode()
    [proof] = re.findall(r'href="(/answers/proof/[^"]+)"', done)
    assert client.get(proof).status_code in (200, 202)
    text(client, "/answers/proof/abc", 404)


def test_an_invited_holder_answers_without_scripts_from_the_page_alone(
    people: People, song: catalogue.Recording
) -> None:
    client = Client(enforce_csrf_checks=True)
    address = f"/answers/{share(people, song, 'tove@example.org')}"
    page = client.get(address)
    # Under "no-referrer" a browser says `Origin: null` when it sends a form, and that is refused below.
    assert page.headers["Referrer-Policy"] == "same-origin"
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode()))
    form = {"do": "no", "csrfmiddlewaretoken": token}
    for elsewhere in ("null", "https://elsewhere.example"):
        assert client.post(address, form, headers={"Origin": elsewhere}).status_code == 403
    reply = client.post(
        address, form, headers={"Origin": "http://testserver", "Referer": f"http://testserver{address}"}
    )
    assert reply.status_code == 200
    assert consent.explain(song.pk, "organize").rule == "holder.no"


def test_an_invited_holder_says_no_to_everything_or_to_holding_anything(people: People, bring: Receive) -> None:
    one, two = bring(people.ada), bring(people.ada, "Other.wav")
    client = Client()
    client.post(f"/answers/{share(people, one, 'tove@example.org')}", {"do": "no"})
    assert consent.label_of(one.pk).whole
    assert consent.explain(one.pk, "organize").rule == "holder.no"
    page = client.post(f"/answers/{share(people, two, 'ravn@example.org')}", {"do": "decline"}).content.decode()
    assert "Thank you for saying so" in page
    assert not consent.label_of(two.pk).whole
    assert {row.state for row in consent.holders_of(two.pk)} == {"confirmed", "declined"}


def test_an_invitation_ends_after_its_days_and_needs_its_token(
    people: People, song: catalogue.Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = share(people, song, "tove@example.org")
    assert Client(enforce_csrf_checks=True).post(f"/answers/{secret}", {"do": "no"}).status_code == 403
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "This link is used up" in text(Client(), f"/answers/{secret}", 410)
    assert "This link is used up" in text(Client(), "/answers/%3Cb%3E", 410)


def test_who_asked_lists_allowed_and_refused_with_the_rule_in_words(
    ada: Client, people: People, song: catalogue.Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    consent.sync_declared()
    assert "Nobody has asked yet" in text(ada, "/studio/asked")
    with pytest.raises(consent.Refused):
        consent.ask([song.pk], "organize", "test/similar")
    consent.answer(people.ada, {"organize": "yes"})
    permit = consent.ask([song.pk], "organize", "test/similar")
    page = text(ada, "/studio/asked")
    assert page.count(f'<a href="?recording={song.pk}">Slow Harbour</a>') == 2
    proof = f"/studio/proofs/asked/{permit.uid}/{song.pk}"
    assert f'href="{proof}"' in page
    assert "Not everyone with rights in it has said yes" in page
    assert "What would change it: Everyone with rights in it says yes." in " ".join(page.split())
    assert "Everyone with rights in it said yes." in page
    assert "test/similar" in page
    for answer, there, away in (("allowed", "Allowed", "Refused"), ("refused", "Refused", "Allowed")):
        page = text(ada, f"/studio/asked?answer={answer}")
        assert f"{there}</span>" in page
        assert f"{away}</span>" not in page
    assert text(ada, f"/studio/asked?recording={song.pk}").count("<li>") > 0
    stranger = signed_in(people.cleo)
    assert "Nobody has asked yet" in text(stranger, "/studio/asked")
    text(stranger, proof, 404)
    assert ada.get(proof).status_code == 202  # it is not in the log yet


def test_who_asked_goes_on_page_by_page(
    ada: Client, song: catalogue.Recording, people: People, monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    consent.sync_declared()
    consent.answer(people.ada, {"organize": "yes"})
    uids = [consent.ask([song.pk], "organize", "test/similar").uid for _number in range(60)]
    seen: list[str] = []
    address = "/studio/asked"
    text(ada, address)
    while address:
        with django_assert_max_num_queries(9):
            page = text(ada, address)
        seen += re.findall(r"/studio/proofs/asked/(\w+)/", page)
        more = re.findall(r'href="(\?before=\w+)"', page)
        address = f"/studio/asked{more[0]}" if more else ""
    assert seen == uids[::-1]


def test_who_asked_goes_on_behind_any_number_of_questions_about_others(
    ada: Client, song: catalogue.Recording, people: People, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    monkeypatch.setattr(asked_service, "_LOOK_BACK", 5)
    consent.sync_declared()
    first = bring(people.cleo, "North.wav")
    consent.answer(people.cleo, {"organize": "yes"})
    with pytest.raises(consent.Refused) as error:
        consent.ask([song.pk], "organize", "test/similar")
    refused = error.value.uid
    consent.answer(people.ada, {"organize": "yes"})
    allowed = consent.ask([song.pk, first.pk], "organize", "test/similar").uid
    second = bring(people.lux, "Third.wav")
    for _number in range(6):
        consent.ask([first.pk, second.pk], "organize", "test/similar")  # two lines each
    before, pages = "", []
    while before or not pages:
        found = consent.who_asked([song.pk], before=before)
        pages.append([one.uid for one in found])
        assert found.older != before
        before = found.older
    assert [page for page in pages if page] == [[allowed, refused]]
    assert pages[0] == pages[1] == []
    page = text(ada, "/studio/asked")
    assert "Nobody has asked yet" not in page
    assert "None among the latest questions" in page
    [more] = re.findall(r'href="(\?before=\w+)"', page)
    assert "Look further back" in page
    text(ada, f"/studio/asked{more}")


def test_the_studio_shows_what_has_to_lose_a_track_and_what_was_done(
    ada: Client, song: catalogue.Recording, people: People, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    monkeypatch.setattr(artefacts, "_remedies", {"test-index": lambda uid, rows: "The index was built again."})
    consent.sync_declared()
    other = bring(people.cleo, "North.wav")
    for person in (people.ada, people.cleo):
        consent.answer(person, {"organize": "yes"})
    assert "Nothing had to be taken out" in text(ada, "/studio/asked?answer=recalled")
    consent.keep_artefact("test-index", consent.ask([song.pk, other.pk], "organize", "test/similar"))
    consent.answer(people.ada, {"organize": "no"})
    page = text(ada, "/studio/asked?answer=recalled")
    assert "Waiting" in page
    assert "Slow Harbour" in page
    assert "test-index" in page
    assert escape(BY_RULE["holder.no"].public_words) in page
    (row,) = consent.recalls_with([song.pk])
    consent.carry_out(row.pk)
    page = text(ada, f"/studio/asked?answer=recalled&recording={song.pk}")
    assert "The index was built again." in page
    assert "Waiting" not in page
    assert "North" not in page
    assert "Nothing had to be taken out" in text(signed_in(people.cleo), "/studio/asked?answer=recalled")
    text(signed_in(people.cleo), f"/studio/asked?answer=recalled&recording={song.pk}", 404)


def test_recalls_go_on_behind_any_number_of_others(
    song: catalogue.Recording, people: People, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    monkeypatch.setattr(artefacts, "_LOOK_BACK", 2)
    consent.sync_declared()
    other = bring(people.cleo, "North.wav")
    for person, recording, times in ((people.ada, song, 1), (people.cleo, other, 4)):
        for _number in range(times):
            consent.answer(person, {"organize": "yes"})
            consent.keep_artefact("test-index", consent.ask([recording.pk], "organize", "test/similar"))
            consent.answer(person, {"organize": "no"})
    before, pages = 0, []
    while before or not pages:
        found = consent.recalls_with([song.pk], before=before)
        pages.append(list(found))
        before = found.older
    assert [len(page) for page in pages] == [0, 0, 0, 0, 0, 1]


def test_a_proof_is_promised_until_it_is_in_the_log_and_sent_from_then_on(
    ada: Client, people: People, tmp_path: Path
) -> None:
    with Home(tmp_path / "a").open():
        promised_and_sent(ada, people)


def promised_and_sent(ada: Client, people: People) -> None:
    act = consent.answer(people.ada, consent.everything("no"))
    assert "No to everything" in text(ada, "/studio/proofs")
    path = f"/studio/proofs/act/{act.uid}"
    reply = ada.get(path)
    assert (reply.status_code, reply.headers["Refresh"]) == (202, "3")
    assert "A moment" in reply.content.decode()
    ledger.publish()
    reply = ada.get(path)
    assert reply.status_code == 200
    assert reply.headers["Content-Disposition"].startswith('attachment; filename="antiphon-answer-')
    assert reply.headers["Cache-Control"] == "private, no-store"
    checked = checking.check(reply.content, log_keys=[notes.verifier_key(ledger.verifier_key())])
    assert checked.ok, checked.reason


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
