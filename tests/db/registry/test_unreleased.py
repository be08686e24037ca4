"""Unreleased stays unreleased: what not everybody may hear is not known here, by the very same work; owners hear."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.community.models import Notice
from antiphon.identification.lookup_models import AskedAfter
from antiphon.identification.service import registry
from antiphon.identification.service.registry import answering, index
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from tests.db.registry.conftest import Ask
from tests.people import People
from tests.tuned import Tuned, clip, packed
from tests.tunes import faster
from tests.work import Work, counted

pytestmark = pytest.mark.django_db
HIDE = ("secret", "private", "draft", "scheduled", "hidden", "held", "hidden profile", "withdrawn")


@pytest.fixture
def unreleased(people: People, tuned: Tuned) -> Callable[[str], catalogue.Track]:
    """A track of Ada's that not everybody may hear, for one of many reasons; beside it a public one of Cleo's."""

    def make(why: str) -> catalogue.Track:
        tuned.add(people.cleo, "North", 2)
        track = tuned.add(
            people.ada, "Slow Harbour", 1, sharing=why if why in ("secret", "private", "draft") else "public"
        )
        rows = catalogue.Track.objects.filter(pk=track.pk)
        if why == "scheduled":
            rows.update(published_at=clock.now() + timedelta(days=3))
        elif why == "hidden":
            rows.update(hidden_at=clock.now(), hidden_because="A complaint.")
        elif why == "held":
            rows.update(held="held")
        elif why == "hidden profile":
            type(track.profile).objects.filter(pk=track.profile_id).update(hidden_at=clock.now())
        elif why == "withdrawn":
            rows.update(state="withdrawn")
        return track

    return make


@pytest.mark.parametrize("why", HIDE)
def test_what_not_everybody_may_hear_is_not_known_here(
    why: str, unreleased: Callable[[str], catalogue.Track], ask: Ask, people: People
) -> None:
    track = unreleased(why)
    for row in (
        ask(prints=packed(clip(1))),
        ask(link=track.get_absolute_url()),
        ask(prints=packed(clip(1)), by=people.cleo),
    ):
        answer = registry.read(row.answer)
        assert (answer["said"], answer["matches"]) == ("unknown", [])
        whole = registry.signed_file(row).decode()
        assert "Slow Harbour" not in whole
        assert "Ada" not in whole
        if row.how != "link":
            assert "slow-harbour" not in whole


def test_an_answer_about_the_unreleased_looks_like_one_about_nothing(
    unreleased: Callable[[str], catalogue.Track], ask: Ask
) -> None:
    unreleased("private")
    answers = [registry.read(ask(prints=packed(clip(seed))).answer) for seed in (1, 9)]
    own = {"uid", "answered_at", "asked"}
    hidden, unknown = ({key: value for key, value in one.items() if key not in own} for one in answers)
    assert hidden == unknown
    sizes = {len(registry.signed_file(row)) for row in registry.Lookup.objects.all()}
    assert max(sizes) - min(sizes) <= 2, "but for how the second of the hour is written"


def work_of(prints: bytes) -> Work:
    view = index.public()
    row = registry.Lookup(how="prints", prints=prints)
    with counted() as work:
        assert answering.search(row, view) == []
    return work


@pytest.mark.parametrize("altered", [1.0, 1.12])
def test_the_work_is_what_it_would_be_without_the_track(people: People, tuned: Tuned, altered: float) -> None:
    for seed in (2, 3, 4):
        tuned.add(people.cleo, f"North {seed}", seed)
    asked = [packed(faster(clip(1), altered)), packed(faster(clip(9), altered))]
    without = [work_of(one) for one in asked]
    tuned.add(people.ada, "Slow Harbour", 1, sharing="private")
    tuned.add(people.ada, "Slow Harbour, live", 5, sharing="draft")
    assert [work_of(one) for one in asked] == without
    assert without[0].looked_at


def test_a_release_is_known_from_its_moment_and_a_withdrawal_not_known_any_more(
    people: People, tuned: Tuned, ask: Ask, later: Callable[[timedelta], datetime]
) -> None:
    track = tuned.add(people.ada, "Slow Harbour", 1)
    catalogue.Track.objects.filter(pk=track.pk).update(published_at=clock.now() + timedelta(hours=1))
    assert registry.read(ask(prints=packed(clip(1))).answer)["said"] == "unknown"
    later(timedelta(hours=2))
    assert registry.read(ask(prints=packed(clip(1))).answer)["said"] == "known"
    catalogue.withdraw_tracks(people.ada, [track.pk])
    assert registry.read(ask(prints=packed(clip(1))).answer)["said"] == "unknown"


def test_what_is_hidden_while_it_was_searched_is_not_told(
    people: People, tuned: Tuned, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = tuned.add(people.ada, "Slow Harbour", 1)
    search = answering.search

    def and_hide(*args: Any) -> Any:
        found = search(*args)
        assert found
        catalogue.Track.objects.filter(pk=track.pk).update(sharing="private")
        return found

    monkeypatch.setattr(answering, "search", and_hide)
    assert registry.read(ask(prints=packed(clip(1))).answer)["said"] == "unknown"


def look_further() -> None:
    jobs.enqueue("identification.tell_unreleased")
    jobs.run_due()


def test_only_its_owner_and_moderators_hear_of_it_and_once_a_day(
    unreleased: Callable[[str], catalogue.Track], ask: Ask, people: People
) -> None:
    track = unreleased("private")
    for _time in range(3):
        ask(prints=packed(clip(1)), by=people.cleo)
    ask(prints=packed(clip(2)), by=people.cleo)
    ask(prints=packed(clip(9)), by=people.cleo)
    assert not Notice.objects.filter(kind="registry").exists()
    look_further()
    look_further()
    told = Notice.objects.filter(kind="registry")
    assert {one.user_id for one in told} == {people.ada.pk, people.mo.pk}
    assert told.count() == 2
    assert not registry.Lookup.objects.filter(prints__isnull=False).exists(), "prints go once they were looked at"
    [sums] = AskedAfter.objects.filter(released=False)
    assert (sums.recording_id, sums.number, sums.by_kind) == (track.recording_id, 3, "person")


def test_whoever_asked_sees_no_trace_of_it_afterwards(
    unreleased: Callable[[str], catalogue.Track], ask: Ask, people: People
) -> None:
    unreleased("private")
    row = ask(prints=packed(clip(1)), by=people.cleo)
    before = registry.signed_file(row)
    look_further()
    assert registry.signed_file(registry.lookup(row.uid)) == before
    assert registry.lookup(row.uid).answered_at == row.answered_at
