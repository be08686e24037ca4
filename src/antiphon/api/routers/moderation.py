"""For moderators: the queue, a case, its claim, notes, decision and appeal; and the trail of it all."""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from antiphon.accounts import service as accounts
from antiphon.api.callers import READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, next_href, position_of, word_of
from antiphon.api.params import RowId, clashes
from antiphon.api.routers.decisions import ruling_out
from antiphon.api.shapes.moderation import (
    Case,
    CasePage,
    CaseReport,
    NewAnswer,
    NewNote,
    NewRuling,
    Note,
    OpenedCase,
    Part,
    Ruling,
    TrailLine,
    TrailPage,
)
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import NotAllowed
from antiphon.kernel.ids import MOST_ID

router = Router(tags=["moderation"])
Show = Annotated[
    Literal["open", "mine", "appealed", "decided"],
    Query("open", description="Those to decide, those you are at, appeals, or what was decided"),
]
KindName = Annotated[str | None, Query(None, pattern="^[a-z][a-z-]{0,19}$", example="track")]
Reason = Annotated[str | None, Query(None, pattern="^[a-z-]{1,20}$", example="not-theirs")]
Skip = Annotated[int, Query(0, ge=0, le=10_000, description="How many cases to pass over", example=0)]
What = Annotated[str | None, Query(None, pattern="^[a-z-]{1,16}$", example="hide")]
Number = Annotated[int | None, Query(None, ge=1, le=MOST_ID, example=3)]
STANDINGS: tuple[Literal["raised", "plain", "sunk"], ...] = ("raised", "plain", "sunk")


def _moderator(request: ApiRequest) -> accounts.User:
    person = request.caller.person
    if not accounts.is_moderator(person):
        raise NotAllowed(_("Only moderators decide this."))
    return person


def _case(row: Any, reasons: dict[str, int]) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "subject_id": row.subject_id,
        "name": row.name,
        "state": row.state,
        "voices": row.voices,
        "standing": STANDINGS[min(row.rank, 2)],
        "reasons": reasons,
        "claimed_by": row.claimed_by_id,
        "opened_at": row.opened_at,
        "decided_at": row.decided_at,
    }


def _opened(moderator: accounts.User, case_id: int) -> OpenedCase:
    opened = catalogue.case_for(moderator, case_id)
    reasons: dict[str, int] = {}
    for said in opened.said:
        reasons[said.report.reason] = reasons.get(said.report.reason, 0) + 1
    reports = [
        CaseReport(
            reason=said.report.reason,
            words=said.report.words,
            created_at=said.report.created_at,
            often_dismissed=said.often_dismissed,
        )
        for said in opened.said
    ]
    return OpenedCase(
        **_case(opened.case, reasons),
        address=opened.address,
        parts=[Part(part=part, then=then, now=now, changed=changed) for part, then, now, changed in opened.parts],
        reports=reports,
        notes=[_note(row) for row in opened.notes],
        rulings=[ruling_out(row) for row in opened.rulings],
        earlier=[ruling_out(row) for row in opened.before],
        of_owner=[ruling_out(row) for row in opened.of_owner],
        barred=opened.must_leave,
    )


def _note(row: Any) -> Note:
    return Note(by=row.by_id, words=row.words, at=row.at)


@router.get("/moderation/cases", auth=READ, response=CasePage)
def list_cases(request: ApiRequest, show: Show, kind: KindName, reason: Reason, skip: Skip) -> CasePage:
    """For moderators: cases, those that several people reported first, then the oldest; fifty a page."""
    lines = catalogue.queue(_moderator(request), show, kind=kind or "", reason=reason or "", skip=skip)
    more = None
    if len(lines) > catalogue.CASES_A_PAGE:
        query = request.GET.copy()
        query["skip"] = str(skip + catalogue.CASES_A_PAGE)
        more = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    found = [Case(**_case(line.case, dict(line.reasons))) for line in lines[: catalogue.CASES_A_PAGE]]
    return CasePage(collection=found, next_href=more)


@router.get("/moderation/cases/{row_id}", auth=READ, response=OpenedCase)
def read_case(request: ApiRequest, row_id: RowId) -> OpenedCase:
    """For moderators: what is reported as it stood and as it stands, what people say, notes, earlier decisions."""
    return _opened(_moderator(request), row_id)


@router.put("/moderation/cases/{row_id}/claim", auth=WRITE, response={204: None})
def claim_case(request: ApiRequest, row_id: RowId) -> Status[None]:
    """For moderators: say that you are at a case, so that nobody else does the same. It lasts a day."""
    catalogue.claim(_moderator(request), row_id)
    return Status(204, None)


@router.delete("/moderation/cases/{row_id}/claim", auth=WRITE, response={204: None})
def unclaim_case(request: ApiRequest, row_id: RowId) -> Status[None]:
    """For moderators: leave a case to others."""
    catalogue.unclaim(_moderator(request), row_id)
    return Status(204, None)


@router.post("/moderation/cases/{row_id}/notes", auth=WRITE, response={201: Note})
def add_case_note(request: ApiRequest, row_id: RowId, body: NewNote) -> Status[Note]:
    """For moderators: write something down for each other. Nobody else reads it, and nobody changes it."""
    with clashes():
        return Status(201, _note(catalogue.note(_moderator(request), row_id, body.words)))


@router.post("/moderation/cases/{row_id}/ruling", auth=WRITE, response={201: Ruling})
def rule(request: ApiRequest, row_id: RowId, body: NewRuling) -> Status[Ruling]:
    """For moderators: decide a case. Its owner is told, and so is whoever reported it and asked to be."""
    with clashes():
        return Status(201, ruling_out(catalogue.rule(_moderator(request), row_id, body.verdict, body.because)))


@router.post("/moderation/cases/{row_id}/answer", auth=WRITE, response=OpenedCase)
def answer_appeal(request: ApiRequest, row_id: RowId, body: NewAnswer) -> OpenedCase:
    """For moderators: answer an appeal. Whoever decided first does not, while there are others."""
    moderator = _moderator(request)
    with clashes():
        catalogue.answer_appeal(moderator, row_id, keep=body.keep, because=body.because)
    return _opened(moderator, row_id)


@router.get("/moderation/trail", auth=READ, response=TrailPage)
def moderation_trail(
    request: ApiRequest, who: Number, what: What, kind: KindName, case_id: Number, cursor: Cursor, limit: Limit
) -> TrailPage:
    """For moderators: every act of moderation, the latest first. Lines are only ever added."""
    _moderator(request)
    position = position_of(cursor)
    filters = catalogue.TrailFilters(who=who, what=what or "", kind=kind or "", case_id=case_id)
    found = catalogue.trail_lines(filters, before=position[1] if position else None, limit=limit + 1)
    more = next_href(request, word_of(None, found[limit - 1].line.pk)) if len(found) > limit else None
    lines = [
        TrailLine(
            id=told.line.pk,
            at=told.line.at,
            who=told.line.who,
            what=told.line.what,
            kind=told.line.kind,
            subject_id=told.line.subject_id,
            case_id=told.line.case_id,
            why=told.line.why,
            before=told.line.before,
            after=told.line.after,
        )
        for told in found[:limit]
    ]
    return TrailPage(collection=lines, next_href=more)
