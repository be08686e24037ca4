"""Tracks: read, describe, publish, withdraw."""

from typing import Annotated, Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Status

from antiphon.accounts.service import User
from antiphon.api.callers import ANYONE, READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, next_href, position_of, word_of
from antiphon.api.params import SecretToken, TrackId, clashes, etag_of, moment_ahead, secret_of, unchanged
from antiphon.api.rows import TRACK_COLUMNS, labelled_out, tracks_out, viewer_of
from antiphon.api.shapes.music import Bulk, Done, LabelledTrack, Publishing, Secret, TrackChanges, TrackPage
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import BadInput

router = Router(tags=["tracks"])
State = Annotated[
    Literal["draft", "published", "scheduled", "comparing", "held", "processing", "failed", "withdrawn"] | None,
    Query(None, description="Only those in this state; by itself all but the withdrawn"),
]
Words = Annotated[
    str | None,
    Query(None, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="Only those with all these words"),
]
IfMatch = Annotated[
    str | None,
    Header(
        None, alias="If-Match", pattern=r"^[!-~ ]*$", max_length=200, description="The ETag you read: edit only that"
    ),
]


def opened(caller_user: User | None, track_id: int, secret: str) -> catalogue.Track:
    """Return a track that this viewer may see, with the columns that are shown. Raises as `track_for`."""
    return catalogue.track_for(caller_user, track_id, secret, columns=TRACK_COLUMNS)


def renamed(changes: TrackChanges) -> dict[str, object]:
    """Return the changes under the names of our tables."""
    said = changes.model_dump(exclude_unset=True)
    if "permalink" in said:
        said["slug"] = said.pop("permalink")
    return said


@router.get("/tracks", auth=ANYONE, response=TrackPage)
def newest_tracks(request: ApiRequest, cursor: Cursor, limit: Limit) -> TrackPage:
    """Public tracks, the latest published first."""
    viewer = viewer_of(request.caller)
    found = catalogue.newest(viewer, position_of(cursor), limit, columns=TRACK_COLUMNS)
    more = next_href(request, word_of(*found.next)) if found.next else None
    return TrackPage.model_construct(collection=tracks_out(found.tracks, viewer, request), next_href=more)


@router.get("/me/tracks", auth=READ, response=TrackPage)
def my_tracks(request: ApiRequest, state: State, q: Words, cursor: Cursor, limit: Limit) -> TrackPage:
    """Your own tracks in any state, the latest first."""
    person, position = request.caller.person, position_of(cursor)
    rows, last = catalogue.studio_tracks(
        person, state=state or "", words=q or "", before_id=position[1] if position else None, limit=limit
    )
    more = next_href(request, word_of(None, last) if last is not None else None)
    return TrackPage.model_construct(collection=tracks_out(rows, person), next_href=more)


@router.post("/me/tracks/bulk", auth=WRITE, response=Done)
def many_tracks(request: ApiRequest, body: Bulk) -> Done:
    """Do one thing to many of your tracks: to all of them, or to none."""
    person = request.caller.person
    with clashes():
        if body.do == "publish":
            return Done(
                count=len(catalogue.publish_tracks(person, body.ids, sharing=body.sharing, at=moment_ahead(body.at)))
            )
        if body.do == "edit":
            changes = renamed(body.changes) if body.changes else {}
            if {"title", "slug"} & set(changes):
                raise BadInput(_("Many tracks cannot share one title or one address."), hint=_("Edit them one by one."))
            return Done(count=len(catalogue.edit_tracks(person, body.ids, changes)))
        if body.do == "delete":
            return Done(count=catalogue.delete_tracks(person, body.ids))
        verb = {
            "unpublish": catalogue.unpublish_tracks,
            "withdraw": catalogue.withdraw_tracks,
            "restore": catalogue.restore_tracks,
        }[body.do]
        return Done(count=len(verb(person, body.ids)))


@router.get("/tracks/{track_id}", auth=ANYONE, response=LabelledTrack)
def read_track(request: ApiRequest, reply: HttpResponse, track_id: TrackId, secret_token: SecretToken) -> LabelledTrack:
    """One track. What is shared by link opens with its secret token, or with that of a set it is in."""
    viewer = viewer_of(request.caller)
    track = opened(viewer, track_id, secret_of(secret_token))
    reply["ETag"] = etag_of(track)
    return labelled_out(track, viewer, request)


@router.patch("/tracks/{track_id}", auth=WRITE, response=LabelledTrack)
def edit_track(
    request: ApiRequest, reply: HttpResponse, track_id: TrackId, body: TrackChanges, if_match: IfMatch
) -> LabelledTrack:
    """Change what is said of your track. With If-Match, only if nobody changed it since you read it."""
    person = request.caller.person
    with clashes(), unchanged(if_match, catalogue.own_track(person, track_id)):
        track = catalogue.edit_track(person, track_id, renamed(body))
    reply["ETag"] = etag_of(track)
    return labelled_out(track, person, request)


@router.delete("/tracks/{track_id}", auth=WRITE, response={204: None})
def delete_track(request: ApiRequest, track_id: TrackId) -> Status[None]:
    """Delete your track and its files for good. To undo is not possible; `withdraw` can be undone."""
    catalogue.delete_tracks(request.caller.person, [track_id])
    return Status(204, None)


@router.post("/tracks/{track_id}/publish", auth=WRITE, response=LabelledTrack)
def publish_track(request: ApiRequest, track_id: TrackId, body: Publishing) -> LabelledTrack:
    """Let others hear your track: now, at a moment to come, or as soon as it can be played."""
    person = request.caller.person
    with clashes():
        rows = catalogue.publish_tracks(person, [track_id], sharing=body.sharing, at=moment_ahead(body.at))
    return labelled_out(rows[0], person)


@router.post("/tracks/{track_id}/unpublish", auth=WRITE, response=LabelledTrack)
def unpublish_track(request: ApiRequest, track_id: TrackId) -> LabelledTrack:
    """Take your track back to a draft."""
    person = request.caller.person
    return labelled_out(catalogue.unpublish_tracks(person, [track_id])[0], person)


@router.post("/tracks/{track_id}/withdraw", auth=WRITE, response=LabelledTrack)
def withdraw_track(request: ApiRequest, track_id: TrackId) -> LabelledTrack:
    """Let your track leave the platform at once. Its page says that it was withdrawn."""
    person = request.caller.person
    return labelled_out(catalogue.withdraw_tracks(person, [track_id])[0], person)


@router.post("/tracks/{track_id}/restore", auth=WRITE, response=LabelledTrack)
def restore_track(request: ApiRequest, track_id: TrackId) -> LabelledTrack:
    """Bring a withdrawn track back to what it was."""
    person = request.caller.person
    return labelled_out(catalogue.restore_tracks(person, [track_id])[0], person)


@router.post("/tracks/{track_id}/attestation", auth=WRITE, response=LabelledTrack)
def attest_track(request: ApiRequest, track_id: TrackId) -> LabelledTrack:
    """Say that you have the right to publish this track, for what came in without it."""
    person = request.caller.person
    return labelled_out(catalogue.attest(person, track_id), person)


@router.post("/tracks/{track_id}/secret", auth=WRITE, response=Secret)
def renew_track_secret(request: ApiRequest, track_id: TrackId) -> Secret:
    """Make a new secret link; the one before opens nothing any more."""
    return Secret(secret_token=catalogue.renew_secret(request.caller.person, track_id).secret_token)
