"""Comments: read, write, answer, edit, take away."""

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from antiphon.accounts import service as accounts
from antiphon.api.callers import ANYONE, COMMENT, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, next_href
from antiphon.api.params import RowId, SecretToken, TrackId, clashes, secret_of
from antiphon.api.routers.profiles import own_profile
from antiphon.api.rows import api_url, picture_url, site_url, viewer_of
from antiphon.api.shapes.comments import Comment, CommentChanges, CommentPage, NewComment
from antiphon.api.shapes.people import User
from antiphon.catalogue import service as catalogue
from antiphon.community.service import comments, talk
from antiphon.declarations import service as declarations
from antiphon.kernel.errors import Gone, NotFound

router = Router(tags=["comments"])
Order = Annotated[
    Literal["newest", "time"], Query("newest", description="The latest first, or by their place in the track")
]


@router.get("/tracks/{track_id}/comments", auth=ANYONE, response=CommentPage)
def track_comments(
    request: ApiRequest, track_id: TrackId, order: Order, cursor: Cursor, limit: Limit, secret_token: SecretToken
) -> CommentPage:
    """What was written about a track: threads, each with its first answers. Empty where comments are switched off."""
    viewer = viewer_of(request.caller)
    track = catalogue.track_for(viewer, track_id, secret_of(secret_token))
    declarations.note_track(request, track)
    after = talk.Cursor(int(cursor[:16], 16), int(cursor[16:], 16)) if cursor else None
    found = talk.page(track, viewer, order, after, limit)
    word = f"{found.next.place_ms:016x}{found.next.comment_id:016x}" if found.next else None
    rows = [_thread_out(one, track) for one in found.threads]
    return CommentPage.model_construct(collection=rows, next_href=next_href(request, word))


@router.post("/tracks/{track_id}/comments", auth=COMMENT, response={201: Comment})
def new_comment(request: ApiRequest, track_id: TrackId, body: NewComment, secret_token: SecretToken) -> Status[Comment]:
    """Write about a track, or answer: at a place in it, or about the whole. You need a profile to speak by."""
    person, secret = request.caller.person, secret_of(secret_token)
    track = catalogue.track_for(person, track_id, secret)
    opened = comments.Opened(track, secret if track.sharing == catalogue.Sharing.SECRET else "")
    speaker = own_profile(person, body.profile).pk if body.profile else None
    with clashes():
        row = comments.write(
            person, opened, body.body, at_ms=body.timestamp, parent_id=body.in_reply_to, profile_id=speaker
        )
    return Status(201, _found(person, track, row.pk))


@router.get("/comments/{row_id}", auth=ANYONE, response=Comment)
def one_comment(request: ApiRequest, row_id: RowId, secret_token: SecretToken) -> Comment:
    """One comment, with every answer to it."""
    viewer = viewer_of(request.caller)
    track = _track_of(viewer, row_id, secret_of(secret_token))
    declarations.note_track(request, track)
    return _found(viewer, track, row_id)


@router.patch("/comments/{row_id}", auth=COMMENT, response=Comment)
def edit_comment(request: ApiRequest, row_id: RowId, body: CommentChanges, secret_token: SecretToken) -> Comment:
    """Change your own words, in the first hour or as long as this site lets you. It is marked as edited."""
    person = request.caller.person
    track = _track_of(person, row_id, secret_of(secret_token))
    with clashes():
        comments.edit(person, row_id, body.body)
    return _found(person, track, row_id)


@router.delete("/comments/{row_id}", auth=WRITE, response={204: None})
def delete_comment(request: ApiRequest, row_id: RowId) -> Status[None]:
    """Take your own words back, or take a comment off your own track."""
    person = request.caller.person
    try:
        comments.delete(person, row_id)
    except NotFound:
        comments.remove(person, row_id)
    return Status(204, None)


def _track_of(viewer: accounts.User | None, comment_id: int, secret: str) -> catalogue.Track:
    missing = NotFound(_("There is no such comment."))
    track_id = talk.track_of(comment_id)
    if track_id is None:
        raise missing
    try:
        return catalogue.track_for(viewer, track_id, secret)
    except (NotFound, Gone):
        raise missing from None


def _found(viewer: accounts.User | None, track: catalogue.Track, comment_id: int) -> Comment:
    for thread in talk.thread(track, viewer, comment_id).threads:
        if thread.said.row.pk == comment_id:
            return _thread_out(thread, track)
        for one in thread.answers:
            if one.row.pk == comment_id:
                return _out(one, track)
    raise NotFound(_("There is no such comment."))


def _thread_out(thread: talk.Thread, track: catalogue.Track) -> Comment:
    return _out(thread.said, track, [_out(one, track) for one in thread.answers])


def _out(said: talk.Said, track: catalogue.Track, answers: list[Comment] | None = None) -> Comment:
    row = said.row
    return Comment.model_construct(
        kind="comment",
        id=row.pk,
        uri=api_url(f"comments/{row.pk}"),
        permalink_url=site_url(f"{track.get_absolute_url()}?comment={row.pk}#comment-{row.pk}"),
        track_id=track.pk,
        user=None if said.is_trace else _speaker(row),
        body="" if said.is_trace else row.words,
        timestamp=said.at_ms,
        in_reply_to=row.parent_id,
        state=row.state,
        created_at=row.created_at,
        edited_at=row.edited_at,
        replies=answers or [],
        replies_count=row.replies,
    )


def _speaker(row: talk.Row) -> User:
    return User.model_construct(
        kind="user",
        id=row.profile_id,
        uri=api_url(f"profiles/{row.slug}"),
        username=row.face,
        permalink=row.slug,
        permalink_url=site_url(f"/{row.slug}"),
        avatar_url=picture_url(row.picture_key or ""),
    )
