"""Finding: by words, and by the address of a page."""

from typing import Annotated
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from ninja import Query, Router

from antiphon.accounts import service as accounts
from antiphon.api.callers import ANYONE, ApiRequest
from antiphon.api.cursors import Limit, next_href
from antiphon.api.rows import full_set_out, labelled_out, profile_out, set_out, tracks_out, user_out, viewer_of
from antiphon.api.shapes.finding import Asked, Found
from antiphon.api.shapes.music import LabelledTrack, SetWithTracks
from antiphon.api.shapes.people import Profile
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import NotFound

router = Router(tags=["find"])
FoundCursor = Annotated[
    str | None,
    Query(
        None,
        pattern="^[0-9a-f]{48}$",
        description="Where to go on: take it from `next_href`",
        example="000002000000271000064e2b1e8f9c0d00000000000000c0",
    ),
]
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
def search(request: ApiRequest, cursor: FoundCursor, limit: Limit, asked: Query[Asked]) -> Found:
    """What bears these words in title, artists, tags or names, the best first.

    Case, accents, one mistake in a word of four to seven letters, two in a longer one, and a missing space are
    forgiven; the last word may be unfinished. What stands further down than the best 200 of a kind is found by another
    word. All filters but `kind` are asked of tracks, and leave people and sets out.
    """
    viewer = viewer_of(request.caller)
    after = catalogue.place_of(cursor) if cursor else None
    found = catalogue.search(viewer, asked.q, filters=asked.filters(), limit=limit, after=after)
    return Found.model_construct(
        query=asked.q,
        meant=found.meant or None,
        collection=tracks_out(found.tracks, viewer, request),
        next_href=next_href(request, found.next.as_word()) if found.next else None,
        users=[user_out(row) for row in found.profiles],
        sets=[set_out(row, viewer) for row in found.sets],
    )


@router.get("/resolve", auth=ANYONE, response=LabelledTrack | SetWithTracks | Profile)
def resolve(request: ApiRequest, url: Address) -> LabelledTrack | SetWithTracks | Profile:
    """What is at the address of a page: a track, a set or a profile. Former addresses and secret links find it too."""
    viewer = viewer_of(request.caller)
    match _parts_of(url):
        case [profile]:
            return profile_out(accounts.profile_at(profile, viewer).profile, request)
        case [profile, "sets", slug, *rest] if len(rest) <= 1:
            return full_set_out(_set_at(_present(profile, viewer), slug, viewer, "".join(rest)), viewer, request)
        case [profile, slug, *rest] if len(rest) <= 1:
            return labelled_out(_track_at(_present(profile, viewer), slug, viewer, "".join(rest)), viewer, request)
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
