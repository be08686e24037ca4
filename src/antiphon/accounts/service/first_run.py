"""The first start: a token, printed by the server, with which somebody becomes the operator."""

import hmac
import os
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts.models import Role, User
from antiphon.accounts.service.people import make_account, operators_besides
from antiphon.kernel import ids
from antiphon.kernel.errors import Conflict, NotAllowed

_KNOWN = "accounts.has_operator"


def has_operator() -> bool:
    """Tell whether somebody runs this site. Once true, the answer is remembered for a minute."""
    if cache.get(_KNOWN):
        return True
    answer = operators_besides()
    if answer:
        cache.set(_KNOWN, True, 60)
    return answer


def first_run_token() -> str:
    """Return the token of `/operate/begin`, made at the first call and kept beside the keys.

    Empty once the site has an operator; the file is removed then.
    """
    path = _path()
    if operators_besides():
        path.unlink(missing_ok=True)
        return ""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(ids.new_secret(24))
    return path.read_text(encoding="ascii").strip()


def is_first_run_token(token: str) -> bool:
    """Tell whether this is the token that was printed; always false once there is an operator."""
    known = first_run_token()
    return bool(known) and hmac.compare_digest(known.encode(), token.strip().encode("utf-8", "replace"))


def begin(token: str, email: str, password: str) -> User:
    """Make the first operator, verified, and remove the token.

    Raises `NotAllowed` for another token, `Conflict` when the site has an operator, and what `make_account` raises.
    """
    if has_operator():
        raise Conflict(_("This site has an operator already."), hint=_("Sign in, or ask whoever runs it."))
    if not is_first_run_token(token):
        raise NotAllowed(
            _("This is not the address that the server printed."), hint=_("Look at the terminal, or the log, again.")
        )
    with transaction.atomic():
        user = make_account(email, password, verified=True, roles=[Role.OPERATOR])
    _path().unlink(missing_ok=True)
    return user


def _path() -> Path:
    return Path(settings.ANTIPHON.data) / "keys" / "first_run_token"
