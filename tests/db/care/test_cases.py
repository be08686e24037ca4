"""Cases: one line a thing, who is at it, what is known of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.models import Case
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, TooMany
from tests.db.conftest import Receive
from tests.people import People


@pytest.fixture
def track(people: People, bring: Receive) -> catalogue.Track:
    """A public track of Ada's."""
    made = bring(people.ada).track
    return catalogue.publish_tracks(people.ada, [made.pk])[0]


def old(user: accounts.User) -> accounts.User:
    """Somebody who has been here for a while."""
    user.date_joined = clock.now() - timedelta(days=30)
    user.save(update_fields=["date_joined"])
    return user


def test_several_reports_on_one_thing_are_one_case(people: People, track: catalogue.Track) -> None:
    for user, reason in [(people.ben, "spam"), (people.cleo, "not-theirs"), (people.lux, "spam"), (None, "other")]:
        catalogue.report(user, "track", track.pk, reason)
    catalogue.report(None, "track", track.pk, "hate")
    [line] = catalogue.queue(people.mo)
    assert line.case.voices == 4
    assert line.case.rank == 0
    assert line.reasons[0] == ("spam", 2)
    assert catalogue.open_cases() == 1


def test_the_queue_shows_the_loud_first_then_the_oldest_and_the_doubtful_last(
    people: People, bring: Receive, later: Callable[[timedelta], object]
) -> None:
    tracks = [bring(people.ada, f"{n}.wav").track for n in range(4)]
    for track in tracks[:3]:
        wrong = catalogue.report(people.cleo, "track", track.pk, "spam")
        catalogue.decide_report(people.mo, wrong.pk, uphold=False, decision="No.")
    doubtful = catalogue.report(people.cleo, "track", tracks[0].pk, "hate")
    later(timedelta(minutes=1))
    first = catalogue.report(people.ben, "track", tracks[1].pk, "spam")
    later(timedelta(minutes=1))
    second = catalogue.report(people.ben, "track", tracks[2].pk, "spam")
    later(timedelta(minutes=1))
    loud = [catalogue.report(who, "track", tracks[3].pk, "spam") for who in (people.ben, people.lux, None)]
    shown = [line.case.pk for line in catalogue.queue(people.mo)]
    assert shown == [loud[0].case_id, first.case_id, second.case_id, doubtful.case_id]
    opened = catalogue.case_for(people.mo, doubtful.case_id or 0)
    assert [said.often_dismissed for said in opened.said] == [True]


def test_the_queue_is_filtered_by_kind_reason_and_whose_it_is(people: People, track: catalogue.Track) -> None:
    about_track = catalogue.report(people.ben, "track", track.pk, "spam")
    catalogue.report(people.ben, "profile", people.lux_records.pk, "hate")
    assert [line.case.kind for line in catalogue.queue(people.mo, kind="profile")] == ["profile"]
    assert [line.case.kind for line in catalogue.queue(people.mo, reason="spam")] == ["track"]
    assert catalogue.queue(people.mo, "mine") == []
    catalogue.claim(people.mo, about_track.case_id or 0)
    assert [line.case.pk for line in catalogue.queue(people.mo, "mine")] == [about_track.case_id]
    assert catalogue.case_counts(people.mo) == {"open": 2, "mine": 1, "appealed": 0}


def test_the_queue_asks_the_same_number_of_questions_for_many_cases(people: People, bring: Receive) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            catalogue.queue(people.mo)
        return len(seen)

    for n in range(2):
        catalogue.report(None, "track", bring(people.ada, f"{n}.wav").track_id, "spam")
    few = asked()
    for n in range(2, 12):
        catalogue.report(None, "track", bring(people.ada, f"{n}.wav").track_id, "spam")
    assert asked() == few <= 4


def test_what_was_said_is_kept_as_it_stood_and_shown_beside_what_it_says_now(
    people: People, track: catalogue.Track
) -> None:
    catalogue.edit_track(people.ada, track.pk, {"description": "Buy my pills."})
    first = catalogue.report(people.ben, "track", track.pk, "spam")
    catalogue.edit_track(people.ada, track.pk, {"description": "A song about rain."})
    second = catalogue.report(people.lux, "track", track.pk, "spam")
    assert first.snapshot is None
    assert second.snapshot["description"] == "A song about rain."
    opened = catalogue.case_for(people.mo, first.case_id or 0)
    assert ("description", "Buy my pills.", "A song about rain.", True) in opened.parts


def test_only_one_moderator_is_at_a_case(people: People, track: catalogue.Track, later: Callable[..., object]) -> None:
    accounts.grant_role(people.lux, "moderator")
    case_id = catalogue.report(people.ben, "track", track.pk, "spam").case_id or 0
    catalogue.claim(people.mo, case_id)
    catalogue.claim(people.mo, case_id)
    with pytest.raises(Conflict, match=r"mo@example\.org"):
        catalogue.claim(people.lux, case_id)
    with pytest.raises(Conflict):
        catalogue.rule(people.lux, case_id, "leave", "Fine.")
    catalogue.unclaim(people.lux, case_id)
    assert Case.objects.get(pk=case_id).claimed_by == people.mo
    later(timedelta(hours=25))
    catalogue.claim(people.lux, case_id)
    catalogue.unclaim(people.lux, case_id)
    assert Case.objects.get(pk=case_id).claimed_by is None


def test_notes_are_for_moderators_and_stay(people: People, track: catalogue.Track) -> None:
    case_id = catalogue.report(people.ben, "track", track.pk, "spam").case_id or 0
    catalogue.note(people.mo, case_id, "Asked the label.")
    with pytest.raises(BadInput):
        catalogue.note(people.mo, case_id, "  ")
    for somebody in (people.ada, people.ben):
        with pytest.raises(NotAllowed):
            catalogue.case_for(somebody, case_id)
    assert [note.words for note in catalogue.case_for(people.mo, case_id).notes] == ["Asked the label."]


def test_there_is_never_a_second_open_case_of_one_thing(people: People, track: catalogue.Track) -> None:
    catalogue.report(people.ben, "track", track.pk, "spam")
    with pytest.raises(IntegrityError):
        Case.objects.create(kind="track", subject_id=track.pk)


def test_a_new_account_s_flood_of_reports_is_refused_in_words(people: People, bring: Receive) -> None:
    tracks = [bring(people.ada, f"{n}.wav").track_id for n in range(7)]
    for track_id in tracks[:5]:
        catalogue.report(people.ben, "track", track_id, "spam")
    with pytest.raises(TooMany, match="at most 5 reports a day") as refused:
        catalogue.report(people.ben, "track", tracks[5], "spam")
    assert 86_000 < refused.value.retry_after_s <= 86_401
    # The same again is no new report, and whoever has been here for a while may send more.
    catalogue.report(people.ben, "track", tracks[0], "spam")
    old(people.ben)
    catalogue.report(people.ben, "track", tracks[6], "spam")


def test_a_case_whose_subject_is_gone_is_still_read_and_left(people: People, track: catalogue.Track) -> None:
    case_id = catalogue.report(people.ben, "track", track.pk, "spam").case_id or 0
    catalogue.delete_tracks(people.ada, [track.pk])
    opened = catalogue.case_for(people.mo, case_id)
    assert opened.subject is None
    with pytest.raises(NotFound):
        catalogue.rule(people.mo, case_id, "hide", "Spam.")
    assert catalogue.rule(people.mo, case_id, "leave", "It is gone.").verdict == "leave"
