"""Programs of others read a refused track and one that may be found; one damaged letter, and each is misled."""

import urllib.request
from collections.abc import Callable
from email.message import Message
from typing import Any
from urllib.robotparser import RobotFileParser

import extruct
import feedparser
import http_sf
import pytest
from datadiligence.rules import TDMRepHeader, XRobotsTagHeader
from protego import Protego
from pytest_django.live_server_helper import LiveServer

from antiphon.consent import service as consent
from antiphon.declarations.core.declaration import Declaration
from antiphon.declarations.core.lines import Place, headers
from tests import declared
from tests.db.outside.conftest import Publish
from tests.people import People

NO, FOUND = "/ada-quill/slow-harbour", "/ada-quill/night-ferry"


@pytest.fixture
def site(live_server: LiveServer, settings: Any, people: People, publish: Publish) -> str:
    """A running site with a track that refuses everything, and one that may be found."""
    settings.SITE_URL = live_server.url
    publish()
    found = publish("Night Ferry.wav")
    yes = {"search-index": "yes", "ai-index": "yes"}
    consent.answer(people.ada, yes, [consent.Scope(consent.TRACK, found.recording_id or 0)])
    return str(live_server.url)


def fetched(address: str) -> tuple[str, Message]:
    with urllib.request.urlopen(address) as reply:
        return reply.read().decode(), reply.headers


def test_data_diligence_fetches_and_is_refused(site: str) -> None:
    for path in (NO, FOUND):
        assert not XRobotsTagHeader(user_agent="reader").is_allowed(url=site + path)
        assert not TDMRepHeader().is_allowed(url=site + path)
    yes = dict(headers(Declaration("y" * 16), Place("https://r", "https://p")))
    for rule, name, good, bad in (
        (XRobotsTagHeader(user_agent="reader"), "X-Robots-Tag", "noai, noimageai", "noa1, noimagea1"),
        (TDMRepHeader(), "tdm-reservation", "1", "I"),
    ):
        assert rule.is_allowed(headers=declared.CaseInsensitiveDict(yes))
        value = fetched(site + NO)[1][name]
        assert value == good
        assert rule.is_allowed(headers={name: bad})


def test_http_sf_reads_what_may_be_used(site: str) -> None:
    refused, found = (fetched(site + path)[1]["Content-Usage"].encode() for path in (NO, FOUND))
    parsed = http_sf.parse(refused, tltype="dictionary")
    assert {label: str(value) for label, (value, _parameters) in parsed.items()} == {
        "train-ai": "n", "ai-use": "n", "search": "n",
    }  # fmt: skip
    assert set(http_sf.parse(found, tltype="dictionary")) == {"train-ai", "ai-use"}
    for damaged in (refused.replace(b"train-ai", b"Train-ai"), refused + b","):
        with pytest.raises(http_sf.StructuredFieldError):
            http_sf.parse(damaged, tltype="dictionary")


def test_robot_parsers_fetch_robots_txt(site: str) -> None:
    old = RobotFileParser(f"{site}/robots.txt")
    old.read()
    text, _headers = fetched(f"{site}/robots.txt")
    strict = Protego.parse(text)
    for path in (NO, FOUND):
        assert not old.can_fetch("GPTBot", site + path)
        assert not strict.can_fetch(site + path, "GPTBot")
        assert old.can_fetch("Googlebot", site + path)
        assert strict.can_fetch(site + path, "Googlebot")
    damaged = Protego.parse(text.replace("User-agent: GPTBot\n", "User-agent: GPTBat\n"))
    assert damaged.can_fetch(site + NO, "GPTBot")


def test_feedparser_reads_the_terms_of_each_item(site: str) -> None:
    text, _headers = fetched(f"{site}/ada-quill/feed.xml")
    found = feedparser.parse(text)
    assert not found.bozo
    terms = {entry.title: (entry.get("rsl_permits"), entry.get("rsl_prohibits")) for entry in found.entries}
    # feedparser keeps the attributes of an element that has any, and its text where it has none.
    assert terms == {
        "Slow Harbour": (None, {"type": "usage"}),
        "Night Ferry": ({"type": "usage"}, {"type": "usage"}),
    }
    assert {entry.rsl_content["url"] for entry in found.entries} == {site + NO, site + FOUND}
    damaged = feedparser.parse(text.replace("rsl:content", "rsl:contemt"))
    assert all("rsl_content" not in entry for entry in damaged.entries)


@pytest.mark.parametrize(("path", "permitted"), [(NO, set()), (FOUND, {"search", "ai-index"})])
def test_the_document_that_a_page_links_to_says_what_the_page_says(site: str, path: str, permitted: set[str]) -> None:
    page, said = fetched(site + path)
    (link,) = [one for one in said["Link"].split(", ") if 'rel="license"' in one]
    address = link.split(">")[0].removeprefix("<")
    assert f'href="{address}"' in page
    document, kind = fetched(address)
    assert kind["Content-Type"] == "application/rsl+xml"
    assert declared.rsl_usages(document, site + path)[0] == permitted
    with pytest.raises(AssertionError):
        declared.rsl_usages(document.replace("rslstandard.org/rsl", "rslstandard.org/rsi"), site + path)


@pytest.mark.filterwarnings("ignore")  # of libraries below it, about themselves
def test_extruct_reads_licence_and_terms(site: str) -> None:
    read: Callable[..., Any] = extruct.extract
    for path in (NO, FOUND):
        page, _headers = fetched(site + path)
        [data] = read(page, base_url=site, syntaxes=["json-ld"])["json-ld"]
        assert data["usageInfo"] == f"{site}{path}/label"
        assert data["license"][-1] == f"{site}{path}/rsl.xml"
        with pytest.raises(ValueError, match=r".+"):
            read(page.replace('"usageInfo"', '"usageInfo'), base_url=site, syntaxes=["json-ld"], errors="strict")
