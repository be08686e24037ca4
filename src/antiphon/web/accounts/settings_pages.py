"""Settings that belong to the account: how pages look, keys for programs, blocked people, leaving."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from antiphon.accounts import service as accounts
from antiphon.accounts.service import parcels
from antiphon.kernel import clock
from antiphon.kernel.errors import AntiphonError
from antiphon.web.accounts.forms import KeyForm, LeaveForm, PreferencesForm, refuse
from antiphon.web.accounts.member import confirmed, member, sent


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Look, time zone and language."""
    user = member(request)
    initial = {"theme": user.theme, "time_zone": user.time_zone, "language": user.language}
    form = PreferencesForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        accounts.set_preferences(user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account_preferences")
    return render(request, "accounts/preferences.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def keys(request: HttpRequest) -> HttpResponse:
    """List keys for programs, and make one: its secret is on this one reply and nowhere else."""
    user = member(request)
    form = KeyForm(sent(request), initial={"scopes": ["read"], "days": 90})
    made, secret = None, ""
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        ends = clock.now() + timedelta(days=days) if days else None
        try:
            made, secret = accounts.make_api_key(user, form.cleaned_data["name"], form.cleaned_data["scopes"], ends)
        except AntiphonError as error:
            refuse(form, error)
        else:
            form = KeyForm(initial={"scopes": ["read"], "days": 90})
    shown = {"form": form, "made": made, "secret": secret, "keys": accounts.api_keys_of(user), "now": timezone.now()}
    return render(request, "accounts/keys.html", shown, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key."""
    accounts.revoke_api_key(member(request), key_id)
    messages.success(request, _("The key opens nothing any more."))
    return redirect("account_keys")


@login_required
def blocked(request: HttpRequest) -> HttpResponse:
    """List whom one has blocked."""
    return render(request, "accounts/blocked.html", {"people": accounts.blocked_by(member(request))})


@login_required
@require_POST
def unblock(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take a block back from the list, also of somebody whose profiles are gone."""
    accounts.unblock(member(request), accounts.account_for(user_id))
    return redirect("account_blocked")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def leave(request: HttpRequest) -> HttpResponse:
    """Ask for the account to be deleted, after days in which one may change one's mind."""
    user = member(request)
    form = LeaveForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            accounts.ask_deletion(user)
        except AntiphonError as error:
            refuse(form, error)
        else:
            return redirect("account_leave")
    shown = {"form": form, "days": settings.ANTIPHON.deletion_grace_days, "shelf": parcels.shelf_of(user)}
    return render(request, "accounts/leave.html", shown, status=422 if form.errors else 200)


@login_required
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Keep the account after all."""
    accounts.cancel_deletion(member(request))
    messages.success(request, _("Your account stays."))
    return redirect("account_leave")
