"""Who may see and hear what."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from antiphon.kernel.errors import Gone, NotFound
from tests.db.conftest import Receive
from tests.people import People


def published(people: People, bring: Receive, **more: object) -> catalogue.Track:
    recording = bring(people.ada)
    return catalogue.publish_tracks(people.ada, [recording.track_id], **more)[0]  # type: ignore[arg-type]


def see(viewer: object, track: catalogue.Track, secret: str = "") -> catalogue.FoundTrack | catalogue.Moved:
    return catalogue.track_at(track.profile.slug, track.slug, viewer, secret)  # type: ignore[arg-type]


def test_a_draft_is_its_creators_alone(people: People, bring: Receive) -> None:
    track = bring(people.ada).track
    assert see(people.ada, track).is_owner  # type: ignore[union-attr]
    for stranger in (None, AnonymousUser(), people.cleo):
        with pytest.raises(NotFound):
            see(stranger, track)
    assert see(people.mo, track)


def test_a_published_track_is_everybodys(people: People, bring: Receive) -> None:
    track = published(people, bring)
    for anyone in (None, AnonymousUser(), people.cleo):
        assert see(anyone, track)
    assert [t.pk for t in catalogue.newest(None).tracks] == [track.pk]


def test_a_scheduled_track_appears_at_its_hour_and_not_before(people: People, bring: Receive) -> None:
    track = published(people, bring, at=clock.now() + timedelta(hours=1))
    assert catalogue.newest(None).tracks == []
    with pytest.raises(NotFound):
        see(None, track)
    with clock.advanced(timedelta(hours=1, seconds=1)):
        assert see(None, track)
        assert [t.pk for t in catalogue.newest(None).tracks] == [track.pk]


def test_a_secret_link_opens_and_a_renewed_one_closes(people: People, bring: Receive) -> None:
    track = published(people, bring, sharing="secret")
    assert catalogue.newest(None).tracks == []
    with pytest.raises(NotFound):
        see(None, track)
    assert see(None, track, track.secret_token)
    catalogue.renew_secret(people.ada, track.pk)
    with pytest.raises(NotFound):
        see(None, track, track.secret_token)


def test_a_private_track_stays_closed_even_to_its_secret(people: People, bring: Receive) -> None:
    track = published(people, bring, sharing="private")
    with pytest.raises(NotFound):
        see(None, track, track.secret_token)


def test_a_withdrawn_track_is_gone_and_can_come_back(people: People, bring: Receive) -> None:
    track = published(people, bring)
    catalogue.withdraw_tracks(people.ada, [track.pk])
    with pytest.raises(Gone):
        see(None, track)
    assert catalogue.newest(None).tracks == []
    catalogue.restore_tracks(people.ada, [track.pk])
    assert see(None, track)


def test_a_hidden_track_or_profile_is_not_there(people: People, bring: Receive) -> None:
    track = published(people, bring)
    catalogue.hide(people.mo, "track", track.pk, "It is not yours.")
    with pytest.raises(NotFound):
        see(None, track)
    catalogue.unhide(people.mo, "track", track.pk)
    catalogue.hide(people.mo, "profile", track.profile_id, "Spam.")
    with pytest.raises(NotFound):
        see(None, track)
    assert catalogue.newest(None).tracks == []


def test_who_is_blocked_finds_nothing_and_is_not_found(people: People, bring: Receive) -> None:
    track = published(people, bring)
    accounts.block(people.ada, people.cleo)
    with pytest.raises(NotFound):
        see(people.cleo, track)
    assert catalogue.newest(people.cleo).tracks == []
    assert catalogue.search(people.cleo, "harbour").tracks == []
    assert catalogue.newest(people.ben).tracks


def test_a_renamed_track_redirects_for_those_who_may_see_it(people: People, bring: Receive) -> None:
    track = published(people, bring)
    before = track.slug
    catalogue.edit_track(people.ada, track.pk, {"slug": "night-harbour"})
    moved = catalogue.track_at("ada-quill", before, None)
    assert moved == catalogue.Moved("/ada-quill/night-harbour")
    catalogue.edit_track(people.ada, track.pk, {"slug": before})
    assert isinstance(catalogue.track_at("ada-quill", before, None), catalogue.FoundTrack)
    assert catalogue.track_at("ada-quill", "night-harbour", None) == catalogue.Moved(f"/ada-quill/{before}")


def test_downloads_follow_the_tracks_rule(people: People, bring: Receive) -> None:
    track = published(people, bring)
    assert not catalogue.may_download(people.ben, track)
    assert catalogue.may_download(people.ada, track)
    track = catalogue.edit_track(people.ada, track.pk, {"downloads": "members"})
    assert catalogue.may_download(people.ben, track)
    assert not catalogue.may_download(AnonymousUser(), track)  # type: ignore[arg-type]
    track = catalogue.edit_track(people.ada, track.pk, {"downloads": "anyone"})
    assert catalogue.may_download(None, track)


def test_search_forgives_case_and_accents(people: People, bring: Receive) -> None:
    recording = bring(people.ada, "Été à Sète.wav")
    catalogue.edit_track(people.ada, recording.track_id, {"tag_list": "Ölgemälde, chant"})
    catalogue.publish_tracks(people.ada, [recording.track_id])
    for words in ("ete sete", "ÉTÉ", "olgemalde", "quill chant"):
        assert [t.pk for t in catalogue.search(None, words).tracks] == [recording.track_id], words
    assert catalogue.search(None, "winter").tracks == []
    assert [p.slug for p in catalogue.search(None, "ada").profiles] == ["ada-quill"]


def test_pages_of_the_newest_neither_skip_nor_repeat(people: People, bring: Receive) -> None:
    at = clock.now()
    for number in range(7):
        with clock.frozen(at + timedelta(minutes=number // 2)):  # some published at the same instant
            published(people, bring)
    with clock.advanced(timedelta(hours=1)):
        seen, before = [], None
        while True:
            page = catalogue.newest(None, before, limit=3)
            seen += [track.pk for track in page.tracks]
            before = page.next
            if before is None:
                break
    assert len(seen) == len(set(seen)) == 7


def test_lists_cost_one_query(
    people: People, bring: Receive, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        published(people, bring)
    with django_assert_num_queries(1):
        for track in catalogue.newest(None).tracks:
            assert track.get_absolute_url()
            assert track.recording is not None
            assert track.recording.waveform_path
            assert track.recording.duration_ms
