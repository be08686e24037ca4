"""Matches and claims in which one has a side: reading, what one does in them, and claiming a stretch."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Status

from antiphon.accounts import service as accounts
from antiphon.api.callers import READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, of_few
from antiphon.api.params import TrackId, clashes
from antiphon.api.shapes.cases import CaseEntryOut, CaseHead, CaseHeadPage, CaseOut, Kind, NewCaseAct, NewClaim, Stretch
from antiphon.cases import service as cases
from antiphon.cases.core.course import Act
from antiphon.catalogue import service as catalogue
from antiphon.identification.core.claiming import Claimed
from antiphon.identification.service import disputes
from antiphon.kernel.errors import BadInput

router = Router(tags=["cases"])
Uid = Annotated[str, Path(pattern="^[0-9a-f]{32}$", example="5b0d0a1c5f6b4a10a7c1f3b2ce8b9d11")]
OfKind = Annotated[Kind | None, Query(None, description="Only matches, or only claims")]
MOST = 1000


@router.get("/me/cases", auth=READ, response=CaseHeadPage)
def my_cases(request: ApiRequest, kind: OfKind, cursor: Cursor, limit: Limit) -> CaseHeadPage:
    """Matches and claims in which you have a side, the latest first: at most the last thousand."""
    rows = [one for one in cases.mine(request.caller.person, limit=MOST) if kind in (None, one.file.kind)]
    found, more = of_few(request, rows, cursor, limit, lambda one: one.file.pk)
    return CaseHeadPage.model_construct(
        collection=[CaseHead.model_construct(**_head(one)) for one in found], next_href=more
    )


@router.get("/me/cases/{uid}", auth=READ, response=CaseOut)
def my_case(request: ApiRequest, uid: Uid) -> CaseOut:
    """A match or a claim in which you have a side, with its stretches and everything that was said."""
    return _out(request.caller.person, uid)


@router.post("/me/cases/{uid}/acts", auth=WRITE, response={201: CaseOut})
def act_in_case(request: ApiRequest, uid: Uid, body: NewCaseAct) -> Status[CaseOut]:
    """Answer, agree, take the upload away; say yes, object, leave it to a moderator, take it back; add, or appeal."""
    person, deed = request.caller.person, Act(body.do)
    with clashes():
        if deed is Act.ANSWER:
            disputes.answer(
                person, uid, way=body.way or "", words=body.words, licence=body.licence, link=body.link or "",
                good_faith=body.good_faith,
            )  # fmt: skip
        elif deed is Act.AGREE:
            disputes.agree(
                person, uid, credit=body.credit, share_percent=body.share_percent, words=body.words
            )  # fmt: skip
        else:
            cases.act(person, uid, deed, body.words)
    return Status(201, _out(person, uid))


@router.post("/tracks/{track_id}/claims", auth=WRITE, response={201: CaseOut})
def claim_stretch(request: ApiRequest, track_id: TrackId, body: NewClaim) -> Status[CaseOut]:
    """Say that a stretch of somebody's public track is yours. The uploader is told, with your reason and your name."""
    person = request.caller.person
    track = catalogue.track_for(person, track_id)
    claimed = Claimed(
        body.at_ms, body.length_ms, body.reason, body.words, body.proof_url or "", good_faith=body.good_faith
    )
    with clashes():
        file = disputes.claim(person, track, claimed, reference_id=_reference(person, body))
    return Status(201, _out(person, file.uid))


def _reference(person: accounts.User, body: NewClaim) -> int | None:
    if body.reference is None:
        return None
    track = catalogue.track_for(person, body.reference)
    if track.recording_id is None:
        raise BadInput(_("That track has no sound yet."), fields={"reference": _("Choose another.")})
    return track.recording_id


def _head(one: cases.Shown) -> dict[str, Any]:
    file = one.file
    return {
        "uid": file.uid, "kind": file.kind, "side": one.side.value, "name": one.name, "stage": file.stage,
        "outcome": file.outcome, "waits_for_you": one.is_their_turn, "until": one.until, "opened_at": file.opened_at,
    }  # fmt: skip


def _out(person: accounts.User, uid: str) -> CaseOut:
    read = cases.read(person, uid)
    stretches = [
        Stretch(
            track_id=pair.upload.track.pk if pair.upload.track else None,
            other_track_id=pair.other.track.pk if pair.other and pair.other.track else None,
            at_ms=one.at_ms, length_ms=one.length_ms, other_at_ms=one.other_at_ms,
            other_length_ms=one.other_length_ms, tempo=one.tempo, pitch=one.pitch, is_certain=one.is_certain,
        )
        for pair in disputes.pairs_of(person, read.side, read.file)
        for one in pair.stretches
    ]  # fmt: skip
    entries = [
        CaseEntryOut.model_construct(at=one.at, side=one.side, act=one.act, words=one.words, told=one.told)
        for one in read.entries
    ]
    head = _head(cases.Shown(read.file, read.side, read.name, read.label, read.until, cases.is_turn_of(read)))
    return CaseOut.model_construct(**head, may=sorted(read.acts), stretches=stretches, entries=entries)
