"""A published track and a published set of Ada's, as the world outside may find them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.audio.models import Rendition
from antiphon.catalogue import service as catalogue
from tests.db.conftest import Receive
from tests.people import People

Publish = Callable[..., catalogue.Track]
SIZE = 4_000_123


@pytest.fixture
def publish(people: People, bring: Receive) -> Publish:
    """Publish a song, Ada's if nobody else is named, with its AAC copy."""

    def make(
        name: str = "Slow Harbour.wav",
        *,
        by: accounts.User | None = None,
        sharing: str = "public",
        at: Any = None,
        **words: Any,
    ) -> catalogue.Track:
        recording = bring(by or people.ada, name)
        key = f"renditions/{recording.pk}/aac160.mp4"
        mime = 'audio/mp4; codecs="mp4a.40.2"'
        Rendition.objects.create(recording=recording, kind="aac160", key=key, mime=mime, size_bytes=SIZE, sha256="")
        if words:
            catalogue.edit_track(by or people.ada, recording.track_id, words)
        return catalogue.publish_tracks(by or people.ada, [recording.track_id], sharing=sharing, at=at)[0]

    return make


@pytest.fixture
def album(people: People, publish: Publish) -> catalogue.MusicSet:
    """Three tracks in an order that is not that of their names."""
    tracks = [publish(f"{name}.wav") for name in ("One", "Two", "Three")]
    made = catalogue.make_set(people.ada, people.ada_quill.pk, title="Rooms", kind="album")
    catalogue.put_tracks(people.ada, made.pk, [tracks[2].pk, tracks[0].pk, tracks[1].pk])
    return catalogue.publish_set(people.ada, made.pk, sharing="public")


@pytest.fixture
def stranger(db: None) -> Client:
    """A browser that has never been here."""
    return Client()


def read(client: Client, path: str, status: int = 200, **headers: str) -> str:
    reply = client.get(path, headers=headers)
    assert reply.status_code == status, reply.content[:500]
    return reply.content.decode()
