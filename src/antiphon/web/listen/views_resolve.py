"""From the address of a page to its data in the API."""

import re
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import BadInput, NotFound
from antiphon.web.listen.reading import viewer_of

_PATH = re.compile(r"/(?P<creator>[^/]+)(?:/(?P<sets>sets)/(?P<set>[^/]+)|/(?P<track>[^/]+))?(?:/(?P<secret>[^/]+))?/?")


@require_safe
def resolve(request: HttpRequest) -> HttpResponse:
    """Lead from the address of a page here to its data in the API, as SoundCloud's `/resolve` does."""
    path = _path_here(request.GET.get("url", ""))
    match = _PATH.fullmatch(path)
    if match is None:
        raise NotFound(_("No track, set or creator has this address."))
    viewer, secret = viewer_of(request), match["secret"] or ""
    found = accounts.profile_at(match["creator"], viewer)
    if isinstance(found, accounts.Moved):
        return _again(path.replace(match["creator"], found.profile.slug, 1))
    if match["sets"]:
        music_set = catalogue.set_at(found.profile.slug, match["set"], viewer, secret)
        if isinstance(music_set, catalogue.Moved):
            return _again(music_set.address)
        return _to(f"sets/{music_set.music_set.pk}", secret)
    if match["track"]:
        track = catalogue.track_at(found.profile.slug, match["track"], viewer, secret)
        if isinstance(track, catalogue.Moved):
            return _again(track.address)
        return _to(f"tracks/{track.track.pk}", secret)
    return _to(f"profiles/{found.profile.slug}", "")


def _again(path: str) -> HttpResponse:
    """The page has another address now; what is asked next is that one."""
    return HttpResponseRedirect("/resolve?" + urlencode({"url": path}))


def _to(name: str, secret: str) -> HttpResponse:
    query = f"?secret_token={secret}" if re.fullmatch(r"[a-z0-9]{1,32}", secret) else ""
    return HttpResponseRedirect(f"/api/v1/{name}{query}")


def _path_here(url: str) -> str:
    try:
        parts = urlsplit(url.strip()[:2000])
    except ValueError:
        parts = None
    ours = urlsplit(settings.SITE_URL)
    if parts is None or not parts.path or (parts.netloc and parts.hostname not in {ours.hostname, *_names()}):
        raise BadInput(
            _("This is not the address of a page here."),
            subject=url[:200],
            hint=_("Give the whole address of a track, set or creator as ?url="),
            fields={"url": _("an address that begins with %(site)s") % {"site": settings.SITE_URL}},
        )
    return parts.path


def _names() -> list[str]:
    return [name for name in settings.ALLOWED_HOSTS if not name.startswith((".", "*"))]
