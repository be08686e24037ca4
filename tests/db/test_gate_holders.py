"""The gate over the database: who holds rights, how they come to say so, and what their silence means."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from antiphon.consent import service as consent
from antiphon.consent.service import registering
from antiphon.kernel import clock
from antiphon.kernel.errors import Gone, NotAllowed
from tests.db.gates import HALF, SIMILAR, TRAINER, Receive, rule, shared
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "_declared", {one.name: one for one in (SIMILAR, TRAINER)})
    consent.sync_declared()


def test_one_no_of_a_holder_is_enough_and_an_unanswered_holder_is_a_no(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes"})
    half = 500_000
    lines = [
        consent.Named("Ada", "", ("recording", "composition"), half),
        consent.Named("Ben", "ben@example.org", ("performance",), half),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    assert rule(song, "organize") == "no.consent"  # Ben has not confirmed
    consent.confirm(people.ben, song.pk)
    assert rule(song, "organize") == "no.consent"  # and has said nothing
    consent.answer(people.ben, {"organize": "yes"})
    assert rule(song, "organize") == "consent.all"
    consent.answer(people.ben, {"organize": "no"})
    told = consent.explain(song.pk, "organize", for_holders=True)
    assert "said no on" in told.words
    assert consent.explain(song.pk, "organize").words == "Somebody with rights in it said no. One no is enough."
    with pytest.raises(NotAllowed):
        consent.name_holders(people.ada, song.pk, [consent.Named("Ada", "", ("recording",), 1_000_000)])
    consent.answer(people.ben, {"organize": "yes"})
    consent.dispute(people.ben, song.pk, True)
    assert rule(song, "organize") == "no.consent"


def test_a_holder_without_an_account_answers_by_a_link_that_works_once(people: People, bring: Receive) -> None:
    from antiphon.mail.models import Letter

    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes"})
    lines = [
        consent.Named("Ada", "", ("recording",), 600_000),
        consent.Named("Zoë", "zoe@example.org", ("performance",), 400_000),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    secret = Letter.objects.get(to="zoe@example.org").body.split("/answers/")[1].split()[0]
    assert consent.open_link(secret).party.name == "Zoë"
    consent.answer_by_link(secret, {"organize": "yes"})
    assert rule(song, "organize") == "consent.all"
    with pytest.raises(Gone):
        consent.answer_by_link(secret, {"organize": "no"})


def test_somebody_who_was_invited_and_signs_up_later_is_the_same_holder(people: People, bring: Receive) -> None:
    from antiphon.accounts import service as accounts

    song = bring(people.ada)
    lines = [
        consent.Named("Ada", "", ("recording",), 600_000),
        consent.Named("Zoë", "Zoe@example.org", ("performance",), 400_000),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    zoe = accounts.make_account("zoe@example.org", "correct horse battery staple", verified=True)
    consent.confirm(zoe, song.pk)
    consent.answer(zoe, {"organize": "no"})
    assert rule(song, "organize") == "holder.no"
    assert len(consent.holders_of(song.pk)) == 2


def test_a_minor_s_voice_is_never_granted(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.ada)
    party = consent.party_of(people.ada)
    consent.answer(people.ada, {"voice-likeness": "yes"})
    later(timedelta(hours=73))
    consent.fold_due(clock.now())
    assert rule(song, "voice-likeness") == "consent.all"
    line = consent.Named("Ada", "ada@example.org", ("recording", "performance"), 1_000_000, is_minor=True)
    consent.name_holders(people.ada, song.pk, [line])
    party.refresh_from_db()
    assert not party.is_minor, "what one owner says of somebody holds for that recording"
    assert rule(song, "voice-likeness") == "no.consent"
    assert "minor" not in consent.explain(song.pk, "voice-likeness").words


def test_replacing_the_audio_carries_no_yes_over(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes"}, [consent.Scope(consent.TRACK, song.pk)])
    again = bring(people.ada, "Again.wav", replaces=song.track_id)
    assert (rule(song, "organize"), rule(again, "organize")) == ("consent.all", "no.consent")


def test_a_deleted_holder_s_no_stays_and_their_yes_does_not(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes", "recommend": "yes"})
    lines = [
        consent.Named("Ada", "", ("recording",), 500_000),
        consent.Named("Ben", "ben@example.org", ("performance",), 500_000),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    consent.confirm(people.ben, song.pk)
    consent.answer(people.ben, {"organize": "no", "recommend": "yes"})
    assert rule(song, "recommend") == "consent.all"
    consent.forget_person(people.ben.pk)
    assert (rule(song, "organize"), rule(song, "recommend")) == ("holder.no", "no.consent")


def test_another_role_or_share_has_to_be_confirmed_again(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    shared(people, song)
    consent.answer(people.ada, {"organize": "yes"})
    consent.answer(people.ben, {"organize": "yes"})
    assert rule(song, "organize") == "consent.all"
    lines = [
        consent.Named("Ada", "", ("recording", "performance"), 1_000_000),
        consent.Named("Ben", "ben@example.org", ("composition",), 0),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    assert rule(song, "organize") == "no.consent"


def test_only_whoever_disputes_a_list_can_say_that_it_is_right_after_all(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    shared(people, song)
    for who in (people.ada, people.ben):
        consent.answer(who, {"organize": "yes"})
    consent.dispute(people.ben, song.pk, True)
    with pytest.raises(NotAllowed):
        consent.dispute(people.ada, song.pk, False)
    assert rule(song, "organize") == "no.consent"
    consent.dispute(people.ben, song.pk, False)
    assert rule(song, "organize") == "consent.all"


def test_a_link_answers_for_its_own_recording_and_only_while_it_waits(people: People, bring: Receive) -> None:
    from antiphon.mail.models import Letter

    song, own = bring(people.ada), bring(people.cleo, "Own.wav")
    lines = [
        consent.Named("Ada", "", ("recording",), HALF),
        consent.Named("Cleo", "cleo@example.org", ("performance",), HALF),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    secret = Letter.objects.get(to="cleo@example.org").body.split("/answers/")[1].split()[0]
    consent.confirm(people.cleo, song.pk)
    with pytest.raises(Gone):
        consent.answer_by_link(secret, {"ai-input": "yes"})
    assert rule(own, "ai-input") == "no.consent"


def test_naming_an_address_tells_nobody_whose_it_is(people: People, bring: Receive) -> None:
    from antiphon.mail.models import Letter

    song = bring(people.ada)
    lines = [
        consent.Named("Ada", "", ("recording",), HALF),
        consent.Named("Somebody", "cleo@example.org", ("performance",), HALF, is_minor=True),
    ]
    for _time in range(3):
        consent.name_holders(people.ada, song.pk, lines)
    assert [consent.holder_name(row) for row in consent.holders_of(song.pk)][1] == "Somebody"
    assert not consent.party_of(people.cleo).is_minor
    assert Letter.objects.filter(to="cleo@example.org").count() == 1


def test_replacing_the_audio_drops_neither_holders_nor_the_seal(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    shared(people, song)
    consent.answer(people.ada, {"organize": "yes"})
    consent.answer(people.ben, {"organize": "no"}, [consent.Scope(consent.TRACK, song.pk)])
    consent.seal(people.ben, [song.pk])
    again = bring(people.ada, "Again.wav", replaces=song.track_id)
    assert rule(again, "organize") == "no.consent"
    assert rule(again, "train-analysis") == "sealed"
    assert "Ben" not in consent.explain(again.pk, "train-analysis").words
    told = consent.explain(song.pk, "train-analysis", for_holders=True)
    assert told.because.statements[0].holder == consent.holders_of(song.pk)[1].pk, "Ben sealed it, not the first named"
