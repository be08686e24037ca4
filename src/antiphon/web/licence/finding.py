"""From the addresses that somebody pastes to the tracks that stand there, as anybody may hear them."""

from dataclasses import dataclass, field

from django.conf import settings

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent.service.enquiries import MOST_TRACKS
from antiphon.kernel.errors import AntiphonError
from antiphon.web.outside import finding

MOST_LINES = 200


@dataclass
class Meant:
    """The tracks that some addresses lead to, each once, and the addresses that lead nowhere."""

    tracks: dict[int, catalogue.Track] = field(default_factory=dict)  # by recording
    unknown: list[str] = field(default_factory=list)
    is_cut: bool = False  # there were more lines or tracks than are read


def tracks_at(text: str) -> Meant:
    """Read addresses, one a line: tracks, sets, and creators for all that they have published."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    meant = Meant(is_cut=len(lines) > MOST_LINES)
    for line in lines[:MOST_LINES]:
        try:
            found = _at(settings.SITE_URL + line if line.startswith("/") else line)
        except AntiphonError:
            meant.unknown.append(line[:200])
            continue
        for track in found:
            if track.recording_id and catalogue.is_public(track):
                meant.tracks.setdefault(track.recording_id, track)
    if len(meant.tracks) > MOST_TRACKS:
        meant.tracks = dict(list(meant.tracks.items())[:MOST_TRACKS])
        meant.is_cut = True
    return meant


def _at(url: str) -> list[catalogue.Track]:
    path = finding.path_of(url).strip("/")
    if path and "/" not in path:
        profile = accounts.profile_at(path, None).profile
        return catalogue.tracks_of(profile, None, limit=MOST_TRACKS + 1).tracks
    piece = finding.piece_at(finding.address_in(url))
    if isinstance(piece, finding.Elsewhere):
        piece = finding.piece_at(finding.address_in(settings.SITE_URL + piece.path))
    return [] if isinstance(piece, finding.Elsewhere) else piece.tracks
