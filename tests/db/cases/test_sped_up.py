"""Cleo uploads Ada's song, 12 % faster and under a voice: held, drawn, told, answered, decided, and written down."""

import pytest
from django.test import Client
from django.urls import reverse

from antiphon.accounts import service as accounts
from antiphon.cases import service as cases
from antiphon.cases.core.course import Act, Outcome
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Notice
from antiphon.consent import service as consent
from antiphon.identification import service as identification
from antiphon.identification.core.claiming import Claimed
from antiphon.identification.models import Match
from antiphon.identification.service import disputes
from antiphon.jobs import service as jobs
from antiphon.ledger import service as ledger
from tests.compared import Bring, bring_song, matching, under
from tests.people import People
from tests.tunes import faster, tune

__all__ = ["bring_song", "matching"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def copy(people: People, bring_song: Bring) -> catalogue.Recording:
    bring_song(people.ada, tune(1, 30.0), "Slow Harbour.wav")
    sped_up = under(faster(tune(1, 30.0)[: 12 * 11_025], 1.12), tune(9, 30.0) / 3, 8.0)
    return bring_song(people.cleo, sped_up, "Quick Harbour.wav")


def is_public(recording: catalogue.Recording) -> bool:
    return catalogue.is_public(catalogue.Track.objects.select_related("profile").get(pk=recording.track_id))


def told(user: accounts.User) -> str:
    return Notice.objects.filter(user=user, kind="case").latest("pk").words


def browser_of(user: accounts.User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_story_of_a_song_sped_up_under_a_voice(people: People, copy: catalogue.Recording) -> None:
    assert not is_public(copy)
    file = cases.CaseFile.objects.get()
    assert "It is held until this is settled" in told(people.cleo)
    assert "held until it is settled" in told(people.ada)
    page = browser_of(people.cleo).get(reverse("cases:case", args=[file.uid])).content.decode()
    assert page.count('class="stretch') == 2
    assert "12 % faster" in page
    adas = browser_of(people.ada).get(reverse("cases:case", args=[file.uid])).content.decode()
    assert "Quick Harbour" not in adas
    disputes.answer(people.cleo, file.uid, way="cover", words="My hands.")
    cases.act(people.ada, file.uid, Act.OBJECT, "My tape.")
    cases.decide(people.mo, file.pk, Outcome.AGAINST, "It is the tape.")
    assert not is_public(copy)
    consent.answer(people.cleo, {"organize": "yes"})
    assert consent.explain(copy.pk, "organize").rule == "match.unresolved"
    cases.act(people.cleo, file.uid, Act.APPEAL, "My hands!")
    cases.answer_appeal(people.mo, file.pk, keep=False, because="Her hands.")
    assert is_public(copy)
    assert consent.explain(copy.pk, "organize").rule == "consent.all"
    jobs.run_due()
    logged = ledger.entries(limit=50, subject=f"case:{file.uid}")
    assert [seen.public["act"] for seen in logged] == ["open", "answer", "object", "decide", "appeal", "change"]
    asked = browser_of(people.ada).get(reverse("consent:asked"), {"answer": "disputed"}).content.decode()
    assert asked.count(f"/studio/cases/{file.uid}#entry-") == 6
    history = browser_of(people.cleo).get(reverse("cases:case", args=[file.uid])).content.decode()
    assert history.count(" of the ledger</a>") == 6


def test_a_claim_with_a_reference_finds_what_was_uploaded_before_it_and_silences_nobody(
    people: People, bring_song: Bring
) -> None:
    theirs = bring_song(people.cleo, faster(tune(1, 30.0), 1.05), "Earlier.wav")
    mine = bring_song(people.ada, tune(2, 20.0), "Mine.wav")
    Match.objects.all().delete()
    song = bring_song(people.ada, tune(1, 30.0), "Song.wav", publish=False)
    assert set(Match.objects.values_list("recording_id", "other_id")) == {(song.pk, theirs.pk)}
    track = catalogue.track_for(people.ada, theirs.track_id)
    claimed = Claimed(2000, 9000, "recording", "It is my tape.", good_faith=True)
    # Her song is held itself, for it came later: naming it holds nothing of Cleo's.
    file = disputes.claim(people.ada, track, claimed, reference_id=song.pk)
    jobs.run_due()
    assert is_public(theirs)
    pair = disputes.pairs_of(people.ada, cases.read(people.ada, file.uid).side, file)[0]
    assert pair.stretches[0].tempo == pytest.approx(1.05, abs=0.02)
    cases.act(people.ada, file.uid, Act.WITHDRAW)
    # One that is free is looked for; what it finds in music that is out is told, and stays heard.
    identification.resolve(
        [one.pk for one in Match.objects.all()], by=None, way="mistake", because="", at=file.opened_at
    )
    Match.objects.all().delete()
    file = disputes.claim(people.ada, track, claimed, reference_id=song.pk)
    jobs.run_due()
    assert set(Match.objects.values_list("recording_id", "other_id", "case_id")) == {(theirs.pk, song.pk, file.pk)}
    assert is_public(theirs)
    disputes.answer(people.cleo, file.uid, way="mistake", words="No.", good_faith=True)
    cases.act(people.ada, file.uid, Act.OBJECT, "Yes.")
    cases.decide(people.mo, file.pk, Outcome.AGAINST, "It is.")
    assert not is_public(theirs)
    cases.act(people.ada, file.uid, Act.YES)
    assert is_public(theirs)
    assert is_public(mine)
