"""The first page, and the page about the place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from antiphon.catalogue import service as catalogue
from antiphon.web.listen import cursors
from antiphon.web.listen.reading import peaks_of, viewer_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The newest music; on the first page with the latest track at full size."""
    before = cursors.read(request.GET.get("before", ""))
    page = catalogue.newest(viewer_of(request), before)
    first = page.tracks[0] if page.tracks and before is None else None
    return render(
        request,
        "listen/home.html",
        {
            "first": first,
            "peaks": peaks_of(first.recording) if first else "",
            "tracks": page.tracks[1:] if first else page.tracks,
            "more": cursors.write(page.next),
            "later": before is not None,
        },
    )


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this place is, under which licence its software comes, and which keys the player knows."""
    return render(request, "listen/about.html")
