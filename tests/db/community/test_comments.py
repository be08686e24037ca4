"""Comments: who may write, edit and take away; what is counted, told, limited and kept."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Comment, EarlierWords, Notice
from antiphon.community.service import comment_limits, comments, refusals, tallies
from antiphon.community.service.comments import Opened
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, TooMany
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db
Later = Callable[[timedelta], datetime]


@pytest.fixture
def song(people: People, bring: Receive) -> Opened:
    """A public track of Ada's, 3:20 long."""
    track = catalogue.publish_tracks(people.ada, [bring(people.ada).track_id])[0]
    return Opened(catalogue.track_for(None, track.pk))


def count(opened: Opened) -> int:
    return tallies.of_tracks([opened.track.pk]).get(opened.track.pk, tallies.Counts()).comments


def heard(user: accounts.User) -> list[tuple[str, str]]:
    return [(one.kind, one.words) for one in Notice.objects.filter(user=user).order_by("pk")]


def test_a_comment_has_a_place_words_and_a_face(people: People, song: Opened) -> None:
    row = comments.write(people.cleo, song, "  What is \u202ethat bell?\u202c ", at_ms=65_000)
    assert (row.words, row.at_ms, row.profile) == ("What is that bell?", 65_000, people.cleo_park)
    assert count(song) == 1
    assert heard(people.ada) == [("comment", "What is that bell?")]
    assert Notice.objects.get().address == f"/ada-quill/slow-harbour?comment={row.pk}#comment-{row.pk}"


def test_whoever_has_no_profile_gives_a_name_and_gets_one(people: People, song: Opened) -> None:
    with pytest.raises(BadInput) as refused:
        comments.write(people.ben, song, "Lovely.")
    assert list(refused.value.fields) == ["name"]
    row = comments.write(people.ben, song, "Lovely.", name="Ben Low")
    assert row.profile is not None
    assert [one.slug for one in accounts.profiles_of(people.ben)] == [row.profile.slug] == ["ben-low"]


def test_a_refused_first_comment_makes_no_profile(people: People, song: Opened) -> None:
    for wrong in ({"words": " \u200b "}, {"words": "Hm.", "at_ms": 999_000}):
        with pytest.raises(BadInput):
            comments.write(people.ben, song, **({"name": "Ben"} | wrong))  # type: ignore[arg-type]
    assert accounts.profiles_of(people.ben) == []


@pytest.mark.parametrize("at_ms", [-1, 201_000, 10**15])
def test_a_place_is_within_the_track(people: People, song: Opened, at_ms: int) -> None:
    with pytest.raises(BadInput, match=r"3:20"):
        comments.write(people.cleo, song, "There!", at_ms=at_ms)
    assert comments.write(people.cleo, song, "The end.", at_ms=200_900).at_ms == 200_000


def test_too_much_is_refused_with_its_count(people: People, song: Opened) -> None:
    with pytest.raises(BadInput, match=r"2001 characters; 2000 fit"):
        comments.write(people.cleo, song, "x" * 2001)
    with pytest.raises(BadInput, match="far longer"):
        comments.write(people.cleo, song, "x" * 1_000_000)
    with pytest.raises(BadInput, match="5 links"):
        comments.write(people.cleo, song, " ".join(f"https://x.example/{n}" for n in range(6)))
    assert refusals.of_today() == {"comment-too-large": 1, "comment-too-long": 1}
    assert count(song) == 0
    comments.write(people.cleo, song, "x" * 2000 + "\u200b" * 3000)


def test_a_double_send_is_one_comment(people: People, song: Opened) -> None:
    one, two = (comments.write(people.cleo, song, "Twice.", at_ms=5000) for _ in range(2))
    assert one == two
    assert comments.write(people.cleo, song, "Twice.", at_ms=6000) != one
    assert count(song) == 2


def test_answers_join_one_thread_and_tell_each_once(people: People, song: Opened) -> None:
    bell = comments.write(people.cleo, song, "What is that bell?", at_ms=65_000)
    answer = comments.write(people.ada, song, "The harbour's.", parent_id=bell.pk)
    third = comments.write(people.lux, song, "@cleo-park @ada-quill We want it.", parent_id=answer.pk)
    assert (third.parent, third.at_ms, [answer.number, third.number]) == (bell, None, [1, 2])
    bell.refresh_from_db()
    assert (bell.replies, count(song)) == (2, 3)
    assert [kind for kind, _words in heard(people.cleo)] == ["reply", "reply"]
    assert [kind for kind, _words in heard(people.ada)] == ["comment", "reply"]


def test_who_is_mentioned_is_told_where_the_track_is_public(people: People, song: Opened) -> None:
    comments.write(people.cleo, song, "@lux-records @nobody-here listen")
    assert heard(people.lux) == [("mention", "@lux-records @nobody-here listen")]
    assert Comment.objects.get().mentions == ["lux-records"]
    catalogue.publish_tracks(people.ada, [song.track.pk], sharing="secret")
    hidden = Opened(catalogue.track_for(people.ada, song.track.pk), "")
    comments.write(people.ada, hidden, "@lux-records and this")
    assert len(heard(people.lux)) == 1


def test_answers_behind_a_secret_link_lead_back_through_the_same_link(people: People, song: Opened) -> None:
    track = catalogue.publish_tracks(people.ada, [song.track.pk], sharing="secret")[0]
    secret = track.secret_token
    theirs = comments.write(people.cleo, Opened(catalogue.track_for(people.cleo, track.pk, secret), secret), "Oh!")
    comments.write(people.ada, Opened(track), "Thanks.", parent_id=theirs.pk)
    assert Notice.objects.get(user=people.cleo).address.startswith(f"/ada-quill/slow-harbour/{secret}?comment=")


def test_blocked_people_neither_answer_nor_reach(people: People, song: Opened) -> None:
    bell = comments.write(people.lux, song, "What is that bell?")
    accounts.block(people.lux, people.cleo)
    cleo = accounts.account_for(people.cleo.pk)
    with pytest.raises(NotFound):
        comments.write(cleo, song, "A bell.", parent_id=bell.pk)
    comments.write(cleo, song, "@lux-records hear")
    assert heard(people.lux) == []


def test_comments_can_be_switched_off(people: People, song: Opened) -> None:
    catalogue.edit_track(people.ada, song.track.pk, {"commentable": False})
    closed = Opened(catalogue.track_for(people.cleo, song.track.pk))
    for user in (people.cleo, people.ada):
        with pytest.raises(NotAllowed, match="switched off"):
            comments.write(user, closed, "Hello?")


def test_words_can_be_edited_for_a_while_and_what_they_were_is_kept(people: People, song: Opened, later: Later) -> None:
    row = comments.write(people.cleo, song, "What is that bel?")
    comments.edit(people.cleo, row.pk, "What is that bell, @lux-records?")
    row.refresh_from_db()
    assert row.words == "What is that bell, @lux-records?"
    assert row.edited_at is not None
    assert [one.words for one in EarlierWords.objects.all()] == ["What is that bel?"]
    assert [kind for kind, _words in heard(people.lux)] == ["mention"]
    assert len(heard(people.ada)) == 1
    with pytest.raises(NotFound):
        comments.edit(people.ada, row.pk, "Something else.")
    later(timedelta(minutes=61))
    with pytest.raises(NotAllowed, match="60 minutes"):
        comments.edit(people.cleo, row.pk, "Too late.")


def test_what_is_deleted_is_gone_or_leaves_a_line(people: People, song: Opened) -> None:
    lonely = comments.write(people.cleo, song, "Hello?")
    bell = comments.write(people.cleo, song, "What is that bell?")
    answer = comments.write(people.ada, song, "The harbour's.", parent_id=bell.pk)
    comments.delete(people.cleo, lonely.pk)
    comments.delete(people.cleo, bell.pk)
    left = Comment.objects.get(parent=None)
    assert (left.pk, left.state, left.words) == (bell.pk, "deleted", "")
    assert count(song) == 1
    assert heard(people.ada) == []
    comments.delete(people.ada, answer.pk)
    left.refresh_from_db()
    assert (left.replies, count(song)) == (0, 0)
    for who, gone in ((people.cleo, bell.pk), (people.ada, answer.pk), (people.lux, bell.pk)):
        with pytest.raises(NotFound):
            comments.delete(who, gone)


def test_a_creator_removes_from_their_own_track_only(people: People, song: Opened) -> None:
    row = comments.write(people.cleo, song, "Buy my tape.")
    with pytest.raises(NotFound):
        comments.remove(people.lux, row.pk)
    comments.remove(people.ada, row.pk)
    comments.remove(people.ada, row.pk)
    row.refresh_from_db()
    assert (row.state, row.state_by, row.words, count(song)) == ("removed", people.ada, "Buy my tape.", 0)
    assert heard(people.ada) == []


def test_moderators_hide_with_a_reason_and_show_again(people: People, song: Opened) -> None:
    row = comments.write(people.cleo, song, "Something vile.", at_ms=1000)
    told = catalogue.report(people.lux, "comment", row.pk, "hate")
    with pytest.raises(NotAllowed):
        catalogue.hide(people.ada, "comment", row.pk, "No.")
    catalogue.decide_report(people.mo, told.pk, uphold=True, decision="It threatens somebody.")
    row.refresh_from_db()
    assert (row.state, row.hidden_because, count(song)) == ("hidden", "It threatens somebody.", 0)
    [(kind, words)] = heard(people.cleo)
    assert kind == "moderation"
    assert "It threatens somebody." in words
    catalogue.unhide(people.mo, "comment", row.pk)
    catalogue.unhide(people.mo, "comment", row.pk)
    row.refresh_from_db()
    assert (row.state, count(song)) == ("shown", 1)


def test_words_deleted_while_a_report_waits_are_kept_for_its_decision(people: People, song: Opened) -> None:
    row = comments.write(people.cleo, song, "Something vile.")
    told = catalogue.report(people.lux, "comment", row.pk, "hate")
    comments.edit(people.cleo, row.pk, "Something nice.")
    comments.delete(people.cleo, row.pk)
    opened = catalogue.case_for(people.mo, told.case_id or 0)
    assert ("words", "Something vile.", "Something nice.", True) in opened.parts
    assert [words for _at, words in opened.earlier_words] == ["Something vile."]
    catalogue.decide_report(people.mo, told.pk, uphold=True, decision="It threatens somebody.")
    assert not Comment.objects.filter(pk=row.pk).exists()
    assert count(song) == 0


def test_links_work_once_an_account_is_settled(people: People, song: Opened, later: Later) -> None:
    assert not comments.write(people.cleo, song, "https://x.example").links_work
    later(timedelta(days=8))
    for number in range(settings.ANTIPHON.links_after_comments - 1):
        assert not comments.write(people.cleo, song, f"Comment {number} https://x.example").links_work
    assert comments.write(people.cleo, song, "At last: https://x.example").links_work


def test_one_person_writes_only_so_fast(people: People, song: Opened, later: Later) -> None:
    for number in range(comment_limits.MOST_A_MINUTE):
        comments.write(people.cleo, song, f"Take {number}")
    with pytest.raises(TooMany, match=r"8 comments in a minute") as refused:
        comments.write(people.cleo, song, "One more")
    assert 0 < refused.value.retry_after_s <= 60
    assert refusals.of_today() == {"comment-too-often": 1}
    assert count(song) == comment_limits.MOST_A_MINUTE
    comments.write(people.lux, song, "I may.")
    later(timedelta(minutes=1))
    comments.write(people.cleo, song, "One more")


def test_one_track_takes_only_so_many_but_its_creator_answers(
    people: People, song: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings.ANTIPHON, "comments_per_hour_track", 2)
    comments.write(people.cleo, song, "One")
    comments.write(people.lux, song, "Two")
    with pytest.raises(TooMany, match="2 comments were written on this track"):
        comments.write(people.lux, song, "Three")
    comments.write(people.ada, song, "Calm down.")


def test_a_thread_is_full_at_some_point(people: People, song: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "MOST_REPLIES", 2)
    bell = comments.write(people.cleo, song, "What is that bell?")
    for words in ("A", "B"):
        comments.write(people.ada, song, words, parent_id=bell.pk)
    with pytest.raises(Conflict, match="2 answers"):
        comments.write(people.ada, song, "C", parent_id=bell.pk)


def test_comments_go_with_an_account_and_counts_stay_right(people: People, song: Opened, later: Later) -> None:
    alone = comments.write(people.cleo, song, "Nobody answers this.")
    bell = comments.write(people.cleo, song, "What is that bell?")
    theirs = comments.write(people.ada, song, "The harbour's.", parent_id=bell.pk)
    comments.write(people.cleo, song, "Thanks!", parent_id=theirs.pk)
    other = comments.write(people.lux, song, "We want it.")
    comments.write(people.cleo, song, "Do you?", parent_id=other.pk)
    assert count(song) == 6
    accounts.ask_deletion(people.cleo)
    later(timedelta(days=30))
    assert accounts.end_due() == 1
    bell.refresh_from_db()
    other.refresh_from_db()
    assert (bell.profile, bell.words, bell.state, bell.replies) == (None, "", "deleted", 1)
    assert other.replies == 0
    assert not Comment.objects.filter(pk=alone.pk).exists()
    assert set(Comment.objects.values_list("words", flat=True)) == {"", "The harbour's.", "We want it."}
    assert count(song) == 2
