"""The packet of XMP that a copy carries: the reservation once more, in the words that programs for rights read.

Sources: XMP 1 (ISO 16684-1), 3 (embedding); PLUS LDF as IPTC's guidance v2.0 (2026-03) uses it; TDMRep 2024-05-10.
"""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SPACES = {
    "x": "adobe:ns:meta/",
    "rdf": _RDF,
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "tdm": "http://www.w3.org/ns/tdmrep/",
}
for _prefix, _space in _SPACES.items():
    ElementTree.register_namespace(_prefix, _space)
# What is said in plain words, and what in a list of languages, by the tag writer's names.
_PLAIN = {
    "data_mining": "plus:DataMining",
    "label": "xmpRights:WebStatement",
    "tdm_reservation": "tdm:reservation",
    "tdm_policy": "tdm:policy",
}
_IN_LANGUAGES = {"data_mining_unless": "plus:OtherConstraints", "usage_terms": "xmpRights:UsageTerms"}
# The begin and id are the same in every packet; "r": there is no room to write into it.
_BEFORE = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_AFTER = '\n<?xpacket end="r"?>'


def packet(words: Mapping[str, Any]) -> bytes:
    """Return the packet that says these words of the tag writer; empty where nothing is reserved."""
    if not words.get("data_mining") and not words.get("tdm_reservation"):
        return b""
    said = Element(_name("rdf:Description"), {_name("rdf:about"): ""})
    for word, name in _PLAIN.items():
        if words.get(word):
            SubElement(said, _name(name)).text = words[word]
    for word, name in _IN_LANGUAGES.items():
        if words.get(word):
            languages = SubElement(SubElement(said, _name(name)), _name("rdf:Alt"))
            line = SubElement(languages, _name("rdf:li"), {"{http://www.w3.org/XML/1998/namespace}lang": "x-default"})
            line.text = words[word]
    root = Element(_name("x:xmpmeta"))
    SubElement(root, _name("rdf:RDF")).append(said)
    return f"{_BEFORE}{ElementTree.tostring(root, encoding='unicode')}{_AFTER}".encode()


def _name(name: str) -> str:
    prefix, word = name.split(":")
    return f"{{{_SPACES[prefix]}}}{word}"
