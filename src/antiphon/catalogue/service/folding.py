"""What a search reads of a track or a set: one folded line beside it, written with every change."""

from antiphon.accounts.core.names import fold
from antiphon.catalogue.models import MusicSet, Track


def track_text(track: Track) -> str:
    return fold(" ".join([track.title, track.artists, track.profile.name, track.tag_list, track.genre]))


def set_text(music_set: MusicSet) -> str:
    return fold(f"{music_set.title} {music_set.profile.name}")
