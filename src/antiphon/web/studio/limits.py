"""What may be uploaded, in words: said before anything is sent."""

from dataclasses import dataclass

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue

ENDINGS = ".wav,.wave,.aif,.aiff,.aifc,.flac,.mp3,.aac,.m4a,.mp4,.ogg,.oga,.opus,audio/*"


@dataclass(frozen=True)
class Limits:
    """Sentences, and two figures for the browser."""

    largest: str
    formats: str
    room: str
    max_bytes: int
    accept: str  # for the file input: a comfort, never the check


def limits_for(user: accounts.User) -> Limits:
    """Return the limits that hold for this person. Two queries: what they use, and what they may."""
    seconds = settings.ANTIPHON.upload_max_seconds
    quota, used = accounts.quota_bytes(user), catalogue.used_bytes(user)
    return Limits(
        largest=_("One file may have %(size)s, and last %(length)s.")
        % {"size": filesizeformat(settings.ANTIPHON.upload_max_bytes), "length": _length(seconds)},
        formats=catalogue.FORMATS_IN_WORDS,
        room=_("You have used %(used)s of your %(quota)s.")
        % {"used": filesizeformat(used), "quota": filesizeformat(quota)},
        max_bytes=settings.ANTIPHON.upload_max_bytes,
        accept=ENDINGS,
    )


def _length(seconds: int) -> str:
    if seconds >= 3600 and seconds % 3600 == 0:
        hours = seconds // 3600
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    minutes = max(1, seconds // 60)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
