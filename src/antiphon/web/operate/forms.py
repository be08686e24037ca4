"""Forms of those who run the site."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.web.accounts.allauth_forms import GOOD_PASSWORD

GIB = 1024**3


class BeginForm(forms.Form):
    """The first operator."""

    token = forms.CharField(widget=forms.HiddenInput)
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=GOOD_PASSWORD,
    )


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


class RuleForm(forms.Form):
    """What a moderator decides about a case."""

    verdict = forms.ChoiceField(label=_("What is to happen?"), widget=forms.RadioSelect)
    because = forms.CharField(
        label=_("Why?"),
        max_length=500,
        help_text=_("In plain words: whoever it concerns reads this, with your decision and without your name."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer([(verdict.value, verdict.value) for verdict in catalogue.VERDICTS])

    def offer(self, choices: list[tuple[str, str]]) -> None:
        """Say which decisions there are for this case, in words; what may be, the service decides."""
        self.fields["verdict"].choices = choices  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A note for the other moderators."""

    words = forms.CharField(
        label=_("A note for the other moderators"),
        max_length=4000,
        help_text=_("Nobody else reads it. It cannot be changed afterwards."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(forms.Form):
    """An answer to an appeal."""

    outcome = forms.ChoiceField(
        label=_("What becomes of the decision?"),
        choices=[("kept", _("It stays")), ("changed", _("It is taken back: everything is as it was"))],
        widget=forms.RadioSelect,
    )
    because = forms.CharField(
        label=_("Why?"),
        max_length=500,
        help_text=_("Whoever appealed reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DisputeForm(forms.Form):
    """What a moderator decides about a match or a claim."""

    OF_A_MATCH = [
        ("free", _("Nothing stands against the upload: it is released")),
        ("against", _("The holder is right: the upload stays held, and their no counts for it")),
    ]
    OF_A_CLAIM = [
        ("free", _("The claim is dismissed")),
        ("abuse", _("The claim is dismissed, and was made in bad faith: it counts against whoever made it")),
        ("against", _("The claimant is right: the track is taken from public view, and their no counts for it")),
    ]

    verdict = forms.ChoiceField(label=_("What is to happen?"), choices=OF_A_CLAIM, widget=forms.RadioSelect)
    because = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        help_text=_("In plain words: both sides read this, without your name."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class TurnForm(AnswerForm):
    """An answer to an appeal in a case with two sides."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        turned = [("kept", _("It stays")), ("changed", _("It is turned round: the other side is right"))]
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)  # noqa: S101  (declared by the form that this one is)
        outcome.choices = turned
