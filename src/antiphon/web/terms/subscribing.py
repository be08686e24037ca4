"""Letters about terms without an account: the form, and the page of a letter's address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from antiphon.kernel.errors import BadInput, Gone
from antiphon.terms import service as terms
from antiphon.web.accounts import limits
from antiphon.web.consent.invited import private
from antiphon.web.studio.asking import tell, tell_why_not

AN_HOUR = 10


@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """Send a letter that asks whether it is meant."""
    limits.count(request, "subscribe", most=AN_HOUR, seconds=3600)
    try:
        terms.subscribe(request.POST.get("email", ""))
    except BadInput as error:
        tell_why_not(request, error)
    else:
        tell(request, _("A letter is on its way to that address; confirm it there."))
    return redirect("terms")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm, or end it. Looking does neither."""
    try:
        row = terms.subscriber(token)
        if request.method == "POST" and request.POST.get("do") == "end":
            terms.unsubscribe(token)
            page = {"title": _("No more letters"), "hint": _("The address is forgotten here.")}
            return private(render(request, "licence/gone.html", page))
        if request.method == "POST":
            terms.confirm(token)
            return private(redirect("terms_subscription", token))
    except Gone as error:
        page = {"title": error.message, "hint": error.hint}
        return private(render(request, "licence/gone.html", page, status=error.status))
    return private(render(request, "terms/subscription.html", {"row": row}))
