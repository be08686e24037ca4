"""What moderators decided about what is yours, and your appeal against it."""

from ninja import Router, Status

from antiphon.api.callers import READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, of_few
from antiphon.api.params import RowId, clashes
from antiphon.api.shapes.moderation import Appealed, NewAppeal, Ruling, RulingPage
from antiphon.catalogue import service as catalogue

router = Router(tags=["me"])
MOST = 10_000


def ruling_out(row: catalogue.Ruling) -> Ruling:
    """Return a decision as its shape. A moderator's name is in no reply."""
    appeal = getattr(row, "appeal", None)
    told = None
    if appeal is not None:
        told = Appealed(
            words=appeal.words,
            at=appeal.at,
            outcome=appeal.outcome or "waiting",
            answer=appeal.answer,
            answered_at=appeal.answered_at,
        )
    return Ruling.model_construct(
        id=row.pk,
        case_id=row.case_id,
        kind=row.case.kind,
        name=row.case.name,
        verdict=row.verdict,
        because=row.because,
        at=row.at,
        on_appeal=row.on_appeal,
        may_appeal=catalogue.may_appeal(row),
        appeal=told,
    )


@router.get("/me/decisions", auth=READ, response=RulingPage)
def my_decisions(request: ApiRequest, cursor: Cursor, limit: Limit) -> RulingPage:
    """What moderators decided about what is yours, with the reason, and whether you may appeal; the latest first."""
    rows = catalogue.rulings_about(request.caller.person, MOST)
    found, more = of_few(request, rows, cursor, limit, lambda row: row.pk)
    return RulingPage(collection=[ruling_out(row) for row in found], next_href=more)


@router.post("/me/decisions/{row_id}/appeal", auth=WRITE, response={201: Ruling})
def appeal(request: ApiRequest, row_id: RowId, body: NewAppeal) -> Status[Ruling]:
    """Say, once, why a decision is wrong. A moderator who did not decide it answers, where there is one."""
    person = request.caller.person
    with clashes():
        catalogue.appeal(person, row_id, body.words)
    return Status(201, ruling_out(catalogue.ruling_for(person, row_id)))
