"""More like this: tracks whose sound is like a track's, among those whose holders all said yes to being organised."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from antiphon.catalogue import service as catalogue
from antiphon.declarations import service as declarations
from antiphon.discovery import service as discovery
from antiphon.web.declarations import telling
from antiphon.web.listen.reading import secret_in, viewer_of

_FEW, _MANY = 5, 24


@require_safe
@vary_on_headers("HX-Request", "HX-Boosted")
def similar(request: HttpRequest, track_id: int) -> HttpResponse:
    """Show a page of similar tracks; a track's own page asks for the first few as a part of itself."""
    viewer = viewer_of(request)
    track = catalogue.track_for(viewer, track_id, secret_in(request))
    is_part = "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    tracks = discovery.similar_to(track, viewer, _FEW if is_part else _MANY)
    page = "listen/parts/similar.html" if is_part else "listen/similar.html"
    said, place = declarations.of_several([track, *tracks]), declarations.site_place()
    head = telling.head(said, place, listed=False)
    reply = telling.tell(render(request, page, {"track": track, "tracks": tracks, "declared_head": head}), said, place)
    reply.headers["Cache-Control"] = "private, no-store"  # a yes that is taken back counts on the next look
    return reply
