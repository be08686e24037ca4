"""Followers hear of a new track from a job, in batches, each of them once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Follow, Notice, Release
from antiphon.community.service import hearing, releases, ties
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from tests.db.community.conftest import MakeTrack
from tests.people import People

pytestmark = pytest.mark.usefixtures("people")
Kind = Notice.Kind


def told() -> list[str]:
    return sorted(row.user.email.partition("@")[0] for row in Notice.objects.filter(kind=Kind.RELEASE))


def before(user: accounts.User, profile: accounts.Profile) -> None:
    """Follow somebody since yesterday."""
    ties.follow(user, profile)
    Follow.objects.filter(user=user, profile=profile).update(at=F("at") - timedelta(days=1))


def test_followers_are_told_once_however_often_the_jobs_run(people: People, make_track: MakeTrack) -> None:
    for user in (people.ben, people.cleo):
        before(user, people.ada_quill)
    track = make_track(people.ada_quill)
    for _ in range(2):
        releases.find()
        jobs.run_due()
        releases.tell(track.pk)
    assert told() == ["ben", "cleo"]
    notice = Notice.objects.filter(kind=Kind.RELEASE).first()
    assert notice is not None
    assert (notice.by, notice.track, notice.address) == (people.ada_quill, track, track.get_absolute_url())
    assert Release.objects.get().ended_at is not None


def test_a_job_that_ends_between_batches_goes_on_where_it_was(
    people: People, make_track: MakeTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "BATCH", 2)
    for user in (people.ben, people.cleo, people.mo, people.lux):
        before(user, people.ada_quill)
    track = make_track(people.ada_quill)
    releases.find()
    releases.tell(track.pk)
    assert len(told()) == 2
    catalogue.Track.objects.filter(pk=track.pk).update(state="draft")
    releases.tell(track.pk)  # it was taken off meanwhile
    assert len(told()) == 2
    catalogue.Track.objects.filter(pk=track.pk).update(state="published")
    Release.objects.update(ended_at=None)
    jobs.run_due()
    assert told() == ["ben", "cleo", "lux", "mo"]


def test_who_muted_blocked_switched_off_or_came_later_is_not_told(people: People, make_track: MakeTrack) -> None:
    for user in (people.ben, people.cleo, people.mo, people.lux):
        before(user, people.ada_quill)
    ties.mute(people.ben, people.ada_quill)
    hearing.choose(people.mo, Kind.RELEASE, in_app=False, mail="never")
    Follow.objects.filter(user=people.cleo).update(at=clock.now() + timedelta(minutes=1))
    make_track(people.ada_quill)
    releases.find()
    jobs.run_due()
    assert told() == ["lux"]


def test_a_scheduled_track_is_told_when_its_moment_comes(
    people: People, make_track: MakeTrack, later: Callable[[timedelta], object]
) -> None:
    before(people.ben, people.ada_quill)
    make_track(people.ada_quill, minutes_ago=-60)
    make_track(people.ada_quill, minutes_ago=60 * 24 * 3)  # and an old one never
    releases.find()
    assert told() == []
    later(timedelta(hours=2))
    releases.find()
    jobs.run_due()
    assert told() == ["ben"]
