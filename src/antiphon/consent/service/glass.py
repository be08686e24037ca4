"""Breaking the glass: a named person looks where only permits lead. Announced and logged before the first byte."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent.models import Glass
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, NotAllowed
from antiphon.ledger import service as ledger
from antiphon.mail import service as mail

LASTS = timedelta(hours=1)
SHORTEST_REASON = 20


def break_glass(user: accounts.User, reason: str, recordings: Sequence[int]) -> Glass:
    """Open some recordings to an operator for an hour. Raises `NotAllowed`, `BadInput` without a reason.

    Every operator is told and the ledger has its entry in the same transaction: there is no quiet way in.
    """
    if not accounts.is_operator(user):
        raise NotAllowed(_("Only an operator can break the glass."))
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON or not recordings:
        raise BadInput(_("Say why, in a sentence that others can judge, and name the recordings."))
    now = clock.now()
    with transaction.atomic():
        private = {"by": user.pk, "reason": words, "recordings": sorted(recordings)}
        public = {"at": now.isoformat(), "until": (now + LASTS).isoformat(), "recordings": len(recordings)}
        row = Glass.objects.create(
            user=user, name=user.email, reason=words, recordings=sorted(recordings), at=now, ends_at=now + LASTS,
            entry=ledger.append("glass", private, public),
        )  # fmt: skip
        said = {"name": user.email, "reason": words, "count": len(recordings), "until": f"{row.ends_at:%H:%M} UTC"}
        for address in accounts.operator_addresses():
            mail.post(
                address,
                _("%(name)s broke the glass") % said,
                _(
                    "%(name)s opened %(count)d recordings without a permit, until %(until)s.\n\n"
                    "The reason given:\n%(reason)s"
                )
                % said,
                key=f"glass:{row.pk}:{address}",
            )
    return row


def is_broken(user: accounts.User, recording_id: int) -> bool:
    """Tell whether this person may look at this recording now because they broke the glass."""
    rows = Glass.objects.filter(user=user, ends_at__gt=clock.now()).values_list("recordings", flat=True)
    return any(recording_id in recordings for recordings in rows)


def broken() -> list[Glass]:
    """Return every time the glass was broken, the latest first."""
    return list(Glass.objects.order_by("-pk")[:200])
