"""Bounces: what a mail server says of a letter that another had taken, noted with all that follows from it.

A message counts only with the name of a letter in it, which nobody knows who has not seen that letter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q

from antiphon.kernel import clock
from antiphon.mail.core import bounces
from antiphon.mail.core.bounces import Verdict
from antiphon.mail.models import Bounce, Letter, Mailbox
from antiphon.mail.service import mailboxes

Listener = Callable[[str, datetime], None]
_listeners: dict[str, Listener] = {}


def on_bounce(name: str, listener: Listener) -> None:
    """Name who is told, with a letter's key and the moment, that it came back; in the transaction that notes it."""
    _listeners[name] = listener


@dataclass(frozen=True)
class Taken:
    """What a message said, and of which letter; none where it names none that is known here."""

    verdict: Verdict
    status: str
    letter_id: int | None
    is_new: bool = False  # something was noted that was not known


def take(raw: bytes, *, to: str = "") -> Taken:
    """Note what a message says of one of our letters; the same again changes nothing. Never raises for what it holds.

    to: the address at which it came in, where whoever hands it over knows.
    """
    said = bounces.read(raw, to=to)
    if said.verdict not in (Verdict.FAILED, Verdict.DELAYED) or not said.names:
        return Taken(said.verdict, said.status, None)
    with transaction.atomic():
        found = {row.name: row for row in Letter.objects.select_for_update().filter(name__in=said.names).order_by("pk")}
        letter = next((found[name] for name in said.names if name in found), None)
        if letter is None:
            return Taken(said.verdict, said.status, None)
        is_new = _note(letter, said.status, is_final=said.verdict is Verdict.FAILED)
    return Taken(said.verdict, said.status, letter.pk, is_new)


def _note(letter: Letter, status: str, *, is_final: bool) -> bool:
    before = Bounce.objects.filter(letter=letter).first()
    if before is not None and (before.is_final or not is_final):
        return False
    now = clock.now()
    Bounce.objects.update_or_create(letter=letter, defaults={"at": now, "is_final": is_final, "status": status})
    if not is_final:
        return True
    letter.state, letter.sent_at, letter.body, letter.html = Letter.State.BOUNCED, letter.sent_at or now, "", ""
    letter.save(update_fields=["state", "sent_at", "body", "html"])
    if not status.startswith("4"):
        # A server that could not be reached for days says nothing of the address.
        mailboxes.note_came_back(letter, status)
    for listener in _listeners.values():
        listener(letter.key, now)
    return True


@dataclass(frozen=True)
class Lately:
    """How letters fared in some days."""

    days: int
    sent: int  # taken by a mail server, those that came back among them
    bounced: int
    addresses: int  # to which they went
    bounced_addresses: int
    delayed: int  # on which a server still tried when it last said so
    paused: int  # addresses that get only what cannot wait, now

    @property
    def percent(self) -> float:
        """The share of addresses from which a letter came back."""
        return 100 * self.bounced_addresses / self.addresses if self.addresses else 0.0


def lately(days: int = 7) -> Lately:
    """Count letters that were sent in the last days, and what came back of them. Two queries."""
    since = clock.now() - timedelta(days=days)
    back = Q(state=Letter.State.BOUNCED)
    counted = Letter.objects.filter(state__in=(Letter.State.SENT, Letter.State.BOUNCED), sent_at__gte=since).aggregate(
        sent=Count("pk"),
        bounced=Count("pk", filter=back),
        addresses=Count("to", distinct=True),
        bounced_addresses=Count("to", filter=back, distinct=True),
        delayed=Count("bounce", filter=Q(state=Letter.State.SENT, bounce__is_final=False)),
    )
    return Lately(days=days, paused=Mailbox.objects.exclude(paused_at=None).count(), **counted)
