"""Answers, who asked, what the gate says of a track, and the register of systems."""

from typing import Annotated

from django.conf import settings
from django.utils.translation import gettext as _
from ninja import Query, Router
from pyroaring import BitMap

from antiphon.accounts.service import User
from antiphon.api.callers import ANYONE, READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, newest_first, next_href, position_of, word_of
from antiphon.api.params import SecretToken, TrackId, clashes, secret_of
from antiphon.api.rows import viewer_of
from antiphon.api.shapes.consent import (
    ActDone,
    AnswerGiven,
    AnswerPage,
    Answers,
    AskedLine,
    AskedPage,
    ChangeAhead,
    Permission,
    Permissions,
    Place,
    Preview,
    PurposeCounts,
    RecallLine,
    RecallPage,
    Register,
    RegisteredSystem,
)
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.purposes import BY_SLUG, PURPOSES
from antiphon.consent.core.rules import BY_RULE
from antiphon.declarations import service as declarations
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from antiphon.ledger import service as ledger
from antiphon.transparency import service as transparency

router = Router(tags=["consent"])
AskedCursor = Annotated[
    str | None,
    Query(
        None,
        alias="cursor",
        pattern="^[0-9a-f]{32}$",
        description="Where to go on: take it from `next_href`",
        example="5b0d0a1c5f6b4a10a7c1f3b2ce8b9d11",
    ),
]


def _scopes(person: User, body: Answers) -> list[consent.Scope]:
    """Return the places of an answer as the gate knows them. Raises `NotFound` for a track that is not this person's.

    Who holds rights in a track answers for it also while it is a draft, private or withdrawn, and nobody may hear it.
    """
    sounds = _sounds_of(person, {place.id for place in body.where if isinstance(place, Place) and place.kind != "set"})
    scopes = []
    for place in body.where:
        if not isinstance(place, Place):
            scopes.append(consent.EVERYWHERE)
        elif place.kind == "set":
            scopes.append(consent.Scope(consent.SET, place.id))
        else:
            if place.id not in sounds:
                raise NotFound(_("There is no such track of yours."), subject=f"track:{place.id}")
            scopes.append(consent.Scope(consent.TRACK, sounds[place.id]))
    return scopes


def _sounds_of(person: User, track_ids: set[int]) -> dict[int, int]:
    """Return, by track, the recording that an answer binds to: the sound it has now, where this person holds rights."""
    held = consent.held_by(person).filter(track_id__in=track_ids).values_list("pk", flat=True)
    titles = sorted(catalogue.titles_of(held).values(), key=lambda one: (one.current, one.recording_id))
    return {one.track_id: one.recording_id for one in titles}


def _said(body: Answers) -> dict[str, str]:
    return {str(slug): str(word) for slug, word in body.answers.items()}


@router.get("/me/answers", auth=READ, response=AnswerPage)
def my_answers(request: ApiRequest, cursor: Cursor, limit: Limit) -> AnswerPage:
    """What you say at present, everywhere you said something; the latest first."""
    rows, more = newest_first(request, consent.answers_of(request.caller.person), cursor, limit, field="at")
    tracks = consent.tracks_of(row.scope_id for row in rows if row.scope == consent.TRACK)
    shown = [
        AnswerGiven.model_construct(
            kind=row.scope,
            id=tracks.get(row.scope_id) if row.scope == consent.TRACK else row.scope_id or None,
            recording_id=row.scope_id if row.scope == consent.TRACK else None,
            purpose=PURPOSES[row.purpose - 1].slug,
            said=row.said,
            said_at=row.at,
            counts_from=row.effective_at,
        )
        for row in rows
    ]
    return AnswerPage.model_construct(collection=shown, next_href=more)


@router.put("/me/answers", auth=WRITE, response=ActDone)
def answer(request: ApiRequest, body: Answers) -> ActDone:
    """Answer purposes, on your account, on sets or on tracks: in one act, with one proof file. A no counts at once."""
    person = request.caller.person
    with clashes():
        act = consent.answer(person, _said(body), _scopes(person, body), via="api")
    return ActDone(uid=act.uid, at=act.at, proof_url=f"{settings.SITE_URL}/studio/proofs/act/{act.uid}")


@router.post("/me/answers/preview", auth=WRITE, response=Preview)
def preview_answers(request: ApiRequest, body: Answers) -> Preview:
    """Say what an answer would change, without changing it."""
    person = request.caller.person
    with clashes():
        changes = consent.preview(person, _said(body), _scopes(person, body))
    return Preview(changes=[ChangeAhead.model_validate(vars(change)) for change in changes])


@router.get("/me/asked", auth=READ, response=AskedPage)
def my_asked(request: ApiRequest, cursor: AskedCursor, limit: Limit) -> AskedPage:
    """Which systems asked about recordings you hold rights in, with what the gate said; the latest first.

    A page never ends in the middle of one question, so it may hold a few lines more than the limit. One that is
    short and has a `next_href` is not the last.
    """
    mine = consent.held_by(request.caller.person).values_list("pk", flat=True)
    rows = consent.who_asked(mine, before=cursor or "", limit=limit)
    shown = [_asked(row) for row in rows]
    more = next_href(request, rows.older or None)
    return AskedPage.model_construct(collection=shown, next_href=more)


def _asked(row: consent.Question) -> AskedLine:
    rule = BY_RULE[row.rule]
    return AskedLine.model_construct(
        uid=row.uid,
        at=row.at,
        system=row.system,
        purpose=row.purpose.slug,
        actor=row.actor,
        allowed=row.allowed,
        rule=row.rule,
        words=rule.public_words,
        would_change=rule.change,
        recordings=list(row.recordings),
        proof_url=f"{settings.SITE_URL}/studio/proofs/asked/{row.uid}/{{recording_id}}",
    )


@router.get("/me/recalls", auth=READ, response=RecallPage)
def my_recalls(request: ApiRequest, cursor: Cursor, limit: Limit) -> RecallPage:
    """What was made of recordings you hold rights in and has to lose them again, and what was done; the latest first.

    A page that is short and has a `next_href` is not the last.
    """
    mine = BitMap(consent.held_by(request.caller.person).values_list("pk", flat=True))
    position = position_of(cursor)
    # Nothing comes before the first, and the number zero would begin anew.
    found = consent.recalls_with(
        mine if position is None or position[1] else (), limit=limit, before=position[1] if position else 0
    )
    shown = [_recall(row, mine) for row in found]
    more = next_href(request, word_of(None, found.older) if found.older else None)
    return RecallPage.model_construct(collection=shown, next_href=more)


def _recall(row: consent.Recall, mine: BitMap) -> RecallLine:
    return RecallLine.model_construct(
        id=row.pk,
        made_at=row.made_at,
        state=row.state,
        system=row.artefact.system,
        purpose=PURPOSES[row.artefact.purpose - 1].slug,
        actor=row.artefact.actor,
        artefact=row.artefact.uid,
        kind=row.artefact.kind,
        rule=row.because,
        words=BY_RULE[row.because].public_words,
        recordings=list(consent.lost_in(row) & mine),
        remedy=row.remedy,
        done_at=row.done_at,
    )


@router.get("/tracks/{track_id}/permissions", auth=ANYONE, response=Permissions)
def track_permissions(request: ApiRequest, track_id: TrackId, secret_token: SecretToken) -> Permissions:
    """What software may do with a track, purpose by purpose: the gate's answer to this site, in public words."""
    track = catalogue.track_for(viewer_of(request.caller), track_id, secret_of(secret_token))
    at, recording_id = clock.now(), track.recording_id
    decisions = consent.decisions_of(recording_id or 0, at=at)
    label = consent.label_of(recording_id or 0)
    states = label.by_purpose
    declarations.note(request, declarations.of_label(track, label), declarations.place_of(track))
    return Permissions.model_construct(
        track_id=track.pk,
        recording_id=recording_id,
        at=at,
        policy_hash=decisions[0].policy_hash,
        terms_hash=decisions[0].terms,
        ai_permissions=[
            Permission.model_construct(
                purpose=one.purpose,
                in_plain_words=BY_SLUG[one.purpose].words,
                state=states[one.purpose],
                allowed=one.allowed,
                rule=one.rule,
                words=one.words,
                would_change=list(one.would_change),
            )
            for one in decisions
        ],
    )


@router.get("/transparency/systems", auth=ANYONE, response=Register)
def systems(request: ApiRequest) -> Register:
    """The public register of systems, with what each asked and was answered, counted in recordings, a minute ago."""
    return Register.model_construct(
        systems=[
            RegisteredSystem.model_construct(
                name=line.name,
                purpose=line.purpose.slug,
                owner=line.owner,
                reads=line.reads,
                version=line.version,
                approved_by=list(line.approved_by),
                announced_at=line.announced_at,
                active_from=line.active_from,
                ended_at=line.ended_at,
                questions=line.questions,
                considered=line.considered,
                allowed=line.allowed,
                refused=line.refused,
            )
            for line in transparency.register()
        ],
        counts=[
            PurposeCounts.model_construct(
                purpose=count.purpose.slug,
                questions=count.questions,
                considered=count.considered,
                allowed=count.allowed,
                refused=count.refused,
            )
            for count in transparency.counts_by_purpose()
        ],
        matching=consent.is_matching(),
        log_size=ledger.size(),
        log_keys=ledger.verifier_keys(),
    )
