"""Who may open the pages of those who run the site. Refused by default, opened by name."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from antiphon.accounts import service as accounts
from antiphon.kernel.errors import NotAllowed

View = Callable[..., HttpResponse]


def operators_only(view: View) -> View:
    """Open a page to operators; who is not signed in is asked to."""
    return _only(view, accounts.is_operator, _("Only operators of this site come in here."))


def moderators_only(view: View) -> View:
    """Open a page to moderators and operators."""
    return _only(view, accounts.is_moderator, _("Only moderators of this site come in here."))


def _only(view: View, may: Callable[[object], bool], words: object) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not may(request.user):
            raise NotAllowed(str(words))
        return view(request, *args, **kwargs)

    return login_required(guarded)
