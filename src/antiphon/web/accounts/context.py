"""What the frame of every page says about the person who looks at it. Lazy: a page that does not ask pays nothing."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from antiphon.accounts import service as accounts
from antiphon.web.operate.mailbox import shows_mailbox


def viewer(request: HttpRequest) -> dict[str, object]:
    """Offer `is_creator`, `is_moderator`, `is_operator`, `needs_operator`, `SHOWS_MAILBOX` and `SIGN_UP` to templates.

    Roles come with the user's row.
    """
    user = getattr(request, "user", None)

    def of(question: Callable[[object], bool]) -> Callable[[], bool]:
        return lambda: user is not None and question(user)

    return {
        "is_creator": of(accounts.is_creator),
        "is_moderator": of(accounts.is_moderator),
        "is_operator": of(accounts.is_operator),
        "needs_operator": lambda: not accounts.has_operator(),
        "SHOWS_MAILBOX": lambda: shows_mailbox(request),
        "SIGN_UP": settings.ANTIPHON.sign_up,
    }
