"""Music in bulk and people with a browser, for what people do with music."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock

MakeTrack = Callable[..., catalogue.Track]
MakeSet = Callable[..., catalogue.MusicSet]


@pytest.fixture
def make_track(db: None) -> MakeTrack:
    """Make a public track of a profile, as published so many minutes ago."""
    numbers = itertools.count(1)

    def make(
        profile: accounts.Profile, *, minutes_ago: float = 0, at: datetime | None = None, **fields: object
    ) -> catalogue.Track:
        number = next(numbers)
        known = {
            "title": f"Song {number}",
            "sharing": "public",
            "state": "published",
            "playable": True,
            "published_at": at or clock.now() - timedelta(minutes=minutes_ago),
        }
        track = catalogue.Track.objects.create(profile=profile, slug=f"song-{number}", **known | fields)
        track.recording = catalogue.Recording.objects.create(
            track=track, state="complete", original_key=f"originals/{number}", size_bytes=1, duration_ms=200_000
        )
        track.save(update_fields=["recording"])
        return track

    return make


@pytest.fixture
def make_music_set(db: None) -> MakeSet:
    """Make a public set of a profile."""
    numbers = itertools.count(1)

    def make(profile: accounts.Profile, **fields: object) -> catalogue.MusicSet:
        number = next(numbers)
        known = {"title": f"Set {number}", "sharing": "public", "published_at": clock.now() - timedelta(hours=1)}
        return catalogue.MusicSet.objects.create(profile=profile, slug=f"set-{number}", **known | fields)

    return make


@pytest.fixture
def browser_of() -> Callable[[accounts.User], Client]:
    """A browser in which somebody is signed in."""

    def make(user: accounts.User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make


def text(client: Client, path: str, status: int = 200) -> str:
    reply = client.get(path)
    assert reply.status_code == status, reply.content[:500]
    return reply.content.decode()
