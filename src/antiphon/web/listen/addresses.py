"""Where things are: pages, player data and pictures, with a secret in the address where one is needed."""

from antiphon.catalogue import service as catalogue

SECRET = catalogue.Sharing.SECRET
SMALL, LARGE = 160, 500  # sides of pictures, in pixels: in lists, and on pages


def page(thing: catalogue.Track | catalogue.MusicSet, secret: str = "") -> str:
    """The path of a page. A secret stays out of the address of what is public anyway."""
    path = thing.get_absolute_url()
    return f"{path}/{secret}" if secret and thing.sharing == SECRET else path


def info(track: catalogue.Track, secret: str = "") -> str:
    """The path of a track's player data."""
    return f"/listen/{track.pk}.json{question(track, secret)}"


def stream(track: catalogue.Track, secret: str = "") -> str:
    """The path that leads to the sound itself, for a player without scripts."""
    return f"/listen/{track.pk}/stream{question(track, secret)}"


def download(track: catalogue.Track, secret: str = "") -> str:
    """The path that leads to the file to keep."""
    return f"/listen/{track.pk}/download{question(track, secret)}"


def similar(track: catalogue.Track, secret: str = "") -> str:
    """The path of the tracks that sound like one."""
    return f"/listen/{track.pk}/similar{question(track, secret)}"


def adding(track: catalogue.Track) -> str:
    """The path of the page on which a track is put into a set."""
    return f"/listen/{track.pk}/sets"


def set_info(music_set: catalogue.MusicSet, secret: str = "") -> str:
    """The path of a set's tracks, for the queue."""
    question = f"?secret={secret}" if secret and music_set.sharing == SECRET else ""
    return f"/listen/sets/{music_set.pk}.json{question}"


def picture(key: str, side: int) -> str:
    """The path of a picture, or nothing when there is none."""
    return f"/media/{key}/{side}.webp" if key else ""


def question(track: catalogue.Track, secret: str) -> str:
    """The query that opens a track's own addresses; nothing where it needs none."""
    return f"?secret={secret}" if secret and track.sharing == SECRET else ""
