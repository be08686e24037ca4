"""A track's page, at its address, at its former ones, and behind its secret link."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.core.licences import LICENCES
from antiphon.catalogue.core.words import tags_of
from antiphon.community.service import shelves
from antiphon.declarations import service as declarations
from antiphon.kernel.errors import NotFound
from antiphon.web.consent.label import shown_label
from antiphon.web.declarations import telling
from antiphon.web.listen import addresses, banners, talk
from antiphon.web.listen.reading import peaks_of, viewer_of
from antiphon.web.outside import cards, sharing
from antiphon.web.outside.finding import Piece


@require_safe
def track(request: HttpRequest, creator: str, slug: str, secret: str = "") -> HttpResponse:
    """Show a track; an address that it or its profile had before leads to the present one."""
    viewer = viewer_of(request)
    try:
        found = catalogue.track_at(creator, slug, viewer, secret)
    except NotFound:
        return redirect_of_profile(request, creator, viewer)
    if isinstance(found, catalogue.Moved):
        return HttpResponsePermanentRedirect(found.address)
    page = shown(found.track, viewer, secret, is_owner=found.is_owner)
    page |= talk.shown(request, found.track, viewer, secret)
    return told(render(request, "listen/track.html", page), page)


def told(response: HttpResponse, page: dict[str, Any]) -> HttpResponse:
    """Let a page tell what its label says, of which it has been drawn."""
    return telling.tell(response, *page["declared"])


def shown(row: catalogue.Track, viewer: accounts.User | None, secret: str, *, is_owner: bool) -> dict[str, Any]:
    """Return what `listen/track.html` shows of a track to this viewer; whether they may see it was asked before."""
    recording = row.recording
    label = shown_label(row, viewer, secret)
    canonical, listed = settings.SITE_URL + addresses.page(row, secret), is_listed(row)
    said, place = declarations.of_label(row, label["label"]), declarations.place_of(row)
    return {
        "track": row,
        "recording": recording,
        "secret": secret,
        "peaks": peaks_of(recording) if row.playable else "",
        "licence": LICENCES[row.license],
        "tags": tags_of(row.tag_list),
        "sets": catalogue.sets_with(row, viewer),
        "ties": shelves.ties_of_track(row.pk, viewer),
        "others": catalogue.more_by(row, viewer),
        "is_owner": is_owner,
        "may_download": row.playable and catalogue.may_download(viewer, row),
        "banners": banners.of_track(row) if is_owner or row.hidden_at else [],
        "canonical": canonical,
        "declared": (said, place),
        "declared_head": telling.head(said, place, listed=listed),
        "card": cards.of_track(row, canonical, place, listed=listed),
        "share": sharing.offered(Piece(row, [row], secret)),
        "language": get_language(),
        "similar": addresses.similar(row, secret) if row.playable and label["label"].says_yes("organize") else "",
        **label,
    }


def is_listed(thing: catalogue.Track | catalogue.MusicSet) -> bool:
    """Tell whether search engines may list a page: only what everybody may open."""
    return catalogue.is_public(thing)


def redirect_of_profile(request: HttpRequest, creator: str, viewer: accounts.User | None) -> HttpResponse:
    """Lead from below a profile's former address to below its present one. Raises `NotFound`."""
    found = accounts.profile_at(creator, viewer)
    rest = request.path.removeprefix(f"/{creator}")
    if isinstance(found, accounts.Moved) or creator != found.profile.slug:
        return HttpResponsePermanentRedirect(f"/{found.profile.slug}{rest}")
    raise NotFound("Nothing has this address.")
