"""A creator's page: who they are, their sets, their tracks."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.web.listen import cursors
from antiphon.web.listen.reading import viewer_of


@require_safe
def creator(request: HttpRequest, creator: str) -> HttpResponse:
    """Show a profile with what this viewer may hear of it; a former address leads to the present one."""
    viewer = viewer_of(request)
    found = accounts.profile_at(creator, viewer)
    profile = found.profile
    if isinstance(found, accounts.Moved) or creator != profile.slug:
        return HttpResponsePermanentRedirect(f"/{profile.slug}")
    before = cursors.read(request.GET.get("before", ""))
    page = catalogue.tracks_of(profile, viewer, before)
    own = viewer is not None and profile.owner_id == viewer.pk
    shown = {
        "profile": profile,
        "tracks": page.tracks,
        "more": cursors.write(page.next),
        "later": before is not None,
        "sets": catalogue.sets_of(profile, viewer),
        "is_owner": own,
        "has_blocked": viewer is not None and not own and accounts.has_blocked(viewer, profile.owner),
        "canonical": f"{settings.SITE_URL}/{profile.slug}",
        "listed": profile.hidden_at is None and before is None,
    }
    return render(request, "listen/creator.html", shown)
