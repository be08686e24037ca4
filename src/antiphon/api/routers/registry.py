"""The registry by sound: whose is this, and what may be done with it? One question, or a batch of fingerprints."""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import File, Form, Path, Router, Status, UploadedFile

from antiphon.api.callers import ANYONE, READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, next_href, position_of, word_of
from antiphon.api.rows import api_url, site_url, viewer_of
from antiphon.api.shapes.registry import BatchOut, LookupOut, LookupPage, NewBatch, NewItem, NewItems
from antiphon.identification.service import registry
from antiphon.kernel.errors import BadInput, TooLarge

router = Router(tags=["registry"])
Uid = Annotated[str, Path(pattern="^[0-9a-f]{32}$", example="8e03978e40d543ddbc936894a57f9324")]
Audio = Annotated[UploadedFile | None, File(None, description="Sound, up to 20 MB; deleted once it was heard")]
Printed = Annotated[UploadedFile | None, File(None, description="What `antiphon fingerprint make` has written")]
Link = Annotated[str | None, Form(None, max_length=300, description="Or the address of a track here")]


@router.post("/registry/lookup", auth=ANYONE, response={202: LookupOut})
def ask(request: ApiRequest, audio: Audio, prints: Printed, link: Link) -> Status[LookupOut]:
    """Ask whose a sound is. Send one of the three; a job answers, and `lookups/{uid}` says what."""
    caller, user = request.caller, viewer_of(request.caller)
    sent = [one for one in (audio, prints, link) if one]
    if len(sent) != 1:
        raise BadInput(_("Send one of these: sound, a fingerprint, an address."), fields={"audio": _("one of three")})
    if audio:
        row = registry.ask_by_file(audio.chunks(), user, counted_as=caller.name, is_program=caller.key is not None)
    elif prints:
        if (prints.size or 0) > registry.LARGEST_PRINTS:
            raise TooLarge(_("This fingerprint is longer than any sound that is answered here."))
        row = registry.ask_by_prints(
            prints.read(), user, counted_as=caller.name, is_program=caller.key is not None
        )  # fmt: skip
    else:
        row = registry.ask_by_link(link or "", user, counted_as=caller.name, is_program=caller.key is not None)
    return Status(202, _out(row))


@router.get("/registry/lookups/{uid}", auth=ANYONE, response=LookupOut)
def lookup(request: ApiRequest, uid: Uid) -> LookupOut:
    """How a question stands. Nobody guesses its name: whoever has it may read the answer."""
    return _out(registry.lookup(uid))


@router.post("/registry/batches", auth=WRITE, response={201: BatchOut})
def begin_batch(request: ApiRequest, body: NewBatch) -> Status[BatchOut]:
    """Begin a batch of fingerprints. More are added until all are there; they are answered meanwhile."""
    person = request.caller.person
    items = _items(body.items)
    batch = registry.begin(person, body.name)
    stands = _added(request, batch.uid, items) if items else registry.stands(person, batch.uid)
    return Status(201, _batch(stands))


@router.post("/registry/batches/{uid}/items", auth=WRITE, response=BatchOut)
def add_to_batch(request: ApiRequest, uid: Uid, body: NewItems) -> BatchOut:
    """Add fingerprints to your batch: all of these or none. Sent twice, they are there once."""
    return _batch(_added(request, uid, _items(body.items)))


@router.get("/registry/batches/{uid}", auth=READ, response=BatchOut)
def batch(request: ApiRequest, uid: Uid) -> BatchOut:
    """How far your batch is."""
    return _batch(registry.stands(request.caller.person, uid))


@router.get("/registry/batches/{uid}/answers", auth=READ, response=LookupPage)
def batch_answers(request: ApiRequest, uid: Uid, cursor: Cursor, limit: Limit) -> LookupPage:
    """What was answered so far, in the order in which you sent it. Ask for `next_href` again while something waits."""
    stands = registry.stands(request.caller.person, uid)
    position = position_of(cursor)
    after = position[1] if position else 0
    rows = registry.answers(stands.batch, after=after, limit=limit)
    last = rows[-1].pk if rows else after
    more = next_href(request, word_of(None, last)) if stands.waiting or len(rows) == limit else None
    return LookupPage.model_construct(collection=[_out(row) for row in rows], next_href=more)


def _added(request: ApiRequest, uid: str, items: Sequence[registry.Item]) -> registry.Stands:
    caller = request.caller
    return registry.add(caller.person, uid, items, counted_as=caller.name, is_program=caller.key is not None)


def _items(sent: Sequence[NewItem]) -> list[registry.Item]:
    found = []
    for item in sent:
        try:
            found.append(registry.Item(item.ref, b64decode(item.prints, validate=True)))
        except binascii.Error:
            raise BadInput(_("This is not base64."), subject=item.ref, fields={item.ref: _("not base64")}) from None
    return found


def _out(row: registry.Lookup) -> LookupOut:
    return LookupOut.model_construct(
        uid=row.uid,
        ref=row.ref,
        state=row.state,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        failure=row.failure,
        url=site_url(f"/registry/{row.uid}"),
        signed_url=site_url(f"/registry/{row.uid}/answer.json") if row.answer else None,
        answer=registry.read(row.answer) or None,
    )


def _batch(stands: registry.Stands) -> BatchOut:
    row = stands.batch
    return BatchOut.model_construct(
        uid=row.uid,
        name=row.name,
        made_at=row.made_at,
        number=stands.number,
        waiting=stands.waiting,
        answered=stands.answered,
        failed=stands.failed,
        answers_href=api_url(f"registry/batches/{row.uid}/answers"),
    )
