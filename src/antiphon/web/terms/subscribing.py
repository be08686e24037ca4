"""Letters about terms, ours and those of others, without an account: the form, and the page of a letter's address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
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
    wish = request.POST.get("wish", terms.OURS)
    try:
        terms.subscribe(request.POST.get("email", ""), wish)
    except BadInput as error:
        tell_why_not(request, error)
    else:
        tell(request, _("A letter is on its way to that address; confirm it there."))
    if wish == terms.OURS:
        return redirect("terms")
    return redirect("terms_watched") if wish == terms.ALL else redirect("terms_watched_one", slugify(wish) or "none")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm, or end it. Looking does neither."""
    try:
        row, wish = terms.subscriber(token)
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
    wishes, confirmed = terms.wishes_of(row), terms.has(row, wish)
    context = {"row": row, "wishes": wishes, "is_confirmed": confirmed, "what": terms.describe(wish)}
    return private(render(request, "terms/subscription.html", context))
