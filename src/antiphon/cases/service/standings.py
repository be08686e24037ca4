"""How a case stands, between its row and the rules."""

from antiphon.cases.core import clocks
from antiphon.cases.core.course import Outcome, Side, Stage, Standing
from antiphon.cases.models import CaseFile
from antiphon.cases.registry import kind_of


def standing_of(file: CaseFile) -> Standing:
    """Return how a case stands, as the rules read it."""
    return Standing(
        stage=Stage(file.stage), since=file.since, outcome=Outcome(file.outcome), reminded=file.reminded,
        reminded_at=file.reminded_at, holder_spoke=file.holder_spoke,
        appealed_by=Side(file.appealed_by) if file.appealed_by else None,
    )  # fmt: skip


def put(file: CaseFile, now: Standing) -> None:
    """Keep how a case stands. At another stage, whoever was at it before is not at it any more."""
    if file.stage != now.stage.value:
        file.claimed_by, file.claimed_at = None, None
    file.stage, file.since, file.outcome = now.stage.value, now.since, now.outcome.value
    file.reminded, file.reminded_at, file.holder_spoke = now.reminded, now.reminded_at, now.holder_spoke
    file.appealed_by = now.appealed_by.value if now.appealed_by else ""
    file.due_at = clocks.due_at(kind_of(file).course, now)
    file.closed_at = now.since if now.stage is Stage.CLOSED else None
    file.save()
