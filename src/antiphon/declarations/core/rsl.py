"""Declarations as RSL 1.0 documents (rslstandard.org/rsl), built as a tree and never as text.

What is asked for is told as a no with a contact and terms: `permits` is a closed list, and a reader that finds a use
both permitted and prohibited has no licence. Never a warranty or an attestation: the site does not own the music.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from antiphon.declarations.core.declaration import Declaration
from antiphon.declarations.core.tables import RSL

SPACE = "https://rslstandard.org/rsl"
IN_FEEDS = f"{{{SPACE}}}"
ElementTree.register_namespace("rsl", SPACE)
# Outside the production Char of XML 1.0: no parser takes these, not even written as references.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AI = ("ai-index", "ai-input", "ai-train")
# Documents live for a day, not for RSL's thirty, so that a later no travels.
_MAX_AGE_DAYS = "1"


@dataclass(frozen=True)
class Content:
    """What a document says of one thing. Each of `urls` is a whole address or a path pattern that ends with a slash:
    a pattern is a prefix, and `/ada/song` would be `/ada/song-2` as well."""

    urls: tuple[str, ...]
    said: Declaration
    contact: str  # the whole address of where to ask
    terms: str  # the whole address of what it means in words
    owner: str = ""
    owner_page: str = ""


def usages(said: Declaration) -> tuple[list[str], list[str]]:
    """Return the usage tokens that are permitted and those that are prohibited; what is left open is in neither."""
    permitted = [token for token, covered in RSL.covers.items() if said.allows(covered)]
    prohibited = [token for token, covered in RSL.covers.items() if said.denies(covered)]
    if len(prohibited) == len(RSL.covers):
        return permitted, ["all"]
    if all(token in prohibited for token in _AI):
        prohibited = [token for token in prohibited if token not in _AI] + ["ai-all"]
    return permitted, prohibited


def document(contents: Iterable[Content]) -> bytes:
    """Return a document about these; the same contents give the same bytes."""
    # The namespace as the default one, written out: the library cannot do that where attributes have no namespace.
    root = Element("rsl", {"xmlns": SPACE, "max-age": _MAX_AGE_DAYS})
    for content in contents:
        for url in content.urls:
            root.append(element(url, content))
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def element(url: str, content: Content, *, space: str = "") -> Element:
    """Return one `content` element: for a document, or with `IN_FEEDS` as its space for an item of a feed."""
    made = Element(f"{space}content", {"url": url})
    licence = SubElement(made, f"{space}license")
    permitted, prohibited = usages(content.said)
    for name, tokens in (("permits", permitted), ("prohibits", prohibited)):
        if tokens:
            SubElement(licence, f"{space}{name}", {"type": "usage"}).text = " ".join(tokens)
    SubElement(licence, f"{space}legal", {"type": "contact"}).text = content.contact
    if content.owner:
        person = {"type": "person", "contactUrl": content.owner_page or content.contact}
        SubElement(made, f"{space}copyright", person).text = for_xml(content.owner)
    SubElement(made, f"{space}terms").text = content.terms
    return made


def for_xml(text: str) -> str:
    """Return text without what XML 1.0 cannot hold."""
    return _NOT_XML.sub("", text)
