"""A set's page: an album, EP, single or playlist with its tracks in order."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import NotFound
from antiphon.web.listen import addresses, banners
from antiphon.web.listen.reading import viewer_of
from antiphon.web.listen.views_track import is_listed, redirect_of_profile


@require_safe
def music_set(request: HttpRequest, creator: str, slug: str, secret: str = "") -> HttpResponse:
    """Show a set with the tracks this viewer may hear; an address that it or its profile had before leads on."""
    viewer = viewer_of(request)
    try:
        found = catalogue.set_at(creator, slug, viewer, secret)
    except NotFound:
        return redirect_of_profile(request, creator, viewer)
    if isinstance(found, catalogue.Moved):
        return HttpResponsePermanentRedirect(found.address)
    row = found.music_set
    shown = {
        "set": row,
        "tracks": found.tracks,
        "secret": secret,
        "total_ms": sum(track.recording.duration_ms or 0 for track in found.tracks if track.recording),
        "is_owner": found.is_owner,
        "banners": banners.of_set(row) if found.is_owner or row.hidden_at else [],
        "canonical": settings.SITE_URL + addresses.page(row, secret),
        "list": addresses.set_info(row, secret),
        "listed": is_listed(row),
    }
    return render(request, "listen/set.html", shown)
