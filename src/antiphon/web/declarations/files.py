"""What programs fetch to learn what they may do: robots.txt, ai.txt, tdmrep.json, RSL documents, TDM policies."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.declarations import service as declarations
from antiphon.declarations.core import files, rsl
from antiphon.declarations.core.declaration import NOTHING, SITE, Declaration, strictest
from antiphon.declarations.core.lines import RSL_TYPE
from antiphon.guard import service as guard
from antiphon.kernel.errors import AntiphonError
from antiphon.web.declarations.telling import tell
from antiphon.web.outside import finding
from antiphon.web.outside.unchanged import sent

# A later no has to travel: nobody keeps these for longer.
_SECONDS = 3600
_TEXT = "text/plain; charset=utf-8"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Say who may fetch what. Sandboxed: programs open this page to ride on somebody's cookies."""
    reply = _sent(request, files.robots_txt(settings.SITE_URL, guard.roll().names).encode(), _TEXT)
    reply.headers["Content-Security-Policy"] = "sandbox"
    return reply


@require_safe
def ai_txt(request: HttpRequest) -> HttpResponse:
    """Say the same to those who look for ai.txt before they fetch media."""
    return _sent(request, files.ai_txt().encode(), _TEXT)


@require_safe
def tdmrep(request: HttpRequest) -> HttpResponse:
    """Reserve text and data mining for the whole site."""
    return _sent(request, files.tdmrep(declarations.site_place().policy).encode(), "application/json")


@require_safe
def rsl_of_site(request: HttpRequest) -> HttpResponse:
    """What holds for all that no other document speaks about."""
    return _sent(request, rsl.document([declarations.site_content(SITE)]), RSL_TYPE)


@require_safe
def rsl_of_creator(request: HttpRequest, creator: str) -> HttpResponse:
    """What holds for a creator's page and for each of their public tracks."""
    try:
        profile = finding.face_at(creator)
    except AntiphonError as error:
        return _refused(error)
    if isinstance(profile, finding.Elsewhere):
        return HttpResponsePermanentRedirect(f"{profile.path}/rsl.xml")
    page = catalogue.tracks_of(profile, None, limit=declarations.MOST_IN_A_DOCUMENT)
    told = declarations.of_tracks(page.tracks)
    said = declarations.of_profile(profile) if page.next else strictest(told.values())
    contents = [declarations.profile_content(profile, said)]
    contents += [declarations.content_of(track, told[track.pk]) for track in page.tracks]
    reply = _sent(request, rsl.document(contents), RSL_TYPE)
    return tell(reply, said, declarations.place_in(profile))


@require_safe
def rsl_of_track(request: HttpRequest, creator: str, slug: str) -> HttpResponse:
    """What holds for a public track. One that is not public has no document, which is no licence."""
    try:
        found = finding.piece_at(finding.Address(creator, slug))
    except AntiphonError as error:
        return _refused(error)
    if isinstance(found, finding.Elsewhere):
        return HttpResponsePermanentRedirect(f"{found.path}/rsl.xml")
    track = found.tracks[0]
    said = declarations.of_track(track)
    reply = _sent(request, rsl.document([declarations.content_of(track, said)]), RSL_TYPE)
    return tell(reply, said, declarations.place_of(track))


@require_safe
def rsl_of_recording(request: HttpRequest, recording_id: int) -> HttpResponse:
    """The same by the number of a recording: where replies with sound lead to."""
    said, track = declarations.of_recording(recording_id)
    content = declarations.content_of(track, said) if track else declarations.hidden_content(recording_id)
    return tell(_sent(request, rsl.document([content]), RSL_TYPE), said, declarations.media_place(recording_id))


@require_safe
def policy_of_site(request: HttpRequest) -> HttpResponse:
    """Whom to ask about anything here."""
    return _sent(request, _policy(SITE, declarations.site_place().policy), "application/ld+json")


@require_safe
def policy_of_recording(request: HttpRequest, recording_id: int) -> HttpResponse:
    """Whom to ask about a recording; for one that is not public, the site."""
    said, track = declarations.of_recording(recording_id)
    body = _policy(said, declarations.policy_of(recording_id), track)
    return tell(_sent(request, body, "application/ld+json"), said, declarations.media_place(recording_id))


@require_safe
def manifest(request: HttpRequest, recording_id: int, name: str) -> HttpResponse:
    """The C2PA manifest of a copy whose container cannot hold one; whoever has the copy knows its name."""
    try:
        body = audio.manifest_of(recording_id, name)
    except AntiphonError as error:
        return _refused(error)
    return _sent(request, body, "application/c2pa")


def _policy(said: Declaration, uid: str, track: catalogue.Track | None = None) -> bytes:
    name, page = settings.SITE_NAME, settings.SITE_URL
    contact = f"{page}/about"
    if track is not None:
        name, page = track.profile.name, settings.SITE_URL + track.profile.get_absolute_url()
        contact = declarations.usage_page(track)
    return files.tdm_policy(said, uid=uid, name=name, page=page, contact=contact).encode()


def _sent(request: HttpRequest, body: bytes, kind: str) -> HttpResponse:
    return sent(request, body, address=request.path, kind=kind, seconds=_SECONDS)


def _refused(error: AntiphonError) -> HttpResponse:
    words = str(error.message) or _("There is nothing at this address.")
    return tell(HttpResponse(words, status=error.status, content_type=_TEXT), NOTHING, declarations.site_place())
