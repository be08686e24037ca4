"""Letters that do not arrive: the person is told where they sign in, and mends the address or shows that it works."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from antiphon.accounts import service as accounts
from antiphon.kernel import clock
from antiphon.kernel.errors import Gone
from antiphon.mail import service as mail
from antiphon.web.accounts import limits
from antiphon.web.accounts.member import member

COME_BACK = "letters_come_back"  # in the session: pages say so without asking
_SALT = "antiphon.letters"
_GOOD_FOR_S = 3 * 24 * 3600
_AN_HOUR = 5


def look(request: HttpRequest, user: accounts.User) -> None:
    """Note in somebody's session whether letters to them come back. One query."""
    if mail.is_paused(user.email):
        request.session[COME_BACK] = True
    else:
        request.session.pop(COME_BACK, None)


def address_confirmed(request: HttpRequest, email_address: EmailAddress, **kwargs: object) -> None:
    """Somebody opened a link that was sent to an address: letters arrive there. A receiver of allauth's signal."""
    mail.believe(email_address.email)
    request.session.pop(COME_BACK, None)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """Say how letters fare, and send one that shows whether they arrive."""
    user = member(request)
    if request.method == "POST":
        limits.count(request, "letter-check", most=_AN_HOUR, seconds=3600)
        token = signing.dumps([user.pk, user.email], salt=_SALT)
        said = {"site": settings.SITE_NAME, "page": settings.SITE_URL + reverse("account_letter", args=[token])}
        body = _(
            "You are reading this, so letters of %(site)s reach you. Say so here: %(page)s\n\nIt is good for 3 days."
        )
        key = f"check:{user.pk}:{clock.now().isoformat()}"
        mail.post(user.email, _("Do letters of %(site)s reach you?") % said, body % said, key=key)
        messages.success(request, _("A letter is on its way. Open the link in it, and we know that letters arrive."))
        return redirect("account_letters")
    look(request, user)
    box = mail.mailbox(user.email)
    shown = {"box": box, "reason": mail.reason(box.status) if box else ""}
    return render(request, "accounts/letters.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a letter's link: whoever reads it there presses once. Raises `Gone`."""
    address = _address_of(token)
    if request.method != "POST":
        return render(request, "accounts/letter.html", {"address": address})
    mail.believe(address)
    request.session.pop(COME_BACK, None)
    messages.success(request, _("Letters to %(address)s arrive.") % {"address": address})
    return redirect("account_letters" if request.user.is_authenticated else "home")


def _address_of(token: str) -> str:
    """Return the address that a letter went to, where it is still somebody's."""
    try:
        user_id, address = signing.loads(token, salt=_SALT, max_age=_GOOD_FOR_S)
        found = accounts.User.objects.filter(pk=user_id, email=address).exists()
    except (signing.BadSignature, ValueError, TypeError):
        found, address = False, ""
    if not found:
        raise Gone(_("This link has had its time."), hint=_("Send yourself another letter in your settings."))
    return str(address)
