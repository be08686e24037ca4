"""Forms of those who run the site."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from antiphon.accounts import service as accounts

GIB = 1024**3


class BeginForm(forms.Form):
    """The first operator."""

    token = forms.CharField(widget=forms.HiddenInput)
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())


class InviteForm(forms.Form):
    """An invitation."""

    note = forms.CharField(
        label=_("For whom?"), max_length=200, required=False, help_text=_("Only operators see this.")
    )
    days = forms.IntegerField(label=_("Good for how many days?"), min_value=1, max_value=365, initial=14)


class RoleForm(forms.Form):
    """A role, given or taken away."""

    role = forms.ChoiceField(choices=[(role, role) for role in accounts.Role.values])
    do = forms.ChoiceField(choices=[("grant", "grant"), ("revoke", "revoke")])


class QuotaForm(forms.Form):
    """Room for one account's originals."""

    no_optional = True

    gib = forms.DecimalField(
        label=_("Room for originals, in GiB"),
        required=False,
        min_value=0,
        max_value=10**6,
        decimal_places=2,
        help_text=_("Leave it empty for the site's default."),
    )

    def quota_bytes(self) -> int | None:
        """What was typed, in bytes."""
        gib = self.cleaned_data["gib"]
        return None if gib is None else int(gib * GIB)


class BecauseForm(forms.Form):
    """A reason, which the person concerned will read."""

    because = forms.CharField(
        label=_("Why?"), max_length=500, help_text=_("They will read this."), widget=forms.Textarea(attrs={"rows": 3})
    )


class DecideForm(forms.Form):
    """What a moderator decides about a report."""

    decision = forms.CharField(label=_("Why?"), max_length=500)
    uphold = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
