"""The room's public face: opening a case, what its sides and the moderators do in it, reading it, and its clocks."""

from antiphon.cases.models import CaseEntry, CaseFile
from antiphon.cases.registry import kinds, use_kind, use_tidings
from antiphon.cases.service.acting import act, case_id, side_of
from antiphon.cases.service.clockwork import keep_time
from antiphon.cases.service.files import locked, open_file, step
from antiphon.cases.service.judging import answer_appeal, claim, decide, let_through, note, unclaim
from antiphon.cases.service.parting import CasesOfPeople
from antiphon.cases.service.reading import (
    A_PAGE,
    Read,
    Shown,
    abuses_of,
    by_ids,
    counts,
    is_turn_of,
    judged,
    last_answer,
    latest_entries,
    mine,
    next_open,
    of_subjects,
    queue,
    read,
    waiting_for,
)
from antiphon.cases.service.standings import standing_of
from antiphon.cases.service.telling import page_of
from antiphon.cases.service.wording import outcome_words

__all__ = [
    "A_PAGE",
    "CaseEntry",
    "CaseFile",
    "CasesOfPeople",
    "Read",
    "Shown",
    "abuses_of",
    "act",
    "answer_appeal",
    "by_ids",
    "case_id",
    "claim",
    "counts",
    "decide",
    "is_turn_of",
    "judged",
    "keep_time",
    "kinds",
    "last_answer",
    "latest_entries",
    "let_through",
    "locked",
    "mine",
    "next_open",
    "note",
    "of_subjects",
    "open_file",
    "outcome_words",
    "page_of",
    "queue",
    "read",
    "side_of",
    "standing_of",
    "step",
    "unclaim",
    "use_kind",
    "use_tidings",
    "waiting_for",
]
