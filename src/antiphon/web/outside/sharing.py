"""What *Share* offers beside the link: the code of a player with its picture, and a QR code drawn here."""

import io
from dataclasses import dataclass

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from antiphon.catalogue import service as catalogue
from antiphon.declarations import service as declarations
from antiphon.web.listen import addresses
from antiphon.web.listen.reading import viewer_of
from antiphon.web.outside import embed, finding, markup, permission, places


@dataclass(frozen=True)
class Offer:
    """What the share sheet of a page shows; no `player` where nothing may be played elsewhere."""

    link: str
    code: str  # the path of its QR code
    player: str = ""  # the path of the player, for the preview
    html: str = ""  # what to paste
    height: int = 0


def offered(piece: finding.Piece) -> Offer:
    """Return what can be shared of a page that its viewer sees."""
    row, secret = piece.row, piece.secret
    code = places.code(row, secret)
    if row.sharing == catalogue.Sharing.PRIVATE or not may_have_player(piece):
        return Offer(piece.page, code)
    address = places.embed(row, secret, theme="auto")
    height = places.height_of(row)
    html = str(markup.iframe(address, piece, width="100%", height=height))
    return Offer(piece.page, code, address.removeprefix(settings.SITE_URL), html, height)


def may_have_player(piece: finding.Piece) -> bool:
    """Tell whether anything of it may be played on some page elsewhere."""
    allowed = (permission.ANYWHERE, permission.OWN_SITES)
    return any(track.embeddable_by in allowed and track.playable for track in piece.tracks)


@require_safe
def code(request: HttpRequest, creator: str, slug: str, secret: str = "", *, is_set: bool = False) -> HttpResponse:
    """Draw the QR code of a page that this viewer may see, from a second on if they like; dark on light for cameras."""
    viewer = viewer_of(request)
    find = catalogue.set_at if is_set else catalogue.track_at
    found = find(creator, slug, viewer, secret)
    if isinstance(found, catalogue.Moved):
        return HttpResponsePermanentRedirect(f"{found.address}/code.svg")
    row: catalogue.Track | catalogue.MusicSet
    if isinstance(found, catalogue.FoundSet):
        row = found.music_set
        declarations.note(request, declarations.of_several(found.tracks), declarations.place_of_set(row))
    else:
        row = found.track
        declarations.note_track(request, row)
    at = embed.second_in(request)
    address = settings.SITE_URL + addresses.page(row, secret) + (f"#t={at}" if at else "")
    drawn = io.BytesIO()
    made = segno.make(address, error="m", micro=False)
    made.save(drawn, kind="svg", border=4, scale=8, dark="#000", light="#fff", xmldecl=False)
    reply = HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
    reply.headers["Cache-Control"] = "private, max-age=3600"
    return reply
