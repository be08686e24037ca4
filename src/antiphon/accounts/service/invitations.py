"""Single-use codes to sign up with, kept as hashes."""

import hashlib
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from antiphon.accounts.models import Invitation, User
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import BadInput, NotFound

DAYS = 14


def invite(by: User, note: str = "", *, days: int = DAYS) -> tuple[Invitation, str]:
    """Make an invitation and return it with its code, which cannot be had again."""
    if not 1 <= days <= 365:
        raise BadInput(_("An invitation is good for 1 to 365 days."), fields={"days": "1–365"})
    code = ids.new_secret(16)
    made = Invitation.objects.create(
        code_sha256=_hash(code),
        note=note.strip()[:200],
        created_by=by,
        expires_at=clock.now() + timedelta(days=days),
    )
    return made, code


def is_invitation(code: str) -> bool:
    """Tell whether somebody could sign up with this code now."""
    return _open().filter(code_sha256=_hash(code)).exists()


def redeem(code: str, user: User) -> None:
    """Use an invitation up. Raises `NotFound` when it is unknown, over, or was used by somebody in the meantime."""
    # One filtered update: of two people with one code, exactly one hits the row.
    used = _open().filter(code_sha256=_hash(code)).update(used_by=user, used_at=clock.now())
    if used != 1:
        raise NotFound(
            _("This invitation was used already, or its time is over."),
            hint=_("Ask whoever invited you for a new one."),
        )


def invitations() -> list[Invitation]:
    """Return every invitation, newest first, with who made it and who used it."""
    return list(Invitation.objects.select_related("created_by", "used_by").order_by("-created_at", "-pk")[:200])


def take_back_invitation(invitation_id: int) -> None:
    """Delete an invitation that nobody has used. Raises `NotFound` for any other."""
    deleted, _rows = Invitation.objects.filter(pk=invitation_id, used_at=None).delete()
    if not deleted:
        raise NotFound(_("This invitation was used already."), subject=f"invitation:{invitation_id}")


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(used_at=None, expires_at__gt=clock.now())


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().lower().encode("utf-8", "replace")).hexdigest()
