"""The feed: in the order of time, by both ways of finding it, without what one does not want or may not see."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.service import by_many
from antiphon.community.models import Follow, Repost
from antiphon.community.service import feed as feeds
from antiphon.community.service import ties
from antiphon.kernel import clock
from tests.db.community.conftest import MakeSet, MakeTrack
from tests.people import People


def titles(feed: feeds.Feed) -> list[str]:
    return [(entry.track or entry.music_set).title for entry in feed.entries]  # type: ignore[union-attr]


def everything(user: accounts.User, limit: int) -> list[str]:
    """Every page of somebody's feed, one after another."""
    found, before = [], None
    while True:
        page = feeds.feed_of(user, before, limit)
        found += titles(page)
        before = page.next
        if before is None:
            return found


@pytest.fixture
def crowd(people: People, make_track: MakeTrack) -> list[accounts.Profile]:
    """Eight profiles with five tracks each, of which some came out at the same moment; Ben follows half of them."""
    faces = [
        accounts.make_profile(owner, f"Face {n}")
        for n, owner in enumerate([people.ada, people.cleo, people.lux, people.mo] * 2)
    ]
    began = clock.now() - timedelta(days=3)
    for n in range(40):
        make_track(faces[n % 8], at=began + timedelta(minutes=n // 3), title=f"t{n}")
    for n, face in enumerate(faces):
        if n % 2:
            Follow.objects.create(user=people.ben, profile=face)
        for of in range(4):
            track = catalogue.Track.objects.get(title=f"t{(n * 7 + of * 11) % 40}")
            at = began + timedelta(minutes=of * 3 + n // 2)
            Repost.objects.create(profile=face, track=track, at=at)
    return faces


def told_plainly(user: accounts.User) -> list[str]:
    """What the feed is, said in the simplest way: all rows, sorted; each thing at its latest."""
    followed = Follow.objects.filter(user=user).values("profile_id")
    rows = [(t.published_at, 2 * t.pk, t.title) for t in catalogue.listenable(user).filter(profile__in=followed)]
    rows += [(r.at, 2 * r.pk + 1, r.track.title) for r in Repost.objects.filter(profile__in=followed) if r.track]
    return [title for _at, _code, title in sorted(rows, reverse=True)]  # type: ignore[type-var]


@pytest.mark.parametrize(("few", "walked"), [(200, 600), (0, 600), (0, 12), (0, 2)])
def test_pages_follow_each_other_in_the_order_of_time_by_every_way(
    people: People, crowd: list[accounts.Profile], monkeypatch: pytest.MonkeyPatch, few: int, walked: int
) -> None:
    monkeypatch.setattr(by_many, "_FEW", few)
    if walked != by_many.WALKED:
        monkeypatch.setattr(by_many, "WALKED", walked)
        for room, walk in ((by_many, "_walk"), (feeds, "_walk_reposts")):
            real = getattr(room, walk)
            monkeypatch.setattr(room, walk, lambda at, last, real=real: real(at, last)[:walked])
    expected = told_plainly(people.ben)
    assert len(expected) > 30
    for limit in (1, 3, 7):
        assert everything(people.ben, limit) == (expected if limit == 1 else _once_a_page(people.ben, limit))
    assert sorted(set(everything(people.ben, 1))) == sorted(set(expected))


def _once_a_page(user: accounts.User, limit: int) -> list[str]:
    expected = told_plainly(user)
    pages = [expected[n : n + limit] for n in range(0, len(expected), limit)]
    return [title for page in pages for title in dict.fromkeys(page)]


def test_a_repost_says_who_and_what_comes_twice_stands_once(people: People, make_track: MakeTrack) -> None:
    track = make_track(people.ada_quill, minutes_ago=60)
    for face in (people.ada_quill, people.cleo_park, people.lux_records):
        ties.follow(people.ben, face)
    ties.repost(people.cleo, track_id=track.pk, words="This one.")
    ties.repost(people.lux, track_id=track.pk)
    [entry] = feeds.feed_of(people.ben).entries
    assert entry.track == track
    assert [(row.profile.slug, row.words) for row in entry.reposts] == [("lux-records", ""), ("cleo-park", "This one.")]


def test_sets_that_were_passed_on_are_in_it(people: People, make_music_set: MakeSet) -> None:
    row = make_music_set(people.ada_quill)
    ties.follow(people.ben, people.cleo_park)
    ties.repost(people.cleo, set_id=row.pk)
    assert titles(feeds.feed_of(people.ben)) == [row.title]
    row.sharing = "private"
    row.save()
    assert titles(feeds.feed_of(people.ben)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"sharing": "private"},
        {"sharing": "secret"},
        {"state": "draft"},
        {"state": "withdrawn"},
        {"playable": False},
        {"hidden_at": clock.now()},
        {"published_at": clock.now() + timedelta(days=1)},
    ],
    ids=str,
)
def test_only_what_everybody_may_hear_is_in_it(people: People, make_track: MakeTrack, change: dict[str, Any]) -> None:
    track = make_track(people.ada_quill)
    ties.follow(people.ben, people.ada_quill)
    ties.follow(people.ben, people.cleo_park)
    ties.repost(people.cleo, track_id=track.pk)
    catalogue.Track.objects.filter(pk=track.pk).update(**change)
    assert titles(feeds.feed_of(people.ben)) == []


def test_who_is_muted_blocked_or_hidden_is_not_in_it(people: People, make_track: MakeTrack) -> None:
    track = make_track(people.ada_quill, title="Ada's")
    theirs = make_track(people.lux_records, title="Lux's")
    for face in (people.ada_quill, people.cleo_park):
        ties.follow(people.ben, face)
    for thing in (track, theirs):
        ties.repost(people.cleo, track_id=thing.pk)
    ties.mute(people.ben, people.ada_quill)  # neither by herself nor reposted by others
    assert titles(feeds.feed_of(people.ben)) == ["Lux's"]
    accounts.block(people.ben, people.lux)
    assert titles(feeds.feed_of(people.ben)) == []
    ties.unmute(people.ben, people.ada_quill)
    accounts.Profile.objects.filter(pk=people.cleo_park.pk).update(hidden_at=clock.now())
    [entry] = feeds.feed_of(people.ben).entries
    assert entry.reposts == []


def test_an_empty_feed_proposes_who_is_new_and_has_music(people: People, make_track: MakeTrack) -> None:
    make_track(people.cleo_park)
    make_track(people.ada_quill)
    assert feeds.worth_following(people.ben) == [people.cleo_park, people.ada_quill]
    assert feeds.worth_following(people.ada) == [people.cleo_park]
    ties.follow(people.ben, people.cleo_park)
    ties.mute(people.ben, people.ada_quill)
    assert feeds.worth_following(people.ben) == []


@pytest.mark.parametrize("few", [200, 0])
def test_a_page_of_the_feed_costs_six_queries_at_most(
    people: People, crowd: list[accounts.Profile], monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(by_many, "_FEW", few)
    ben = accounts.account_for(people.ben.pk)
    with CaptureQueriesContext(connection) as asked:
        assert feeds.feed_of(ben).entries
    assert len(asked) <= 6  # follows, two streams, blocks, reposts, tracks


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the words of SQLite's planner")
def test_no_stream_reads_a_whole_table(people: People, crowd: list[accounts.Profile]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for seek, _table in ((by_many._seek, "track"), (feeds._seek_reposts, "repost")):
        with CaptureQueriesContext(connection) as asked:
            seek([face.pk for face in crowd], clock.now(), 2**62, 25)
        assert not _scans(asked[0]["sql"])
    for walk in (by_many._walk, feeds._walk_reposts):
        with CaptureQueriesContext(connection) as asked:
            walk(clock.now(), 2**62)
        assert "TEMP B-TREE" not in str(_plan(asked[0]["sql"]))  # the index is in the order of the page


def _plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]


def _scans(sql: str) -> list[str]:
    return [step for step in _plan(sql) if step.startswith("SCAN") and "INDEX" not in step and "SUBQUERY" not in step]
