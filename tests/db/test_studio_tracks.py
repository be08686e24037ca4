"""One's own tracks in the studio: found, described, published, taken away and brought back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from tests.db.conftest import Receive
from tests.people import People


def words_of(track: catalogue.Track, **changes: str) -> dict[str, str]:
    """Return what the edit form would send for a track, with changes."""
    names = (
        "title",
        "artists",
        "slug",
        "description",
        "genre",
        "tag_list",
        "isrc",
        "key_signature",
        "license",
        "downloads",
    )
    return {name: str(getattr(track, name)) for name in names} | {"release_date": "", "bpm": ""} | changes


def test_an_empty_studio_helps_to_begin(ada: Client) -> None:
    assert "Upload your first track" in ada.get("/studio").content.decode()


def test_the_list_filters_by_state_and_words_and_sorts(people: People, ada: Client, bring: Receive) -> None:
    bring(people.ada, "Ebb.wav")
    catalogue.publish_tracks(people.ada, [bring(people.ada, "Flood.wav").track_id])
    failed = bring(people.ada, "Wreck.wav", playable=False)
    catalogue.recording_failed(failed.pk, "empty", "The file is empty.")
    names = ("Ebb", "Flood", "Wreck")

    def shown(query: str) -> list[str]:
        page = ada.get(f"/studio?{query}").content.decode()
        places = {name: page.find(f">{name}</a>") for name in names}
        return sorted((name for name in names if places[name] > 0), key=lambda name: places[name])

    assert shown("") == ["Wreck", "Flood", "Ebb"]
    assert shown("sort=title") == ["Ebb", "Flood", "Wreck"]
    assert shown("state=draft") == ["Ebb"]
    assert shown("state=published") == ["Flood"]
    assert shown("state=failed") == ["Wreck"]
    assert shown("q=EBB") == ["Ebb"]
    assert shown("state=nonsense&sort=nonsense&after=%00nonsense") == ["Wreck", "Flood", "Ebb"]
    assert "The file is empty." in ada.get("/studio?state=failed").content.decode()


@pytest.mark.parametrize("sort", sorted(catalogue.ORDERS))
def test_pages_by_cursor_show_every_track_once(people: People, bring: Receive, sort: str) -> None:
    for name in ("Same", "Same", "Same", "Other", "Another"):
        bring(people.ada, f"{name}.wav")
    seen: list[int] = []
    after = ""
    while True:
        page = catalogue.studio_page(people.ada, sort=sort, after=after, limit=2)
        seen += [track.pk for track in page.tracks]
        after = page.next
        if not after:
            break
    assert len(seen) == len(set(seen)) == 5


def test_counts_agree_with_the_pages(people: People, bring: Receive) -> None:
    catalogue.publish_tracks(people.ada, [bring(people.ada, "a.wav").track_id])
    catalogue.withdraw_tracks(people.ada, [bring(people.ada, "b.wav").track_id])
    bring(people.ada, "c.wav", playable=False)
    counts = catalogue.count_states(people.ada)
    for state in ("", *catalogue.STATES):
        assert counts[state] == len(catalogue.studio_page(people.ada, state=state).tracks)


def test_the_list_costs_the_same_for_one_and_for_many(
    people: People, ada: Client, bring: Receive, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(15):
        bring(people.ada, f"{number}.wav", playable=number % 3 > 0)
    ada.get("/studio")
    with django_assert_max_num_queries(8):
        ada.get("/studio")


def test_editing_saves_and_a_new_address_keeps_the_old_one(people: People, ada: Client, bring: Receive) -> None:
    track = bring(people.ada, "Slow Harbour.wav").track
    sent = words_of(track, title="Slow Harbour (Take 2)", slug="harbour-two", isrc="de-ab1-26-00042", bpm="84,5")
    assert ada.post(f"/studio/tracks/{track.pk}", sent).status_code == 302
    track.refresh_from_db()
    assert (track.slug, track.isrc, str(track.bpm)) == ("harbour-two", "DEAB12600042", "84.50")
    assert ada.get("/ada-quill/slow-harbour")["Location"] == "/ada-quill/harbour-two"


def test_faults_are_named_beside_their_fields_and_the_first_has_the_focus(
    people: People, ada: Client, bring: Receive
) -> None:
    track = bring(people.ada).track
    reply = ada.post(f"/studio/tracks/{track.pk}", words_of(track, isrc="nonsense", bpm="fast"))
    page = reply.content.decode()
    assert reply.status_code == 422
    assert 'id="id_isrc_error"' in page
    assert 'id="id_bpm_error"' in page
    assert page.count("autofocus") == 1
    assert page.index("autofocus") < page.index('id="id_bpm"')


def test_others_find_nothing_in_ones_studio(people: People, ada: Client, bring: Receive) -> None:
    track = bring(people.cleo).track
    for path in ("", "/sound", "/preview", "/replace", "/delete"):
        assert ada.get(f"/studio/tracks/{track.pk}{path}").status_code == 404
    for path in ("", "/publish", "/withdraw", "/unpublish", "/secret", "/artwork", "/delete", "/retry", "/share"):
        assert ada.post(f"/studio/tracks/{track.pk}{path}", {"sure": "delete", "sharing": "public"}).status_code in (
            404,
            422,
        )
    track.refresh_from_db()
    assert track.state == "draft"


def test_publishing_later_means_the_clock_of_the_person(people: People, ada: Client, bring: Receive) -> None:
    people.ada.time_zone = "Europe/Berlin"
    people.ada.save()
    track = bring(people.ada).track
    sent = {"sharing": "public", "when": "later", "day": "2031-07-01", "time": "12:00", "zone": "Europe/Berlin"}
    assert ada.post(f"/studio/tracks/{track.pk}/publish", sent).status_code == 302
    track.refresh_from_db()
    assert track.published_at == datetime(2031, 7, 1, 10, 0, tzinfo=UTC)
    page = ada.get(f"/studio/tracks/{track.pk}").content.decode()
    assert "1 July 2031, 12:00 CEST" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": ""}, "Choose a day."),
        ({"time": ""}, "Choose a time of day."),
        ({"day": "2020-01-01"}, "This is in the past."),
        ({"day": "2031-03-30", "time": "02:30"}, "skip this hour"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_in_words(
    people: People, ada: Client, bring: Receive, changes: dict[str, str], words: str
) -> None:
    track = bring(people.ada).track
    sent = {"sharing": "public", "when": "later", "day": "2031-07-01", "time": "12:00", "zone": "Europe/Berlin"}
    reply = ada.post(f"/studio/tracks/{track.pk}/publish", sent | changes)
    assert reply.status_code == 422
    assert words in reply.content.decode()


def test_withdrawing_can_be_undone_on_the_next_page(people: People, ada: Client, bring: Receive) -> None:
    track = bring(people.ada, "Tide.wav").track
    catalogue.publish_tracks(people.ada, [track.pk])
    page = ada.post(f"/studio/tracks/{track.pk}/withdraw", follow=True).content.decode()
    assert "Undo" in page
    ada.post("/studio/restore", {"ids": [track.pk]})
    track.refresh_from_db()
    assert track.state == "published"
    assert "Undo" not in ada.get(f"/studio?withdrawn={track.pk}").content.decode()


def test_deleting_needs_the_word(people: People, ada: Client, bring: Receive) -> None:
    track = bring(people.ada).track
    refused = ada.post(f"/studio/tracks/{track.pk}/delete", {"sure": "yes"})
    assert refused.status_code == 422
    assert "Type exactly" in refused.content.decode()
    ada.post(f"/studio/tracks/{track.pk}/delete", {"sure": " Delete "})
    assert not catalogue.Track.objects.filter(pk=track.pk).exists()


def test_the_secret_link_is_shown_and_can_be_renewed(people: People, ada: Client, bring: Receive) -> None:
    track = bring(people.ada).track
    catalogue.publish_tracks(people.ada, [track.pk], sharing="secret")
    track.refresh_from_db()
    assert track.secret_token in ada.get(f"/studio/tracks/{track.pk}").content.decode()
    assert Client().get(f"/ada-quill/{track.slug}/{track.secret_token}").status_code == 200
    ada.post(f"/studio/tracks/{track.pk}/secret")
    assert Client().get(f"/ada-quill/{track.slug}/{track.secret_token}").status_code == 404


def test_others_page_can_be_seen_before_it_is_out(people: People, ada: Client, bring: Receive) -> None:
    track = bring(people.ada, "Early.wav").track
    page = ada.get(f"/studio/tracks/{track.pk}/preview").content.decode()
    assert "how others will see it" in page
    assert "Edit</a>" not in page
    assert "Edit</a>" in ada.get(f"/ada-quill/{track.slug}").content.decode()
    assert "noindex" in page


def test_a_picture_is_handed_on_and_what_is_none_refused(
    people: People, ada: Client, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[tuple[str, int, bytes]] = []

    def take(path: Path, *, kind: str, subject_id: int) -> None:
        taken.append((kind, subject_id, path.read_bytes()))

    track = bring(people.ada).track
    address = f"/studio/tracks/{track.pk}/artwork"
    reply = ada.post(address, {"picture": SimpleUploadedFile("a.png", b"a text file by another name")})
    assert reply.status_code == 422
    assert 'id="id_picture_error"' in reply.content.decode()
    monkeypatch.setattr(audio, "accept_picture", take)
    ada.post(address, {"picture": SimpleUploadedFile("a.png", b"tiny")})
    assert taken == [("track", track.pk, b"tiny")]


def test_an_older_recording_can_be_played_again(people: People, ada: Client, bring: Receive) -> None:
    first = bring(people.ada)
    second = bring(people.ada, "better.wav", replaces=first.track_id)
    assert "Play this one instead" in ada.get(f"/studio/tracks/{first.track_id}").content.decode()
    ada.post(f"/studio/tracks/{first.track_id}/use/{first.pk}")
    track = catalogue.own_track(people.ada, first.track_id)
    assert track.recording_id == first.pk != second.pk


def test_sharing_of_what_is_out_can_be_changed_and_taken_back(people: People, ada: Client, bring: Receive) -> None:
    track = bring(people.ada).track
    catalogue.publish_tracks(people.ada, [track.pk], at=clock.now() + timedelta(seconds=1))
    ada.post(f"/studio/tracks/{track.pk}/share", {"sharing": "private"})
    track.refresh_from_db()
    assert track.sharing == "private"
    ada.post(f"/studio/tracks/{track.pk}/unpublish")
    track.refresh_from_db()
    assert (track.state, track.published_at) == ("draft", None)
