"""The player on other sites' pages: its own small page, without cookies, and the sound that this page asks for."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.community.service import plays
from antiphon.declarations import service as declarations
from antiphon.declarations.core.declaration import Declaration
from antiphon.kernel import clock
from antiphon.kernel.errors import AntiphonError, Gone, NotAllowed, NotFound
from antiphon.web.consent.label import address_of, shown_label
from antiphon.web.declarations import telling
from antiphon.web.listen import addresses
from antiphon.web.listen.reading import peaks_of, secret_in
from antiphon.web.outside import finding, permission, tickets
from antiphon.web.templatetags.look import credited

_THEMES = ("light", "dark")
_START = re.compile(r"\d{1,6}")
_SOUND_SLACK_S = 300


@require_safe
def at_address(
    request: HttpRequest, creator: str, slug: str, secret: str = "", *, is_set: bool = False
) -> HttpResponse:
    """Show the player of what has this address; a former address leads on."""
    try:
        found = finding.piece_at(finding.Address(creator, slug, secret, is_set))
    except AntiphonError as error:
        return _sorry(request, error)
    if isinstance(found, finding.Elsewhere):
        query = request.META.get("QUERY_STRING", "")
        return _framed(HttpResponsePermanentRedirect(f"/embed{found.path}" + (f"?{query}" if query else "")))
    return _player(request, found)


@require_safe
def numbered(request: HttpRequest, number: int, *, is_set: bool = False) -> HttpResponse:
    """Show the player of the track or set with this number."""
    find = finding.set_numbered if is_set else finding.track_numbered
    try:
        return _player(request, find(number, secret_in(request)))
    except AntiphonError as error:
        return _sorry(request, error)


@require_safe
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any other address below /embed: a sentence that fits where a player was meant to be."""
    return _sorry(request, NotFound(_("There is no player at this address.")))


@require_safe
def sound(request: HttpRequest, track_id: int) -> HttpResponse:
    """All that the player needs to play a track, in the shape of the site's own; addresses end soon after it does."""
    try:
        ticket, track, recording, said = _ticketed(request, track_id)
    except AntiphonError as error:
        return _private(JsonResponse({"detail": str(error.message)}, status=error.status))
    lasts = timedelta(milliseconds=recording.duration_ms or 0, seconds=_SOUND_SLACK_S)
    streams = audio.streams_for(recording, ticket.audience, declared=said.code)
    reply = JsonResponse(
        {
            "id": track.pk,
            "title": track.title,
            "artists": credited(track),
            "page": settings.SITE_URL + addresses.page(track, ticket.secret),
            "artwork": addresses.picture(track.artwork_key, addresses.LARGE),
            "duration_ms": recording.duration_ms,
            "loudness_lufs": recording.loudness_lufs,
            "true_peak_dbtp": recording.true_peak_dbtp,
            "streams": [{"kind": stream.kind, "mime": stream.mime, "url": stream.url} for stream in streams],
            "peaks": peaks_of(recording),
            "ticket": plays.ticket_for(track, recording, None, tickets.binding_of(ticket.nonce)),
            "expires_at": (clock.now() + lasts).isoformat(timespec="seconds"),
        }
    )
    return _private(reply)


@require_safe
def stream(request: HttpRequest, track_id: int) -> HttpResponse:
    """Lead to the sound: what `<audio>` points at where no script runs."""
    try:
        ticket, _track, recording, said = _ticketed(request, track_id)
    except AntiphonError as error:
        return _private(HttpResponse(str(error.message), status=error.status, content_type="text/plain; charset=utf-8"))
    streams = audio.streams_for(recording, ticket.audience, declared=said.code)
    if not streams:
        return _private(HttpResponse(status=409))
    return _private(HttpResponseRedirect(streams[0].url))


def _ticketed(
    request: HttpRequest, track_id: int
) -> tuple[tickets.Ticket, catalogue.Track, catalogue.Recording, Declaration]:
    """Return whom a request is for, once the track may still be heard and embedded, and what is told of the track; the
    reply tells that also where it refuses. Raises what keeps it from that."""
    ticket = tickets.read(request.GET.get("ticket", "")[:1000], track_id)
    track = catalogue.track_for(None, track_id, ticket.secret)
    said = declarations.note_track(request, track)
    if track.embeddable_by not in (permission.ANYWHERE, permission.OWN_SITES) or track.recording is None:
        raise NotAllowed(_("Its creator wants this to be heard on %(site)s.") % {"site": settings.SITE_NAME})
    return ticket, track, track.recording, said


def _player(request: HttpRequest, piece: finding.Piece) -> HttpResponse:
    leave = permission.leave_for(piece, request.headers.get("Referer", ""))
    if not leave.tracks:
        return _elsewhere(request, piece)
    nonce = tickets.new_nonce()
    first, row = leave.tracks[0], piece.row
    if isinstance(row, catalogue.MusicSet):
        label: dict[str, Any] = {}
        said, place = declarations.of_several(leave.tracks), declarations.place_of_set(row)
    else:
        label = shown_label(row, None, piece.secret)
        said, place = declarations.of_label(row, label["label"]), declarations.place_of(row)
    shown = {
        **_frame(request),
        "piece": piece,
        "first": first,
        "items": [_item(track, nonce, piece) for track in leave.tracks],
        "peaks": peaks_of(first.recording),
        "start": second_in(request),
        "nonce": nonce,
        "declared_head": telling.head(said, place),
        **label,
    }
    reply = _framed(HttpResponse(render_to_string("outside/embed.html", shown)), leave.framed_by)
    return telling.tell(reply, said, place)


def _item(track: catalogue.Track, nonce: str, piece: finding.Piece) -> dict[str, object]:
    """A track as the player's list holds it."""
    secret = piece.secret
    question = f"?ticket={tickets.seal(nonce, track.pk, secret)}"
    return {
        "track": track,
        "info": f"/embed/listen/{track.pk}.json{question}",
        "stream": f"/embed/listen/{track.pk}/stream{question}",
        "page": settings.SITE_URL + addresses.page(track, secret),
        "label": settings.SITE_URL + address_of(track, secret),
        "by": credited(track),
        "ms": (track.recording.duration_ms if track.recording else 0) or 0,
    }


def second_in(request: HttpRequest) -> int:
    """Return the second to start at that an address asks for, 0 for none."""
    said = request.GET.get("t", "")
    return int(said) if _START.fullmatch(said) else 0


def _frame(request: HttpRequest) -> dict[str, object]:
    theme = request.GET.get("theme", "")
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "LANGUAGE_CODE": get_language(),
        "theme": theme if theme in _THEMES else "",
    }


def _sorry(request: HttpRequest, error: AntiphonError) -> HttpResponse:
    gone = isinstance(error, Gone)
    words = error.message if gone else _("There is nothing to hear here. It may be private, or have another address.")
    return _told(request, words, settings.SITE_URL, error.status)


def _elsewhere(request: HttpRequest, piece: finding.Piece) -> HttpResponse:
    if piece.is_set and not piece.tracks:
        return _told(request, _("There is nothing on it to hear yet."), piece.page, 200)
    words = _("Its creator wants this to be heard on %(site)s.") % {"site": settings.SITE_NAME}
    return _told(request, words, piece.page, 403)


def _told(request: HttpRequest, words: str, address: str, status: int) -> HttpResponse:
    shown = {**_frame(request), "words": words, "address": address}
    return _framed(HttpResponse(render_to_string("outside/nothing.html", shown), status=status))


def _framed(response: HttpResponse, by: tuple[str, ...] = ("*",)) -> HttpResponse:
    """Let pages elsewhere frame a reply; each has a nonce of its own, so nobody may keep it."""
    response._csp_replace = {"frame-ancestors": list(by)}  # type: ignore[attr-defined]  # read by django-csp
    response.xframe_options_exempt = True  # the older header knows no list
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
