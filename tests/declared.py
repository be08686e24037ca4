"""Strangers that read what we declare, none of them ours: each says whether a reply or a file refuses."""

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.robotparser import RobotFileParser

import http_sf
from datadiligence.rules import TDMRepHeader, XRobotsTagHeader
from lxml import etree
from protego import Protego
from requests.structures import CaseInsensitiveDict

RSL_SPACE = "{https://rslstandard.org/rsl}"
# No reader of RSL by others can be had: its grammar, written from the specification, is checked by libxml2.
RSL = etree.RelaxNG(file=str(Path(__file__).parent / "readers" / "rsl.rng"))
Headers = Mapping[str, str]


def usage(headers: Headers, label: str) -> str:
    """The token of a label in `Content-Usage`, by a parser of RFC 9651; "unknown" as the draft says."""
    try:
        said = http_sf.parse(headers.get("Content-Usage", "").encode(), tltype="dictionary")
    except http_sf.StructuredFieldError:
        return "unknown"
    value = said.get(label, (None,))[0]
    return str(value) if isinstance(value, http_sf.Token) and str(value) in ("y", "n") else "unknown"


def refuses_training_by_usage(headers: Headers) -> bool:
    return usage(headers, "train-ai") == "n"


def refuses_by_robots_tag(headers: Headers) -> bool:
    """As the data diligence library reads `X-Robots-Tag`."""
    return not XRobotsTagHeader(user_agent="reader").is_allowed(headers=CaseInsensitiveDict(headers))


def refuses_by_img2dataset(headers: Headers) -> bool:
    """As img2dataset reads `X-Robots-Tag`: what follows the first colon, split at commas."""
    words = [one.strip().lower() for one in headers.get("X-Robots-Tag", "").split(":", 1)[-1].split(",")]
    return bool({"noai", "noimageai"} & set(words))


def refuses_by_tdmrep(headers: Headers) -> bool:
    return not TDMRepHeader().is_allowed(headers=CaseInsensitiveDict(headers))


def refuses_by_signal(headers: Headers, name: str = "ai-train") -> bool:
    said = dict(part.strip().split("=", 1) for part in headers.get("Content-Signal", "").split(",") if "=" in part)
    return said.get(name) == "no"


def rsl_usages(document: str, url: str) -> tuple[set[str], set[str]]:
    """What an RSL document permits and prohibits at an address, without what is both. Raises for what RSL forbids."""
    root = etree.fromstring(document.encode())
    assert RSL.validate(root), RSL.error_log
    permitted: set[str] = set()
    prohibited: set[str] = set()
    for content in root:
        place = content.attrib["url"]
        if place == url or (place.endswith("/") and url.startswith(place)):
            for licence in content.findall(f"{RSL_SPACE}license"):
                for name, into in (("permits", permitted), ("prohibits", prohibited)):
                    found = licence.findall(f"{RSL_SPACE}{name}")
                    assert len({one.attrib["type"] for one in found}) == len(found)
                    for one in found:
                        into |= set((one.text or "").split()) if one.attrib["type"] == "usage" else set()
    if "all" in prohibited:
        prohibited |= {"search", "ai-all"}
    if "ai-all" in prohibited:
        prohibited |= {"ai-index", "ai-input", "ai-train"}
    return permitted - prohibited, prohibited


def _by_protego(text: str, agent: str, url: str) -> bool:
    return bool(Protego.parse(text).can_fetch(url, agent))


def _by_standard_library(text: str, agent: str, url: str) -> bool:
    reader = RobotFileParser()
    reader.parse(text.splitlines())
    reader.modified()
    return reader.can_fetch(agent, url)


def _by_the_naive(text: str, agent: str, url: str) -> bool:
    """A reader that knows one `User-agent` line a group, and `Disallow` alone: any prefix that matches closes."""
    path, rules, group = "/" + url.split("/", 3)[3], {}, None
    for line in text.splitlines():
        name, _colon, value = line.partition(":")
        if name.strip().lower() == "user-agent":
            group = rules.setdefault(value.strip().lower(), [])
        elif name.strip().lower() == "disallow" and group is not None and value.strip():
            group.append(value.strip())
    mine = rules.get(agent.lower(), rules.get("*", []))
    return not any(path.startswith(one) for one in mine)


ROBOTS: dict[str, Callable[[str, str, str], bool]] = {
    "protego": _by_protego,
    "standard library": _by_standard_library,
    "naive": _by_the_naive,
}
