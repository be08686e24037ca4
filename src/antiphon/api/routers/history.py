"""What you heard: read it, delete it, or let none be kept."""

from ninja import Router, Status

from antiphon.api.callers import READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, newest_first
from antiphon.api.params import RowId
from antiphon.api.rows import tracks_out
from antiphon.api.shapes.listening import HistoryChoice, HistoryKept, Play, PlayPage
from antiphon.community.service import history

router = Router(tags=["history"])


@router.get("/me/history", auth=READ, response=PlayPage)
def my_history(request: ApiRequest, cursor: Cursor, limit: Limit) -> PlayPage:
    """What you heard while you were signed in, the latest first."""
    person = request.caller.person
    rows, more = newest_first(request, history.heard_by(person), cursor, limit, field="began_at")
    heard = history.shown(person, rows)
    there = {one.track.pk: one.track for one in heard if one.track is not None}
    tracks = {track.id: track for track in tracks_out(there.values(), person)}
    found = [
        Play.model_construct(
            id=one.id,
            began_at=one.began_at,
            heard_ms=one.heard_ms,
            finished=one.finished,
            source=one.source,
            track=tracks[one.track.pk] if one.track is not None else None,
        )
        for one in heard
    ]
    return PlayPage.model_construct(collection=found, next_href=more)


@router.delete("/me/history", auth=WRITE, response={204: None})
def forget_history(request: ApiRequest) -> Status[None]:
    """Take your name off everything you heard. The plays still count, for nobody."""
    history.forget_all(request.caller.person)
    return Status(204, None)


@router.get("/me/history/keep", auth=READ, response=HistoryKept)
def is_history_kept(request: ApiRequest) -> HistoryKept:
    """Whether a history is kept of what you hear."""
    return HistoryKept(keep=history.is_kept(request.caller.person))


@router.put("/me/history/keep", auth=WRITE, response=HistoryKept)
def keep_history(request: ApiRequest, body: HistoryChoice) -> HistoryKept:
    """Say whether a history is kept from now on. What is there stays until you delete it."""
    history.keep(request.caller.person, on=body.keep)
    return HistoryKept(keep=body.keep)


# After `keep`, which it would take for the id of a play.
@router.delete("/me/history/{row_id}", auth=WRITE, response={204: None})
def forget_play(request: ApiRequest, row_id: RowId) -> Status[None]:
    """Take your name off one play."""
    history.forget(request.caller.person, row_id)
    return Status(204, None)
