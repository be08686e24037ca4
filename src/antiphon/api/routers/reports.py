"""Reports, and what moderators do about them."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Status

from antiphon.accounts import service as accounts
from antiphon.api.callers import READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, of_few
from antiphon.api.params import RowId
from antiphon.api.shapes.care import Decision, Hiding, NewReport, Report, ReportPage
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import NotAllowed
from antiphon.kernel.ids import MOST_ID

router = Router(tags=["reports"])
Which = Annotated[Literal["open", "decided"], Query("open", description="Those to decide, or the latest decisions")]
KindName = Annotated[str, Path(..., pattern="^[a-z][a-z-]{0,19}$", example="track")]
Subject = Annotated[int, Path(..., ge=1, le=MOST_ID, example=12)]
MOST_OPEN = 10_000


def _moderator(request: ApiRequest) -> accounts.User:
    person = request.caller.person
    if not accounts.is_moderator(person):
        raise NotAllowed(_("Only moderators decide this."))
    return person


def _shown(row: catalogue.Report) -> Report:
    return Report.model_construct(
        id=row.pk,
        case_id=row.case_id,
        kind=row.kind,
        subject_id=row.subject_id,
        reason=row.reason,
        words=row.words,
        state=row.state,
        created_at=row.created_at,
        decided_at=row.decided_at,
        decision=row.decision,
    )


def _page(request: HttpRequest, rows: list[Any], cursor: str | None, limit: int) -> ReportPage:
    found, more = of_few(request, rows, cursor, limit, lambda row: row.pk)
    return ReportPage.model_construct(collection=[_shown(row) for row in found], next_href=more)


@router.post("/reports", auth=WRITE, response={201: Report})
def new_report(request: ApiRequest, body: NewReport) -> Status[Report]:
    """Tell the moderators of something. Your open report on the same thing is kept, not doubled."""
    row = catalogue.report(
        request.caller.person, body.kind, body.id, body.reason, body.words, wants_answer=body.wants_answer
    )
    return Status(201, _shown(row))


@router.get("/reports", auth=READ, response=ReportPage)
def list_reports(request: ApiRequest, state: Which, cursor: Cursor, limit: Limit) -> ReportPage:
    """For moderators: reports that nobody has decided, or the latest decisions; the newest first."""
    _moderator(request)
    rows = catalogue.open_reports(MOST_OPEN) if state == "open" else catalogue.decided_reports(MOST_OPEN)
    return _page(request, rows, cursor, limit)


@router.post("/reports/{row_id}/decision", auth=WRITE, response=Report)
def decide_report(request: ApiRequest, row_id: RowId, body: Decision) -> Report:
    """For moderators: decide the case of a report: uphold, which hides its subject, or dismiss; with the reason."""
    return _shown(catalogue.decide_report(_moderator(request), row_id, uphold=body.uphold, decision=body.decision))


@router.put("/hidden/{kind}/{subject_id}", auth=WRITE, response={204: None})
def hide(request: ApiRequest, kind: KindName, subject_id: Subject, body: Hiding) -> Status[None]:
    """For moderators: take something out of everybody's sight but its owner's and yours."""
    catalogue.hide(_moderator(request), kind, subject_id, body.because)
    return Status(204, None)


@router.delete("/hidden/{kind}/{subject_id}", auth=WRITE, response={204: None})
def unhide(request: ApiRequest, kind: KindName, subject_id: Subject) -> Status[None]:
    """For moderators: show something again."""
    catalogue.unhide(_moderator(request), kind, subject_id)
    return Status(204, None)
