"""What the two sides of a case fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from antiphon.catalogue import service as catalogue
from antiphon.identification.service import disputes
from antiphon.kernel.errors import AntiphonError

GOOD_FAITH = _(
    "I say this in good faith: as far as I know it is true, and I know that saying it against better knowledge counts "
    "against me."
)


def mark(form: forms.BaseForm, error: AntiphonError) -> None:
    """Show a refusal beside the fields that it is about, the rest above the form."""
    for field, said in error.fields.items():
        form.add_error(field if field in form.fields else None, said)
    if not error.fields:
        form.add_error(None, " ".join(part for part in (error.message, error.hint) if part))


def _words(label: Any, *, required: bool = True, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=4000, required=required, help_text=hint, widget=forms.Textarea(attrs={"rows": 4})
    )


class AnswerForm(forms.Form):
    """Why an uploader may: to a claim, the counter-notice."""

    way = forms.ChoiceField(label=_("Why may you?"), choices=list(disputes.WAYS.items()), widget=forms.RadioSelect)
    words = _words(_("In your own words"), hint=_("The other side and the moderators read this."))
    licence = forms.CharField(
        label=_("Licence or source"),
        max_length=1000,
        required=False,
        help_text=_("Of a licence its number or its words; of the public domain who wrote it, and when."),
    )
    link = forms.CharField(
        label=_("Where it can be read"),
        max_length=500,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    good_faith = forms.BooleanField(label=GOOD_FAITH, required=False)

    def __init__(self, *args: Any, is_claim: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_claim:
            del self.fields["good_faith"]


class AgreeForm(forms.Form):
    """What an uploader offers for a yes."""

    credit = forms.CharField(
        label=_("A credit"),
        max_length=300,
        required=False,
        help_text=_("Written below what you say of your track once they accept."),
    )
    share_percent = forms.IntegerField(
        label=_("A share of the rights, in per cent"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("Of yours: once they accept they are a holder, and every yes needs theirs too."),
    )
    words = _words(_("A word to them"), required=False)


class WordsForm(forms.Form):
    """Words that an act goes with."""

    words = _words(_("In your own words"), hint=_("The other side and the moderators read this."))


class MaybeWordsForm(forms.Form):
    """The same, where nothing need be said."""

    words = _words(_("A word to the other side"), required=False)


class ClaimForm(forms.Form):
    """A stretch of somebody's track that is claimed, and why."""

    start = forms.CharField(
        label=_("From"), max_length=12, widget=forms.TextInput(attrs={"placeholder": "0:00", "size": 8})
    )
    end = forms.CharField(
        label=_("To"), max_length=12, widget=forms.TextInput(attrs={"placeholder": "0:30", "size": 8})
    )
    reason = forms.ChoiceField(
        label=_("What of it is yours?"), choices=list(disputes.REASONS.items()), widget=forms.RadioSelect
    )
    reference = forms.ChoiceField(
        label=_("Your own track that it is taken from"),
        required=False,
        help_text=_("Its sound is then compared with everything here, this track too."),
    )
    proof_url = forms.CharField(
        label=_("Proof that can be looked at"),
        max_length=500,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    words = _words(_("Why is it yours?"), hint=_("The uploader reads this, and your name."))
    good_faith = forms.BooleanField(label=GOOD_FAITH, required=False)

    def __init__(self, *args: Any, references: list[catalogue.Titled], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.recording_id), f"{one.title} · {one.by}") for one in references]
        reference = self.fields["reference"]
        assert isinstance(reference, forms.ChoiceField)  # noqa: S101  (declared above)
        reference.choices = [("", _("None here")), *named]
        if not references:
            del self.fields["reference"]

    def clean(self) -> dict[str, Any]:
        """Read the times: `1:05`, `65` and `1:02:03` are all times."""
        said: dict[str, Any] = super().clean() or {}
        for name in ("start", "end"):
            if name in said:
                said[f"{name}_ms"] = _ms(said[name])
                if said[f"{name}_ms"] is None:
                    self.add_error(name, _("Write a time as 1:05."))
        return said


def _ms(text: str) -> int | None:
    parts = text.strip().split(":")
    if not 1 <= len(parts) <= 3:
        return None
    try:
        numbers = [float(part.replace(",", ".")) for part in parts]
    except ValueError:
        return None
    if any(not 0 <= number < 10**6 for number in numbers):
        return None
    seconds = 0.0
    for number in numbers:
        seconds = seconds * 60 + number
    return round(seconds * 1000)
