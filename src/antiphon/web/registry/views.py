"""Asking whose sound this is: by a file, the microphone or an address; and the answer, as it was signed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from antiphon.accounts import service as accounts
from antiphon.guard.core.visitors import where
from antiphon.identification.service import registry
from antiphon.kernel.errors import AntiphonError, BadInput, NotFound, TooMany
from antiphon.web.listen.reading import viewer_of
from antiphon.web.registry import showing


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Show the ways to ask, or take a question in and lead to where its answer will stand."""
    if request.method != "POST":
        return _page(request)
    try:
        row = _asked(request)
    except AntiphonError as error:
        return _page(request, error)
    return redirect("registry:lookup", row.uid)


def _asked(request: HttpRequest) -> registry.Lookup:
    user, sound = viewer_of(request), request.FILES.get("sound")
    link = request.POST.get("link", "").strip()
    counted_as = _counted_as(request, user)
    if sound is not None and sound.size:
        how = "microphone" if request.POST.get("how") == "microphone" else "file"
        return registry.ask_by_file(sound.chunks(), user, counted_as=counted_as, how=how)
    if not link:
        raise BadInput(_("There is nothing to ask about yet."), hint=_("Choose a file, record, or paste an address."))
    return registry.ask_by_link(link, user, counted_as=counted_as)


def _counted_as(request: HttpRequest, user: accounts.User | None) -> str:
    return f"user:{user.pk}" if user else f"address:{where(request.META.get('REMOTE_ADDR', '')).household}"


def _page(request: HttpRequest, error: AntiphonError | None = None) -> HttpResponse:
    context = {
        "error": error,
        "link": request.POST.get("link", "")[:300],
        "most_mb": registry.LARGEST_BYTES >> 20,
        "words": showing.sentences(),
    }
    response = render(request, "registry/ask.html", context, status=error.status if error else 200)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


@never_cache
@require_safe
def lookup(request: HttpRequest, uid: str) -> HttpResponse:
    """Show how far a question is, or what was answered: the same page to whoever has its address."""
    row = registry.lookup(uid)
    return render(request, "registry/answer.html", {"row": row, "answer": showing.shown(row)})


@never_cache
@require_safe
def signed(request: HttpRequest, uid: str) -> HttpResponse:
    """Hand out the answer with its signature, to be shown and checked anywhere."""
    row = registry.lookup(uid)
    if row.state != registry.Lookup.State.ANSWERED:
        raise NotFound(_("There is no answer yet."))
    response = HttpResponse(registry.signed_file(row), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="registry-{row.uid}.json"'
    return response
