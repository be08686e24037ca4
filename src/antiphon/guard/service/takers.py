"""Accounts that take far more than anybody hears: those who run the site are told, and a person decides.

Nothing here suspends anybody.
"""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.guard.service.taking import budgets
from antiphon.kernel import clock
from antiphon.mail import service as mail


def tell_of_takers() -> int:
    """Write to everybody who runs the site about accounts that climbed the whole ladder since the last time; return
    how many. One letter an account and day. What cannot be written is told the next time.
    """
    found = budgets().refused_people()
    try:
        with transaction.atomic():
            _tell(found)
    except BaseException:
        budgets().put_back(found)
        raise
    return len(found)


def _tell(found: Mapping[int, int]) -> None:
    day = f"{clock.now():%Y-%m-%d}"
    for user_id, times in sorted(found.items()):
        said = {"page": f"{settings.SITE_URL}/operate/people/{user_id}", "times": times}
        body = _(
            "An account takes far more music here than anybody hears, went on when it was told to wait, and was "
            "refused %(times)d times.\n\nWho it is, and the button that suspends it, with a reason that they are "
            "told: %(page)s\n\nIt is refused by itself while it goes on; an account that is used by several people, "
            "or a program of a member's own, may look like that. No more letters about it come today."
        )
        for address in accounts.operator_addresses():
            subject = _("An account takes far more than it hears")
            mail.post(address, subject, body % said, key=f"guard:taker:{user_id}:{day}:{address}")
