"""The door for those who ask: enquiries to the holders of tracks, and what the holders reply."""

from collections.abc import Iterable
from typing import Annotated

from ninja import Path, Router, Status

from antiphon.api.callers import READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, next_href, position_of, word_of
from antiphon.api.params import clashes
from antiphon.api.shapes.enquiries import (
    EnquiryHead,
    EnquiryOut,
    EnquiryPage,
    EnquiryTrack,
    NewEnquiry,
    NewReply,
    OfferOut,
)
from antiphon.catalogue import service as catalogue
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.service import enquiries
from antiphon.kernel.errors import BadInput, NotFound
from antiphon.kernel.money import Money

router = Router(tags=["enquiries"])
Uid = Annotated[str, Path(pattern="^[0-9a-f]{32}$", example="5b0d0a1c5f6b4a10a7c1f3b2ce8b9d11")]


@router.post("/enquiries", auth=WRITE, response={201: EnquiryOut})
def enquire(request: ApiRequest, body: NewEnquiry) -> Status[EnquiryOut]:
    """Ask everybody who holds rights in these tracks for a licence. Each must be one whose label says *ask me*."""
    person = request.caller.person
    tracks = {row.pk: row for row in catalogue.listenable(person).filter(pk__in=body.tracks)}
    missing = [pk for pk in body.tracks if pk not in tracks or not catalogue.is_public(tracks[pk])]
    if missing:
        raise NotFound("There is no such track.", subject=f"track:{missing[0]}")
    ids = {row.recording_id: row.title for row in tracks.values() if row.recording_id}
    with clashes():
        asking = enquiries.Asking(
            body.name, body.about, body.purpose, body.starts_at, body.ends_at, body.words, _offer(body)
        )  # fmt: skip
        row = enquiries.enquire(asking, list(ids), user=person, titles=ids)
    return Status(201, _out(row))


@router.get("/enquiries", auth=READ, response=EnquiryPage)
def my_enquiries(request: ApiRequest, cursor: Cursor, limit: Limit) -> EnquiryPage:
    """What you asked for, the latest first."""
    found = enquiries.enquiries_of(request.caller.person, before=_before(cursor), limit=limit + 1)
    shown = [_head(row, count, waits=False) for row, count in found[:limit]]
    more = found[limit - 1][0].pk if len(found) > limit else None
    return EnquiryPage.model_construct(collection=shown, next_href=_next(request, more))


@router.get("/enquiries/{uid}", auth=READ, response=EnquiryOut)
def my_enquiry(request: ApiRequest, uid: Uid) -> EnquiryOut:
    """How an enquiry of yours stands, track by track."""
    return _out(enquiries.enquiry_of(request.caller.person, uid))


@router.delete("/enquiries/{uid}", auth=WRITE, response=EnquiryOut)
def withdraw_enquiry(request: ApiRequest, uid: Uid) -> EnquiryOut:
    """Take an enquiry back. What was granted stays granted."""
    return _out(enquiries.withdraw(request.caller.person, uid))


@router.get("/me/enquiries", auth=READ, response=EnquiryPage)
def enquiries_to_me(request: ApiRequest, cursor: Cursor, limit: Limit) -> EnquiryPage:
    """What others ask you for, the latest first: about the tracks in which you hold rights."""
    found = enquiries.to_holder(request.caller.person, before=_before(cursor), limit=limit + 1)
    shown = [_head(one.enquiry, len(one.recording_ids), waits=one.is_waiting) for one in found[:limit]]
    more = found[limit - 1].enquiry.pk if len(found) > limit else None
    return EnquiryPage.model_construct(collection=shown, next_href=_next(request, more))


@router.get("/me/enquiries/{uid}", auth=READ, response=EnquiryOut)
def enquiry_to_me(request: ApiRequest, uid: Uid) -> EnquiryOut:
    """An enquiry about tracks in which you hold rights."""
    return _asked(enquiries.for_holder(request.caller.person, uid))


@router.put("/me/enquiries/{uid}/reply", auth=WRITE, response=EnquiryOut)
def reply(request: ApiRequest, uid: Uid, body: NewReply) -> EnquiryOut:
    """Reply to an enquiry: a yes is a grant, the last word stands, and without any reply it is a no."""
    person = request.caller.person
    with clashes():
        enquiries.reply(person, uid, body.yes, words=body.words, shuts_out=body.shuts_out, via="api")
    return _asked(enquiries.for_holder(person, uid))


def _offer(body: NewEnquiry) -> Money | None:
    if body.offer is None:
        return None
    try:
        return Money(body.offer.amount_minor, body.offer.currency)
    except ValueError as error:
        raise BadInput(str(error), fields={"offer": str(error)}) from None


def _before(cursor: str | None) -> int:
    position = position_of(cursor)
    return position[1] if position else 0


def _next(request: ApiRequest, last: int | None) -> str | None:
    return next_href(request, word_of(None, last) if last else None)


def _head(row: enquiries.Enquiry, count: int, *, waits: bool) -> EnquiryHead:
    return EnquiryHead.model_construct(
        uid=row.uid,
        name=row.name,
        purpose=PURPOSES[row.purpose - 1].slug,
        tracks_count=count,
        made_at=row.made_at,
        is_open=enquiries.is_open(row),
        waits_for_you=waits,
    )


def _asked(found: enquiries.Asked) -> EnquiryOut:
    return _out(found.enquiry, found.recording_ids, found.said)


def _out(row: enquiries.Enquiry, only: Iterable[int] | None = None, said: dict[int, bool] | None = None) -> EnquiryOut:
    shown = None if only is None else set(only)
    lines = [line for line in enquiries.lines_of(row) if shown is None or line.recording_id in shown]
    titles = catalogue.titles_of(line.recording_id for line in lines)
    offer = enquiries.offer_of(row)
    return EnquiryOut.model_construct(
        uid=row.uid,
        name=row.name,
        about=row.about,
        actor=row.actor.slug if row.actor else None,
        purpose=PURPOSES[row.purpose - 1].slug,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        offer=OfferOut.model_construct(amount_minor=offer.amount_minor, currency=offer.currency) if offer else None,
        words=row.words,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        withdrawn_at=row.withdrawn_at,
        tracks=[
            EnquiryTrack.model_construct(
                id=titles[line.recording_id].track_id if line.recording_id in titles else None,
                recording_id=line.recording_id,
                title=titles[line.recording_id].title if line.recording_id in titles else None,
                state=line.stands.value,
                replied=line.replied,
                holders=line.holders,
                counts_from=line.counts_from,
                said=(said or {}).get(line.recording_id),
            )
            for line in lines
        ],
    )
