"""A profile, a feed, a document and a set as a whole tell the most restrictive of all their tracks, on every page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.models import Subject
from antiphon.declarations import service as declarations
from antiphon.declarations.core.declaration import NOTHING, SITE, strictest
from antiphon.kernel import clock
from antiphon.web.outside import feeds
from tests.db.declared.saying import ALLOWED, FOUND, REFUSED, get, says
from tests.db.outside.conftest import Publish
from tests.people import People

pytestmark = pytest.mark.django_db
COLUMNS = ("any_no", "any_ask", "all_yes", "ask_all", "match_no", "terms_forbid")


@pytest.fixture
def many(people: People, publish: Publish) -> list[catalogue.Track]:
    """More tracks than a page of Ada's profile shows, all of which may be found; the earliest comes first."""
    made = [publish(f"Tide {number:02}.wav") for number in range(26)]
    consent.answer(people.ada, FOUND)
    return made


def refuse(people: People, track: catalogue.Track) -> None:
    consent.answer(people.ada, {"search-index": "no"}, [consent.Scope(consent.TRACK, track.recording_id or 0)])


def test_a_no_on_the_last_page_is_told_on_the_first(
    stranger: Client, people: People, many: list[catalogue.Track], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_ENTRIES", 5)
    monkeypatch.setattr(declarations, "MOST_IN_A_DOCUMENT", 5)
    later = get(stranger, "/ada-quill").content.decode().split("?before=")[1].split('"')[0]
    paths = (
        "/ada-quill", f"/ada-quill?before={later}", "/ada-quill/feed.xml", "/ada-quill/rsl.xml",
        "/api/v1/profiles/ada-quill", "/api/v1/resolve?url=/ada-quill",
    )  # fmt: skip
    for path in paths:
        says(get(stranger, path), ALLOWED)
    refuse(people, many[0])
    for path in paths:
        says(get(stranger, path), REFUSED)
        assert b"Tide 00" not in get(stranger, path).content or "before" in path
    assert '<meta name="robots" content="noindex">' in get(stranger, "/ada-quill").content.decode()


def test_a_sets_feed_tells_what_it_leaves_out(
    stranger: Client, people: People, album: catalogue.MusicSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_ENTRIES", 1)
    consent.answer(people.ada, FOUND)
    says(get(stranger, "/ada-quill/sets/rooms/feed.xml"), ALLOWED)
    last = catalogue.set_at("ada-quill", "rooms", None)
    assert isinstance(last, catalogue.FoundSet)
    refuse(people, last.tracks[-1])
    reply = get(stranger, "/ada-quill/sets/rooms/feed.xml")
    assert reply.content.count(b"<item>") == 1
    says(reply, REFUSED)


def test_what_only_its_owner_hears_is_not_told_of_a_profile(
    stranger: Client, people: People, many: list[catalogue.Track], publish: Publish
) -> None:
    publish("Secret.wav", sharing="private")
    publish("Not yet.wav", at=clock.now() + timedelta(days=1))
    says(get(stranger, "/ada-quill"), ALLOWED)
    catalogue.withdraw_tracks(people.ada, [track.pk for track in many])
    assert declarations.of_profile(people.ada_quill) == NOTHING
    assert declarations.of_profile(people.cleo_park) == NOTHING


def test_a_recording_that_the_gate_does_not_know_is_a_no(people: People, many: list[catalogue.Track]) -> None:
    assert declarations.of_profile(people.ada_quill) != NOTHING
    Subject.objects.filter(pk=many[0].recording_id).delete()
    assert declarations.of_profile(people.ada_quill) == NOTHING


def test_it_is_one_question_however_many_tracks_there_are(
    people: People, many: list[catalogue.Track], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    declarations.of_profile(people.ada_quill)
    with django_assert_num_queries(1):
        declarations.of_profile(people.ada_quill)


masks = st.fixed_dictionaries(
    dict.fromkeys(COLUMNS, st.sampled_from([0, 0, 0xFFFF, 0x00FF, 0x0F0F, 0x8001]))
    | {"known": st.sampled_from([True, True, True, False]), "sealed": st.booleans(), "label": st.booleans()},
)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(masks, min_size=3, max_size=3))
def test_together_is_the_strictest_of_each(
    people: People, album: catalogue.MusicSet, rows: list[dict[str, Any]]
) -> None:
    found = catalogue.set_at("ada-quill", "rooms", None)
    assert isinstance(found, catalogue.FoundSet)
    for track, columns in zip(found.tracks, rows, strict=True):
        Subject.objects.filter(pk=track.recording_id).update(**columns)
    told = declarations.of_tracks(found.tracks)
    assert declarations.of_profile(people.ada_quill) == strictest(told.values())
    assert strictest(told.values()) != SITE
