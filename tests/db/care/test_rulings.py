"""Decisions, the letters and notices that tell of them, appeals, and the trail."""

import csv
import io
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.models import Case, TrailLine
from antiphon.community.models import Notice
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from antiphon.mail.models import Letter
from tests.db.conftest import Receive
from tests.people import People


@pytest.fixture
def track(people: People, bring: Receive) -> catalogue.Track:
    """A public track of Ada's."""
    made = bring(people.ada).track
    return catalogue.publish_tracks(people.ada, [made.pk])[0]


def reported(people: People, track: catalogue.Track, **said: Any) -> int:
    return catalogue.report(people.ben, "track", track.pk, "spam", **said).case_id or 0


def trail() -> list[str]:
    return [told.line.what for told in catalogue.trail_lines(catalogue.TrailFilters())]


def test_hiding_tells_owner_and_whoever_asked_to_be_told(people: People, track: catalogue.Track) -> None:
    case_id = reported(people, track, wants_answer=True)
    catalogue.report(people.cleo, "track", track.pk, "hate")
    ruling = catalogue.rule(people.mo, case_id, "hide", "Only links.")
    with pytest.raises(NotFound):
        catalogue.track_for(people.ben, track.pk)
    letters = {letter.to: letter.body for letter in Letter.objects.all()}
    assert set(letters) == {"ada@example.org", "ben@example.org"}
    assert "Decided: hidden." in letters["ada@example.org"]
    assert "Only links." in letters["ada@example.org"]
    assert "Only links." not in letters["ben@example.org"]
    assert "mo@example.org" not in "".join(letters.values())
    assert {notice.user_id: notice.kind for notice in Notice.objects.all()} == {
        people.ada.pk: "moderation",
        people.ben.pk: "moderation",
    }
    assert Notice.objects.get(user=people.ada).address == f"/account/decisions/{ruling.pk}"
    with pytest.raises(Conflict):
        catalogue.rule(people.mo, case_id, "leave", "Twice.")


def test_leaving_a_thing_tells_its_owner_nothing(people: People, track: catalogue.Track) -> None:
    catalogue.rule(people.mo, reported(people, track, wants_answer=True), "leave", "It is a song.")
    assert [letter.to for letter in Letter.objects.all()] == ["ben@example.org"]
    assert "left as it is" in Letter.objects.get().body
    assert catalogue.rulings_about(people.ada) == []
    assert Case.objects.get().words == {}


def test_withdrawn_from_public_view_its_owner_may_publish_it_again(people: People, track: catalogue.Track) -> None:
    catalogue.rule(people.mo, reported(people, track), "withdraw", "Say whose words these are.")
    assert not catalogue.listenable(None).filter(pk=track.pk).exists()
    assert catalogue.track_for(people.ada, track.pk).hidden_at is None
    catalogue.edit_track(people.ada, track.pk, {"description": "Words: Ben.", "sharing": "public"})
    assert catalogue.listenable(None).filter(pk=track.pk).exists()


def test_a_profile_cannot_be_withdrawn_from_public_view(people: People) -> None:
    case_id = catalogue.report(people.ben, "profile", people.ada_quill.pk, "spam").case_id or 0
    with pytest.raises(BadInput):
        catalogue.rule(people.mo, case_id, "withdraw", "No.")


def test_only_whoever_runs_the_site_suspends_and_an_appeal_brings_the_account_back(
    people: People, track: catalogue.Track, client: Client
) -> None:
    case_id = reported(people, track)
    with pytest.raises(NotAllowed):
        catalogue.rule(people.mo, case_id, "suspend", "Threats.")
    accounts.grant_role(people.cleo, "operator")
    ruling = catalogue.rule(people.cleo, case_id, "suspend", "Threats.")
    assert not accounts.account_for(people.ada.pk).is_active
    # Nobody who is shut out can sign in: the letter's link is enough.
    link = next(word for word in Letter.objects.get().body.split() if "?key=" in word)
    address = link[link.index("/account/") :]
    assert b"Threats." in client.get(address).content
    assert client.get(address[:-3] + "xyz").status_code == 404
    assert client.post(address, {"words": "It was a lyric."}).status_code == 302
    assert client.post(address, {"words": "Again."}).status_code == 422
    catalogue.answer_appeal(people.mo, ruling.case_id, keep=False, because="It was a lyric.")
    assert accounts.account_for(people.ada.pk).is_active
    assert b"your appeal is answered" not in client.get(address).content
    assert b"taken back on your appeal" in client.get(address).content


def test_an_appeal_is_made_once_and_answered_by_somebody_else(people: People, track: catalogue.Track) -> None:
    accounts.grant_role(people.lux, "moderator")
    case_id = reported(people, track)
    ruling = catalogue.rule(people.mo, case_id, "hide", "Stolen.")
    with pytest.raises(NotFound):
        catalogue.appeal(people.ben, ruling.pk, "Not mine.")
    with pytest.raises(BadInput):
        catalogue.appeal(people.ada, ruling.pk, " ")
    catalogue.appeal(people.ada, ruling.pk, "I wrote it.")
    with pytest.raises(Conflict):
        catalogue.appeal(people.ada, ruling.pk, "Once more.")
    assert [line.case.pk for line in catalogue.queue(people.mo, "appealed")] == [case_id]
    with pytest.raises(NotAllowed):
        catalogue.answer_appeal(people.mo, case_id, keep=True, because="I said so.")
    catalogue.answer_appeal(people.lux, case_id, keep=False, because="The session shows it.")
    assert catalogue.listenable(None).filter(pk=track.pk).exists()
    [told, first] = catalogue.rulings_about(people.ada)
    assert (told.verdict, told.on_appeal) == ("show", True)
    assert first.appeal.outcome == "changed"
    assert not catalogue.may_appeal(told)
    assert Notice.objects.filter(user=people.ada).count() == 2


def test_where_there_is_one_moderator_that_one_answers(people: People, track: catalogue.Track) -> None:
    ruling = catalogue.rule(people.mo, reported(people, track), "hide", "Stolen.")
    catalogue.appeal(people.ada, ruling.pk, "I wrote it.")
    catalogue.answer_appeal(people.mo, ruling.case_id, keep=True, because="Heard again: it is the same.")
    assert not catalogue.listenable(None).filter(pk=track.pk).exists()
    assert catalogue.rulings_about(people.ada)[-1].appeal.outcome == "kept"


def test_moderators_do_not_decide_about_what_is_theirs_while_there_are_others(people: People) -> None:
    accounts.grant_role(people.ada, "moderator")
    case_id = catalogue.report(people.ben, "profile", people.ada_quill.pk, "spam").case_id or 0
    with pytest.raises(NotAllowed):
        catalogue.rule(people.ada, case_id, "leave", "I am fine.")
    assert catalogue.case_for(people.ada, case_id).must_leave
    catalogue.rule(people.mo, case_id, "hide", "Only links.")
    with pytest.raises(NotAllowed):
        catalogue.unhide(people.ada, "profile", people.ada_quill.pk)


def test_the_trail_says_who_did_what_and_how_things_stood(people: People, track: catalogue.Track) -> None:
    case_id = reported(people, track)
    catalogue.claim(people.mo, case_id)
    catalogue.note(people.mo, case_id, "Listened.")
    catalogue.rule(people.mo, case_id, "hide", "=1+1 spam")
    catalogue.unhide(people.mo, "track", track.pk)
    assert trail() == ["show", "hide", "note", "claim"]
    hidden = catalogue.trail_lines(catalogue.TrailFilters(what="hide"))[0]
    assert hidden.line.before == {"hidden": False, "sharing": "public"}
    assert hidden.line.after == {"hidden": True, "sharing": "public"}
    assert (hidden.who, hidden.name) == ("mo@example.org", "Slow Harbour")
    assert catalogue.trail_lines(catalogue.TrailFilters(who=people.ada.pk)) == []
    rows = list(csv.reader(io.StringIO(catalogue.trail_as_csv(catalogue.TrailFilters(case_id=case_id)))))
    assert len(rows) == 5
    assert "'=1+1 spam" in rows[2]


def test_nobody_changes_or_deletes_a_line_of_the_trail(people: People, track: catalogue.Track) -> None:
    catalogue.hide(people.mo, "track", track.pk, "Spam.")
    for change in (
        lambda: TrailLine.objects.update(why="Never happened."),
        lambda: TrailLine.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert TrailLine.objects.get().why == "Spam."


def test_the_trail_and_the_case_outlive_the_account_without_its_words(people: People, track: catalogue.Track) -> None:
    case_id = reported(people, track)
    ruling = catalogue.rule(people.mo, case_id, "hide", "Spam.")
    catalogue.appeal(people.ada, ruling.pk, "I am Ada.")
    catalogue.forget_person(people.ada.pk)
    people.ada.delete()
    case = Case.objects.get(pk=case_id)
    assert (case.name, case.words, case.owner) == ("", {}, None)
    assert case.rulings.get().appeal.words == ""
    people.mo.delete()
    [told] = catalogue.trail_lines(catalogue.TrailFilters())
    assert "has ended" in told.who
    assert told.line.why == "Spam."


def test_suspending_from_the_people_s_page_stands_in_the_trail(people: People, client: Client) -> None:
    accounts.grant_role(people.cleo, "operator")
    client.force_login(accounts.account_for(people.cleo.pk))
    client.post(reverse("operate_suspend", args=[people.ada.pk]), {"because": "Spam."})
    letter = Letter.objects.get(to="ada@example.org", key__startswith="suspended:")
    assert "Spam." in letter.body
    assert "/about" in letter.body
    client.post(reverse("operate_unsuspend", args=[people.ada.pk]))
    assert trail() == ["unsuspend", "suspend"]
