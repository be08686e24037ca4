"""Addresses of what is for elsewhere: players, feeds, codes; and how large a player wants to be."""

from urllib.parse import urlencode

from django.conf import settings

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.web.listen import addresses

WIDTH = 640  # of a player, in pixels, where nobody says another
TRACK_HEIGHT, SET_HEIGHT = 180, 420
LEAST_WIDTH, LEAST_HEIGHT = 280, 100


def embed(thing: catalogue.Track | catalogue.MusicSet, secret: str = "", **asked: str | int) -> str:
    """The whole address of the player of a track or a set, with a theme or a second to start at."""
    path = f"{settings.SITE_URL}/embed{addresses.page(thing, secret)}"
    return f"{path}?{urlencode(asked)}" if asked else path


def height_of(thing: catalogue.Track | catalogue.MusicSet) -> int:
    """How high its player is, in pixels."""
    return SET_HEIGHT if isinstance(thing, catalogue.MusicSet) else TRACK_HEIGHT


def feed(thing: accounts.Profile | catalogue.MusicSet) -> str:
    """The whole address of a creator's or a set's feed."""
    return f"{settings.SITE_URL}{thing.get_absolute_url()}/feed.xml"


def enclosure(track: catalogue.Track) -> str:
    """The lasting address of a track's sound in a feed; it leads to one that runs out."""
    return f"{settings.SITE_URL}{track.get_absolute_url()}/listen.m4a"


def code(thing: catalogue.Track | catalogue.MusicSet, secret: str = "") -> str:
    """The path of the QR code of a page."""
    return f"{addresses.page(thing, secret)}/code.svg"


def oembed(page: str, form: str) -> str:
    """The whole address of what oEmbed says of a page."""
    return f"{settings.SITE_URL}/oembed?{urlencode({'url': page, 'format': form})}"


def picture(key: str, side: int) -> str:
    """The whole address of a picture, or nothing when there is none."""
    return settings.SITE_URL + addresses.picture(key, side) if key else ""
