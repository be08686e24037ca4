"""The registry by sound: questions, answers, and batches of fingerprints."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from antiphon.api.shapes.common import In, Line, Out, Page, Seen
from antiphon.identification.service.registry.batches import MOST_AT_ONCE

_UID = "8e03978e40d543ddbc936894a57f9324"
ANSWER_EXAMPLE: dict[str, Any] = {
    "format": "antiphon/registry/v1",
    "site": "https://music.example",
    "uid": _UID,
    "asked": {
        "by": {"kind": "actor", "name": "Example Lab"},
        "how": "prints",
        "at": "2026-11-27T12:00:00Z",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "link": None,
        "duration_ms": 10000,
        "ref": "crawl-000017",
    },
    "answered_at": "2026-11-27T12:00:02Z",
    "said": "unknown",
    "words": "Not known here.",
    "matches": [],
    "audio": "never sent",
    "checkpoint": {"origin": "music.example/log", "size": 812, "root": "5b" * 32},
}
# The fingerprint of ten silent seconds.
ITEM_EXAMPLE: JsonDict = {"ref": "crawl-000017", "prints": "QVBmcAEAAAAQJwAAAAAAAHicAwAAAAABhrunLg=="}
LOOKUP_EXAMPLE: dict[str, Any] = {
    "uid": _UID,
    "ref": "crawl-000017",
    "state": "answered",
    "asked_at": "2026-11-27T12:00:00Z",
    "answered_at": "2026-11-27T12:00:02Z",
    "failure": "",
    "url": f"https://music.example/registry/{_UID}",
    "signed_url": f"https://music.example/registry/{_UID}/answer.json",
    "answer": ANSWER_EXAMPLE,
}


class LookupOut(Out):
    """A question to the registry, and its answer once there is one."""

    model_config = ConfigDict(json_schema_extra={"examples": [LOOKUP_EXAMPLE]})
    uid: str
    ref: str | None = Field(description="What you call it, in a batch")
    state: Literal["waiting", "answered", "failed"]
    asked_at: datetime
    answered_at: datetime | None
    failure: str = Field(description="Why there is no answer, in plain words; empty where there is one")
    url: str = Field(description="The page of the answer; whoever has the address may read it")
    signed_url: str | None = Field(description="The answer with its signature; `antiphon verify` checks it offline")
    answer: dict[str, Any] | None = Field(
        description="`antiphon/registry/v1`, written once; see docs/guide/registry.md"
    )


class LookupPage(Page[LookupOut]):
    """Answers of a batch in the order in which it was sent. A short page with a `next_href` is not the last."""


class NewItem(In):
    """A fingerprint that `antiphon fingerprint make` has written, in base64, and what you call it."""

    ref: Annotated[Seen, Field(min_length=1, max_length=200)]
    prints: Annotated[str, Field(min_length=1, max_length=1_500_000, pattern="^[A-Za-z0-9+/=]+$")]


class NewItems(In):
    """Fingerprints to add to a batch. What is there already, with the same bytes, is passed over."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [ITEM_EXAMPLE]}]})
    items: Annotated[list[NewItem], Field(min_length=1, max_length=MOST_AT_ONCE)]


class NewBatch(In):
    """A batch, empty or with its first fingerprints."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Crawl of November", "items": [ITEM_EXAMPLE]}]})
    name: Annotated[Line, Field(max_length=100)] = ""
    items: Annotated[list[NewItem], Field(max_length=MOST_AT_ONCE)] = []


class BatchOut(Out):
    """How far a batch is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uid": _UID,
                    "name": "Crawl of November",
                    "made_at": "2026-11-27T12:00:00Z",
                    "number": 500,
                    "waiting": 120,
                    "answered": 380,
                    "failed": 0,
                    "answers_href": f"https://music.example/api/v1/registry/batches/{_UID}/answers",
                }
            ]
        }
    )
    uid: str
    name: str
    made_at: datetime
    number: int
    waiting: int
    answered: int
    failed: int
    answers_href: str
