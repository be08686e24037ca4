"""Files that a killed server left: whole ones are received, what nobody wants is removed."""

import os
import time
from pathlib import Path

import pytest
from django.conf import settings

from antiphon.catalogue import service as catalogue
from antiphon.site.door import recovery
from tests.db.uploads.sender import SONG, Sender, id_of, partials
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)


def strand(at: str, age_s: float = 3600) -> Path:
    """Leave a file complete and not received, as a killed server does."""
    path: Path = settings.DATA / "incoming" / id_of(at).hex
    path.write_bytes(SONG)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def test_a_stranded_file_is_received_when_its_client_looks(ada: Sender) -> None:
    at = ada.begin()
    strand(at, age_s=0)
    reply = ada.ask("HEAD", at)
    assert (reply.status, reply["upload-offset"]) == (200, str(len(SONG)))
    assert "antiphon-track" in reply.headers
    assert partials() == []


def test_a_stranded_file_is_received_when_its_client_sends_nothing_more(ada: Sender) -> None:
    at = ada.begin()
    strand(at)
    reply = ada.send(at, len(SONG), b"")
    assert (reply.status, "antiphon-track" in reply.headers) == (204, True)


def test_stranded_files_are_received_by_themselves(ada: Sender, people: People) -> None:
    strand(ada.begin())
    fresh = strand(ada.begin(), age_s=0)
    half = ada.begin()
    ada.send(half, 0, SONG[:10])
    assert recovery.finish_stranded() == 1
    assert {path.name for path in partials()} == {fresh.name, id_of(half).hex}
    assert recovery.finish_stranded() == 0


def test_a_file_that_was_never_made_begins_again(ada: Sender) -> None:
    at = ada.begin()
    (settings.DATA / "incoming" / id_of(at).hex).unlink()
    assert ada.offset(at) == 0
    assert ada.send(at, 0, SONG).status == 204


def test_files_that_nobody_wants_are_removed(ada: Sender, people: People) -> None:
    kept, cancelled = ada.begin(), ada.begin()
    strand(cancelled)
    catalogue.cancel_upload(people.ada, id_of(cancelled))
    assert recovery.remove_expired() == 1
    assert [path.name for path in partials()] == [id_of(kept).hex]
