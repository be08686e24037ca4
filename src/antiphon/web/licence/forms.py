"""What somebody from outside fills in who wants a licence, and what a holder replies with."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from antiphon.consent.core.enquiries import ABOUT_CHARS, NAME_CHARS, WORDS_CHARS
from antiphon.consent.service import enquiries
from antiphon.kernel import clock
from antiphon.kernel.money import Money, money_in
from antiphon.web.consent.words import GROUPS, SHORT

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _uses() -> list[tuple[str, Any]]:
    """The uses that can be asked for, by group, in the reader's language."""
    groups = [
        (str(words), [(one.slug, SHORT[one.slug]) for one in enquiries.ENQUIRED if one.group == group])
        for group, words in GROUPS.items()
    ]
    return [("", _("Choose one")), *((name, uses) for name, uses in groups if uses)]


class EnquiryForm(forms.Form):
    """Who asks, which tracks, for which use, for how long and for what price."""

    tracks = forms.CharField(
        label=gettext_lazy("Which tracks?"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=gettext_lazy("The addresses of tracks, sets or creators here, one a line."),
    )
    purpose = forms.ChoiceField(label=gettext_lazy("What for?"), choices=_uses)
    first = forms.DateField(label=gettext_lazy("From"), widget=_DATE)
    until = forms.DateField(label=gettext_lazy("Until and with"), widget=_DATE)
    amount = forms.CharField(
        label=gettext_lazy("Price you offer for each track"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy("For the whole time. Leave it empty to offer nothing. This site collects no money."),
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        max_length=3,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "EUR", "autocapitalize": "characters", "size": 4}),
    )
    name = forms.CharField(
        label=gettext_lazy("Who are you?"),
        max_length=NAME_CHARS,
        help_text=gettext_lazy("Your name, or your organisation’s. A licence is given to this name."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    about = forms.CharField(
        label=gettext_lazy("In one sentence"),
        max_length=ABOUT_CHARS,
        help_text=gettext_lazy("What you do, and where that can be read."),
    )
    words = forms.CharField(
        label=gettext_lazy("What do you want to do with the music?"),
        max_length=WORDS_CHARS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("A letter goes there first; holders see only what stands behind the @."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, known_as: str = "", has_account: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_as = known_as
        if has_account:
            del self.fields["email"]
        if known_as:
            del self.fields["name"]

    def clean(self) -> dict[str, Any]:
        """Read the price: an amount needs a currency."""
        said: dict[str, Any] = super().clean() or {}
        amount, currency = said.get("amount", "").strip(), said.get("currency", "").strip()
        said["offer"] = None
        if amount:
            try:
                said["offer"] = money_in(amount, currency or "EUR")
            except ValueError:
                words = _("Write an amount such as 25 or 25.50, no marks for thousands, and a currency such as EUR.")
                self.add_error("amount", words)
        return said

    def asking(self) -> enquiries.Asking:
        """Return what was filled in. Days are the reader's own; the last one counts whole."""
        said, zone = self.cleaned_data, timezone.get_current_timezone()
        offer: Money | None = said["offer"]
        return enquiries.Asking(
            name=self.known_as or said["name"],
            about=said["about"],
            purpose=said["purpose"],
            starts_at=datetime.combine(said["first"], time.min, zone),
            ends_at=datetime.combine(said["until"] + timedelta(days=1), time.min, zone),
            words=said["words"],
            offer=offer,
        )


def begun(tracks: str, purpose: str) -> dict[str, Any]:
    """Return what the form begins with: a year from today."""
    today = timezone.localtime(clock.now()).date()
    return {"tracks": tracks, "purpose": purpose, "first": today, "until": today + timedelta(days=365)}
