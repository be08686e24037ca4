"""What somebody heard."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from antiphon.api.shapes.common import In, Out, Page
from antiphon.api.shapes.music import TRACK_EXAMPLE, Track

PLAY_EXAMPLE: JsonDict = {
    "id": 981,
    "began_at": "2026-11-04T18:12:07Z",
    "heard_ms": 182_340,
    "finished": True,
    "source": "set",
    "track": TRACK_EXAMPLE,
}


class Play(Out):
    """One round of a track that you heard."""

    model_config = ConfigDict(json_schema_extra={"examples": [PLAY_EXAMPLE]})
    id: int
    began_at: datetime
    heard_ms: int = Field(description="What was really heard of it, in milliseconds; seeking and silence do not count")
    finished: bool = Field(description="Whether nine tenths of it were heard")
    source: Literal["page", "set", "feed", "search", "embed", "similar", "profile", "home", "queue", "link"]
    track: Track | None = Field(description="Null once you may not hear it any more")


class PlayPage(Page[Play]):
    """Plays, page by page."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"collection": [PLAY_EXAMPLE], "next_href": None}]})


class HistoryChoice(In):
    model_config = ConfigDict(json_schema_extra={"examples": [{"keep": False}]})
    keep: bool


class HistoryKept(Out):
    """Whether a history is kept of what you hear."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"keep": True}]})
    keep: bool
