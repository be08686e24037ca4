"""A feed as Atom (RFC 4287): what changed, the latest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from antiphon.web.outside.unchanged import sent

ATOM = "http://www.w3.org/2005/Atom"
KEPT_S = 300


@dataclass(frozen=True)
class Entry:
    """One change: the address that names it, and what is said of it."""

    address: str
    title: str
    summary: str
    at: datetime


def reply(
    request: HttpRequest, *, address: str, page: str, title: str, entries: Iterable[Entry], at: datetime
) -> HttpResponse:
    """Return a feed. `address` is its own, `page` that of the page that says the same; `at` is the day of a feed that
    holds nothing yet."""
    found = list(entries)
    # The namespace written out: to register it as the default one would hold for every document of this process.
    root = ElementTree.Element("feed", {"xmlns": ATOM})
    updated = max((one.at for one in found), default=at)
    for tag, words in (("id", address), ("title", title), ("updated", updated.isoformat())):
        ElementTree.SubElement(root, tag).text = words
    ElementTree.SubElement(root, "link", {"rel": "self", "href": address})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "href": page})
    author = ElementTree.SubElement(root, "author")
    ElementTree.SubElement(author, "name").text = settings.SITE_NAME
    for one in found:
        entry = ElementTree.SubElement(root, "entry")
        for tag, words in (
            ("id", one.address), ("title", one.title), ("summary", one.summary), ("published", one.at.isoformat()),
            ("updated", one.at.isoformat()),
        ):  # fmt: skip
            ElementTree.SubElement(entry, tag).text = words
        ElementTree.SubElement(entry, "link", {"rel": "alternate", "href": one.address})
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return sent(request, body, address=address, kind="application/atom+xml; charset=utf-8", seconds=KEPT_S)
