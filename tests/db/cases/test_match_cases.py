"""Cleo's upload sounds like Ada's song: who is told what, how it is settled, and what the page shows to whom."""

import pytest
from django.test import Client
from django.urls import reverse

from antiphon.accounts import service as accounts
from antiphon.cases import service as cases
from antiphon.cases.core.course import Act, Outcome, Stage
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.identification.models import Match
from antiphon.identification.service import disputes
from antiphon.kernel.errors import BadInput
from antiphon.mail.models import Letter
from tests.db.cases.music import Alike, make_alike
from tests.db.conftest import Receive
from tests.people import People


@pytest.fixture
def alike(people: People, bring: Receive) -> Alike:
    return make_alike(people, bring)


def browser_of(user: accounts.User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def letter_to(name: str) -> str:
    return Letter.objects.filter(to=f"{name}@example.org").latest("pk").body


def ways() -> set[tuple[str, str]]:
    return set(Match.objects.values_list("state", "way"))


def test_both_are_told_each_by_the_name_they_know(alike: Alike) -> None:
    alike.found()
    assert "your “Quick Harbour” (0:12–0:31) sounds like music that is here already" in letter_to("cleo")
    assert "An upload sounds like your song “Slow Harbour” (1:02–1:23 of it)" in letter_to("ada")
    assert "Quick Harbour" not in letter_to("ada")


def test_what_is_only_possible_goes_to_a_moderator_and_its_holder_is_left_in_peace(alike: Alike) -> None:
    alike.found(is_certain=False, chance=0.005)
    assert alike.file().stage == Stage.JUDGE.value
    assert "A moderator looks at it" in letter_to("cleo")
    assert not Letter.objects.filter(to="ada@example.org").exists()


def test_more_matches_with_the_same_holder_are_one_case(alike: Alike) -> None:
    alike.found()
    alike.found(at_ms=60_000, other_at_ms=10_000)
    assert cases.CaseFile.objects.count() == 1
    assert set(Match.objects.values_list("case_id", flat=True)) == {alike.file().pk}


def test_a_yes_of_the_holder_resolves_it(alike: Alike, people: People) -> None:
    alike.found()
    cases.act(people.ada, alike.file().uid, Act.YES, "Lovely.")
    assert ways() == {("resolved", "agreed")}


def test_a_licence_waits_for_the_holder_and_a_cover_for_a_moderator(alike: Alike, people: People) -> None:
    alike.found()
    uid = alike.file().uid
    with pytest.raises(BadInput):
        disputes.answer(people.cleo, uid, way="licensed", words="I have one.")
    disputes.answer(people.cleo, uid, way="licensed", words="I have one.", licence="No. 12 of May")
    assert alike.file().stage == Stage.REPLY.value
    disputes.answer(people.cleo, uid, way="cover", words="No, I play it.")
    assert alike.file().stage == Stage.JUDGE.value
    cases.decide(people.mo, alike.file().pk, Outcome.FREE, "She plays it.")
    assert ways() == {("resolved", "cover")}


def test_credit_and_share_are_carried_out_when_the_holder_accepts(alike: Alike, people: People) -> None:
    alike.found()
    uid = alike.file().uid
    with pytest.raises(BadInput):
        disputes.agree(people.cleo, uid, share_percent=101)
    disputes.agree(people.cleo, uid, credit="Contains “Slow Harbour” by Ada Quill.", share_percent=30)
    assert "asks whether you accept" in letter_to("ada")
    cases.act(people.ada, uid, Act.YES)
    track = catalogue.own_track(people.cleo, alike.upload.track_id)
    assert "Contains “Slow Harbour” by Ada Quill." in track.description
    held = {row.party.user_id: (row.share_ppm, row.state) for row in consent.holders_of(alike.upload.pk)}
    assert held == {people.cleo.pk: (700_000, "confirmed"), people.ada.pk: (300_000, "confirmed")}
    assert ways() == {("resolved", "agreed")}


def test_taking_the_upload_away_withdraws_it(alike: Alike, people: People) -> None:
    alike.found()
    cases.act(people.cleo, alike.file().uid, Act.REMOVE)
    assert catalogue.own_track(people.cleo, alike.upload.track_id).state == "withdrawn"
    assert ways() == {("resolved", "removed")}


def test_a_decision_against_it_and_its_turn_on_appeal(alike: Alike, people: People) -> None:
    alike.found()
    uid = alike.file().uid
    disputes.answer(people.cleo, uid, way="mistake", words="Birds.")
    cases.decide(people.mo, alike.file().pk, Outcome.AGAINST, "It is the song.")
    assert ways() == {("resolved", "decided-against")}
    cases.act(people.cleo, uid, Act.APPEAL, "Birds!")
    cases.answer_appeal(people.mo, alike.file().pk, keep=False, because="Birds, indeed.")
    assert ways() == {("resolved", "mistake")}


def test_the_page_draws_the_stretch_on_both_waveforms(alike: Alike, people: People) -> None:
    alike.found()
    page = browser_of(people.cleo).get(reverse("cases:case", args=[alike.file().uid])).content.decode()
    assert page.count('class="stretch') == 2
    assert 'x="60.0"' in page
    assert 'x="310.0"' in page
    assert "12 % faster, 2 semitones up" in page
    assert "Slow Harbour" in page
    assert "Ada Quill" in page


def test_music_that_is_not_out_stays_nameless_on_both_sides(alike: Alike, people: People) -> None:
    catalogue.unpublish_tracks(people.ada, [alike.song.track_id])
    catalogue.unpublish_tracks(people.cleo, [alike.upload.track_id])
    alike.found()
    address = reverse("cases:case", args=[alike.file().uid])
    cleos = browser_of(people.cleo).get(address).content.decode()
    assert "Held for review" in cleos
    for word in ("Slow Harbour", "Ada Quill", "ada-quill"):
        assert word not in cleos
    adas = browser_of(people.ada).get(address).content.decode()
    assert "Quick Harbour" not in adas
    assert "Cleo Park" not in adas
    assert "Slow Harbour" in adas
    assert browser_of(people.ben).get(address).status_code == 404


def test_a_moderator_does_not_hear_a_song_that_is_not_out(alike: Alike, people: People) -> None:
    catalogue.unpublish_tracks(people.ada, [alike.song.track_id])
    alike.found(is_certain=False)
    page = browser_of(people.mo).get(reverse("operate_dispute", args=[alike.file().pk])).content.decode()
    assert f'data-id="{alike.upload.track_id}"' in page
    assert f'data-id="{alike.song.track_id}"' not in page


def test_the_story_on_the_pages(alike: Alike, people: People) -> None:
    alike.found()
    cleo, ada, mo = browser_of(people.cleo), browser_of(people.ada), browser_of(people.mo)
    file = alike.file()
    act, page = reverse("cases:act", args=[file.uid]), reverse("cases:case", args=[file.uid])
    assert b"Quick Harbour" in cleo.get(reverse("cases:mine")).content
    assert cleo.post(act, {"do": "answer", "way": "licensed", "words": "I have one."}).status_code == 422
    assert cleo.post(act, {"do": "answer", "way": "cover", "words": "I <play> it."}).url == page
    assert b"I &lt;play&gt; it." in ada.get(page).content
    assert ada.post(act, {"do": "object", "words": "It is my tape."}).url == page
    assert b"waits for you, too" in mo.get(reverse("operate_reports")).content
    assert b"Quick Harbour" in mo.get(reverse("operate_disputes")).content
    theirs = reverse("operate_dispute", args=[file.pk])
    assert b"It is my tape." in mo.get(theirs).content
    deed = reverse("operate_dispute_act", args=[file.pk])
    assert mo.post(deed, {"do": "take"}).url == theirs
    assert mo.post(deed, {"do": "note", "words": "Listen at 1:02."}).url == theirs
    assert mo.post(deed, {"do": "decide", "verdict": "against", "because": " "}).status_code == 422
    assert mo.post(deed, {"do": "decide", "verdict": "against", "because": "It is the tape."}).url == theirs
    assert b"It is the tape." in cleo.get(page).content
    assert b"Listen at 1:02." not in cleo.get(page).content
    assert cleo.post(act, {"do": "appeal", "words": "It is my hands."}).url == page
    assert mo.post(deed, {"do": "appeal", "outcome": "changed", "because": "Hands."}).url == theirs
    assert b"Hands." in ada.get(page).content
    assert theirs.encode() in mo.get(reverse("operate_trail"), {"kind": "match"}).content
    assert cleo.post(act, {"do": "fly"}).status_code == 404
    assert Client().get(page).status_code == 302
