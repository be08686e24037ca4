"""The mail of a site that keeps it in files, for whoever tries the site out on their own machine."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from antiphon.accounts import service as accounts
from antiphon.kernel.errors import NotFound

FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
MOST = 100
_BETWEEN = b"-" * 79  # what Django's file backend writes between letters
_FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")


@dataclass(frozen=True)
class Letter:
    at: datetime
    to: str
    subject: str
    body: str


@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the letters, newest first, with links one can follow. Not there at all for anybody else."""
    if not shows_mailbox(request):
        raise NotFound(_("Nothing has this address."))
    return render(request, "operate/mailbox.html", {"letters": letters(Path(settings.EMAIL_FILE_PATH))})


def shows_mailbox(request: HttpRequest) -> bool:
    """Tell whether this site keeps mail in files and this client may read it: an operator, or its own machine.

    Letters hold links that reset passwords, so "its own machine" is asked thrice: the site calls itself localhost,
    the request does, and it came from there with no front server in between.
    """
    if settings.EMAIL_BACKEND != FILE_BACKEND:
        return False
    if accounts.is_operator(request.user):
        return True
    names = (urlsplit(settings.SITE_URL).hostname or "", urlsplit(f"//{request.get_host()}").hostname or "")
    # The door takes these headers out, and says that there were some; other servers leave them in.
    forwarded = request.META.get("antiphon.forwarded") or any(header in request.headers for header in _FORWARDED)
    return not forwarded and all(map(_is_here, (*names, request.META.get("REMOTE_ADDR", ""))))


def letters(folder: Path) -> list[Letter]:
    """Read the letters of a folder, newest first, at most a hundred."""
    found: list[Letter] = []
    for path in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True):
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        parts = [part.strip(b"\n") for part in path.read_bytes().split(b"\n" + _BETWEEN + b"\n")]
        found += [_letter(part, at) for part in reversed(parts) if part]
        if len(found) >= MOST:
            break
    return found[:MOST]


def _letter(raw: bytes, at: datetime) -> Letter:
    message = BytesParser(policy=policy.default).parsebytes(raw)
    part = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
    body = str(part.get_content()) if part is not None else ""
    return Letter(at, str(message["To"] or ""), str(message["Subject"] or ""), body)


def _is_here(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
