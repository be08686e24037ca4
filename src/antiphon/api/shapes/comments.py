"""Comments on tracks."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from antiphon.api.shapes.common import Id, In, Out, Page, ProfilePermalink, Prose, whole
from antiphon.api.shapes.people import USER_EXAMPLE, User

MOST_PLACE_MS = 14_400_000 * 10  # far behind the end of any track; the track's own length is the rule

ANSWER_EXAMPLE: JsonDict = {
    "kind": "comment",
    "id": 8,
    "uri": "https://music.example/api/v1/comments/8",
    "permalink_url": "https://music.example/ada-quill/slow-harbour?comment=8#comment-8",
    "track_id": 12,
    "user": USER_EXAMPLE,
    "body": "The harbour bell. It rang by itself.",
    "timestamp": None,
    "in_reply_to": 7,
    "state": "shown",
    "created_at": "2026-11-04T19:05:00Z",
    "edited_at": None,
    "replies": [],
    "replies_count": 0,
}
COMMENT_EXAMPLE: JsonDict = ANSWER_EXAMPLE | {
    "id": 7,
    "uri": "https://music.example/api/v1/comments/7",
    "permalink_url": "https://music.example/ada-quill/slow-harbour?comment=7#comment-7",
    "body": "What is that bell?",
    "timestamp": 65_000,
    "in_reply_to": None,
    "created_at": "2026-11-04T19:00:00Z",
    "replies": [ANSWER_EXAMPLE],
    "replies_count": 1,
}
PlaceMs = Annotated[int, Field(ge=0, le=MOST_PLACE_MS), BeforeValidator(whole)]
Body = Annotated[Prose, Field(min_length=1, max_length=64_000)]


class Comment(Out):
    """What somebody wrote about a track. Where it is gone and others have answered, it has no `body` and no `user`."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMMENT_EXAMPLE]})
    kind: Literal["comment"]
    id: int
    uri: str
    permalink_url: str
    track_id: int
    user: User | None
    body: str = Field(description="Cleaned, at most 2,000 characters; empty when it is gone")
    timestamp: int | None = Field(description="The place in the track it is about, in milliseconds")
    in_reply_to: int | None = Field(description="The comment at the head of its thread")
    state: Literal["shown", "deleted", "removed", "hidden"]
    created_at: datetime
    edited_at: datetime | None
    replies: list["Comment"] = Field(description="In a list the first five; one comment comes with all")
    replies_count: int


class CommentPage(Page[Comment]):
    """Comments, page by page."""


class NewComment(In):
    """What you want to say of a track, or answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"body": "What is that bell?", "timestamp": 65_000},
                {"body": "The harbour bell. It rang by itself.", "in_reply_to": 7, "profile": "ada-quill"},
            ]
        }
    )
    body: Body
    timestamp: PlaceMs | None = Field(None, description="Milliseconds; left out for the whole track, and in an answer")
    in_reply_to: Id | None = None
    profile: ProfilePermalink | None = Field(None, description="Which of your profiles speaks; the first by itself")


class CommentChanges(In):
    """What it shall say instead."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"body": "What bell is that, at 1:05?"}]})
    body: Body
