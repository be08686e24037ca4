"""Feeds: whatever people have written, what comes out is XML that says it."""

from datetime import UTC, datetime
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from antiphon.declarations.core.rsl import for_xml
from antiphon.web.outside import rss

AT = datetime(2026, 11, 1, 10, tzinfo=UTC)


def channel(words: str, **more: object) -> rss.Channel:
    entry = rss.Entry("tag:example.org:1", words, words, "https://example.org/a/b", words, AT, 200_000)
    return rss.Channel(
        title=words, by=words, page="https://example.org/a", address="https://example.org/a/feed.xml", words=words,
        language="en", entries=(entry,),
    )  # fmt: skip


@given(st.text())
def test_any_text_makes_xml_that_says_it(words: str) -> None:
    root = ElementTree.fromstring(rss.written(channel(words)))
    said = for_xml(words).replace("\r\n", "\n").replace("\r", "\n")
    assert (root.findtext("channel/title") or "") == said
    assert (root.findtext("channel/item/description") or "") == said


def test_the_same_channel_gives_the_same_bytes() -> None:
    assert rss.written(channel("Slow Harbour")) == rss.written(channel("Slow Harbour"))


def test_nothing_is_said_of_what_nobody_knows() -> None:
    text = rss.written(channel("x")).decode()
    assert "explicit" not in text
    assert "<enclosure" not in text
    assert "<image" not in text


def test_the_guid_of_a_feed_is_that_of_its_address_without_scheme() -> None:
    # The example of the podcast namespace's own page.
    address = "https://mp3s.nashownotes.com/pc20rss.xml"
    made = rss.Channel(title="", by="", page="", address=address, words="", language="en", entries=())
    assert "917393e3-1b1e-5cef-ace4-edaa54e1f810" in rss.written(made).decode()
