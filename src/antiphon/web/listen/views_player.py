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
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict, NotAllowed, NotSignedIn
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
    track, recording = _playable(request, track_id)
    length_s = (recording.duration_ms or 0) / 1000
    good_for = timedelta(seconds=length_s + settings.ANTIPHON.media_slack_seconds)
    streams = audio.streams(recording, binding=binding(request))
    return JsonResponse(
        {
            **_item(track, secret),
            "duration_ms": recording.duration_ms,
            "loudness_lufs": recording.loudness_lufs,
            "true_peak_dbtp": recording.true_peak_dbtp,
            "streams": [{"kind": stream.kind, "mime": stream.mime, "url": stream.url} for stream in streams],
            "waveform_url": audio.waveform_url(recording, binding(request)),
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
    return JsonResponse({"title": found.music_set.title, "items": items})


@require_safe
@for_one_listener
def stream(request: HttpRequest, track_id: int) -> HttpResponse:
    """Lead to the AAC copy: what `<audio>` points at where no script runs."""
    _track, recording = _playable(request, track_id)
    streams = audio.streams(recording, binding=binding(request))
    if not streams:
        raise _not_ready()
    aac = next((one for one in streams if one.kind.startswith("aac")), streams[0])
    return HttpResponseRedirect(aac.url)


@require_safe
@for_one_listener
def download(request: HttpRequest, track_id: int) -> HttpResponse:
    """Lead to the file to keep, where the creator allows it."""
    viewer = viewer_of(request)
    track, _recording = _playable(request, track_id)
    if not catalogue.may_download(viewer, track):
        if track.downloads == catalogue.Downloads.MEMBERS and viewer is None:
            raise NotSignedIn(_("Members may download this track."), hint=_("Sign in, then press download again."))
        raise NotAllowed(_("The creator does not offer this track for download."))
    return HttpResponseRedirect(audio.download_url(track, binding(request)))


def _playable(request: HttpRequest, track_id: int) -> tuple[catalogue.Track, catalogue.Recording]:
    track = catalogue.track_for(viewer_of(request), track_id, secret_in(request))
    if track.recording is None or not track.playable:
        raise _not_ready()
    return track, track.recording


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
