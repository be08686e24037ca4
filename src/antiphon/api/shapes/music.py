"""Tracks, sets and what belongs to them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from antiphon.api.shapes.common import (
    Day,
    Downloads,
    EmbeddableBy,
    Id,
    In,
    License,
    Line,
    Moment,
    Number,
    Out,
    Page,
    Permalink,
    Prose,
    Seen,
    SetType,
    Sharing,
    Unsent,
)
from antiphon.api.shapes.consent import AiPermission, Declared
from antiphon.api.shapes.people import USER_EXAMPLE, User

TRACK_EXAMPLE: JsonDict = {
    "kind": "track",
    "id": 12,
    "uri": "https://music.example/api/v1/tracks/12",
    "title": "Slow Harbour",
    "artists": "Ada Quill",
    "permalink": "slow-harbour",
    "permalink_url": "https://music.example/ada-quill/slow-harbour",
    "user": USER_EXAMPLE,
    "description": "Recorded in one evening, with the windows open.",
    "genre": "ambient",
    "tag_list": "harbour, tape, slow",
    "license": "cc-by",
    "sharing": "public",
    "downloads": "members",
    "downloadable": True,
    "streamable": True,
    "commentable": True,
    "embeddable_by": "all",
    "release_date": "2026-11-04",
    "release_year": 2026,
    "release_month": 11,
    "release_day": 4,
    "isrc": "DEAB12600042",
    "bpm": 84.0,
    "key_signature": "F# minor",
    "track_number": 3,
    "disc_number": 1,
    "duration": 243_000,
    "artwork_url": None,
    "waveform_url": "https://music.example/api/v1/tracks/12/waveform",
    "stream_url": "https://music.example/api/v1/tracks/12/streams",
    "download_url": "https://music.example/api/v1/tracks/12/download",
    "created_at": "2026-11-01T09:30:00Z",
    "published_at": "2026-11-04T18:00:00Z",
    "playback_count": 1204,
    "likes_count": 61,
    "reposts_count": 7,
    "comment_count": 12,
    "state": "published",
    "loudness_lufs": -14.2,
    "true_peak_dbtp": -1.1,
    "recording_id": 31,
    "secret_token": None,
    "hidden_because": None,
}

LABELLED_EXAMPLE: JsonDict = TRACK_EXAMPLE | {
    "ai_permissions": [{"purpose": "identify", "state": "on"}, {"purpose": "train-generative", "state": "no"}],
    "declarations": {
        "content_usage": "train-ai=n, ai-use=n, search=n",
        "content_signal": "search=no, ai-input=no, ai-train=no",
        "noai": True,
        "noindex": True,
        "tdm_reservation": 1,
        "tdm_policy": "https://music.example/policies/31.json",
        "rsl_url": "https://music.example/ada-quill/slow-harbour/rsl.xml",
    },
}


class Track(Out):
    """A page for one piece of music."""

    model_config = ConfigDict(json_schema_extra={"examples": [TRACK_EXAMPLE]})
    kind: Literal["track"]
    id: int
    uri: str
    title: str
    artists: str = Field(description="As credited; empty: the user's name")
    permalink: str
    permalink_url: str
    user: User
    description: str
    genre: str
    tag_list: str = Field(description="By comma")
    license: License
    sharing: Sharing
    downloads: Downloads = Field(description="Who may fetch the file")
    downloadable: bool = Field(description="Whether you may fetch the file")
    streamable: bool = Field(description="Whether there is something to listen to yet")
    commentable: bool
    embeddable_by: EmbeddableBy
    release_date: date | None
    release_year: int | None
    release_month: int | None
    release_day: int | None
    isrc: str
    bpm: float | None
    key_signature: str
    track_number: int | None
    disc_number: int | None
    duration: int | None = Field(description="Milliseconds; null until it can be played")
    artwork_url: str | None
    waveform_url: str | None
    stream_url: str | None
    download_url: str | None
    created_at: datetime
    published_at: datetime | None = Field(description="In the future: a scheduled release")
    playback_count: int = Field(description="Plays of 30 s or more, or of the whole of a shorter track")
    likes_count: int
    reposts_count: int
    comment_count: int
    state: Literal["draft", "published", "scheduled", "comparing", "held", "processing", "failed", "withdrawn"]
    loudness_lufs: float | None = Field(description="Integrated loudness (EBU R 128)")
    true_peak_dbtp: float | None
    recording_id: int | None = Field(description="The sound that the track has now")
    secret_token: str | None = Field(description="Opens the track to whoever has it; for its creator only")
    hidden_because: str | None = Field(description="Why moderators hid it; for its creator only")


class LabelledTrack(Track):
    """One track, with what its AI label says. Lists leave that out."""

    model_config = ConfigDict(json_schema_extra={"examples": [LABELLED_EXAMPLE]})
    ai_permissions: list[AiPermission] = Field(
        description="The sixteen purposes in their order; the reasons are at `permissions`"
    )
    declarations: Declared


class TrackChanges(In):
    """What to change; fields that are not sent stay as they are."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": "Slow Harbour", "genre": "ambient", "release_date": "2026-11-04"}]}
    )
    title: Annotated[Seen, Field(max_length=300)] = Unsent()
    permalink: Permalink = Unsent()
    artists: Annotated[Line, Field(max_length=500)] = Unsent()
    description: Annotated[Prose, Field(max_length=10_000)] = Unsent()
    genre: Annotated[Line, Field(max_length=100)] = Unsent()
    tag_list: Annotated[Line, Field(max_length=900, description="By comma; at most 30")] = Unsent()
    release_date: Day | None = Unsent()
    isrc: Annotated[str, Field(pattern="^(?:[A-Z]{2}-?[A-Z0-9]{3}-?[0-9]{2}-?[0-9]{5})?$")] = Unsent()
    bpm: Annotated[float, Field(ge=1, le=999, allow_inf_nan=False)] | None = Unsent()
    key_signature: Annotated[Line, Field(max_length=20)] = Unsent()
    track_number: Number | None = Unsent()
    disc_number: Number | None = Unsent()
    license: License = Unsent()
    sharing: Sharing = Unsent()
    downloads: Downloads = Unsent()
    commentable: bool = Unsent()
    embeddable_by: EmbeddableBy = Unsent()


class Publishing(In):
    """How to publish. A moment that has passed means now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"sharing": "public"}]})
    sharing: Sharing = "public"
    at: Moment | None = None


class Bulk(In):
    """One verb for many of your tracks: all of them, or none when one cannot take it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"do": "publish", "ids": [12, 13], "sharing": "public"}]})
    do: Literal["edit", "publish", "unpublish", "withdraw", "restore", "delete"]
    ids: Annotated[list[Id], Field(min_length=1, max_length=500)]
    sharing: Sharing = "public"
    at: Moment | None = None
    changes: TrackChanges | None = None


class Done(Out):
    """How many tracks it was done to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 2}]})
    count: int


class Secret(Out):
    """A new secret link; the one before opens nothing any more."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"secret_token": "k3jxn7w2pqmf8d5rbtghac"}]},
    )
    secret_token: str


SET_EXAMPLE: JsonDict = {
    "kind": "set",
    "id": 4,
    "uri": "https://music.example/api/v1/sets/4",
    "title": "Harbours",
    "permalink": "harbours",
    "permalink_url": "https://music.example/ada-quill/sets/harbours",
    "user": USER_EXAMPLE,
    "description": "",
    "set_type": "album",
    "release_date": "2026-11-04",
    "sharing": "public",
    "artwork_url": None,
    "created_at": "2026-11-01T09:30:00Z",
    "published_at": "2026-11-04T18:00:00Z",
    "secret_token": None,
    "hidden_because": None,
}


class MusicSet(Out):
    """An ordered list of tracks: album, EP, single or playlist."""

    model_config = ConfigDict(json_schema_extra={"examples": [SET_EXAMPLE]})
    kind: Literal["set"]
    id: int
    uri: str
    title: str
    permalink: str
    permalink_url: str
    user: User
    description: str
    set_type: SetType
    release_date: date | None
    sharing: Sharing
    artwork_url: str | None
    created_at: datetime
    published_at: datetime | None = Field(description="Null: a draft")
    secret_token: str | None = Field(description="For its creator only")
    hidden_because: str | None = Field(description="For its creator only")


class SetWithTracks(MusicSet):
    """A set with its tracks in order: those that you may hear."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [SET_EXAMPLE | {"track_count": 1, "duration": 243_000, "tracks": [TRACK_EXAMPLE]}]
        }
    )
    track_count: int
    duration: int = Field(description="Milliseconds, of the tracks listed")
    tracks: list[Track]


class NewSet(In):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": "Harbours", "set_type": "album", "user_id": 1}]}
    )
    title: Annotated[Seen, Field(max_length=300)]
    set_type: SetType = "playlist"
    user_id: Id | None = Field(default=None, description="Which of your profiles; by itself the first")


class SetChanges(In):
    """What to change; fields that are not sent stay as they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Harbours", "release_date": "2026-11-04"}]})
    title: Annotated[Seen, Field(max_length=300)] = Unsent()
    permalink: Permalink = Unsent()
    description: Annotated[Prose, Field(max_length=10_000)] = Unsent()
    set_type: SetType = Unsent()
    release_date: Day | None = Unsent()
    sharing: Sharing = Unsent()


class TrackIds(In):
    """Exactly these tracks, in this order."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"track_ids": [12, 13]}]})
    track_ids: Annotated[list[Id], Field(max_length=500)]


class OneTrack(In):
    """A track."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"track_id": 12}]})
    track_id: Id


class TrackPage(Page[Track]):
    """Tracks, page by page."""


class SetPage(Page[MusicSet]):
    """Sets, page by page."""
