"""An upload that sounds like somebody else's music: held, drawn, and no to whatever the others did not say yes to."""

import pytest
from pytest_django import DjangoAssertNumQueries

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.identification import service as identification
from antiphon.identification.models import Comparison, Fingerprint, Match
from antiphon.identification.service import comparing
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotFound
from antiphon.ledger import service as ledger
from tests.compared import Bring, under
from tests.people import People
from tests.tunes import faster, tune

pytestmark = pytest.mark.django_db
MATCH_RULE = "match.unresolved"


def track_of(recording: catalogue.Recording) -> catalogue.Track:
    return catalogue.Track.objects.get(pk=recording.track_id)


def rule(recording: catalogue.Recording, purpose: str = "organize") -> str:
    return consent.explain(recording.pk, purpose).rule


def entries() -> int:
    jobs.run_due()
    return len([entry for entry in ledger.entries(limit=1000) if entry.kind == "match"])


def test_a_song_sped_up_under_another_is_held_and_its_place_is_known(people: People, bring_song: Bring) -> None:
    song = bring_song(people.ada, tune(1, 30.0))
    copy = bring_song(people.cleo, under(faster(tune(1, 30.0)[: 12 * 11_025], 1.12), tune(9, 30.0) / 3, 8.0))
    assert track_of(song).held == ""
    assert track_of(copy).held == "held"
    with pytest.raises(NotFound):
        catalogue.track_for(None, copy.track_id)
    (match,) = [one for one in identification.matches_of(copy.pk) if one.is_certain]
    assert (match.recording_id, match.other_id, match.state) == (copy.pk, song.pk, "open")
    assert abs(match.tempo - 1.12) < 0.02
    assert 7_000 < match.at_ms < 12_000
    assert match.chance <= 0.001


def test_innocent_music_is_public_once_it_was_compared(people: People, bring_song: Bring) -> None:
    bring_song(people.ada, tune(1, 20.0))
    other = bring_song(people.cleo, tune(2, 20.0), run=False)
    assert track_of(other).held == "matching"
    assert consent.explain(other.pk, "organize").rule == MATCH_RULE
    jobs.run_due()
    assert track_of(other).held == ""
    assert catalogue.track_for(None, other.track_id)
    assert identification.matches_of(other.pk) == []


def test_the_no_follows_the_sound_until_it_is_resolved(people: People, bring_song: Bring) -> None:
    song = bring_song(people.ada, tune(1, 20.0))
    copy = bring_song(people.cleo, faster(tune(1, 20.0), 1.05))
    consent.answer(people.cleo, {"organize": "yes", "recommend": "yes"})
    assert rule(copy) == MATCH_RULE
    consent.answer(people.ada, {"organize": "yes"})
    assert rule(copy) == "consent.all", "the other holders say yes to it now"
    assert rule(copy, "recommend") == MATCH_RULE
    consent.answer(people.ada, {"organize": "no"})
    assert rule(copy) == MATCH_RULE
    matches = [one.pk for one in identification.matches_of(copy.pk)]
    before = entries()
    identification.resolve(matches, by=people.mo.pk, way="mistake", because="It is a scale.", at=clock.now())
    assert rule(copy) == "consent.all"
    assert track_of(copy).held == ""
    assert entries() == before + 1
    identification.resolve(matches, by=people.mo.pk, way="mistake", because="It is a scale.", at=clock.now())
    assert entries() == before + 1
    assert rule(song) == "holder.no"


def test_decided_against_it_stays_held_and_a_no(people: People, bring_song: Bring) -> None:
    bring_song(people.ada, tune(1, 20.0))
    copy = bring_song(people.cleo, tune(1, 20.0))
    consent.answer(people.cleo, {"organize": "yes"})
    ids = [one.pk for one in identification.matches_of(copy.pk)]
    identification.resolve(ids, by=people.mo.pk, way="decided-against", because="It is hers.", at=clock.now())
    assert track_of(copy).held == "held"
    assert rule(copy) == MATCH_RULE
    with pytest.raises(BadInput):
        identification.resolve(ids, by=None, way="because", because="", at=clock.now())
    with pytest.raises(NotFound):
        identification.resolve([0], by=None, way="own", because="", at=clock.now())


def test_one_s_own_music_is_resolved_by_rule_and_hides_nobody_else_s(people: People, bring_song: Bring) -> None:
    bring_song(people.ada, tune(1, 20.0))
    again = bring_song(people.ada, faster(tune(1, 20.0), 1.03))
    assert {one.way for one in identification.matches_of(again.pk)} == {"own"}
    assert track_of(again).held == ""
    first = bring_song(people.cleo, tune(1, 20.0))
    second = bring_song(people.cleo, tune(1, 20.0))
    assert track_of(first).held == track_of(second).held == "held"
    own = [one.pk for one in identification.matches_of(again.pk)]
    with pytest.raises(Conflict):
        identification.resolve(own, by=people.mo.pk, way="mistake", because="", at=clock.now())


def test_comparing_again_stores_nothing_twice(people: People, bring_song: Bring) -> None:
    song = bring_song(people.ada, tune(1, 20.0))
    copy = bring_song(people.cleo, tune(1, 20.0))
    before = list(Match.objects.values_list("pk", flat=True))
    assert before
    assert comparing.compare(copy.pk) == []
    assert comparing.compare(song.pk) == [], "the same stretch, found from the other side"
    assert list(Match.objects.values_list("pk", flat=True)) == before


def test_what_arrives_together_is_found_whoever_is_compared_first(people: People, bring_song: Bring) -> None:
    song = bring_song(people.ada, tune(1, 20.0), run=False)
    copy = bring_song(people.cleo, tune(1, 20.0), run=False)
    jobs.run_due()
    assert {(one.recording_id, one.other_id) for one in Match.objects.all()} == {(copy.pk, song.pk)}
    assert (track_of(song).held, track_of(copy).held) == ("", "held")


def test_a_published_track_goes_on_with_its_sound_until_the_new_one_is_free(people: People, bring_song: Bring) -> None:
    bring_song(people.ada, tune(1, 20.0))
    mine = bring_song(people.cleo, tune(2, 20.0))
    worse = bring_song(people.cleo, tune(1, 20.0), replaces=mine.track_id)
    assert track_of(mine).recording_id == mine.pk
    assert track_of(mine).held == ""
    with pytest.raises(Conflict):
        catalogue.use_recording(people.cleo, mine.track_id, worse.pk)
    better = bring_song(people.cleo, tune(3, 20.0), replaces=mine.track_id)
    assert track_of(mine).recording_id == better.pk
    assert catalogue.is_public(track_of(mine))


def test_who_listens_is_told_of_new_matches_in_the_transaction(
    people: People, bring_song: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    from antiphon.identification.service import matches

    told: list[tuple[int, list[int]]] = []
    monkeypatch.setattr(matches, "_listeners", [])
    identification.when_matched(lambda upload, rows: told.append((upload, [row.other_id for row in rows])))
    song = bring_song(people.ada, tune(1, 20.0))
    bring_song(people.ada, tune(1, 20.0))
    copy = bring_song(people.cleo, tune(1, 20.0))
    assert [upload for upload, _others in told] == [copy.pk]
    assert song.pk in told[0][1]


def test_a_claim_looks_through_what_came_before(people: People, bring_song: Bring) -> None:
    copy = bring_song(people.cleo, tune(1, 20.0))
    song = bring_song(people.ada, tune(1, 20.0))
    assert {one.recording_id for one in Match.objects.all()} == {song.pk}
    new = identification.recheck(song.pk)
    assert {(one.recording_id, one.other_id) for one in new} == {(copy.pk, song.pk)}
    assert identification.recheck(song.pk) == []
    assert track_of(copy).held == "", "what others hear already is for a person to decide"
    consent.answer(people.cleo, {"organize": "yes"})
    assert rule(copy) == MATCH_RULE


def test_what_cannot_be_compared_stays_held_with_a_reason(people: People, bring_song: Bring) -> None:
    song = bring_song(people.ada, tune(1, 12.0))
    Comparison.objects.all().delete()
    consent.match_changed([song.pk])
    catalogue.Track.objects.update(held="matching")
    comparing.failed(song.pk, "the engine crashed")
    assert track_of(song).held == "held"
    assert "compared" in identification.why_of([song.pk])[song.pk]
    assert rule(song) == MATCH_RULE
    identification.retry(song.pk)
    assert track_of(song).held == "matching"
    jobs.run_due()
    assert track_of(song).held == ""
    with pytest.raises(Conflict):
        identification.let_through(song.pk, by=people.mo.pk, because="", at=clock.now())
    comparing.failed(song.pk, "the engine crashed")
    assert track_of(song).held == "", "it was compared before"
    Comparison.objects.all().delete()
    comparing.failed(song.pk, "the engine crashed")
    identification.let_through(song.pk, by=people.mo.pk, because="I listened to it.", at=clock.now())
    assert track_of(song).held == ""


def test_noes_of_many_cost_two_queries(
    people: People, bring_song: Bring, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    song, copy = bring_song(people.ada, tune(1, 20.0)), bring_song(people.cleo, tune(1, 20.0))
    with django_assert_num_queries(2):
        noes = identification.open_noes([song.pk, copy.pk, 10**9])
    assert noes[song.pk] == 0
    assert noes[copy.pk]
    assert noes.get(10**9) is None


def test_a_damaged_index_holds_everything_and_is_made_anew(people: People, bring_song: Bring) -> None:
    from antiphon.identification.service import shelving

    song = bring_song(people.ada, tune(1, 20.0))
    with shelving.shelf().writing() as writer:
        writer.flush()
    for path in shelving.shelf().folder.glob("*.seg"):
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 0x10
        path.write_bytes(raw)
    copy = bring_song(people.cleo, tune(1, 20.0))
    assert track_of(copy).held in ("matching", "held")
    assert Fingerprint.objects.filter(indexed_at=None).count() in (0, 1, 2)
    for _ in range(3):
        jobs.Job.objects.filter(state="queued").update(run_after=clock.now())
        jobs.run_due()
    assert track_of(copy).held == "held"
    assert {one.other_id for one in identification.matches_of(copy.pk)} == {song.pk}
