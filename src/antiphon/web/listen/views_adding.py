"""“Add to set…”: which of one's sets a track is in, and a new one that begins with it. A page of its own, and for
scripts the same as a piece for a dialog.
"""

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from antiphon.kernel.errors import AntiphonError, TooMany
from antiphon.web.studio.asking import numbers, person, tell, wants_part

MOST_AN_HOUR = 600


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_to_set(request: HttpRequest, track_id: int) -> HttpResponse:
    """Show one's sets beside a track; put it into one (`add`), take it out (`out`), or begin a new one (`new`)."""
    user = person(request)
    track = catalogue.track_to_add(user, track_id)
    if request.method != "POST":
        return _page(request, user, track)
    try:
        _count(user)
        said = _do(request, user, track)
    except AntiphonError as error:
        return _page(request, user, track, error=error, status=error.status)
    if wants_part(request):
        return _page(request, accounts.account_for(user.pk), track, said=said)
    tell(request, said)
    return redirect("add_to_set", track_id)


def _do(request: HttpRequest, user: accounts.User, track: catalogue.Track) -> str:
    """Do what was pressed, and return what to say of it."""
    sent = request.POST
    for verb in ("add", "out"):
        for set_id in numbers(sent.getlist(verb))[:1]:
            if verb == "add":
                catalogue.add_to_set(user, set_id, track.pk)
                words = _("“%(title)s” is in “%(set)s”.")
            else:
                catalogue.take_out(user, set_id, track.pk)
                words = _("“%(title)s” is not in “%(set)s” any more.")
            return words % {"title": track.title, "set": catalogue.own_set(user, set_id).title}
    made = catalogue.begin_playlist(
        user, sent.get("title", ""), track.pk, sharing=sent.get("sharing", "private"), name=sent.get("name", "")
    )
    return _("“%(set)s” begins with “%(title)s”.") % {"title": track.title, "set": made.title}


def _page(
    request: HttpRequest,
    user: accounts.User | None,
    track: catalogue.Track,
    *,
    said: str = "",
    error: AntiphonError | None = None,
    status: int = 200,
) -> HttpResponse:
    assert user is not None  # noqa: S101  (behind the sign-in)
    context = {
        "track": track,
        "choices": catalogue.choices_for(user, track.pk),
        "profiles": accounts.profiles_of(user),
        "said": said,
        "refused": error,
        "faults": error.fields if error else {},
        "sent": request.POST if error else {},
    }
    name = "listen/parts/add_to_set.html" if wants_part(request) else "listen/add_to_set.html"
    return render(request, name, context, status=status)


def _count(user: accounts.User) -> None:
    hour = int(clock.now().timestamp()) // 3600
    key = f"limit:sets:{user.pk}:{hour}"
    cache.add(key, 0, 3600)
    if cache.incr(key) > MOST_AN_HOUR:
        raise TooMany(_("That was too often."), retry_after_s=3600, hint=_("Go on in an hour."))
