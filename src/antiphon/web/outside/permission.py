"""Where a track may be embedded, by its `embeddable_by`: all, me (this site and the links of the profile) or none."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.web.outside.finding import Piece

ANYWHERE, OWN_SITES = "all", "me"
# What may stand in a header that says who may frame a page: nothing that could end the directive.
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?")


@dataclass(frozen=True)
class Leave:
    """What a page elsewhere may play of a piece, and which pages may frame it (sources of a `frame-ancestors`)."""

    tracks: list[catalogue.Track]
    framed_by: tuple[str, ...] = ("*",)


def leave_for(piece: Piece, referrer: str) -> Leave:
    """Say what the page that frames the player may play; the referrer is what its browser says of it, or nothing.

    Where the creator allows only their own sites, another one's page gets nothing; where the browser is silent, the
    player comes with a header that lets it stand on those sites alone.
    """
    ours = origins_of(piece.row.profile)
    told = origin_of(referrer)
    if isinstance(piece.row, catalogue.MusicSet):
        is_own = bool(told) and told in ours
        tracks = [track for track in piece.tracks if _may(track, piece.row.profile, is_own)]
        return Leave(tracks)
    if piece.row.embeddable_by == ANYWHERE:
        return Leave(piece.tracks)
    if piece.row.embeddable_by == OWN_SITES and (not told or told in ours):
        return Leave(piece.tracks, ("'self'", *ours))
    return Leave([])


def anywhere(piece: Piece) -> list[catalogue.Track]:
    """Return the tracks that every page may play."""
    return [track for track in piece.tracks if track.embeddable_by == ANYWHERE]


def origins_of(profile: accounts.Profile) -> tuple[str, ...]:
    """Return the sites that a profile names as its own, this one first."""
    found = [origin_of(settings.SITE_URL)]
    found += [origin_of(str(link.get("url", ""))) for link in profile.links]
    return tuple(dict.fromkeys(one for one in found if one))


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address; empty for what is none that a header can hold."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2].encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        return ""
    usable = parts.scheme in ("http", "https") and _HOST.fullmatch(host) is not None
    return f"{parts.scheme}://{host}" if usable else ""


def _may(track: catalogue.Track, owner: accounts.Profile, is_own_site: bool) -> bool:
    if track.embeddable_by == ANYWHERE:
        return True
    return track.embeddable_by == OWN_SITES and is_own_site and track.profile_id == owner.pk
