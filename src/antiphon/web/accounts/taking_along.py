"""Taking along everything that one has here: asking for it, seeing how far it is, fetching it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from antiphon.accounts.service import parcels
from antiphon.kernel.errors import AntiphonError
from antiphon.web.accounts.member import confirmed, member


@login_required
@never_cache
@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """Say what a copy of everything holds, and where one stands with it."""
    return _page(request)


@login_required
@never_cache
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a copy of everything; a job makes it."""
    try:
        parcels.ask(member(request), language=translation.get_language() or "")
    except AntiphonError as error:
        return _page(request, fault=error)
    return redirect("account_data")


@login_required
@never_cache
@require_POST
@confirmed
def download(request: HttpRequest) -> HttpResponse:
    """Lead to the file, at an address that opens to this session alone and ends in some hours."""
    try:
        address = parcels.address_of(member(request), request.session.session_key or "")
    except AntiphonError as error:
        messages.error(request, f"{error.message} {error.hint}".strip())
        return redirect("account_data")
    return redirect(address)


def _page(request: HttpRequest, fault: AntiphonError | None = None) -> HttpResponse:
    shown = {"shelf": parcels.shelf_of(member(request)), "days": settings.ANTIPHON.parcel_days, "fault": fault}
    response = render(request, "accounts/data.html", shown, status=fault.status if fault else 200)
    if fault is not None and hasattr(fault, "retry_after_s"):
        response["Retry-After"] = str(fault.retry_after_s)
    return response
