"""Ada claims a stretch of Cleo's public track: the claim, the counter-notice, clocks, abuse, and the gate."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from antiphon.accounts import service as accounts
from antiphon.cases import service as cases
from antiphon.cases.core.course import Act, Outcome
from antiphon.catalogue import service as catalogue
from antiphon.identification.core.claiming import Claimed
from antiphon.identification.models import Claim
from antiphon.identification.service import disputes
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, TooMany
from antiphon.mail.models import Letter
from tests.db.cases.music import Alike, make_alike
from tests.db.conftest import Receive
from tests.people import People

DAY = timedelta(days=1)
Later = Callable[[timedelta], datetime]


@pytest.fixture
def alike(people: People, bring: Receive) -> Alike:
    return make_alike(people, bring)


@pytest.fixture
def track(alike: Alike, people: People) -> catalogue.Track:
    """Cleo's, public."""
    return catalogue.track_for(people.ada, alike.upload.track_id)


def claim(people: People, track: catalogue.Track, at_ms: int = 12_000, **said: Any) -> cases.CaseFile:
    claimed = Claimed(at_ms, 9_000, "recording", "It is my tape.", good_faith=True)
    return disputes.claim(people.ada, track, claimed, **said)


def now_of(file: cases.CaseFile) -> cases.CaseFile:
    return cases.CaseFile.objects.get(pk=file.pk)


def letter_to(name: str) -> str:
    return Letter.objects.filter(to=f"{name}@example.org").latest("pk").body


def noes(track: catalogue.Track) -> int | None:
    pk = track.recording_id or 0
    return disputes.with_claims({pk: 0}, [pk])[pk]


def test_the_uploader_is_told_by_whom_and_why(people: People, track: catalogue.Track) -> None:
    file = claim(people, track)
    said = letter_to("cleo")
    for words in (
        "Ada Quill claims a stretch of your “Quick Harbour” (0:12–0:21)",
        "My recording is in it",
        "You have until",
    ):
        assert words in said
    assert cases.read(people.cleo, file.uid).entries[0].words == "It is my tape."
    assert catalogue.is_public(catalogue.track_for(people.ben, track.pk))
    assert noes(track) == 0


def test_a_claim_without_an_answer_counts_as_unresolved_and_goes_to_a_moderator(
    people: People, track: catalogue.Track, later: Later
) -> None:
    file = claim(people, track)
    for days in (7, 5, 2):
        cases.keep_time(later(days * DAY))
    assert now_of(file).stage == "judge"
    assert noes(track) == 0xFFFF
    cases.decide(people.mo, file.pk, Outcome.FREE, "Another tape.")
    assert noes(track) == 0


def test_a_counter_notice_that_the_claimant_does_not_answer_ends_it(
    people: People, track: catalogue.Track, later: Later
) -> None:
    file = claim(people, track)
    with pytest.raises(BadInput):
        disputes.answer(people.cleo, file.uid, way="cover", words="My hands.")
    disputes.answer(people.cleo, file.uid, way="cover", words="My hands.", good_faith=True)
    assert now_of(file).stage == "reply"
    cases.keep_time(later(7 * DAY))
    cases.keep_time(later(3 * DAY))
    assert (now_of(file).stage, now_of(file).outcome) == ("closed", "lapsed")


def test_a_claim_found_right_counts_until_it_is_turned_round_on_appeal(people: People, track: catalogue.Track) -> None:
    accounts.grant_role(people.lux, "moderator")
    file = claim(people, track)
    disputes.answer(people.cleo, file.uid, way="mistake", words="Birds.", good_faith=True)
    cases.act(people.ada, file.uid, Act.OBJECT, "No birds.")
    cases.decide(people.mo, file.pk, Outcome.AGAINST, "It is the tape.")
    assert noes(track) == 0xFFFF
    cases.act(people.cleo, file.uid, Act.APPEAL, "Birds!")
    cases.answer_appeal(people.lux, file.pk, keep=False, because="Birds.")
    assert noes(track) == 0


def test_a_claimant_takes_it_back(people: People, track: catalogue.Track) -> None:
    file = claim(people, track)
    cases.act(people.ada, file.uid, Act.WITHDRAW, "Sorry.")
    assert now_of(file).outcome == "withdrawn"
    assert "taken back" in letter_to("cleo")
    claim(people, track)  # and may come again with better reasons


def test_what_cannot_be_claimed(people: People, track: catalogue.Track, alike: Alike) -> None:
    with pytest.raises(NotAllowed):
        disputes.claim(people.cleo, track, Claimed(0, 9_000, "recording", "Mine.", good_faith=True))
    with pytest.raises(BadInput) as refused:
        claim(people, track, reference_id=alike.upload.pk)
    assert set(refused.value.fields) == {"reference"}
    claim(people, track, reference_id=alike.song.pk)
    with pytest.raises(Conflict):
        claim(people, track, at_ms=15_000)
    claim(people, track, at_ms=60_000)
    claim(people, track, at_ms=90_000)
    with pytest.raises(TooMany):
        claim(people, track, at_ms=120_000)
    catalogue.unpublish_tracks(people.cleo, [track.pk])
    with pytest.raises(Conflict):
        claim(people, catalogue.track_for(people.mo, track.pk), at_ms=150_000)


def test_after_three_in_bad_faith_a_moderator_looks_before_anybody_is_told(
    people: People, track: catalogue.Track, later: Later
) -> None:
    for number in range(3):
        later(2 * DAY)
        file = claim(people, track, at_ms=30_000 * number)
        disputes.answer(people.cleo, file.uid, way="mistake", words="No.", good_faith=True)
        cases.act(people.ada, file.uid, Act.OBJECT, "Yes.")
        cases.decide(people.mo, file.pk, Outcome.FREE, "She knows it is not.", is_abuse=True)
    later(2 * DAY)
    Letter.objects.all().delete()
    file = claim(people, track, at_ms=150_000)
    assert now_of(file).stage == "screen"
    assert not Letter.objects.filter(to="cleo@example.org").exists()
    cases.let_through(people.mo, file.pk)
    assert "Ada Quill claims a stretch" in letter_to("cleo")


def test_claiming_on_the_pages(people: People, track: catalogue.Track, alike: Alike, ada: Client) -> None:
    address = reverse("cases:claim", args=[track.pk])
    assert address.encode() in ada.get(track.get_absolute_url()).content
    assert b"Slow Harbour" in ada.get(address).content
    said = {
        "start": "0:12",
        "end": "0:21",
        "reason": "recording",
        "words": "It is my tape.",
        "reference": alike.song.pk,
    }
    refused = ada.post(address, said)
    assert refused.status_code == 422
    assert b"Without this, nobody is told." in refused.content
    assert ada.post(address, said | {"good_faith": "on", "start": "soon"}).status_code == 422
    sent = ada.post(address, said | {"good_faith": "on"})
    file = cases.CaseFile.objects.get()
    assert sent.url == reverse("cases:case", args=[file.uid])
    row = Claim.objects.get()
    assert (row.at_ms, row.length_ms, row.reference_id, row.case_id) == (12_000, 9_000, alike.song.pk, file.pk)
    cleo = Client()
    cleo.force_login(people.cleo)
    page = cleo.get(sent.url).content.decode()
    assert "Somebody says that a stretch of your track is theirs." in page
    assert "Answer with a counter-notice" in page
    counter = {"do": "answer", "way": "cover", "words": "My hands.", "good_faith": "on"}
    assert cleo.post(reverse("cases:act", args=[file.uid]), counter).status_code == 302
    mo = Client()
    mo.force_login(people.mo)
    assert b"My hands." in mo.get(reverse("operate_dispute", args=[file.pk])).content
    assert ada.get(reverse("cases:claim", args=[alike.song.track_id])).status_code == 403
