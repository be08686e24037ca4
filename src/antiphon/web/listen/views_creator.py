"""A creator's page: who they are, their sets, their tracks."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.service import shelves
from antiphon.declarations import service as declarations
from antiphon.web.declarations import telling
from antiphon.web.listen import cursors
from antiphon.web.listen.reading import viewer_of
from antiphon.web.outside import cards, finding


@require_safe
def creator(request: HttpRequest, creator: str) -> HttpResponse:
    """Show a profile with what this viewer may hear of it; a former address leads to the present one."""
    viewer = viewer_of(request)
    profile = finding.face_at(creator, viewer)
    if isinstance(profile, finding.Elsewhere):
        return HttpResponsePermanentRedirect(profile.path)
    before = cursors.read(request.GET.get("before", ""))
    page = catalogue.tracks_of(profile, viewer, before)
    listed = profile.hidden_at is None and before is None
    own = viewer is not None and profile.owner_id == viewer.pk
    ties = shelves.ties_of_profile(profile, viewer)
    said, place = declarations.of_profile(profile), declarations.place_in(profile)
    shown = {
        "profile": profile,
        "tracks": page.tracks,
        "more": cursors.write(page.next),
        "later": before is not None,
        "sets": catalogue.sets_of(profile, viewer),
        "is_owner": own,
        "ties": ties,
        "liked": shelves.likes_shown(profile, viewer) if ties.shows_likes and before is None else [],
        "has_blocked": viewer is not None and not own and accounts.has_blocked(viewer, profile.owner_id),
        "canonical": f"{settings.SITE_URL}/{profile.slug}",
        "declared_head": telling.head(said, place, listed=listed),
        "pinned": catalogue.pinned_on(profile, viewer) if before is None else [],
        "card": cards.of_profile(profile, listed=listed),
    }
    return telling.tell(render(request, "listen/creator.html", shown), said, place)
