"""Reports, what moderators do about them, and what operators see."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from antiphon.api.shapes.common import Id, In, Out, Page, Prose, Seen

# What can be reported, rooms bring: `track`, `set`, `profile`, `comment`. One that nobody brought is not found.
Kind = Annotated[str, Field(pattern="^[a-z][a-z-]{0,19}$", examples=["track"])]
Reason = Literal["not-theirs", "hate", "illegal", "private", "spam", "other"]


class NewReport(In):
    """Something here should not be."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "track", "id": 12, "reason": "not-theirs", "words": "This is mine."}]}
    )
    kind: Kind
    id: Id
    reason: Reason
    words: Annotated[Prose, Field(max_length=4000)] = ""
    wants_answer: bool = Field(False, description="Write to me when it is decided")


class Report(Out):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 3,
                    "case_id": 2,
                    "kind": "track",
                    "subject_id": 12,
                    "reason": "not-theirs",
                    "words": "This is mine.",
                    "state": "open",
                    "created_at": "2026-11-04T20:00:00Z",
                    "decided_at": None,
                    "decision": "",
                }
            ]
        }
    )
    id: int
    case_id: int | None = Field(description="All reports about one thing are one case")
    kind: str
    subject_id: int
    reason: str
    words: str
    state: Literal["open", "upheld", "dismissed"]
    created_at: datetime
    decided_at: datetime | None
    decision: str


class ReportPage(Page[Report]):
    """Reports, page by page."""


class Decision(In):
    """What was decided, and why: the person concerned reads it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"uphold": True, "decision": "This is Ben's recording."}]}
    )
    uphold: bool
    decision: Annotated[Seen, Field(max_length=500)]


class Hiding(In):
    """Why something is hidden: the person concerned reads it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"because": "This is Ben's recording."}]})
    because: Annotated[Seen, Field(max_length=500)]


class Worker(Out):
    name: str
    started_at: datetime
    seen_at: datetime


class DeadJob(Out):
    id: int
    name: str
    subject: str
    failure: str
    finished_at: datetime | None


class Queue(Out):
    queued: int
    running: int
    done: int
    dead: int
    stuck: int
    waiting_s: float = Field(description="Age of the oldest job that is due")
    workers: list[Worker]
    latest_dead: list[DeadJob]


class PeopleCounts(Out):
    accounts: int
    profiles: int
    new_this_week: int
    suspended: int
    leaving: int


class Overview(Out):
    """How the installation is doing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": "0.1.0",
                    "people": {"accounts": 5, "profiles": 3, "new_this_week": 1, "suspended": 0, "leaving": 0},
                    "queue": {
                        "queued": 0,
                        "running": 1,
                        "done": 420,
                        "dead": 0,
                        "stuck": 0,
                        "waiting_s": 0.0,
                        "workers": [
                            {
                                "name": "host:4711:a1",
                                "started_at": "2026-11-04T08:00:00Z",
                                "seen_at": "2026-11-04T20:00:00Z",
                            }
                        ],
                        "latest_dead": [],
                    },
                    "storage_free_bytes": 51539607552,
                    "open_reports": 0,
                }
            ]
        }
    )
    version: str
    people: PeopleCounts
    queue: Queue
    storage_free_bytes: int
    open_reports: int
