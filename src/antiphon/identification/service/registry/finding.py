"""From what was found to tracks, as anybody may know them at this moment: what has gone meanwhile is not known here."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.identification.core.saying import Stretch
from antiphon.kernel.errors import AntiphonError

Found = list[tuple[Stretch | None, catalogue.Track]]
_PAGE = re.compile(r"/([A-Za-z0-9-]{1,40})/([A-Za-z0-9-]{1,100})(?:/label)?/?")
_MOVES = 3


def tracks_of(stretches: Iterable[Stretch]) -> Found:
    """Return each stretch with its track, of those tracks that everybody may hear now. One query."""
    said = list(stretches)
    rows = catalogue.listenable(None).order_by().filter(recording_id__in=[int(one.name) for one in said])
    by_recording = {str(row.recording_id): row for row in rows}
    return [(one, by_recording[one.name]) for one in said if one.name in by_recording]


def at_link(link: str) -> Found:
    """Return the track whose page or label has this address. A private one is as if there were nothing."""
    path = _path_here(link)
    for _number in range(_MOVES):
        match = _PAGE.fullmatch(path)
        if match is None:
            return []
        try:
            found = catalogue.track_at(match[1].lower(), match[2].lower(), None)
        except AntiphonError:
            path = _moved(match[1].lower(), match[2])
            continue
        if isinstance(found, catalogue.FoundTrack):
            return [(None, found.track)] if catalogue.is_public(found.track) and found.track.recording_id else []
        path = found.address
    return []


def _moved(creator: str, slug: str) -> str:
    """Return the path under which a creator's track is now, where the creator has another address."""
    try:
        face = accounts.profile_at(creator, None)
    except AntiphonError:
        return ""
    return f"/{face.profile.slug}/{slug}" if isinstance(face, accounts.Moved) else ""


def _path_here(link: str) -> str:
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return ""
    ours = {urlsplit(settings.SITE_URL).hostname, *(one for one in settings.ALLOWED_HOSTS if one[:1] not in ".*")}
    return parts.path if (host is None and not parts.scheme) or host in ours else ""
