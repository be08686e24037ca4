"""A set's page: an album, EP, single or playlist with its tracks in order."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from antiphon.catalogue import service as catalogue
from antiphon.community.service import shelves
from antiphon.declarations import service as declarations
from antiphon.kernel.errors import NotFound
from antiphon.web.declarations import telling
from antiphon.web.listen import addresses, banners
from antiphon.web.listen.reading import viewer_of
from antiphon.web.listen.views_track import is_listed, redirect_of_profile
from antiphon.web.outside import cards, sharing
from antiphon.web.outside.finding import Piece


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
    canonical, listed = settings.SITE_URL + addresses.page(row, secret), is_listed(row)
    said, place = declarations.of_several(found.tracks), declarations.place_of_set(row)
    shown = {
        "set": row,
        "tracks": found.tracks,
        "secret": secret,
        "ties": shelves.ties_of_set(row.pk, viewer),
        "total_ms": sum(track.recording.duration_ms or 0 for track in found.tracks if track.recording),
        "is_owner": found.is_owner,
        "gone": catalogue.not_available(row, found.tracks) if found.is_owner else [],
        "banners": banners.of_set(row) if found.is_owner or row.hidden_at else [],
        "canonical": canonical,
        "list": addresses.set_info(row, secret),
        "declared_head": telling.head(said, place, listed=listed),
        "card": cards.of_set(row, found.tracks, canonical, listed=listed),
        "share": sharing.offered(Piece(row, found.tracks, secret)),
    }
    return telling.tell(render(request, "listen/set.html", shown), said, place)
