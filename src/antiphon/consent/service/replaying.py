"""After a restore: every later no is said again, and no later yes is. Whoever said yes is still there to say it again.

The entries are in the log already; what is written here points at them and appends nothing.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from antiphon.consent.core.purposes import BY_SLUG, table_hash
from antiphon.consent.models import Act, Answer, Dispute, Grant, Party, Subject
from antiphon.consent.service import acts, confirming, folding, membership
from antiphon.kernel import ids
from antiphon.ledger import service as ledger

log = logging.getLogger(__name__)


def replay(kind: str, private: Mapping[str, Any], at: datetime) -> None:
    """Carry out again what the database has forgotten, as far as it refuses something. See `ledger.ports.Replay`."""
    carry_out = _KINDS.get(kind)
    if carry_out is None:
        return
    party = Party.objects.filter(pk=int(private.get("party") or 0)).first()
    if party is None:
        return  # whoever said it came after the backup, and what they said it about is gone with it
    acts.grow()
    carry_out(party, private, at)


def _answer(party: Party, private: Mapping[str, Any], at: datetime) -> None:
    act = _act(Act.Kind.ANSWER, party, private, at)
    for scope, scope_id in private["where"]:
        for slug, word in private["answers"].items():
            if slug in BY_SLUG:
                _say(party, scope, scope_id, BY_SLUG[slug].number, word, at, act)
    held = party.holdings.values_list("subject_id", flat=True)
    folding.fold(held)


def _say(party: Party, scope: str, scope_id: int, purpose: int, word: str, at: datetime, act: Act) -> None:
    """Say it again when it takes something away: a no always, anything else where a yes stands.

    An ask also takes away a yes that was said more widely.
    """
    old = Answer.objects.filter(
        party=party, scope=scope, scope_id=scope_id, purpose=purpose, superseded_by=None
    ).first()
    stands = old.said if old is not None else Answer.Said.NOTHING
    if stands == Answer.Said.NOTHING and word == Answer.Said.ASK and _said_more_widely(party, scope, purpose):
        stands = Answer.Said.YES
    if word == Answer.Said.YES or (word != Answer.Said.NO and stands != Answer.Said.YES):
        return
    if old is not None:
        old.superseded_by = old  # frees the place for a moment: one current answer a place
        old.save(update_fields=["superseded_by"])
    new = Answer.objects.create(
        party=party, scope=scope, scope_id=scope_id, purpose=purpose, said=word, at=at, effective_at=at,
        table=table_hash(), act=act,
    )  # fmt: skip
    if old is not None:
        old.superseded_by = new
        old.save(update_fields=["superseded_by"])


def _said_more_widely(party: Party, scope: str, purpose: int) -> bool:
    """Tell whether a party says yes at a place that contains this one: for a track, any of the sets may."""
    wider = {Answer.Scope.TRACK: (Answer.Scope.SET, Answer.Scope.ACCOUNT), Answer.Scope.SET: (Answer.Scope.ACCOUNT,)}
    return Answer.objects.filter(
        party=party, scope__in=wider.get(Answer.Scope(scope), ()), purpose=purpose, said=Answer.Said.YES,
        superseded_by=None,
    ).exists()  # fmt: skip


def _seal(party: Party, private: Mapping[str, Any], at: datetime) -> None:
    sealed = private.get("sealed", [])
    if sealed:
        Subject.objects.filter(Q(sealed_at=None) | ~Q(opens_at=None), pk__in=sealed).update(
            sealed_at=at, sealed_by=party, opens_at=None
        )
        _act(Act.Kind.SEAL, party, private, at)
        folding.fold(sealed)


def _grant(party: Party, private: Mapping[str, Any], at: datetime) -> None:
    revoked = Grant.objects.filter(uid=private.get("revoked", ""), party=party, revoked_at=None).first()
    if revoked is not None:
        revoked.revoked_at = at
        revoked.save(update_fields=["revoked_at"])
        folding.fold([revoked.subject_id])


def _holders(party: Party, private: Mapping[str, Any], at: datetime) -> None:
    """The list of holders was changed, and how is not known any more: it is in doubt until somebody looks.

    Who has declined is off it again, which leaves it in doubt as well.
    """
    recording = private.get("recording", 0)
    if private.get("declined"):
        confirming.leave(party.pk, recording)
    elif private.get("disputed", True):
        if Subject.objects.filter(pk=recording).update(disputed=True):
            Dispute.objects.get_or_create(subject_id=recording, party=party, defaults={"at": at})
        folding.fold([recording])


def _withdraw(party: Party, private: Mapping[str, Any], at: datetime) -> None:
    folding.fold(private.get("recordings", []), withdrawn=True)


def _set(party: Party, private: Mapping[str, Any], at: datetime) -> None:
    """Recordings joined a set or left it. What it refuses binds them, and what it allows does not reach them."""
    joined, left = private.get("joined", []), private.get("left", [])
    reached = membership.remember(party, int(private.get("set", 0)), joined, left, at)
    if reached:
        _act(Act.Kind.SET, party, private, at)
        folding.fold(reached)


def _act(kind: str, party: Party, private: Mapping[str, Any], at: datetime) -> Act:
    told = {name: value for name, value in private.items() if name not in ("act", "party", "at", "via")}
    uid = str(private.get("act") or ids.new_uid().hex)
    act, _made = Act.objects.get_or_create(
        uid=uid, defaults={"kind": kind, "party": party, "via": "replay", "told": told, "at": at}
    )
    act.entry = ledger.row_being_replayed()
    act.save(update_fields=["entry"])
    return act


_KINDS: dict[str, Callable[[Party, Mapping[str, Any], datetime], None]] = {
    "answer": _answer,
    "seal": _seal,
    "grant": _grant,
    "holders": _holders,
    "withdraw": _withdraw,
    "set": _set,
}
