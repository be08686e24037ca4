"""Sets: albums, EPs, singles and playlists."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Status

from antiphon.accounts import service as accounts
from antiphon.accounts.service import User
from antiphon.api.callers import ANYONE, READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, newest_first, of_few
from antiphon.api.params import SecretToken, SetId, TrackId, clashes, etag_of, moment_ahead, secret_of, unchanged
from antiphon.api.routers.tracks import IfMatch
from antiphon.api.rows import full_set_out, set_out, viewer_of
from antiphon.api.shapes.music import (
    NewSet,
    OneTrack,
    Publishing,
    Secret,
    SetChanges,
    SetPage,
    SetWithTracks,
    TrackIds,
)
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import Conflict

router = Router(tags=["sets"])
MOST_OWN = 10_000


def _shown(person: User, set_id: int) -> SetWithTracks:
    return full_set_out(catalogue.set_for(person, set_id), person)


@router.get("/sets", auth=ANYONE, response=SetPage)
def newest_sets(request: ApiRequest, cursor: Cursor, limit: Limit) -> SetPage:
    """Public sets, the latest published first."""
    viewer = viewer_of(request.caller)
    rows, more = newest_first(request, catalogue.visible_sets(viewer), cursor, limit)
    return SetPage.model_construct(collection=[set_out(row, viewer) for row in rows], next_href=more)


@router.get("/me/sets", auth=READ, response=SetPage)
def my_sets(request: ApiRequest, cursor: Cursor, limit: Limit) -> SetPage:
    """Your own sets, drafts as well, the latest first."""
    person = request.caller.person
    rows, more = of_few(request, catalogue.own_sets(person, MOST_OWN), cursor, limit, lambda row: row.pk)
    return SetPage.model_construct(collection=[set_out(row, person) for row in rows], next_href=more)


@router.post("/sets", auth=WRITE, response={201: SetWithTracks})
def new_set(request: ApiRequest, reply: HttpResponse, body: NewSet) -> Status[SetWithTracks]:
    """Make an empty set under one of your profiles."""
    person = request.caller.person
    profiles = accounts.profiles_of(person)
    if not profiles:
        raise Conflict(_("You have no profile yet."), hint=_("Make one first; it takes a name and nothing else."))
    with clashes():
        row = catalogue.make_set(person, body.user_id or profiles[0].pk, title=body.title, kind=body.set_type)
    shown = _shown(person, row.pk)
    reply["Location"], reply["ETag"] = shown.uri, etag_of(row)
    return Status(201, shown)


@router.get("/sets/{set_id}", auth=ANYONE, response=SetWithTracks)
def read_set(request: ApiRequest, reply: HttpResponse, set_id: SetId, secret_token: SecretToken) -> SetWithTracks:
    """One set with its tracks in order: those that you may hear."""
    viewer = viewer_of(request.caller)
    found = catalogue.set_for(viewer, set_id, secret_of(secret_token))
    reply["ETag"] = etag_of(found.music_set)
    return full_set_out(found, viewer, request)


@router.patch("/sets/{set_id}", auth=WRITE, response=SetWithTracks)
def edit_set(
    request: ApiRequest, reply: HttpResponse, set_id: SetId, body: SetChanges, if_match: IfMatch
) -> SetWithTracks:
    """Change what is said of your set. With If-Match, only if nobody changed it since you read it."""
    person = request.caller.person
    said = body.model_dump(exclude_unset=True)
    for ours, theirs in (("slug", "permalink"), ("kind", "set_type")):
        if theirs in said:
            said[ours] = said.pop(theirs)
    with clashes(), unchanged(if_match, catalogue.own_set(person, set_id)):
        row = catalogue.edit_set(person, set_id, said)
    reply["ETag"] = etag_of(row)
    return _shown(person, set_id)


@router.put("/sets/{set_id}/tracks", auth=WRITE, response=SetWithTracks)
def put_tracks(
    request: ApiRequest, reply: HttpResponse, set_id: SetId, body: TrackIds, if_match: IfMatch
) -> SetWithTracks:
    """Let your set hold exactly these tracks, in this order: yours, public ones of others, and what it holds."""
    person = request.caller.person
    with clashes(), unchanged(if_match, catalogue.own_set(person, set_id)):
        row = catalogue.put_tracks(person, set_id, body.track_ids)
    reply["ETag"] = etag_of(row)
    return _shown(person, set_id)


@router.post("/sets/{set_id}/tracks", auth=WRITE, response=SetWithTracks)
def add_track(request: ApiRequest, reply: HttpResponse, set_id: SetId, body: OneTrack) -> SetWithTracks:
    """Put a track at the end of your set: yours, or a public one of somebody else. Twice is once."""
    person = request.caller.person
    with clashes():
        catalogue.add_to_set(person, set_id, body.track_id)
    reply["ETag"] = etag_of(catalogue.own_set(person, set_id))
    return _shown(person, set_id)


@router.delete("/sets/{set_id}/tracks/{track_id}", auth=WRITE, response={204: None})
def take_track_out(request: ApiRequest, set_id: SetId, track_id: TrackId) -> Status[None]:
    """Take a track out of your set, also one that nobody can hear any more."""
    catalogue.take_out(request.caller.person, set_id, track_id)
    return Status(204, None)


@router.delete("/sets/{set_id}", auth=WRITE, response={204: None})
def delete_set(request: ApiRequest, set_id: SetId) -> Status[None]:
    """Delete your set; its tracks stay."""
    catalogue.delete_set(request.caller.person, set_id)
    return Status(204, None)


@router.post("/sets/{set_id}/publish", auth=WRITE, response=SetWithTracks)
def publish_set(request: ApiRequest, set_id: SetId, body: Publishing) -> SetWithTracks:
    """Publish your set, and those of your tracks in it that are not out yet."""
    person = request.caller.person
    with clashes():
        catalogue.publish_set(person, set_id, sharing=body.sharing, at=moment_ahead(body.at))
    return _shown(person, set_id)


@router.post("/sets/{set_id}/unpublish", auth=WRITE, response=SetWithTracks)
def unpublish_set(request: ApiRequest, set_id: SetId) -> SetWithTracks:
    """Take your set back to a draft; its tracks stay as they are."""
    person = request.caller.person
    catalogue.unpublish_set(person, set_id)
    return _shown(person, set_id)


@router.post("/sets/{set_id}/secret", auth=WRITE, response=Secret)
def renew_set_secret(request: ApiRequest, set_id: SetId) -> Secret:
    """Make a new secret link; the one before opens nothing any more."""
    return Secret(secret_token=catalogue.renew_set_secret(request.caller.person, set_id).secret_token)
