"""Holders of a track: naming them, confirming that one is one, and doubting the list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from antiphon.consent import service as consent
from antiphon.kernel.errors import BadInput, NotAllowed, NotFound, TooMany
from antiphon.web.consent import holder_list
from antiphon.web.consent import track as pages
from antiphon.web.studio.asking import person, signed_in, tell


@signed_in
@require_POST
def holders(request: HttpRequest, track_id: int) -> HttpResponse:
    """Write the whole list; whoever is new on it is asked by e-mail."""
    user = person(request)
    found = pages.held(user, track_id)
    if not found.is_owner:
        raise NotFound(_("There is no such recording of yours."))
    written = holder_list.read(request.POST, consent.holders_of(found.recording_id))
    try:
        consent.name_holders(user, found.recording_id, holder_list.named(written), title=found.titled.title)
    except (BadInput, NotAllowed, TooMany) as error:
        shown_again = holder_list.with_room(written)
        refused = error if isinstance(error, BadInput) else BadInput(error.message, hint=error.hint)
        return pages.page(request, user, found, lines=shown_again, faults=refused)
    tell(
        request,
        _("Saved. Whoever is new on the list has been asked by e-mail; until they confirm, everything is a no."),
    )
    return redirect(f"{reverse('consent:track', args=[track_id])}#holders")


@signed_in
@require_POST
def confirm(request: HttpRequest, track_id: int) -> HttpResponse:
    """Say that one holds rights in it, as the list says."""
    user = person(request)
    found = pages.held(user, track_id)
    consent.confirm(user, found.recording_id)
    tell(request, _("Confirmed. Your answers count for it now."))
    return redirect(f"{reverse('consent:track', args=[track_id])}#holders")


@signed_in
@require_POST
def dispute(request: HttpRequest, track_id: int) -> HttpResponse:
    """Say that the list is wrong, or that it is right after all."""
    user = person(request)
    found = pages.held(user, track_id)
    disputed = request.POST.get("disputed") == "1"
    consent.dispute(user, found.recording_id, disputed)
    tell(request, holder_list.told_of_dispute(disputed))
    return redirect(f"{reverse('consent:track', args=[track_id])}#holders")
