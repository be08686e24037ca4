"""Cases, what is decided about them, appeals, and the trail."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from antiphon.api.shapes.common import In, Out, Page, Prose, Seen

Verdict = Literal["leave", "hide", "withdraw", "suspend", "show"]
State = Literal["open", "decided", "appealed"]
Because = Annotated[Seen, Field(max_length=500)]
AT = "2026-11-04T20:00:00Z"


class Case(Out):
    """One thing that was reported, with how often and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 2,
                    "kind": "track",
                    "subject_id": 12,
                    "name": "Slow Harbour",
                    "state": "open",
                    "voices": 2,
                    "standing": "plain",
                    "reasons": {"not-theirs": 2},
                    "claimed_by": None,
                    "opened_at": AT,
                    "decided_at": None,
                }
            ]
        }
    )
    id: int
    kind: str
    subject_id: int
    name: str
    state: State
    voices: int = Field(description="People who reported it; all without an account count as one")
    standing: Literal["raised", "plain", "sunk"] = Field(description="Where the rules put it in the queue")
    reasons: dict[str, int]
    claimed_by: int | None = Field(description="The account of the moderator who is at it")
    opened_at: datetime
    decided_at: datetime | None


class CasePage(Page[Case]):
    """Cases, page by page."""


class CaseReport(Out):
    reason: str
    words: str
    created_at: datetime
    often_dismissed: bool = Field(description="Most of what its reporter sent before was dismissed")


class Note(Out):
    model_config = ConfigDict(json_schema_extra={"examples": [{"by": 4, "words": "Asked the label.", "at": AT}]})
    by: int | None
    words: str
    at: datetime


class Appealed(Out):
    words: str
    at: datetime
    outcome: Literal["waiting", "kept", "changed"]
    answer: str
    answered_at: datetime | None


class Ruling(Out):
    """What was decided."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 5,
                    "case_id": 2,
                    "kind": "track",
                    "name": "Slow Harbour",
                    "verdict": "hide",
                    "because": "This is Ben's recording.",
                    "at": AT,
                    "on_appeal": False,
                    "may_appeal": True,
                    "appeal": None,
                }
            ]
        }
    )
    id: int
    case_id: int
    kind: str
    name: str
    verdict: Verdict
    because: str
    at: datetime
    on_appeal: bool
    may_appeal: bool
    appeal: Appealed | None


class RulingPage(Page[Ruling]):
    """Decisions, page by page."""


class Part(Out):
    part: str
    then: str = Field(description="When it was reported first")
    now: str
    changed: bool


class OpenedCase(Case):
    """A case with all that a moderator reads before deciding."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **Case.model_config["json_schema_extra"]["examples"][0],  # type: ignore[index,dict-item]
                    "address": "/ada-quill/slow-harbour",
                    "parts": [{"part": "title", "then": "Slow Harbour", "now": "Slow Harbour", "changed": False}],
                    "reports": [{"reason": "not-theirs", "words": "Mine.", "created_at": AT, "often_dismissed": False}],
                    "notes": [],
                    "rulings": [],
                    "earlier": [],
                    "of_owner": [],
                    "barred": "",
                }
            ]
        }
    )
    address: str = Field(description="Empty when it is gone")
    parts: list[Part]
    reports: list[CaseReport]
    notes: list[Note]
    rulings: list[Ruling]
    earlier: list[Ruling] = Field(description="About the same thing")
    of_owner: list[Ruling] = Field(description="About other things of the same person")
    barred: str = Field(description="Why you may not decide, empty when you may")


class NewNote(In):
    """For the other moderators alone; it cannot be changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"words": "Asked the label."}]})
    words: Annotated[Prose, Field(min_length=1, max_length=4000)]


class NewRuling(In):
    """What is to happen, and why: the person concerned reads it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"verdict": "hide", "because": "This is Ben's recording."}]}
    )
    verdict: Literal["leave", "hide", "withdraw", "suspend"]
    because: Because


class NewAppeal(In):
    """What is wrong with a decision."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"words": "I wrote it; here is the session."}]})
    words: Annotated[Prose, Field(min_length=1, max_length=4000)]


class NewAnswer(In):
    """Whether a decision stays after an appeal, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"keep": False, "because": "The session shows that it is theirs."}]}
    )
    keep: bool
    because: Because


class TrailLine(Out):
    """One act of moderation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 9,
                    "at": AT,
                    "who": 4,
                    "what": "hide",
                    "kind": "track",
                    "subject_id": 12,
                    "case_id": 2,
                    "why": "This is Ben's recording.",
                    "before": {"hidden": False, "sharing": "public"},
                    "after": {"hidden": True, "sharing": "public"},
                }
            ]
        }
    )
    id: int
    at: datetime
    who: int | None = Field(description="The account; it may have ended. None: the installation itself")
    what: str
    kind: str
    subject_id: int
    case_id: int | None
    why: str
    before: dict[str, Any]
    after: dict[str, Any]


class TrailPage(Page[TrailLine]):
    """The trail, page by page."""
