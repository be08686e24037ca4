"""What all forms of the studio do alike: take the service's refusals to their fields and the cursor to the first."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from antiphon.catalogue.core.licences import LICENCES
from antiphon.kernel.errors import AntiphonError, BadInput, Conflict

Choices = list[tuple[str, str | Promise]]

SHARING: Choices = [
    ("public", gettext_lazy("Everybody")),
    ("secret", gettext_lazy("Whoever has the secret link")),
    ("private", gettext_lazy("Only me")),
]
DOWNLOADS: Choices = [
    ("nobody", gettext_lazy("Nobody")),
    ("members", gettext_lazy("People who are signed in")),
    ("anyone", gettext_lazy("Anyone who may hear it")),
]
EMBEDS: Choices = [
    ("all", gettext_lazy("Any page")),
    ("me", gettext_lazy("Only the sites that my profile links to")),
    ("none", gettext_lazy("No page but this site's")),
]
KINDS: Choices = [
    ("album", gettext_lazy("Album")),
    ("ep", gettext_lazy("EP")),
    ("single", gettext_lazy("Single")),
    ("playlist", gettext_lazy("Playlist")),
]


def licence_choices() -> Choices:
    """Return every licence with its name and what it means in plain words."""
    return [
        (slug, format_html('{} <span class="hint">{}</span>', licence.name, _(licence.meaning)))
        for slug, licence in LICENCES.items()
    ]


def licence_names() -> Choices:
    return [(slug, licence.name) for slug, licence in LICENCES.items()]


class StudioForm(forms.Form):
    """A form whose verb may refuse: the refusal lands beside the field it is about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def carry_out(self, verb: Callable[[], object]) -> bool:
        """Run one service verb on what was cleaned; False when form or service found fault."""
        if self.is_valid():
            try:
                verb()
            except (BadInput, Conflict) as error:
                self.refuse(error)
        self.focus_first_fault()
        return not self.errors

    def refuse(self, error: AntiphonError) -> None:
        """Put a refusal beside its fields, and above the form what belongs to none."""
        known = {name: words for name, words in error.fields.items() if name in self.fields}
        for name, words in known.items():
            self.add_error(name, words)
        if not known:
            self.add_error(None, " ".join(part for part in (error.message, error.hint) if part))

    def focus_first_fault(self) -> None:
        for name in self.fields:
            if name in self.errors:
                self.fields[name].widget.attrs["autofocus"] = True
                return


class PictureForm(StudioForm):
    """A picture for a track or a set."""

    picture = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy(
            "JPEG, PNG, WebP or GIF, square if you can, 1400 pixels or more. It is stored without place or camera data."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )

    def chosen(self) -> "UploadedFile[bytes]":
        found: UploadedFile[bytes] = self.cleaned_data["picture"]
        return found

    def refuse(self, error: AntiphonError) -> None:
        """There is one field, so it is what every refusal is about."""
        self.add_error("picture", " ".join(part for part in (error.message, error.hint) if part))


class SureForm(StudioForm):
    """The typed confirmation before something goes for good."""

    sure = forms.CharField(
        max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].label = _("Type the word “%(word)s”") % {"word": self.word()}

    @staticmethod
    def word() -> str:
        return _("delete")

    def clean_sure(self) -> str:
        typed: str = self.cleaned_data["sure"].strip().casefold()
        if typed != self.word().casefold():
            raise forms.ValidationError(_("Type exactly “%(word)s”, or go back.") % {"word": self.word()})
        return typed
