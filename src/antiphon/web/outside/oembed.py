"""oEmbed 1.0 (oembed.com): what other sites ask to put a player where somebody pastes a link."""

import re
from typing import Any
from xml.etree import ElementTree

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.catalogue import service as catalogue
from antiphon.declarations import service as declarations
from antiphon.declarations.core import lines
from antiphon.declarations.core.declaration import Declaration
from antiphon.declarations.core.lines import Place
from antiphon.declarations.core.rsl import for_xml
from antiphon.kernel.errors import Gone, NotFound
from antiphon.web.declarations.telling import tell
from antiphon.web.outside import finding, markup, permission, places

_CACHE_S = 3600
_SIDES = (1000, 500, 160)
_NUMBER = re.compile(r"\d{1,5}")
_MOST = 100_000


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Say how to show a track or a set elsewhere. 404 for no page of ours, 401 for a private one, 501 for a format."""
    form = request.GET.get("format", "json")
    if form not in ("json", "xml"):
        return _refused(501, _("There are two formats: json and xml."))
    url = request.GET.get("url", "")
    if not url:
        return _refused(400, _("Give the address of a page here as ?url="))
    try:
        found = _followed(url)
    except (NotFound, Gone) as error:
        return _refused(404, str(error.message))
    # A secret link is for those who were given it. Without its secret the page is not there at all, here as anywhere.
    if found.row.sharing != catalogue.Sharing.PUBLIC:
        return _refused(401, _("This page is private."))
    told, place = declarations.of_several(found.tracks), _place_of(found)
    said = described(found, _most(request, "maxwidth"), _most(request, "maxheight")) | _declared(told, place)
    reply: HttpResponse = JsonResponse(said) if form == "json" else HttpResponse(_xml(said), content_type="text/xml")
    reply.headers["Cache-Control"] = f"public, max-age={_CACHE_S}"
    return tell(_open(reply), told, place)


def _place_of(piece: finding.Piece) -> Place:
    row = piece.row
    if isinstance(row, catalogue.MusicSet):
        return declarations.place_of_set(row)
    return declarations.place_of(row)


def _declared(told: Declaration, place: Place) -> dict[str, Any]:
    """Fields of ours, which consumers that do not know them pass over: the same words as in the headers."""
    return {
        "content_usage": lines.content_usage(told),
        "content_signal": lines.content_signal(told),
        "tdm_reservation": int(lines.reserves(told)),
        "tdm_policy": place.policy,
        "license_url": place.rsl,
    }


def _followed(url: str) -> finding.Piece:
    """Return what has this address, or had it: a profile and a track may each have moved. Raises `NotFound`, `Gone`."""
    for _step in range(3):
        found = finding.piece_at(finding.address_in(url))
        if isinstance(found, finding.Piece):
            return found
        url = settings.SITE_URL + found.path
    raise NotFound(_("No track or set here has this address."))


def described(piece: finding.Piece, most_width: int = _MOST, most_height: int = _MOST) -> dict[str, Any]:
    """Return what oEmbed says of a public piece: a player where every page may have one, else a link."""
    row = piece.row
    said: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": row.title,
        "author_name": row.profile.name,
        "author_url": settings.SITE_URL + row.profile.get_absolute_url(),
        "provider_name": settings.SITE_NAME,
        "provider_url": settings.SITE_URL,
        "cache_age": _CACHE_S,
    }
    if permission.anywhere(piece):
        width = min(places.WIDTH, most_width)
        height = min(places.height_of(row), most_height)
        html = markup.iframe(places.embed(row), piece, width=width, height=height)
        said |= {"type": "rich", "html": html, "width": width, "height": height}
    side = next((side for side in _SIDES if side <= min(most_width, most_height)), 0)
    key = row.artwork_key or row.profile.picture_key
    if side and key:
        thumbnail = places.picture(key, side)
        said |= {"thumbnail_url": thumbnail, "thumbnail_width": side, "thumbnail_height": side}
    return said


def _xml(said: dict[str, Any]) -> bytes:
    root = ElementTree.Element("oembed")
    for name, value in said.items():
        ElementTree.SubElement(root, name).text = for_xml(str(value))
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _most(request: HttpRequest, name: str) -> int:
    said = request.GET.get(name, "")
    return max(1, int(said)) if _NUMBER.fullmatch(said) else _MOST


def _refused(status: int, words: str) -> HttpResponse:
    return _open(JsonResponse({"error": words}, status=status))


def _open(reply: HttpResponse) -> HttpResponse:
    """Pages elsewhere may read it: it says what everybody may know."""
    reply.headers["Access-Control-Allow-Origin"] = "*"
    return reply
