"""Notices: what you were told, and how you want to be told."""

from typing import Annotated

from ninja import Path, Router

from antiphon.api.callers import READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, next_href, position_of, word_of
from antiphon.api.params import clashes
from antiphon.api.rows import site_url, user_out
from antiphon.api.shapes.ties import Kind, NoticeOut, NoticePage, Seen, SeenOut, SwitchChange, Switches, SwitchOut
from antiphon.community.service import hearing, wording

router = Router(tags=["notices"])
KindName = Annotated[Kind, Path(..., example="comment")]


@router.get("/me/notices", auth=READ, response=NoticePage)
def my_notices(request: ApiRequest, cursor: Cursor, limit: Limit) -> NoticePage:
    """What you were told in the app, the latest first."""
    page = hearing.latest(request.caller.person, position_of(cursor), limit)
    rows = [
        NoticeOut.model_construct(
            id=row.pk,
            kind=row.kind,
            text=wording.sentence(row),
            words=row.words,
            user=user_out(row.by) if row.by else None,
            track_id=row.track_id,
            url=site_url(row.address),
            created_at=row.at,
            seen_at=row.seen_at,
        )
        for row in page.notices
    ]
    return NoticePage.model_construct(
        collection=rows, next_href=next_href(request, word_of(*page.next)) if page.next else None
    )


@router.post("/me/notices/seen", auth=WRITE, response=SeenOut)
def see_notices(request: ApiRequest, body: Seen) -> SeenOut:
    """Say which notices you have seen, or that you have seen them all: no digest tells you of them again."""
    person = request.caller.person
    return SeenOut(marked=hearing.see(person, body.ids), unseen=hearing.unseen(person))


@router.get("/me/notices/switches", auth=READ, response=Switches)
def my_switches(request: ApiRequest) -> Switches:
    """How you hear of each kind of thing, in the app and by mail."""
    found = hearing.switches_of(request.caller.person)
    return Switches(collection=[_switch_out(one) for one in found])


@router.patch("/me/notices/switches/{kind}", auth=WRITE, response=SwitchOut)
def switch(request: ApiRequest, kind: KindName, body: SwitchChange) -> SwitchOut:
    """Change how you hear of one kind of thing."""
    person = request.caller.person
    with clashes():
        hearing.choose(person, kind, **body.model_dump(exclude_unset=True))
    now = next(one for one in hearing.switches_of(person) if one.kind == kind)
    return _switch_out(now)


def _switch_out(one: hearing.Switch) -> SwitchOut:
    return SwitchOut.model_validate({"kind": one.kind, "in_app": one.in_app, "mail": one.mail})
