"""Who asked, and what was taken out again: found by one's recordings, whatever others were asked."""

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pyroaring import BitMap

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.models import AskedOf, RecallOf
from antiphon.consent.service import artefacts, asked, finding, noting, registering
from tests.people import People

pytestmark = pytest.mark.django_db
Receive = Callable[..., catalogue.Recording]
SIMILAR = consent.System("test/similar", "organize", "this site", "sound, decoded to mono", "1")


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    consent.sync_declared()


@pytest.fixture
def other(people: People, bring: Receive) -> catalogue.Recording:
    return bring(people.cleo, "North.wav")


def ask(*recordings: int) -> str:
    try:
        return consent.ask(recordings, "organize", SIMILAR.name).uid
    except consent.Refused as refused:
        return refused.uid


def pages(recordings: list[int], **asked_for: Any) -> list[list[str]]:
    """Every page of Who asked, each in two queries."""
    found: list[list[str]] = []
    before = ""
    while before or not found:
        with CaptureQueriesContext(connection) as queries:
            page = consent.who_asked(recordings, before=before, **asked_for)
        assert len(queries) <= 2, [one["sql"] for one in queries]
        found.append([one.uid for one in page])
        before = page.older
    return found


def test_a_page_is_found_behind_any_number_of_questions_about_others(
    people: People, song: catalogue.Recording, other: catalogue.Recording
) -> None:
    first = ask(song.pk)
    for _number in range(30):
        ask(other.pk)
    consent.answer(people.ada, {"organize": "yes"})
    second = ask(song.pk, other.pk)
    for _number in range(30):
        ask(other.pk)
    assert pages([song.pk]) == [[second, first]]
    assert pages([song.pk], limit=1) == [[second], [first]]
    assert pages([song.pk], allowed=True) == [[second]]
    assert pages([song.pk], allowed=False) == [[first]]
    assert len(pages([other.pk], limit=20)) == 4
    assert consent.who_asked([song.pk], before="0" * 32) == []
    assert consent.who_asked([]) == []


def test_both_lines_of_one_question_are_on_one_page(people: People, song: catalogue.Recording, bring: Receive) -> None:
    second = bring(people.ada, "Second.wav")
    consent.answer(people.ada, {"organize": "yes"}, [consent.Scope(consent.TRACK, second.pk)])
    uids = [ask(song.pk, second.pk) for _number in range(3)]
    found = consent.who_asked([song.pk, second.pk], limit=1)
    assert [(one.rule, one.recordings) for one in found] == [
        ("consent.all", (second.pk,)), ("no.consent", (song.pk,))
    ]  # fmt: skip
    assert pages([song.pk, second.pk], limit=1) == [[uid, uid] for uid in reversed(uids)]


def test_a_question_about_many_is_found_once_its_job_has_run(
    song: catalogue.Recording, other: catalogue.Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "STEP", 50)
    strangers = range(5000, 5200)
    uid = ask(song.pk, *strangers)
    assert consent.who_asked([song.pk]) == []
    consent.note_asked(consent.asked_at(uid).pk)
    assert pages([song.pk]) == [[uid]]
    assert pages([other.pk]) == [[]]
    (line,) = consent.who_asked([5003, 5004, 6000])
    assert (line.rule, line.recordings) == ("unknown.facts", (5003, 5004))
    assert AskedOf.objects.filter(place__lt=0).exists()


def test_a_question_about_many_neighbours_takes_few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noting, "STEP", 3000)
    uid = ask(*range(1, 8001))
    consent.note_asked(consent.asked_at(uid).pk)
    assert AskedOf.objects.count() == 8
    assert [one.uid for one in consent.who_asked([7999])] == [uid]


def test_neighbours_that_were_asked_about_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    mine, theirs = 2050, range(2060, 2100)
    uid = ask(mine, *theirs)
    for _number in range(5):
        ask(*theirs)
    found = consent.who_asked([mine], limit=2)
    assert [one.uid for one in found] == [uid]
    assert found.older == ""
    monkeypatch.setattr(asked, "_ROUNDS", 1)
    short = consent.who_asked([mine], limit=2)
    assert (list(short), bool(short.older)) == ([], True)
    assert [one.uid for one in consent.who_asked([mine], limit=2, before=short.older)] == [uid]


def test_more_recordings_than_one_query_takes(monkeypatch: pytest.MonkeyPatch, song: catalogue.Recording) -> None:
    uids = [ask(song.pk), ask(9000)]
    monkeypatch.setattr(finding, "_CHUNK", 2)
    assert [one.uid for one in consent.who_asked([song.pk, 3000, 6000, 9000])] == uids[::-1]
    assert [one.uid for one in consent.who_asked([song.pk, 3000, 6000, 9000], limit=1)] == uids[1:]


def recall(person: Any, recording: catalogue.Recording) -> None:
    consent.answer(person, {"organize": "yes"})
    consent.keep_artefact("test-index", consent.ask([recording.pk], "organize", SIMILAR.name))
    consent.answer(person, {"organize": "no"})


def test_recalls_are_found_behind_any_number_of_others(
    people: People, song: catalogue.Recording, other: catalogue.Recording
) -> None:
    recall(people.ada, song)
    for _number in range(5):
        recall(people.cleo, other)
    with CaptureQueriesContext(connection) as queries:
        (mine,) = consent.recalls_with([song.pk], limit=1)
    assert len(queries) <= 2
    assert list(consent.lost_in(mine)) == [song.pk]
    theirs: list[int] = []
    before = 0
    while before or not theirs:
        page = consent.recalls_with([other.pk], before=before, limit=2)
        theirs += [row.pk for row in page]
        before = page.older
    every = consent.Recall.objects.exclude(pk=mine.pk).order_by("-pk").values_list("pk", flat=True)
    assert theirs == list(every)
    assert len(theirs) > 4


def test_neighbours_that_were_recalled_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    held = BitMap(range(99)).serialize()
    artefact = consent.Artefact.objects.create(
        uid="a" * 32, kind="test-index", system="s", purpose=4, actor="site", bitmap=held
    )
    for hit in (range(1, 60), range(20, 90), range(20, 90), range(20, 90)):
        artefacts._queue(artefact.pk, BitMap(hit), "holder.no")
    (mine,) = consent.recalls_with([5], limit=1)
    assert list(consent.lost_in(mine)) == list(range(1, 60))
    monkeypatch.setattr(artefacts, "_ROUNDS", 1)
    short = consent.recalls_with([5], limit=1)
    assert (list(short), bool(short.older)) == ([], True)


def test_what_was_asked_before_there_were_places_is_found_all_the_same(
    people: People, song: catalogue.Recording, other: catalogue.Recording
) -> None:
    ask(song.pk, *range(5000, 5100))
    ask(other.pk)
    with suppress(consent.Refused):
        consent.ask([song.pk], "sing-along", SIMILAR.name)
    recall(people.ada, song)
    asked_rows = sorted(AskedOf.objects.values_list("asked", "rule", "place", "bitmap"))
    recall_rows = sorted(RecallOf.objects.values_list("recall", "place", "bitmap"))
    assert asked_rows
    assert recall_rows
    AskedOf.objects.all().delete()
    RecallOf.objects.all().delete()
    import_module("antiphon.consent.migrations.0004_by_recording").find_again(apps, None)
    assert sorted(AskedOf.objects.values_list("asked", "rule", "place", "bitmap")) == asked_rows
    assert sorted(RecallOf.objects.values_list("recall", "place", "bitmap")) == recall_rows
