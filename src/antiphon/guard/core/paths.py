"""Which addresses stay open to whoever is refused elsewhere, and which track an address is about. Pure.

What we say to programs has to be readable by those who are told no: otherwise the no could not be heard.
"""

import re
from dataclasses import dataclass

_OPEN = frozenset(
    {"/robots.txt", "/ai.txt", "/rsl.xml", "/favicon.ico", "/sitemap.xml", "/security.txt", "/oembed", "/terms"}
    | {"/transparency", "/verify", "/registry", "/source", "/source/archive", "/api/v1/docs", "/api/v1/openapi.json"}
    | {"/licence"}
)
_OPEN_BELOW = (
    "/.well-known/", "/policies/", "/log/", "/terms/", "/transparency/", "/static/", "/witness/", "/registry/",
    "/guard/", "/licence/",
)  # fmt: skip
_SLUG = r"[A-Za-z0-9_-]{1,100}"
# Below a creator's own address: what has a dot is no slug, and a label holds words and no music.
_OPEN_OF_CREATOR = re.compile(
    rf"/{_SLUG}/rsl\.xml|/{_SLUG}/{_SLUG}/rsl\.xml|/{_SLUG}/feed\.xml|/{_SLUG}/sets/{_SLUG}/feed\.xml"
    rf"|/(?!embed/){_SLUG}/(?!sets/){_SLUG}/(?:{_SLUG}/)?label"
)
_WITH_KEY = re.compile(r"/api/.*|/uploads(?:/.*)?")
_PERMISSIONS = re.compile(r"/api/v1/(?:tracks/[0-9]{1,18}/permissions|transparency/systems)")
_PAGE = re.compile(rf"/(?:embed/)?({_SLUG})/({_SLUG})(?:/{_SLUG}|/listen\.m4a|/code\.svg)?")
_LISTEN = re.compile(r"/(?:embed/)?listen/([0-9]{1,18})[./].*|/embed/([0-9]{1,18})")
_MEDIA = re.compile(r"/media/(?:renditions|downloads|waveforms)/([0-9]{1,18})[/.].*")


@dataclass(frozen=True)
class Subject:
    """What an address is about, as far as the address says: a recording, a track, or the address of a track's page."""

    recording_id: int = 0
    track_id: int = 0
    creator: str = ""
    slug: str = ""


NOBODY = Subject()


def is_open(path: str, *, has_key: bool) -> bool:
    """Tell whether an address is open to everybody. With a key, the API sees for itself who asks."""
    if path in _OPEN or path.startswith(_OPEN_BELOW) or _PERMISSIONS.fullmatch(path):
        return True
    if has_key and _WITH_KEY.fullmatch(path):
        return True
    return _OPEN_OF_CREATOR.fullmatch(path) is not None


def subject_of(path: str, reserved: frozenset[str]) -> Subject:
    """Return what an address is about. First words in `reserved` are the site's own and no creator's."""
    path = path[:500]
    if found := _MEDIA.fullmatch(path):
        return Subject(recording_id=int(found[1]))
    if found := _LISTEN.fullmatch(path):
        return Subject(track_id=int(found[1] or found[2]))
    found = _PAGE.fullmatch(path)
    if found and found[1].lower() not in reserved and found[2].lower() != "sets":
        return Subject(creator=found[1].lower(), slug=found[2].lower())
    return NOBODY
