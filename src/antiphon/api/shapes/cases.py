"""Matches and claims: cases between an uploader and a holder."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from antiphon.api.shapes.common import Id, In, Out, Page, Prose, Web, whole

Kind = Literal["match", "claim"]
Side = Literal["uploader", "holder"]
Stage = Literal["screen", "answer", "reply", "judge", "decided", "appealed", "closed"]
Outcome = Literal["", "free", "against", "agreed", "removed", "withdrawn", "lapsed", "moot"]
Way = Literal["own", "licensed", "cover", "public-domain", "mistake"]
Words = Annotated[Prose, Field(max_length=4000)]
AT = "2026-11-04T20:00:00Z"
_HEAD: JsonDict = {
    "uid": "5b0d0a1c5f6b4a10a7c1f3b2ce8b9d11",
    "kind": "match",
    "side": "uploader",
    "name": "Quick Harbour",
    "stage": "answer",
    "outcome": "",
    "waits_for_you": True,
    "until": None,
    "opened_at": AT,
}


class CaseHead(Out):
    """A match or a claim in which you have a side."""

    model_config = ConfigDict(json_schema_extra={"examples": [_HEAD]})
    uid: str
    kind: Kind
    side: Side = Field(description="Yours: the uploader's, or that of who holds what it sounds like")
    name: str = Field(description="What it is called for your side; never what your side may not know")
    stage: Stage = Field(description="For whom it waits")
    outcome: Outcome = Field(description="How it ended; empty while it runs")
    waits_for_you: bool
    until: datetime | None = Field(description="When the side that it waits for runs out of time")
    opened_at: datetime


class CaseHeadPage(Page[CaseHead]):
    """Matches and claims, page by page."""


class Stretch(Out):
    """A stretch of the upload beside the stretch that it sounds like; a claim may name none."""

    track_id: int | None = Field(description="The upload's track, where you may know it")
    other_track_id: int | None = Field(description="The track that it sounds like, where you may know it")
    at_ms: int
    length_ms: int
    other_at_ms: int
    other_length_ms: int
    tempo: float = Field(description="How much faster the upload is than the other")
    pitch: float = Field(description="Semitones above the other")
    is_certain: bool


class CaseEntryOut(Out):
    """One thing that was done."""

    at: datetime
    side: Literal["uploader", "holder", "moderator", "rule"]
    act: str
    words: str
    told: dict[str, Any]


class CaseOut(CaseHead):
    """A match or a claim with everything that both sides said."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _HEAD
                | {
                    "may": ["agree", "answer", "remove"],
                    "stretches": [
                        {
                            "track_id": 14, "other_track_id": 12, "at_ms": 12000, "length_ms": 19000,
                            "other_at_ms": 62000, "other_length_ms": 21280, "tempo": 1.12, "pitch": 2.0,
                            "is_certain": True,
                        }
                    ],
                    "entries": [{"at": AT, "side": "rule", "act": "open", "words": "", "told": {}}],
                }
            ]
        }
    )  # fmt: skip
    may: list[str] = Field(description="What your side may do now")
    stretches: list[Stretch]
    entries: list[CaseEntryOut]


class NewCaseAct(In):
    """Something that your side does."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"do": "answer", "way": "cover", "words": "I play it myself."}]}
    )
    do: Literal["answer", "agree", "remove", "yes", "object", "leave", "withdraw", "say", "appeal"]
    words: Words = ""
    way: Way | None = Field(None, description="Of an answer: why you may")
    licence: Annotated[Prose, Field(max_length=1000)] = ""
    link: Web | None = None
    good_faith: bool = Field(False, description="A counter-notice needs it")
    credit: Annotated[Prose, Field(max_length=300)] = ""
    share_percent: Annotated[int, Field(ge=0, le=100), BeforeValidator(whole)] = 0


class NewClaim(In):
    """A stretch of somebody's public track that is yours."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "at_ms": 12000, "length_ms": 9000, "reason": "recording", "words": "It is my tape.",
                    "reference": 12, "good_faith": True,
                }
            ]
        }
    )  # fmt: skip
    at_ms: Annotated[int, Field(ge=0, le=10**9), BeforeValidator(whole)]
    length_ms: Annotated[int, Field(ge=1, le=10**9), BeforeValidator(whole)]
    reason: Literal["recording", "composition", "performance", "other"]
    words: Words
    reference: Id | None = Field(None, description="A track of yours that it is taken from")
    proof_url: Web | None = None
    good_faith: bool = Field(description="You say this in good faith, as far as you know")
