"""What the player asks for: addresses of the sound, lists for the queue, the file to keep.

Addresses are signed, bound to this browser and run out; so none of these replies may be kept by anybody.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.community.service import plays
from antiphon.declarations import service as declarations
from antiphon.declarations.core.declaration import Declaration
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict, NotAllowed, NotSignedIn
from antiphon.web.declarations.telling import tell
from antiphon.web.listen import addresses
from antiphon.web.listen.reading import binding, secret_in, viewer_of
from antiphon.web.templatetags.look import credited

View = Callable[..., HttpResponse]


def for_one_listener(view: View) -> View:
    """Mark a reply as this browser's own."""

    @wraps(view)
    def reply(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return reply


@require_safe
@for_one_listener
def player_data(request: HttpRequest, track_id: int) -> HttpResponse:
    """All that the player needs to play a track, with addresses that are good for its length and some slack."""
    secret = secret_in(request)
    track, recording, said = _playable(request, track_id)
    length_s = (recording.duration_ms or 0) / 1000
    good_for = timedelta(seconds=length_s + settings.ANTIPHON.media_slack_seconds)
    streams = audio.streams(recording, binding=binding(request), declared=said.code)
    return JsonResponse(
        {
            **_item(track, secret),
            "duration_ms": recording.duration_ms,
            "loudness_lufs": recording.loudness_lufs,
            "true_peak_dbtp": recording.true_peak_dbtp,
            "streams": [{"kind": stream.kind, "mime": stream.mime, "url": stream.url} for stream in streams],
            "waveform_url": audio.waveform_url(recording, binding(request), declared=said.code),
            "ticket": plays.ticket_for(track, recording, viewer_of(request), binding(request)),
            "expires_at": (clock.now() + good_for).isoformat(timespec="seconds"),
        }
    )


@require_safe
@for_one_listener
def set_data(request: HttpRequest, set_id: int) -> HttpResponse:
    """A set's tracks, in order, for the queue. Tracks that are not ready to play are left out."""
    secret = secret_in(request)
    found = catalogue.set_for(viewer_of(request), set_id, secret)
    items = [_item(track, secret) for track in found.tracks if track.playable]
    reply = JsonResponse({"title": found.music_set.title, "items": items})
    return tell(reply, declarations.of_several(found.tracks), declarations.place_of_set(found.music_set))


@require_safe
@for_one_listener
def stream(request: HttpRequest, track_id: int) -> HttpResponse:
    """Lead to the AAC copy: what `<audio>` points at where no script runs."""
    _track, recording, said = _playable(request, track_id)
    streams = audio.streams(recording, binding=binding(request), declared=said.code)
    if not streams:
        raise _not_ready()
    aac = next((one for one in streams if one.kind.startswith("aac")), streams[0])
    return HttpResponseRedirect(aac.url)


@require_safe
@for_one_listener
def download(request: HttpRequest, track_id: int) -> HttpResponse:
    """Lead to the file to keep, where the creator allows it."""
    viewer = viewer_of(request)
    track, _recording, said = _playable(request, track_id)
    if not catalogue.may_download(viewer, track):
        if track.downloads == catalogue.Downloads.MEMBERS and viewer is None:
            raise NotSignedIn(_("Members may download this track."), hint=_("Sign in, then press download again."))
        raise NotAllowed(_("The creator does not offer this track for download."))
    return HttpResponseRedirect(audio.download_url(track, binding(request), declared=said.code))


def _playable(request: HttpRequest, track_id: int) -> tuple[catalogue.Track, catalogue.Recording, Declaration]:
    """Return a track that can be played, and what is told of it, which the reply tells also where it refuses."""
    track = catalogue.track_for(viewer_of(request), track_id, secret_in(request))
    said = declarations.note_track(request, track)
    if track.recording is None or not track.playable:
        raise _not_ready()
    return track, track.recording, said


def _not_ready() -> Conflict:
    return Conflict(_("This track is still being made ready to play."), hint=_("Try again in a moment."))


def _item(track: catalogue.Track, secret: str) -> dict[str, object]:
    """A track as the queue keeps it: the shape that `queue.js` calls Item."""
    return {
        "id": track.pk,
        "info": addresses.info(track, secret),
        "title": track.title,
        "artists": credited(track),
        "page": addresses.page(track, secret),
        "artwork": addresses.picture(track.artwork_key, addresses.LARGE),
        "ms": (track.recording.duration_ms if track.recording else 0) or 0,
    }
