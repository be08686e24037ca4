"""allauth's forms in our words: labels and hints instead of placeholders, one sentence instead of a list of rules."""

from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django.utils.translation import gettext_lazy as _

_LABELS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "password1": _("Password"),
    "password2": _("The same once more"),
    "oldpassword": _("The password you have now"),
    "remember": _("Stay signed in here"),
    "code": _("Code"),
}
GOOD_PASSWORD = _("At least 8 characters; a sentence is easy to keep and hard to guess.")
_CHOSEN = frozenset({"SignupForm", "ChangePasswordForm", "SetPasswordForm", "ResetPasswordKeyForm"})


class Plain:
    """Relabels the fields of whatever allauth form stands behind it."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = _LABELS.get(name, field.label)
        if type(self).__name__ in _CHOSEN:
            self.fields["password1"].help_text = GOOD_PASSWORD


class LoginForm(Plain, allauth.LoginForm):  # type: ignore[misc]
    pass


class SignupForm(Plain, allauth.SignupForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(Plain, allauth.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(Plain, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(Plain, allauth.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(Plain, allauth.SetPasswordForm):  # type: ignore[misc]
    pass


class AddEmailForm(Plain, allauth.AddEmailForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(Plain, allauth.ReauthenticateForm):  # type: ignore[misc]
    pass


class SecondStepForm(Plain, mfa.AuthenticateForm):  # type: ignore[misc]
    pass


class SecondStepAgainForm(Plain, mfa.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateForm(Plain, totp.ActivateTOTPForm):  # type: ignore[misc]
    pass
