"""A feed as RSS 2.0 with the words of podcasts beside it (itunes, podcasting 2.0), built as a tree and never as text.

Sources: rssboard.org/rss-specification; github.com/Podcastindex-org/podcast-namespace; Apple's podcast requirements.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from antiphon.declarations.core import rsl
from antiphon.declarations.core.rsl import for_xml

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
ATOM = "http://www.w3.org/2005/Atom"
for _prefix, _space in (("itunes", ITUNES), ("podcast", PODCAST), ("atom", ATOM)):
    ElementTree.register_namespace(_prefix, _space)
# The space in which the podcast namespace makes a feed's guid of its address.
_GUIDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


@dataclass(frozen=True)
class Sound:
    """A file to fetch: its lasting address, bytes and type."""

    address: str
    size_bytes: int
    mime: str


@dataclass(frozen=True)
class Entry:
    """One track. `guid` never changes, whatever address the track has."""

    guid: str
    title: str
    by: str
    page: str
    words: str
    at: datetime
    duration_ms: int
    picture: str = ""
    licence: tuple[str, str] = ("", "")  # its name and its address
    sound: Sound | None = None
    terms: rsl.Content | None = None  # what software may do with it


@dataclass(frozen=True)
class Channel:
    """A feed: whose it is, where it stands, and what is on it."""

    title: str
    by: str
    page: str
    address: str
    words: str
    language: str
    entries: tuple[Entry, ...]
    picture: str = ""
    generator: str = "Antiphon"


def written(channel: Channel) -> bytes:
    """Return a feed as a document. The same channel gives the same bytes."""
    root = Element("rss", {"version": "2.0"})
    head = SubElement(root, "channel")
    _put(head, "title", channel.title)
    _put(head, "link", channel.page)
    _put(head, "description", channel.words)
    _put(head, "language", channel.language)
    _put(head, "generator", channel.generator)
    SubElement(head, f"{{{ATOM}}}link", {"href": channel.address, "rel": "self", "type": "application/rss+xml"})
    if channel.entries:
        _put(head, "pubDate", format_datetime(max(entry.at for entry in channel.entries), usegmt=True))
    if channel.picture:
        image = SubElement(head, "image")
        for name, text in (("url", channel.picture), ("title", channel.title), ("link", channel.page)):
            _put(image, name, text)
        SubElement(head, f"{{{ITUNES}}}image", {"href": channel.picture})
    _put(head, f"{{{ITUNES}}}author", channel.by)
    _put(head, f"{{{ITUNES}}}type", "episodic")
    SubElement(head, f"{{{ITUNES}}}category", {"text": "Music"})
    # Nobody says here whether words are explicit, so neither does the feed.
    _put(head, f"{{{PODCAST}}}guid", str(uuid.uuid5(_GUIDS, channel.address.partition("://")[2].rstrip("/"))))
    _put(head, f"{{{PODCAST}}}medium", "music")
    _put_all(head, channel.entries)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _put_all(head: Element, entries: Iterable[Entry]) -> None:
    for entry in entries:
        item = SubElement(head, "item")
        _put(item, "title", entry.title)
        _put(item, "link", entry.page)
        SubElement(item, "guid", {"isPermaLink": "false"}).text = entry.guid
        _put(item, "pubDate", format_datetime(entry.at, usegmt=True))
        _put(item, "description", entry.words)
        _put(item, f"{{{ITUNES}}}author", entry.by)
        _put(item, f"{{{ITUNES}}}title", entry.title)
        if entry.duration_ms:
            _put(item, f"{{{ITUNES}}}duration", str(round(entry.duration_ms / 1000)))
        if entry.picture:
            SubElement(item, f"{{{ITUNES}}}image", {"href": entry.picture})
        name, address = entry.licence
        if name:
            licence = SubElement(item, f"{{{PODCAST}}}license", {"url": address} if address else {})
            licence.text = for_xml(name)
        if entry.sound:
            file = {"url": entry.sound.address, "length": str(entry.sound.size_bytes), "type": entry.sound.mime}
            SubElement(item, "enclosure", file)
        if entry.terms:
            item.append(rsl.element(entry.page, entry.terms, space=rsl.IN_FEEDS))


def _put(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = for_xml(text)
