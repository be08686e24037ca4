"""Forms about sets: their words, what is in them, and publishing them with their tracks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.web.studio.forms.base import KINDS, StudioForm
from antiphon.web.studio.forms.tracks import WhenFields


class NewSetForm(StudioForm):
    """A set begins with a name."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS)
    profile = forms.TypedChoiceField(label=gettext_lazy("Under"), coerce=int)

    def __init__(self, *args: Any, profiles: list[accounts.Profile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].choices = [(str(p.pk), p.name) for p in profiles]  # type: ignore[attr-defined]


class SetForm(StudioForm):
    """What one says of a set."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS)
    slug = forms.SlugField(
        label=gettext_lazy("Address"),
        max_length=100,
        help_text=gettext_lazy("Small letters, digits and hyphens."),
    )
    description = forms.CharField(
        label=gettext_lazy("About this set"),
        max_length=10000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    release_date = forms.DateField(
        label=gettext_lazy("Release date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, music_set: catalogue.MusicSet, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {name: getattr(music_set, name) for name in self.base_fields})
        super().__init__(*args, **kwargs)

    def changes(self) -> dict[str, object]:
        """Return what to hand to `catalogue.edit_set`."""
        return dict(self.cleaned_data)


class PublishSetForm(WhenFields):
    """Publish a set and those of its tracks that are not out yet."""
