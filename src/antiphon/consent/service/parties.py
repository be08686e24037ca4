"""Who may hold rights: people with an account, and people who were invited and want none."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent.models import Holder, HolderLink, Party, Subject
from antiphon.kernel import clock
from antiphon.kernel.errors import Gone

LINK_DAYS = 30
DOUBT = timedelta(hours=72)


def party_of(user: accounts.User) -> Party:
    """Return the party that a person with an account is.

    Somebody who was invited by e-mail and has made an account since is that party: only who verified the address can
    sign in and say anything.
    """
    found = Party.objects.filter(user=user).first()
    if found is not None:
        return found
    invited = Party.objects.filter(user=None, ended_at=None, email__iexact=user.email).exclude(email="").first()
    if invited is not None and Party.objects.filter(pk=invited.pk, user=None).update(user=user, email=""):
        invited.refresh_from_db()
        return invited
    profiles = accounts.profiles_of(user)
    name = profiles[0].name if profiles else _("A member of this site")
    try:
        with transaction.atomic():
            return Party.objects.create(user=user, name=name)
    except IntegrityError:  # made at this moment by another request
        return Party.objects.get(user=user)


def spoken_name(party: Party) -> str:
    """Return the name by which holders of one recording know each other."""
    if party.ended_at is not None:
        return _("A former holder")
    if party.user_id is not None and party.user is not None:
        profiles = accounts.profiles_of(party.user)
        if profiles:
            return profiles[0].name
    return party.name


def holder_name(row: Holder) -> str:
    """Return a holder's name: until they confirm, as the owner wrote it, so that naming an address tells nobody whose
    it is.
    """
    return row.named if row.state != Holder.State.CONFIRMED and row.named else spoken_name(row.party)


def new_link(party: Party, subject: Subject) -> str:
    """Make a link by which a party answers for a recording; return its secret, which is kept as a hash only."""
    secret = secrets.token_urlsafe(24)
    expires = clock.now() + timedelta(days=LINK_DAYS)
    HolderLink.objects.create(party=party, subject=subject, secret_sha256=_hash(secret), expires_at=expires)
    return secret


def open_link(secret: str) -> HolderLink:
    """Return the link of a secret without using it up. Raises `Gone` when it was used, has expired, or never was."""
    link = HolderLink.objects.select_related("party__user", "subject").filter(secret_sha256=_hash(secret)).first()
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        raise Gone(_("This link has been used or has expired."), hint=_("Ask whoever invited you for a new one."))
    return link


def use_link(secret: str) -> HolderLink:
    """Use a link up, at most once however often it is sent. Raises `Gone`."""
    link = open_link(secret)
    if not HolderLink.objects.filter(pk=link.pk, used_at=None).update(used_at=clock.now()):
        raise Gone(_("This link has been used or has expired."), hint=_("Ask whoever invited you for a new one."))
    return link


def doubt(user: accounts.User) -> None:
    """After a reset of the password, every yes of this person waits: a mailbox is not a person."""
    Party.objects.filter(user=user).update(doubtful_until=clock.now() + DOUBT)


def end(user_id: int, at: datetime) -> None:
    """The account ends. What the party said stays: a deleted holder's no is still a no."""
    Party.objects.filter(user_id=user_id).update(ended_at=at, name="", email="")


def holdings(party: Party) -> list[Holder]:
    """Return what a party holds, with its recordings."""
    return list(Holder.objects.filter(party=party).select_related("subject").order_by("-pk"))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
