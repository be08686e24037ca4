"""A case's file: opening it, and writing one more entry, with its place in the ledger, in one transaction."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.cases.core import course
from antiphon.cases.core.course import Act, Outcome, Side, Stage, Standing
from antiphon.cases.models import CaseEntry, CaseFile
from antiphon.cases.registry import about, kind_of
from antiphon.cases.service import telling
from antiphon.cases.service.standings import put, standing_of
from antiphon.consent import service as consent
from antiphon.kernel import ids
from antiphon.kernel.errors import Conflict, NotFound
from antiphon.ledger import service as ledger

# What may end a case, or open it again: the gate's row is taken before any other, in the one order for everybody.
ENDS = frozenset({Act.REMOVE, Act.YES, Act.WITHDRAW, Act.DECIDE, Act.CHANGE, Act.RUN_OUT, Act.SETTLE})


def open_file(
    kind: str, subject_id: int, *, uploader_id: int | None, holder_id: int | None, at: datetime,
    stage: Stage = Stage.ANSWER, by: int | None = None, words: str = "", told: Mapping[str, Any] | None = None,
    link: Callable[[int], object] | None = None,
) -> CaseFile:  # fmt: skip
    """Open a case and tell both sides, in the caller's transaction. At `Stage.SCREEN` the uploader hears nothing yet.

    by: the account that opens it, always the holder's; None where a rule does. link: called with the case's number
    before anybody is told, for rows that the letters are about.
    """
    with transaction.atomic():
        file = CaseFile(
            uid=ids.new_uid().hex, kind=kind, subject_id=subject_id, uploader_id=uploader_id, holder_id=holder_id,
            opened_at=at, uploader_told_at=None if stage is Stage.SCREEN else at,
        )  # fmt: skip
        put(file, course.begun(at, stage))
        if link is not None:
            link(file.pk)
        entry = write(file, Side.HOLDER if by else Side.RULE, Act.OPEN, by=by, words=words, told=told, at=at)
        telling.opened(file, entry)
        if stage is not Stage.SCREEN:
            kind_of(file).begun(about(file), at=at)
    return file


def locked(file_id: int, *acts: Act) -> CaseFile:
    """Return a case that nobody else changes until the caller's transaction ends. Raises `NotFound`."""
    if ENDS.intersection(acts):
        consent.hold()
    file = CaseFile.objects.select_for_update().filter(pk=file_id).first()
    if file is None:
        raise NotFound(_("There is no such case."))
    return file


def step(
    file: CaseFile, side: Side, act: Act, *, by: int | None, at: datetime, words: str = "",
    told: Mapping[str, Any] | None = None, asks_holder: bool = False, outcome: Outcome = Outcome.NONE,
) -> CaseEntry:  # fmt: skip
    """Do one thing in a case that is `locked`: how it stands, its entry, what follows, and whom it is told.

    Raises `Conflict` for what may not be done at this point.
    """
    before = standing_of(file)
    if not course.may(before, side, act):
        raise Conflict(_("This cannot be done any more: the case has gone on."), hint=_("Reload the page."))
    now = course.after(kind_of(file).course, before, side, act, at, asks_holder=asks_holder, outcome=outcome)
    if act is Act.PASS:
        file.uploader_told_at = at
    put(file, now)
    entry = write(file, side, act, by=by, words=words, told=told, at=at)
    _carry_out(file, before, now, act, by=by, because=words, at=at)
    telling.happened(file, entry)
    return entry


def write(
    file: CaseFile, side: Side, act: Act, *, by: int | None, at: datetime, words: str = "",
    told: Mapping[str, Any] | None = None,
) -> CaseEntry:  # fmt: skip
    """Write an entry, and commit to it in the ledger: nobody can say later that it was not said, or differently."""
    private = {
        "case": file.uid, "kind": file.kind, "subject": file.subject_id, "side": side.value, "act": act.value,
        "by": by, "at": at.isoformat(), "words": hashlib.sha256(words.encode()).hexdigest(), "told": dict(told or {}),
        "stage": file.stage, "outcome": file.outcome,
    }  # fmt: skip
    row = ledger.append("case", private, {"kind": file.kind, "act": act.value}, subject=f"case:{file.uid}")
    return CaseEntry.objects.create(
        file=file, at=at, by_id=by, side=side.value, act=act.value, words=words, told=dict(told or {}), ledger=row
    )


def _carry_out(
    file: CaseFile, before: Standing, now: Standing, act: Act, *, by: int | None, because: str, at: datetime
) -> None:
    if act is Act.PASS:
        kind_of(file).begun(about(file), at=at)
    elif act is Act.RUN_OUT and before.stage is Stage.ANSWER:
        kind_of(file).unanswered(about(file), at=at)
    elif now.outcome is not before.outcome:
        kind_of(file).settled(about(file), now.outcome, by=by, because=because, at=at)
