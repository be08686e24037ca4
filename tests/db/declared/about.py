"""What an address of the demo site is about, read from the address alone, and what a reply about it has to say."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from lxml import html

from tests import declared
from tests.db.declared.crawling import Met
from tests.db.declared.saying import ALLOWED, REFUSED

Tracks = frozenset[int]
NOBODY: Tracks = frozenset()
OF_SITE = {
    "content-usage": "train-ai=n, ai-use=n",
    "content-signal": "ai-input=no, ai-train=no",
    "tdm-reservation": "1",
}
_OF_TRACK = re.compile(
    r"/(?:embed/)?listen/(?P<track>\d+)(?P<part>\.json|/(?!sets$).*)|/embed/(?P<embed>\d+)"
    r"|/api/v1/tracks/(?P<api>\d+)(?P<api_part>/.*)?|/policies/(?P<policy>\d+)[./].*"
    r"|/media/(?P<media>renditions|waveforms|downloads)/(?P<recording>\d+)[./].*"
)
_OF_PAGE = re.compile(
    r"/(?P<embed>embed/)?(?P<creator>[a-z0-9-]+)(?:/(?P<in_set>sets/)?(?P<slug>[a-z0-9-]+))?"
    r"(?:/(?P<part>label|feed\.xml|rsl\.xml|listen\.m4a|code\.svg))?"
)
_YES = re.compile(r"""\b(?:train-ai|ai-use|search|ai-input|ai-train)["']?\s*[=:]\s*["']?(?:y|yes)\b""")


@dataclass
class Site:
    """The tracks of the demo, by the words that stand for them in addresses."""

    pages: dict[str, int] = field(default_factory=dict)  # creator/slug: track
    by_recording: dict[int, int] = field(default_factory=dict)
    sets: dict[str, Tracks] = field(default_factory=dict)  # creator/slug
    set_ids: dict[int, Tracks] = field(default_factory=dict)
    profiles: dict[str, Tracks] = field(default_factory=dict)
    comments: dict[int, int] = field(default_factory=dict)

    def about(self, address: str) -> tuple[str, Tracks]:
        """The kind of an address, and the tracks that it is about; nothing in particular is no tracks."""
        parts = urlsplit(address)
        path, asked = parts.path, parse_qs(parts.query)
        if path.startswith("/media/pictures/"):
            return "picture", NOBODY
        if path in ("/oembed", "/api/v1/resolve"):
            _kind, tracks = self.about(urlsplit(asked.get("url", [""])[0]).path or "-")
            return path.rsplit("/", 1)[1], tracks
        if found := re.fullmatch(r"/listen/sets/(\d+)\.json|/api/v1/sets/(\d+)(?:/ties)?", path):
            return "set by number", self.set_ids.get(int(found[1] or found[2]), NOBODY)
        if found := re.fullmatch(r"/api/v1/profiles/([a-z0-9-]+)(?:/tracks|/sets|/ties)?", path):
            return "profile by name", self.profiles.get(found[1], NOBODY)
        if found := re.fullmatch(r"/api/v1/comments/(\d+)", path):
            return "comment", self._one(self.comments.get(int(found[1])))
        if found := _OF_TRACK.fullmatch(path):
            return self._of_track(found)
        if found := _OF_PAGE.fullmatch(path):
            return self._of_page(found)
        return "page", NOBODY

    def _of_track(self, found: re.Match[str]) -> tuple[str, Tracks]:
        said = found.groupdict()
        if number := said["policy"] or said["recording"]:
            return said["media"] or "policy", self._one(self.by_recording.get(int(number)))
        if said["api"]:
            return f"api{said['api_part'] or ''}", self._one(int(said["api"]))
        return f"player{(said['part'] or '').split('?')[0]}", self._one(int(said["track"] or said["embed"]))

    def _of_page(self, found: re.Match[str]) -> tuple[str, Tracks]:
        said = found.groupdict(default="")
        name = f"{said['creator']}/{said['slug']}"
        kind = said["part"] or ("embed" if said["embed"] else "")
        if said["in_set"]:
            return f"set {kind}".strip(), self.sets.get(name, NOBODY)
        if said["slug"]:
            tracks = self._one(self.pages.get(name))
            return (f"track {kind}".strip(), tracks) if tracks else ("page", NOBODY)
        tracks = self.profiles.get(said["creator"], NOBODY)
        return (f"profile {kind}".strip(), tracks) if tracks else ("page", NOBODY)

    def _one(self, track: int | None) -> Tracks:
        return frozenset({track}) if track is not None and track in self.pages.values() else NOBODY


def says(reply: Met, lines: dict[str, str], *, listed: bool) -> None:
    """A reply says these lines in its headers, and the same in its head and body; strangers see a no to training."""
    for name, value in lines.items():
        assert reply.headers.get(name.lower()) == value, (reply.address, name, reply.headers.get(name.lower()))
    words = re.fullmatch(r"noai, noimageai(, noindex)*", reply.headers.get("x-robots-tag", ""))
    assert words, (reply.address, reply.headers.get("x-robots-tag"))
    assert reply.headers["tdm-policy"].startswith("http://localhost:8000/policies/")
    assert 'rel="license"; type="application/rsl+xml"' in reply.headers["link"]
    for refuses in (declared.refuses_by_tdmrep, declared.refuses_by_robots_tag):
        assert refuses(reply.headers), reply.address
    if reply.kind in ("text/html", "text/xml", "text/plain") or reply.kind.endswith(("json", "+xml")):
        permitted = re.findall(r"<(?:rsl:)?permits[^>]*>([^<]*)", reply.text)
        if not listed:
            assert not _YES.search(reply.text), (reply.address, _YES.search(reply.text))
        assert all(set(one.split()) <= ({"search", "ai-index"} if listed else set()) for one in permitted)


def head_says(reply: Met, *, noindex: bool) -> None:
    """The head of a page carries the no once in each channel that it has."""
    head = html.document_fromstring(reply.text).find("head")
    assert head is not None
    metas = [(one.get("name"), one.get("content")) for one in head.iter("meta")]
    assert metas.count(("robots", "noai, noimageai")) == 1, reply.address
    assert (("robots", "noindex") in metas) or not noindex, reply.address
    assert metas.count(("tdm-reservation", "1")) == 1, reply.address
    assert len([one for one in head.iter("link") if one.get("type") == "application/rsl+xml"]) == 1, reply.address


def lines_of(tracks: Iterable[int], open_ones: Iterable[int]) -> dict[str, str]:
    """The lines of a reply about these tracks, where `open_ones` may be found and the others may not."""
    return ALLOWED if set(tracks) <= set(open_ones) else REFUSED
