"""Writing a comment, taking one away, and the marks on the waveform. Where they are read is the track's own page."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.service import comments as verbs
from antiphon.community.service import talk as reading
from antiphon.declarations import service as declarations
from antiphon.kernel.errors import AntiphonError, NotFound, TooMany
from antiphon.web.accounts.member import member
from antiphon.web.listen import addresses, talk, views_track
from antiphon.web.listen.reading import secret_in, viewer_of


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, track_id: int) -> HttpResponse:
    """Write, answer or edit a comment; a refusal shows the page again with what was typed and what is wrong."""
    viewer, secret = viewer_of(request), secret_in(request)
    track = catalogue.track_for(viewer, track_id, secret)
    declarations.note_track(request, track)
    page = addresses.page(track, secret)
    if request.method != "POST":
        return HttpResponseRedirect(f"{page}#comments")
    if viewer is None:
        return redirect_to_login(page)
    draft = talk.Draft.of(request.POST)
    try:
        row_id = _written(viewer, track, secret, draft)
    except NotFound as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(f"{page}#comments")
    except AntiphonError as error:
        return _refused(request, track, viewer, secret, draft, error)
    return HttpResponseRedirect(f"{page}?comment={row_id}#comment-{row_id}")


@require_POST
def acts(request: HttpRequest, track_id: int) -> HttpResponse:
    """Take a comment away: one's own, or any from one's own track."""
    person, secret = member(request), secret_in(request)
    track = catalogue.track_for(person, track_id, secret)
    if comment_id := talk.number(request.POST.get("delete", "")):
        verbs.delete(person, comment_id)
        messages.success(request, _("Your comment is deleted."))
    elif comment_id := talk.number(request.POST.get("remove", "")):
        verbs.remove(person, comment_id)
        messages.success(request, _("The comment is removed from your track."))
    return HttpResponseRedirect(f"{addresses.page(track, secret)}#comments")


@require_safe
def marks(request: HttpRequest, track_id: int) -> HttpResponse:
    """Return what stands on a track's waveform: id, milliseconds, who, and the beginning of the words."""
    viewer = viewer_of(request)
    track = catalogue.track_for(viewer, track_id, secret_in(request))
    declarations.note_track(request, track)
    reply = JsonResponse({"marks": [list(mark) for mark in reading.marks(track, viewer)]})
    reply.headers["Cache-Control"] = "private, no-cache"
    return reply


def _written(person: accounts.User, track: catalogue.Track, secret: str, draft: talk.Draft) -> int:
    if editing := talk.number(draft.edit):
        return int(verbs.edit(person, editing, draft.words).pk)
    needed = secret if addresses.question(track, secret) else ""
    row = verbs.write(
        person,
        verbs.Opened(track, needed),
        draft.words,
        at_ms=draft.at_ms,
        parent_id=talk.number(draft.parent) or None,
        profile_id=talk.number(draft.profile) or None,
        name=draft.name,
    )
    return int(row.pk)


def _refused(
    request: HttpRequest, track: catalogue.Track, viewer: accounts.User, secret: str, draft: talk.Draft,
    error: AntiphonError,
) -> HttpResponse:  # fmt: skip
    page = views_track.shown(track, viewer, secret, is_owner=catalogue.is_owner(viewer, track))
    page |= talk.shown(request, track, viewer, secret, draft=draft, error=error)
    reply = views_track.told(render(request, "listen/track.html", page, status=error.status), page)
    if isinstance(error, TooMany):
        reply.headers["Retry-After"] = str(error.retry_after_s)
    return reply
