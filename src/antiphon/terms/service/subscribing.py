"""Letters about terms, ours or those of others, to whoever asks: confirmed first, ended with one press, and then
forgotten."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Gone
from antiphon.mail import service as mail
from antiphon.terms.models import Subscriber, Watched, Wish

_SALT = "antiphon.terms.subscriber"
A_DAY = 3  # letters that ask one address, however many strangers write it into the form
OURS, ALL = "ours", "all"  # what one can wish for, besides the name of one text that is watched


def subscribe(email: str, wish: str = OURS) -> None:
    """Ask an address whether it wants letters about our terms, all that is watched, or one text by its name.

    Whether it is known already is nobody's to learn. Raises `BadInput`.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        words = _("A whole e-mail address, such as you@example.org.")
        raise BadInput(words, fields={"email": words}) from None
    what = describe(wish)
    with transaction.atomic():
        row, _made = Subscriber.objects.get_or_create(email=address)
        asked = f"subscribe:{row.pk}:{clock.now():%Y-%m-%d}:"
        if has(row, wish) or len(mail.posted(asked)) >= A_DAY:
            return
        Subscriber.objects.filter(pk=row.pk).update(asked_at=clock.now())
        said = {"site": settings.SITE_NAME, "what": what, "page": settings.SITE_URL + page_of(row, wish)}
        body = _(
            "Somebody at %(site)s wants letters to this address about %(what)s.\n\nIf that was you, confirm it here: "
            "%(page)s\n\nIf not, do nothing, and you get none."
        )
        mail.post(address, _("Letters about %(what)s") % said, body % said, key=asked + wish)


def describe(wish: str) -> str:
    """Say what somebody wishes letters about. Raises `BadInput` for what nobody watches."""
    if wish == OURS:
        return _("changes of the terms of %(site)s") % {"site": settings.SITE_NAME}
    if wish == ALL:
        return _("changes of the terms of others that are watched here")
    row = Watched.objects.filter(slug=wish).first()
    if row is None:
        raise BadInput(_("Nothing of that name is watched here."), fields={"wish": wish[:80]})
    return _("changes of the %(kind)s of %(service)s") % {"kind": row.kind, "service": row.service}


def has(row: Subscriber, wish: str) -> bool:
    """Tell whether a subscriber has confirmed a wish."""
    if wish == OURS:
        return row.confirmed_at is not None
    return row.wishes.filter(watched=_of(wish)).exists()


def subscriber(token: str) -> tuple[Subscriber, str]:
    """Return whom a letter's address is for, and about which wish it asks. Raises `Gone`."""
    try:
        said: Any = signing.loads(token, salt=_SALT)
        number, wish = (said, OURS) if isinstance(said, int) else (int(said[0]), str(said[1]))
    except (signing.BadSignature, ValueError, TypeError, IndexError):
        number, wish = 0, OURS
    row = Subscriber.objects.filter(pk=number).first()
    if row is None:
        raise Gone(_("This address gets no letters."), hint=_("Ask for them again at the terms."))
    return row, wish


def confirm(token: str) -> None:
    """The address wants these letters. Twice is the same as once. Raises `Gone`."""
    row, wish = subscriber(token)
    if wish == OURS:
        Subscriber.objects.filter(pk=row.pk, confirmed_at=None).update(confirmed_at=clock.now())
        return
    watched = _of(wish)
    if watched is None and wish != ALL:
        raise Gone(_("Nothing of that name is watched here any more."), hint=_("Ask for letters again at the terms."))
    Wish.objects.get_or_create(subscriber=row, watched=watched)


def wishes_of(row: Subscriber) -> list[str]:
    """Say what an address gets letters about, in words."""
    found = [OURS] if row.confirmed_at is not None else []
    found += [one.watched.slug if one.watched else ALL for one in row.wishes.select_related("watched").order_by("pk")]
    return [describe(one) for one in found]


def unsubscribe(token: str) -> None:
    """No more letters of any kind; the address is forgotten. Raises `Gone`."""
    row, _wish = subscriber(token)
    with transaction.atomic():
        if not accounts.User.objects.filter(email=row.email).exists():
            mail.believe(row.email)  # forgets that letters to it came back
        row.delete()


def page_of(row: Subscriber, wish: str = OURS) -> str:
    """Return the path at which somebody confirms, and ends it."""
    return f"/terms/subscription/{signing.dumps([row.pk, wish], salt=_SALT)}"


def ending(row: Subscriber) -> str:
    """What every letter to a subscriber ends with: the way to end them."""
    return _("\n\nNo more of these letters: %(page)s\n") % {"page": settings.SITE_URL + page_of(row)}


def _of(wish: str) -> Watched | None:
    return None if wish == ALL else Watched.objects.filter(slug=wish).first()


def forget_unconfirmed() -> int:
    """Forget addresses that nobody confirmed for a month; return how many."""
    before = clock.now() - timedelta(days=30)
    rows = Subscriber.objects.filter(confirmed_at=None, wishes=None, asked_at__lt=before)
    return rows.delete()[0]
