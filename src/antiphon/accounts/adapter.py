"""How allauth asks us: who may sign up, where people go next, what letters say, in which words it refuses."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from antiphon.accounts.models import Role, User
from antiphon.accounts.service.invitations import is_invitation, redeem
from antiphon.accounts.service.people import grant_role
from antiphon.kernel.errors import Unavailable

INVITATION = "invitation"  # the name in the address, and in the session
_log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is open, by invitation or closed, by setting."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("No account has this e-mail address and password."),
        "too_many_login_attempts": gettext_lazy("Too many attempts. Wait five minutes, then try again."),
        "email_taken": gettext_lazy("This e-mail address has an account already."),
        "enter_current_password": gettext_lazy("Type the password you have now."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "rate_limited": gettext_lazy("That was too often. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Checked before anything is made. A code in the address is kept in the session while the form is filled."""
        if settings.ANTIPHON.sign_up == "invitation":
            code = request.GET.get(INVITATION, "")
            if code:
                request.session[INVITATION] = code[:64]
            return is_invitation(request.session.get(INVITATION, ""))
        return bool(settings.ANTIPHON.sign_up == "open")

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> AbstractBaseUser:
        """Make the account, and use the invitation up with it. Raises `NotFound` when somebody else was quicker."""
        with transaction.atomic():
            saved: AbstractBaseUser = super().save_user(request, user, form, commit=commit)
            if settings.ANTIPHON.sign_up == "invitation":
                redeem(request.session.pop(INVITATION, ""), user)
            grant_role(user, Role.LISTENER)
        return saved

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Confirmed in another browser than the one that signed up: sign in first, then be welcomed."""
        if self.request.user.is_authenticated:
            return reverse("account_welcome")
        return f"{reverse('account_login')}?next={reverse('account_welcome')}"

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Somebody suspended had the right password: tell them why, on the page they are sent to."""
        request.session["suspended_because"] = user.suspended_because
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def format_email_subject(self, subject: str) -> str:
        return f"{settings.SITE_NAME}: {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter. Raises `Unavailable` when the mail server does not take it."""
        words = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL} | context
        try:
            super().send_mail(template_prefix, email, words)
        except (OSError, SMTPException) as error:
            _log.error("a letter (%s) was not sent: %s", template_prefix, error)
            raise Unavailable(
                _("We could not send the e-mail just now."),
                subject=template_prefix,
                hint=_("Try again in a few minutes; signing in sends a new letter, too."),
            ) from error
