"""Every page, feed, player and reply of the API of a refused track carries the answer."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from tests import declared
from tests.db.declared.saying import ALLOWED, FOUND, PAGE, REFUSED, get, says
from tests.db.outside.conftest import Publish
from tests.people import People

pytestmark = pytest.mark.django_db


def everywhere(client: Client, track: catalogue.Track) -> list[Any]:
    """Each channel in which a track by itself can be met."""
    player = re.search(r'data-info="([^"]+)"', get(client, f"/embed{PAGE}").content.decode())
    assert player
    info = player[1].replace("&amp;", "&")
    return [
        get(client, PAGE),
        get(client, f"{PAGE}/label"),
        get(client, f"/embed{PAGE}"),
        get(client, info),
        get(client, info.replace(".json", "/stream"), 302),
        get(client, f"/oembed?url=http://localhost:8000{PAGE}"),
        get(client, f"/oembed?format=xml&url=http://localhost:8000{PAGE}"),
        get(client, "/ada-quill/feed.xml"),
        get(client, f"{PAGE}/rsl.xml"),
        get(client, "/ada-quill/rsl.xml"),
        get(client, f"/policies/{track.recording_id}.json"),
        get(client, f"/policies/{track.recording_id}.xml"),
        get(client, f"/listen/{track.pk}.json"),
        get(client, f"/listen/{track.pk}/stream", 302),
        get(client, f"/api/v1/tracks/{track.pk}"),
        get(client, f"/api/v1/tracks/{track.pk}/permissions"),
        get(client, f"/api/v1/tracks/{track.pk}/streams"),
        get(client, f"/api/v1/tracks/{track.pk}/waveform"),
        get(client, f"/api/v1/resolve?url={PAGE}"),
    ]


def test_a_refused_track_is_refused_in_every_channel(stranger: Client, publish: Publish) -> None:
    for reply in everywhere(stranger, publish()):
        says(reply, REFUSED)


def test_a_yes_is_told_in_every_channel_and_training_stays_refused(
    stranger: Client, people: People, publish: Publish
) -> None:
    track = publish()
    consent.answer(people.ada, FOUND)
    for reply in everywhere(stranger, track):
        says(reply, ALLOWED)


def test_a_no_is_told_with_the_next_reply(stranger: Client, people: People, publish: Publish) -> None:
    track = publish()
    consent.answer(people.ada, FOUND)
    says(get(stranger, PAGE), ALLOWED)
    consent.answer(people.ada, {"search-index": "no"})
    for reply in everywhere(stranger, track):
        says(reply, REFUSED)


def test_the_head_of_a_page_says_what_its_headers_say(stranger: Client, people: People, publish: Publish) -> None:
    track = publish()
    policy = f"http://localhost:8000/policies/{track.recording_id}.json"
    for path in (PAGE, f"{PAGE}/label", f"/embed{PAGE}"):
        page = get(stranger, path).content.decode()
        assert '<meta name="robots" content="noindex">' in page
        assert page.count('<meta name="robots" content="noai, noimageai">') == 1
        assert '<meta name="tdm-reservation" content="1">' in page
        assert f'<meta name="tdm-policy" content="{policy}">' in page
        rsl = f'<link rel="license" type="application/rsl+xml" href="http://localhost:8000{PAGE}/rsl.xml">'
        assert page.count(rsl) == 1
    consent.answer(people.ada, {"search-index": "yes"})
    page = get(stranger, PAGE).content.decode()
    assert "noindex" not in page
    assert '<meta name="robots" content="noai, noimageai">' in page


def test_what_names_terms_names_no_address_of_sound(stranger: Client, publish: Publish) -> None:
    track = publish()
    data = json.loads(get(stranger, PAGE).content.decode().split('application/ld+json">')[1].split("</script>")[0])
    assert data["license"][-1] == f"http://localhost:8000{PAGE}/rsl.xml"
    assert data["usageInfo"] == f"http://localhost:8000{PAGE}/label"
    assert data["acquireLicensePage"] == "http://localhost:8000/licence?of=/ada-quill/slow-harbour"
    assert data["creditText"] == "Ada Quill"
    assert track.published_at is not None
    assert data["copyrightNotice"] == f"© {track.published_at.year} Ada Quill"
    assert "/media/" not in str({name: value for name, value in data.items() if name != "image"})


def test_the_api_says_the_lines_in_its_fields(stranger: Client, people: People, publish: Publish) -> None:
    track = publish()
    consent.answer(people.ada, FOUND)
    said = get(stranger, f"/api/v1/tracks/{track.pk}").json()["declarations"]
    assert said == {
        "content_usage": ALLOWED["Content-Usage"],
        "content_signal": ALLOWED["Content-Signal"],
        "noai": True,
        "noindex": False,
        "tdm_reservation": 1,
        "tdm_policy": f"http://localhost:8000/policies/{track.recording_id}.json",
        "rsl_url": f"http://localhost:8000{PAGE}/rsl.xml",
    }
    told = get(stranger, f"/oembed?url=http://localhost:8000{PAGE}").json()
    assert (told["content_usage"], told["content_signal"]) == (said["content_usage"], said["content_signal"])


def test_a_feed_tells_each_item_its_own_and_as_a_whole_the_most_restrictive(
    stranger: Client, people: People, publish: Publish
) -> None:
    first, _second = publish(), publish("Rain.wav")
    consent.answer(people.ada, FOUND, [consent.Scope(consent.TRACK, first.recording_id or 0)])
    reply = get(stranger, "/ada-quill/feed.xml")
    says(reply, REFUSED)
    items = ElementTree.fromstring(reply.content).findall("channel/item")
    told = {}
    for item in items:
        (content,) = item.findall(f"{declared.RSL_SPACE}content")
        assert content.attrib["url"] == item.findtext("link")
        (licence,) = content.findall(f"{declared.RSL_SPACE}license")
        told[item.findtext("title")] = (
            licence.findtext(f"{declared.RSL_SPACE}permits"), licence.findtext(f"{declared.RSL_SPACE}prohibits"),
        )  # fmt: skip
    assert told == {"Slow Harbour": ("search ai-index", "ai-input ai-train"), "Rain": (None, "all")}
    assert (
        get(stranger, "/ada-quill/feed.xml", 304, if_none_match=reply.headers["ETag"]).headers["TDM-Reservation"] == "1"
    )


def test_a_set_and_a_profile_tell_the_most_restrictive_of_their_tracks(
    stranger: Client, people: People, album: catalogue.MusicSet
) -> None:
    consent.answer(people.ada, FOUND)
    paths = (
        "/ada-quill/sets/rooms", "/embed/ada-quill/sets/rooms", "/ada-quill", f"/listen/sets/{album.pk}.json",
        "/oembed?url=http://localhost:8000/ada-quill/sets/rooms", "/ada-quill/sets/rooms/feed.xml",
        f"/api/v1/sets/{album.pk}", "/api/v1/tracks", "/api/v1/profiles/ada-quill/tracks", "/api/v1/search?q=two",
    )  # fmt: skip
    for path in paths:
        says(get(stranger, path), ALLOWED)
    one = catalogue.track_at("ada-quill", "two", None)
    assert isinstance(one, catalogue.FoundTrack)
    consent.answer(people.ada, {"search-index": "no"}, [consent.Scope(consent.TRACK, one.track.recording_id or 0)])
    for path in paths:
        says(get(stranger, path), REFUSED)
    assert '<meta name="robots" content="noindex">' in get(stranger, "/ada-quill/sets/rooms").content.decode()


def test_pages_about_no_track_tell_what_holds_for_all(stranger: Client, publish: Publish) -> None:
    for path, status in (("/", 200), ("/about", 200), ("/nobody-here", 404), ("/search", 200)):
        reply = get(stranger, path, status)
        assert reply.headers["Content-Usage"] == "train-ai=n, ai-use=n"
        assert reply.headers["Content-Signal"] == "ai-input=no, ai-train=no"
        assert declared.refuses_by_tdmrep(reply.headers)


@pytest.mark.parametrize("sharing", ["secret", "private"])
def test_what_is_not_public_is_a_no_whatever_was_answered(
    client: Client, people: People, publish: Publish, sharing: str
) -> None:
    track = publish(sharing=sharing)
    consent.answer(people.ada, FOUND)
    client.force_login(people.ada)
    says(get(client, PAGE), REFUSED)
    says(get(client, f"/listen/{track.pk}.json"), REFUSED)
    assert get(Client(), f"{PAGE}/rsl.xml", 404).headers["Content-Usage"] == REFUSED["Content-Usage"]
    hidden = get(Client(), f"/policies/{track.recording_id}.xml")
    assert (
        declared.rsl_usages(hidden.content.decode(), f"/media/renditions/{track.recording_id}/aac160.mp4")[0] == set()
    )
    assert b"Harbour" not in hidden.content
    assert b"Harbour" not in get(Client(), f"/policies/{track.recording_id}.json").content
    # What there is not, and what is not for everybody, answer alike.
    none = get(Client(), "/policies/999999.xml").content
    assert none.replace(b"/999999/", b"/N/") == hidden.content.replace(f"/{track.recording_id}/".encode(), b"/N/")


def test_the_rsl_by_number_speaks_about_the_sound_and_by_address_about_the_page(
    stranger: Client, people: People, publish: Publish
) -> None:
    track = publish()
    consent.answer(people.ada, FOUND)
    page, file = f"http://localhost:8000{PAGE}", f"/media/renditions/{track.recording_id}/aac160.mp4"
    for path in (f"/policies/{track.recording_id}.xml", f"{PAGE}/rsl.xml", "/ada-quill/rsl.xml"):
        document = get(stranger, path)
        assert document.headers["Content-Type"] == "application/rsl+xml"
        for url in (page, file):
            permitted, prohibited = declared.rsl_usages(document.content.decode(), url)
            assert permitted == {"search", "ai-index"}
            assert prohibited == {"ai-input", "ai-train"}


def test_a_former_address_leads_to_the_present_document(stranger: Client, people: People, publish: Publish) -> None:
    track = publish()
    catalogue.edit_track(people.ada, track.pk, {"slug": "harbour"})
    assert get(stranger, f"{PAGE}/rsl.xml", 301).headers["Location"] == "/ada-quill/harbour/rsl.xml"
    accounts.rename_profile(people.ada, people.ada_quill.pk, "ada-q")
    assert get(stranger, "/ada-quill/rsl.xml", 301).headers["Location"] == "/ada-q/rsl.xml"
    assert get(stranger, "/ada-quill/harbour/rsl.xml", 301).headers["Location"] == "/ada-q/harbour/rsl.xml"
