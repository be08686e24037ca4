"""Enquiries: what somebody asks the holders of tracks for, how it stands, and what a holder replies."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from antiphon.api.shapes.common import Id, In, Moment, Out, Page, Prose, Seen, whole
from antiphon.consent.core.enquiries import ABOUT_CHARS, MOST_TRACKS, NAME_CHARS, WORDS_CHARS

# Those of `consent/core/enquiries.py`; a test holds the two lists together.
Enquired = Literal[
    "search-index", "ai-index", "ai-input", "agent", "assist", "train-analysis", "evaluate", "train-generative",
    "finetune", "derive", "voice-likeness", "research",
]  # fmt: skip
State = Literal["waiting", "granted", "refused", "over"]

OFFER_EXAMPLE: JsonDict = {"amount_minor": 2500, "currency": "EUR"}
ENQUIRY_EXAMPLE: JsonDict = {
    "uid": "5b0d0a1c5f6b4a10a7c1f3b2ce8b9d11",
    "name": "Example Lab",
    "about": "A university: https://lab.example",
    "actor": "example-lab",
    "purpose": "train-generative",
    "starts_at": "2026-12-01T00:00:00Z",
    "ends_at": "2027-12-01T00:00:00Z",
    "offer": OFFER_EXAMPLE,
    "words": "A study of harbours in songs.",
    "opened_at": "2026-11-26T12:00:00Z",
    "closes_at": "2027-01-25T12:00:00Z",
    "withdrawn_at": None,
    "tracks": [
        {"id": 12, "recording_id": 31, "title": "Slow Harbour", "state": "waiting", "replied": 1, "holders": 2,
         "counts_from": None, "said": None}
    ],
}  # fmt: skip


class Offer(In):
    """What is offered for each track and the whole time, in minor units of an ISO 4217 currency."""

    amount_minor: Annotated[int, Field(ge=0, le=10**15), BeforeValidator(whole)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]


class NewEnquiry(In):
    """Who asks, which tracks, for which use, for how long ([starts_at, ends_at)) and for what price."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tracks": [12, 15],
                    "purpose": "train-generative",
                    "starts_at": "2026-12-01T00:00:00Z",
                    "ends_at": "2027-12-01T00:00:00Z",
                    "offer": OFFER_EXAMPLE,
                    "name": "Example Lab",
                    "about": "A university: https://lab.example",
                    "words": "A study of harbours in songs.",
                }
            ]
        }
    )
    tracks: Annotated[list[Id], Field(min_length=1, max_length=MOST_TRACKS)]
    purpose: Enquired
    starts_at: Moment
    ends_at: Moment
    offer: Offer | None = None
    name: Annotated[Seen, Field(max_length=NAME_CHARS)]
    about: Annotated[Seen, Field(max_length=ABOUT_CHARS)]
    words: Annotated[Prose, Field(min_length=1, max_length=WORDS_CHARS)]


class OfferOut(Out):
    """An offer as it was made."""

    amount_minor: int
    currency: str


class EnquiryTrack(Out):
    """How an enquiry stands for one track. Holders are counted and never named."""

    id: int | None = Field(description="Null where the track is gone")
    recording_id: int
    title: str | None
    state: State
    replied: int
    holders: int
    counts_from: datetime | None = Field(description="Of a licence: from when the gate lets the asker in")
    said: bool | None = Field(description="What you replied, where you hold rights in it; null for nothing")


class EnquiryOut(Out):
    """An enquiry. To its maker all its tracks are shown; to a holder only those in which they hold rights."""

    model_config = ConfigDict(json_schema_extra={"examples": [ENQUIRY_EXAMPLE]})
    uid: str
    name: str
    about: str
    actor: str | None = Field(description="The short name under which the gate knows whoever asks")
    purpose: Enquired
    starts_at: datetime
    ends_at: datetime
    offer: OfferOut | None
    words: str
    opened_at: datetime | None
    closes_at: datetime | None
    withdrawn_at: datetime | None
    tracks: list[EnquiryTrack]


class EnquiryHead(Out):
    """An enquiry in a list."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uid": "5b0d0a1c5f6b4a10a7c1f3b2ce8b9d11",
                    "name": "Example Lab",
                    "purpose": "train-generative",
                    "tracks_count": 2,
                    "made_at": "2026-11-26T12:00:00Z",
                    "is_open": True,
                    "waits_for_you": True,
                }
            ]
        }
    )
    uid: str
    name: str
    purpose: Enquired
    tracks_count: int
    made_at: datetime
    is_open: bool
    waits_for_you: bool


class EnquiryPage(Page[EnquiryHead]):
    """Enquiries, page by page."""


class NewReply(In):
    """Yes for these recordings, and no for the others of yours that the enquiry is about."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"yes": [31], "words": "With pleasure."}]})
    yes: Annotated[list[Id], Field(max_length=MOST_TRACKS)]
    words: Annotated[Prose, Field(max_length=1000)] = ""
    shuts_out: bool = Field(default=False, description="Nothing more of this asker shall reach you")
