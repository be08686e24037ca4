"""Letters about terms for who has no account: asked for, confirmed, ended with one press, and then forgotten."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Gone
from antiphon.mail import service as mail
from antiphon.terms.models import Subscriber

_SALT = "antiphon.terms.subscriber"
ASK_AGAIN = timedelta(days=1)  # nobody has a stranger written to more often


def subscribe(email: str) -> None:
    """Ask an address whether it wants letters. Whether it is known already is nobody's to learn. Raises `BadInput`."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        words = _("A whole e-mail address, such as you@example.org.")
        raise BadInput(words, fields={"email": words}) from None
    now = clock.now()
    with transaction.atomic():
        row, made = Subscriber.objects.get_or_create(email=address, defaults={"asked_at": now})
        if row.confirmed_at is not None or (not made and row.asked_at > now - ASK_AGAIN):
            return
        Subscriber.objects.filter(pk=row.pk).update(asked_at=now)
        said = {"site": settings.SITE_NAME, "page": settings.SITE_URL + page_of(row)}
        body = _(
            "Somebody wants letters to this address whenever the terms of %(site)s change.\n\nIf that was you, confirm "
            "it here: %(page)s\n\nIf not, do nothing: you will not be written to again about this."
        )
        subject = _("Letters about the terms of %(site)s") % said
        mail.post(address, subject, body % said, key=f"subscribe:{row.pk}:{now.isoformat()}")


def subscriber(token: str) -> Subscriber:
    """Return whom a letter's address is for. Raises `Gone`."""
    try:
        number = int(signing.loads(token, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        number = 0
    row = Subscriber.objects.filter(pk=number).first()
    if row is None:
        raise Gone(_("This address gets no letters."), hint=_("Ask for them again at the terms."))
    return row


def confirm(token: str) -> None:
    """The address wants letters. Twice is the same as once. Raises `Gone`."""
    Subscriber.objects.filter(pk=subscriber(token).pk, confirmed_at=None).update(confirmed_at=clock.now())


def unsubscribe(token: str) -> None:
    """No more letters; the address is forgotten. Raises `Gone`."""
    subscriber(token).delete()


def page_of(row: Subscriber) -> str:
    """Return the path at which somebody confirms, and ends it."""
    return f"/terms/subscription/{signing.dumps(row.pk, salt=_SALT)}"


def drafted(key: str, subject: str, body: str) -> list[mail.Drafted]:
    """Return a letter to everybody who confirmed, each with the way to end it; `key` names what it is about."""
    made = []
    for row in Subscriber.objects.exclude(confirmed_at=None).order_by("pk"):
        end = _("\n\nNo more of these letters: %(page)s\n") % {"page": settings.SITE_URL + page_of(row)}
        made.append(mail.Drafted(row.email, subject, body + end, f"{key}:s{row.pk}"))
    return made
