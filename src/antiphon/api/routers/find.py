"""Finding: by words, and by the address of a page."""

from typing import Annotated
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from ninja import Query, Router

from antiphon.accounts import service as accounts
from antiphon.api.callers import ANYONE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, next_href, position_of, word_of
from antiphon.api.rows import full_set_out, profile_out, set_out, track_out, user_out, viewer_of
from antiphon.api.shapes.music import Found, SetWithTracks, Track
from antiphon.api.shapes.people import Profile
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import NotFound

router = Router(tags=["find"])
Words = Annotated[str, Query(..., min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", example="slow harbour")]
Address = Annotated[
    str,
    Query(
        ...,
        min_length=1,
        max_length=500,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="Address of a page of this site, whole or from its first slash",
        example="/ada-quill/slow-harbour",
    ),
]


@router.get("/search", auth=ANYONE, response=Found)
def search(request: ApiRequest, q: Words, cursor: Cursor, limit: Limit) -> Found:
    """What bears all these words in title, artists, tags or names, whatever their case and accents."""
    viewer = viewer_of(request.caller)
    found = catalogue.search(viewer, q, limit=limit + 1, before=position_of(cursor))
    rows, more = found.tracks[:limit], None
    if len(found.tracks) > limit:
        more = next_href(request, word_of(rows[-1].published_at, rows[-1].pk))
    first = cursor is None
    return Found.model_construct(
        query=q,
        collection=[track_out(row, viewer) for row in rows],
        next_href=more,
        users=[user_out(row) for row in found.profiles] if first else [],
        sets=[set_out(row, viewer) for row in found.sets] if first else [],
    )


@router.get("/resolve", auth=ANYONE, response=Track | SetWithTracks | Profile)
def resolve(request: ApiRequest, url: Address) -> Track | SetWithTracks | Profile:
    """What is at the address of a page: a track, a set or a profile. Former addresses and secret links find it too."""
    viewer = viewer_of(request.caller)
    match _parts_of(url):
        case [profile]:
            return profile_out(accounts.profile_at(profile, viewer).profile)
        case [profile, "sets", slug, *rest] if len(rest) <= 1:
            return full_set_out(_set_at(_present(profile, viewer), slug, viewer, "".join(rest)), viewer)
        case [profile, slug, *rest] if len(rest) <= 1:
            return track_out(_track_at(_present(profile, viewer), slug, viewer, "".join(rest)), viewer)
    raise NotFound(_("This is not the address of a track, a set or a profile."))


def _track_at(profile: str, slug: str, viewer: accounts.User | None, secret: str) -> catalogue.Track:
    found = catalogue.track_at(profile, slug, viewer, secret)
    if isinstance(found, catalogue.Moved):
        profile, slug = found.address.strip("/").split("/")
        found = catalogue.track_at(profile, slug, viewer, secret)
    if isinstance(found, catalogue.Moved):
        raise NotFound(_("This track is on its way elsewhere."), hint=_("Ask again."))
    return found.track


def _set_at(profile: str, slug: str, viewer: accounts.User | None, secret: str) -> catalogue.FoundSet:
    found = catalogue.set_at(profile, slug, viewer, secret)
    if isinstance(found, catalogue.Moved):
        profile, _sets, slug = found.address.strip("/").split("/")
        found = catalogue.set_at(profile, slug, viewer, secret)
    if isinstance(found, catalogue.Moved):
        raise NotFound(_("This set is on its way elsewhere."), hint=_("Ask again."))
    return found


def _present(permalink: str, viewer: accounts.User | None) -> str:
    return accounts.profile_at(permalink, viewer).profile.slug


def _parts_of(url: str) -> list[str]:
    try:
        split = urlsplit(url)
    except ValueError as error:
        raise NotFound(_("This is not an address.")) from error
    if split.netloc and split.netloc.lower() != urlsplit(settings.SITE_URL).netloc.lower():
        raise NotFound(_("This address is not on this site."), hint=f"Ours begin with {settings.SITE_URL}/.")
    parts = [unquote(part) for part in split.path.split("/") if part]
    if not all(part.isprintable() for part in parts):
        raise NotFound(_("This is not an address."))
    return parts
