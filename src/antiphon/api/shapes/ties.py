"""Likes, reposts, follows, the feed, notices and their switches."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from antiphon.api.shapes.common import Id, In, Line, Out, Page, Unsent
from antiphon.api.shapes.music import SET_EXAMPLE, TRACK_EXAMPLE, MusicSet, Track
from antiphon.api.shapes.people import USER_EXAMPLE, User

Kind = Literal[
    "follow", "like", "repost", "comment", "reply", "mention", "release", "enquiry", "parcel", "registry", "terms",
    "case", "moderation",
]  # fmt: skip
Mail = Literal["never", "daily", "weekly"]

REPOST_EXAMPLE: JsonDict = {"user": USER_EXAMPLE, "words": "Listen to the end.", "created_at": "2026-11-05T08:00:00Z"}


class TiesOut(Out):
    """The counts of a track or set, and whether you are among them (null when nobody asks)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"likes_count": 12, "reposts_count": 3, "liked": True, "reposted": False}],
        }
    )
    likes_count: int
    reposts_count: int
    liked: bool | None
    reposted: bool | None


class ProfileTiesOut(Out):
    """How many follow a profile, and whether you do, or muted it (null when nobody asks)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"followers_count": 40, "followed": True, "muted": False, "shows_likes": False}]
        }
    )
    followers_count: int
    followed: bool | None
    muted: bool | None
    shows_likes: bool


class NewRepost(In):
    """What goes with it; without a body nothing does, and it stands under your first profile."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"words": "Listen to the end."}]})
    words: Annotated[Line, Field(max_length=200)] | None = None
    user_id: Id | None = Field(default=None, description="One of your profiles")


class LikesShown(In):
    model_config = ConfigDict(json_schema_extra={"examples": [{"shows_likes": True}]})
    shows_likes: bool


class RepostOut(Out):
    """Who reposted something, and what they said."""

    model_config = ConfigDict(json_schema_extra={"examples": [REPOST_EXAMPLE]})
    user: User
    words: str
    created_at: datetime


ENTRY_EXAMPLE: JsonDict = {
    "kind": "repost",
    "at": "2026-11-05T08:00:00Z",
    "track": TRACK_EXAMPLE,
    "set": None,
    "reposts": [REPOST_EXAMPLE],
}


class Entry(Out):
    """One thing of a feed: a track or a set, published, or reposted by those in `reposts`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [ENTRY_EXAMPLE, ENTRY_EXAMPLE | {"track": None, "set": SET_EXAMPLE}]}
    )
    kind: Literal["track", "repost"]
    at: datetime
    track: Track | None
    set: MusicSet | None
    reposts: list[RepostOut]


NOTICE_EXAMPLE: JsonDict = {
    "id": 31,
    "kind": "follow",
    "text": "Cleo Park follows you.",
    "words": "",
    "user": USER_EXAMPLE,
    "track_id": None,
    "url": "https://music.example/cleo-park",
    "created_at": "2026-11-05T08:00:00Z",
    "seen_at": None,
}


class NoticeOut(Out):
    """Something that happened and concerns you."""

    model_config = ConfigDict(json_schema_extra={"examples": [NOTICE_EXAMPLE]})
    id: int
    kind: Kind
    text: str
    words: str
    user: User | None
    track_id: int | None
    url: str
    created_at: datetime
    seen_at: datetime | None


class Seen(In):
    """Which notices you have seen; null for all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": [31]}, {"ids": None}]})
    ids: Annotated[list[Id], Field(max_length=500)] | None = None


class SeenOut(Out):
    model_config = ConfigDict(json_schema_extra={"examples": [{"marked": 1, "unseen": 0}]})
    marked: int = Field(description="How many of them were new")
    unseen: int = Field(description="How many are still new, at most 100")


class SwitchOut(Out):
    """How you hear of one kind of thing."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "comment", "in_app": True, "mail": "daily"}]})
    kind: Kind
    in_app: bool
    mail: Mail


class Switches(Out):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"collection": [{"kind": "comment", "in_app": True, "mail": "daily"}]}]}
    )
    collection: list[SwitchOut]


class SwitchChange(In):
    """What to change; what is not sent stays as it is. Decisions of the moderators are always told in the app."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"mail": "weekly"}]})
    in_app: bool = Unsent()
    mail: Mail = Unsent()


class EntryPage(Page[Entry]):
    """A feed, page by page."""


class NoticePage(Page[NoticeOut]):
    """Notices, page by page."""
