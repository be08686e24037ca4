"""A profile, a track or a set as anybody may see it, by address or number: what a player elsewhere shows."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import NotFound
from antiphon.web.listen import addresses

_PAGES = frozenset({"track", "secret_track", "set", "secret_set"})


@dataclass(frozen=True)
class Piece:
    """One track, or a set with those of its tracks that whoever holds the address may hear."""

    row: catalogue.Track | catalogue.MusicSet
    tracks: list[catalogue.Track]
    secret: str = ""

    @property
    def is_set(self) -> bool:
        return isinstance(self.row, catalogue.MusicSet)

    @property
    def page(self) -> str:
        """The whole address of its page."""
        return settings.SITE_URL + addresses.page(self.row, self.secret)

    @property
    def by(self) -> str:
        """Whom it is by."""
        artists = "" if isinstance(self.row, catalogue.MusicSet) else self.row.artists
        return artists or self.row.profile.name


@dataclass(frozen=True)
class Address:
    """The parts of the address of a track's or a set's page."""

    creator: str
    slug: str
    secret: str = ""
    is_set: bool = False


@dataclass(frozen=True)
class Elsewhere:
    """It has another address now: the path of its page."""

    path: str


def address_in(url: str) -> Address:
    """Read the address of a track's or a set's page here. Raises `NotFound` for every other one."""
    try:
        match = resolve(path_of(url).rstrip("/") or "/")
    except Resolver404:
        raise _no_page() from None
    if match.url_name not in _PAGES:
        raise _no_page()
    said = match.kwargs
    return Address(said["creator"], said["slug"], said.get("secret", ""), "set" in str(match.url_name))


def path_of(url: str) -> str:
    """Return the path of a whole address here. Raises `NotFound` for what is elsewhere, or no address."""
    try:
        parts = urlsplit(url.strip()[:2000])
        host = parts.hostname
    except ValueError:
        raise _no_page() from None
    names = {urlsplit(settings.SITE_URL).hostname, *(one for one in settings.ALLOWED_HOSTS if one[:1] not in ".*")}
    if host not in names or parts.scheme not in ("http", "https"):
        raise _no_page()
    return parts.path


def piece_at(at: Address) -> Piece | Elsewhere:
    """Return what stands at an address, for anybody. Raises `NotFound`, and `Gone` for a track that was withdrawn."""
    try:
        if at.is_set:
            found = catalogue.set_at(at.creator, at.slug, None, at.secret)
            if isinstance(found, catalogue.Moved):
                return Elsewhere(found.address)
            return _of_set(found, at.secret)
        track = catalogue.track_at(at.creator, at.slug, None, at.secret)
        return Elsewhere(track.address) if isinstance(track, catalogue.Moved) else _of_track(track.track, at.secret)
    except NotFound:
        face = face_at(at.creator)
        if isinstance(face, accounts.Profile):
            raise
        end = f"/{at.secret}" if at.secret else ""
        return Elsewhere(f"{face.path}{'/sets' if at.is_set else ''}/{at.slug}{end}")


def face_at(creator: str, viewer: accounts.User | None = None) -> accounts.Profile | Elsewhere:
    """Return the profile at an address, or where it is now. Raises `NotFound`."""
    found = accounts.profile_at(creator, viewer)
    profile = found.profile
    has_moved = isinstance(found, accounts.Moved) or profile.slug != creator
    return Elsewhere(profile.get_absolute_url()) if has_moved else profile


def track_numbered(track_id: int, secret: str = "") -> Piece:
    """Return a track by its number, for anybody. Raises as `piece_at`."""
    return _of_track(catalogue.track_for(None, track_id, secret), secret)


def set_numbered(set_id: int, secret: str = "") -> Piece:
    """Return a set by its number, for anybody. Raises as `piece_at`."""
    return _of_set(catalogue.set_for(None, set_id, secret), secret)


def _of_track(track: catalogue.Track, secret: str) -> Piece:
    return Piece(track, [track], secret if track.sharing == catalogue.Sharing.SECRET else "")


def _of_set(found: catalogue.FoundSet, secret: str) -> Piece:
    playable = [track for track in found.tracks if track.playable]
    return Piece(found.music_set, playable, secret if found.music_set.sharing == catalogue.Sharing.SECRET else "")


def _no_page() -> NotFound:
    return NotFound(_("No track or set here has this address."))
