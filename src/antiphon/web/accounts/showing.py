"""What stands at the head of one's page: the banner and the pinned tracks; and what feeds carry of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.web.accounts.member import member
from antiphon.web.studio.ordering import rearrange


@login_required
@require_POST
def remove_banner(request: HttpRequest, profile_id: int) -> HttpResponse:
    """Take a profile's banner off."""
    accounts.profile_for(member(request), profile_id)
    accounts.set_banner(profile_id, "")
    return redirect("account_profile", profile_id)


@login_required
@require_POST
def pins(request: HttpRequest, profile_id: int) -> HttpResponse:
    """Pin a track, take one off, or move one: what was pressed is in `move`, `add` or `order`."""
    user = member(request)
    held = [track.pk for track in catalogue.pins_of(user, profile_id)]
    back = reverse("account_profile", args=[profile_id]) + "#pins"
    return rearrange(request, held, lambda wanted: catalogue.pin_tracks(user, profile_id, wanted), back)


@login_required
@require_POST
def feeds(request: HttpRequest, profile_id: int) -> HttpResponse:
    """Say whether feeds carry the sound itself."""
    accounts.edit_profile(member(request), profile_id, feeds_sound="feeds_sound" in request.POST)
    messages.success(request, _("Saved."))
    return redirect(reverse("account_profile", args=[profile_id]) + "#feeds")
