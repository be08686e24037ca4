"""Grants: a holder's yes for one actor, one purpose and a half-open stretch of time; and taking it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent.core.answers import WAIT
from antiphon.consent.core.purposes import BY_SLUG, CONSTANT, GUARDED_MASK
from antiphon.consent.models import Act, Actor, Grant, Holder, Party
from antiphon.consent.service import acts, folding, letters
from antiphon.consent.service.parties import party_of
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import BadInput, Conflict, NotFound


def make_actor(slug: str, name: str, contact: str) -> Actor:
    """Enter somebody from outside who may ask. Raises `BadInput`, `Conflict`."""
    if not slug or slug == "site" or not slug.replace("-", "").isalnum():
        raise BadInput(_("An actor's short name has letters, digits and dashes."), subject=slug)
    if Actor.objects.filter(slug=slug).exists():
        raise Conflict(_("There is an actor of that name."), subject=slug)
    return Actor.objects.create(slug=slug, name=name.strip() or slug, contact=contact)


def actor(slug: str) -> Actor:
    """Return an actor. Raises `NotFound`, also for one that was ended."""
    row = Actor.objects.filter(slug=slug, ended_at=None).first()
    if row is None:
        raise NotFound(_("Nobody is known here as “%s”.") % slug, subject=slug)
    return row


def actor_ever(slug: str) -> Actor:
    """Return an actor, also one that was ended: what it was given can still be called back. Raises `NotFound`."""
    row = Actor.objects.filter(slug=slug).first()
    if row is None:
        raise NotFound(_("Nobody is known here as “%s”.") % slug, subject=slug)
    return row


def grant(
    user: accounts.User, recording_id: int, purpose: str, to: str, *, starts_at: datetime, ends_at: datetime
) -> Grant:
    """Say yes for an actor, a purpose and the time [starts_at, ends_at). Raises `BadInput`, `NotFound`."""
    if purpose not in BY_SLUG or purpose in CONSTANT:
        raise BadInput(_("There is no such purpose to grant."), subject=purpose)
    if ends_at <= starts_at:
        raise BadInput(_("A grant ends after it begins."))
    actor(to)
    with transaction.atomic():
        acts.grow()
        party = party_of(user)
        if not Holder.objects.filter(party=party, subject_id=recording_id).exists():
            raise NotFound(_("You hold no rights there."))
        [row] = give(party, [recording_id], purpose, to, starts_at, ends_at, by=user, via="studio")
    return row


def give(
    party: Party,
    recording_ids: Sequence[int],
    purpose: str,
    to: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    by: accounts.User | None,
    via: str,
    because: Mapping[str, object] | None = None,
) -> list[Grant]:
    """Write a party's grants for recordings that they hold, in the caller's transaction, who has counted a change.

    Each is an act with a receipt of its own; letters go out once. After a reset of the password they wait. `because`
    goes into the receipts.
    """
    now, use = clock.now(), BY_SLUG[purpose]
    begins = max(starts_at, party.doubtful_until or starts_at)
    if ends_at <= begins:
        raise BadInput(
            _("It would be over before it counts."), hint=_("After a new password, a yes waits for 72 hours.")
        )
    rows = []
    for recording_id in recording_ids:
        told = {"recording": recording_id, "purpose": purpose, "actor": to}
        told |= {"from": begins.isoformat(), "to": ends_at.isoformat(), **(because or {})}
        act = acts.write(Act.Kind.GRANT, party=party, by=by, via=via, told=told, at=now)
        row = Grant.objects.create(
            uid=ids.new_uid().hex, party=party, subject_id=recording_id, actor=to, purpose=use.number,
            starts_at=begins, ends_at=ends_at, act=act,
        )  # fmt: skip
        rows.append(row)
    folding.fold(recording_ids)
    if rows and use.bit & GUARDED_MASK:
        letters.yes_waits(party, [use], recording_ids, now + WAIT, rows[0].act)
    return rows


def grants_of(user: accounts.User, recording_id: int) -> list[Grant]:
    """Return one's own grants for a recording, the latest first."""
    return list(Grant.objects.filter(party__user=user, subject_id=recording_id).order_by("-pk"))


def actors() -> list[Actor]:
    """Return everybody from outside who may ask, by name."""
    return list(Actor.objects.filter(ended_at=None).order_by("name", "pk"))


def revoke(user: accounts.User, uid: str) -> Grant:
    """Take a grant back, from now on. Raises `NotFound`."""
    with transaction.atomic():
        acts.grow()
        row = Grant.objects.filter(uid=uid, party=party_of(user)).first()
        if row is None:
            raise NotFound(_("There is no such grant of yours."))
        end(row, by=user, via="studio")
    return row


def end(row: Grant, *, by: accounts.User | None, via: str) -> None:
    """End a grant from now on, in the caller's transaction, who has counted a change. Twice is the same as once."""
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        told = {"revoked": row.uid, "recording": row.subject_id}
        acts.write(Act.Kind.GRANT, party=row.party, by=by, via=via, told=told, at=row.revoked_at)
        folding.fold([row.subject_id])
