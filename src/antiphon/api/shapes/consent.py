"""What holders answer, what the gate says, who asked, and the register of systems."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from antiphon.api.shapes.common import Id, In, Out, Page

# The sixteen of `consent/core/purposes.py`; a test holds the two lists together.
Slug = Literal[
    "identify", "integrity", "recommend", "organize", "search-index", "ai-index", "ai-input", "agent", "assist",
    "train-analysis", "evaluate", "train-generative", "finetune", "derive", "voice-likeness", "research",
]  # fmt: skip
Answerable = Literal[
    "recommend", "organize", "search-index", "ai-index", "ai-input", "agent", "assist", "train-analysis", "evaluate",
    "train-generative", "finetune", "derive", "voice-likeness", "research",
]  # fmt: skip
Said = Literal["yes", "ask", "no", "nothing"]
LabelState = Literal["on", "yes", "ask", "no"]
MOST_PLACES = 1000

ANSWERS_EXAMPLE: JsonDict = {
    "answers": {"organize": "yes", "train-generative": "no"},
    "where": [{"kind": "track", "id": 12}],
}


class Account(In):
    """Everywhere you hold rights, where nothing else is said for a set or a track."""

    kind: Literal["account"]


class Place(In):
    """One of your sets, or a track in which you hold rights."""

    kind: Literal["set", "track"]
    id: Id


class Answers(In):
    """What you say to purposes, and where. "nothing" takes back what was said there."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWERS_EXAMPLE]})
    answers: Annotated[dict[Answerable, Said], Field(min_length=1)]
    where: Annotated[list[Account | Place], Field(min_length=1, max_length=MOST_PLACES)] = [Account(kind="account")]


class AnswerGiven(Out):
    """An answer of yours that stands. A yes may come to count later than it was said."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "track",
                    "id": 12,
                    "recording_id": 31,
                    "purpose": "train-analysis",
                    "said": "yes",
                    "said_at": "2026-11-04T18:00:00Z",
                    "counts_from": "2026-11-07T18:00:00Z",
                }
            ]
        }
    )
    kind: Literal["account", "set", "track"]
    id: int | None = Field(description="The set or the track; null for your account")
    recording_id: int | None = Field(description="The sound that an answer on a track is bound to")
    purpose: Slug
    said: Literal["yes", "ask", "no"]
    said_at: datetime
    counts_from: datetime


class AnswerPage(Page[AnswerGiven]):
    """Your answers, page by page."""


class ActDone(Out):
    """What you said, in one act, with its proof file."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uid": "5b0d0a1c5f6b4a10a7c1f3b2ce8b9d11",
                    "at": "2026-11-04T18:00:00Z",
                    "proof_url": "https://music.example/studio/proofs/act/5b0d0a1c5f6b4a10a7c1f3b2ce8b9d11",
                }
            ]
        }
    )
    uid: str
    at: datetime
    proof_url: str = Field(description="Where you, signed in, get the receipt once it is in the public log")


class ChangeAhead(Out):
    purpose: Slug
    now_allowed: int = Field(description="How many recordings the gate would come to allow")
    now_refused: int
    waiting_until: datetime | None = Field(description="When a yes comes to count that does not count at once")


class Preview(Out):
    """What an answer would change, without changing it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"changes": [{"purpose": "organize", "now_allowed": 3, "now_refused": 0, "waiting_until": None}]}
            ]
        }
    )
    changes: list[ChangeAhead]


class AskedLine(Out):
    """A question of a system that considered recordings of yours, and the rule that decided."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uid": "5b0d0a1c5f6b4a10a7c1f3b2ce8b9d11",
                    "at": "2026-11-04T18:00:00Z",
                    "system": "antiphon/similar",
                    "purpose": "organize",
                    "actor": "site",
                    "allowed": False,
                    "rule": "no.consent",
                    "words": "Not everybody who holds rights in it has said yes.",
                    "would_change": "Every holder says yes.",
                    "recordings": [31],
                    "proof_url": "https://music.example/studio/proofs/asked/5b0d0a1c5f6b4a10a7c1f3b2ce8b9d11/{recording_id}",
                }
            ]
        }
    )
    uid: str
    at: datetime
    system: str
    purpose: Slug
    actor: str
    allowed: bool
    rule: str
    words: str
    would_change: str
    recordings: list[int]
    proof_url: str = Field(description="With one of the recordings filled in: where you, signed in, get the proof file")


class AskedPage(Page[AskedLine]):
    """Who asked, page by page."""


class RecallLine(Out):
    """Something that was made of recordings of yours and has to lose them again."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 7,
                    "made_at": "2026-11-04T18:00:00Z",
                    "state": "done",
                    "system": "antiphon/similar",
                    "purpose": "organize",
                    "actor": "site",
                    "artefact": "9c1c2f0e6a5d4b3f8e7d6c5b4a392817",
                    "kind": "descriptors",
                    "rule": "holder.no",
                    "words": "Somebody with rights in it said no. One no is enough.",
                    "recordings": [31],
                    "remedy": "Deleted with what was worked out from it.",
                    "done_at": "2026-11-04T18:00:09Z",
                }
            ]
        }
    )
    id: int
    made_at: datetime
    state: Literal["queued", "done"]
    system: str
    purpose: Slug
    actor: str
    artefact: str = Field(description="As the public log calls it")
    kind: str
    rule: str = Field(description="What refuses them now")
    words: str
    recordings: list[int] = Field(description="Yours; whose else it loses is not said")
    remedy: str = Field(description="What was done; empty while it waits")
    done_at: datetime | None


class RecallPage(Page[RecallLine]):
    """Recalls, page by page."""


class AiPermission(Out):
    """What the AI label says of a track for one purpose."""

    purpose: Slug
    state: LabelState = Field(description="on: needed to run the place. ask: a licence has to be asked for")


class Declared(Out):
    """What is told of a track outside, line by line, as whoever asks from outside would be answered by the gate."""

    content_usage: str = Field(description="AIPREF, as in the header `Content-Usage`; empty: nothing is said")
    content_signal: str = Field(description="As in the header `Content-Signal`")
    noai: bool = Field(description="Whether `X-Robots-Tag: noai, noimageai` is said")
    noindex: bool = Field(description="Whether search engines are asked to leave its page out")
    tdm_reservation: Literal[0, 1] = Field(description="TDMRep")
    tdm_policy: str = Field(description="Where to ask, as ODRL")
    rsl_url: str = Field(description="Its RSL document")


class Permission(Out):
    """What this site itself may do with a track for one purpose, and why. Nobody is named."""

    purpose: Slug
    in_plain_words: str
    state: LabelState = Field(description="As the AI label says it")
    allowed: bool
    rule: str
    words: str
    would_change: list[str]


class Permissions(Out):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "track_id": 12,
                    "recording_id": 31,
                    "at": "2026-11-04T18:00:00Z",
                    "policy_hash": "sha256:6f1e",
                    "terms_hash": "sha256:a1c2",
                    "ai_permissions": [
                        {
                            "purpose": "organize",
                            "in_plain_words": "Describe it: tempo, key, tags, similar sound, generated playlists",
                            "state": "no",
                            "allowed": False,
                            "rule": "no.consent",
                            "words": "Not everybody who holds rights in it has said yes.",
                            "would_change": ["Every holder says yes."],
                        }
                    ],
                }
            ]
        }
    )
    track_id: int
    recording_id: int | None
    at: datetime
    policy_hash: str
    terms_hash: str = Field(description="The version of the terms that binds it")
    ai_permissions: list[Permission]


class RegisteredSystem(Out):
    """A system that may ask for permits, or will, or did."""

    name: str
    purpose: Slug
    owner: str
    reads: str
    version: str
    approved_by: list[str]
    announced_at: datetime
    active_from: datetime
    ended_at: datetime | None
    questions: int
    considered: int
    allowed: int
    refused: int


class PurposeCounts(Out):
    purpose: Slug
    questions: int
    considered: int
    allowed: int
    refused: int


class Register(Out):
    """Every system, and what was asked, allowed and refused, counted in recordings."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "systems": [
                        {
                            "name": "antiphon/similar",
                            "purpose": "organize",
                            "owner": "this site",
                            "reads": "the decoded sound",
                            "version": "1",
                            "approved_by": ["the release", "the release"],
                            "announced_at": "2026-11-04T18:00:00Z",
                            "active_from": "2026-11-04T18:00:00Z",
                            "ended_at": None,
                            "questions": 4,
                            "considered": 12,
                            "allowed": 9,
                            "refused": 3,
                        }
                    ],
                    "counts": [{"purpose": "organize", "questions": 4, "considered": 12, "allowed": 9, "refused": 3}],
                    "matching": False,
                    "log_size": 812,
                    "log_keys": ["music.example/log+b3079c1e+ASjfX1Z8WdatN1kXqoFr7QUdhl392S3lrWsmdyC1WQI1"],
                }
            ]
        }
    )
    systems: list[RegisteredSystem]
    counts: list[PurposeCounts]
    matching: bool = Field(description="Whether uploads are compared with music whose holders said no")
    log_size: int
    log_keys: list[str] = Field(description="The verifier keys of the public log, the present one first")
