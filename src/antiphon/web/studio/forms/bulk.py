"""The form that changes many tracks at once, and the reading of what it asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from antiphon.catalogue import service as catalogue
from antiphon.web.studio.forms.base import DOWNLOADS, SHARING, licence_names
from antiphon.web.studio.forms.tracks import WhenFields

_KEEP = [("", gettext_lazy("Leave as it is"))]


class BulkForm(WhenFields):
    """Every field that is left alone leaves its tracks alone."""

    license = forms.ChoiceField(label=gettext_lazy("Licence"), required=False)
    sharing = forms.ChoiceField(label=gettext_lazy("Who may hear them"), required=False, choices=[*_KEEP, *SHARING])
    downloads = forms.ChoiceField(
        label=gettext_lazy("Who may download them"), required=False, choices=[*_KEEP, *DOWNLOADS]
    )
    genre = forms.CharField(label=gettext_lazy("Genre"), required=False, max_length=100)
    tags_add = forms.CharField(label=gettext_lazy("Add tags"), required=False, max_length=1000)
    tags_remove = forms.CharField(label=gettext_lazy("Remove tags"), required=False, max_length=1000)
    into_set = forms.TypedChoiceField(label=gettext_lazy("Add to set"), required=False, coerce=int, empty_value=None)
    act = forms.ChoiceField(
        label=gettext_lazy("And then"),
        required=False,
        choices=[
            ("", gettext_lazy("Nothing more")),
            ("publish", gettext_lazy("Publish")),
            ("unpublish", gettext_lazy("Take back to drafts")),
            ("withdraw", gettext_lazy("Withdraw")),
            ("delete", gettext_lazy("Delete for good")),
        ],
    )

    field_order = ("license", "sharing", "downloads", "genre", "tags_add", "tags_remove", "into_set", "act", "when",
                   "day", "time", "zone", "attested")  # fmt: skip

    def __init__(self, *args: Any, sets: list[catalogue.MusicSet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "attested" in self.fields:
            self.fields["attested"].required = False  # nothing but publishing needs it, and that says so itself
        self.fields["license"].choices = [*_KEEP, *licence_names()]  # type: ignore[attr-defined]
        self.fields["into_set"].choices = [  # type: ignore[attr-defined]
            ("", _("None")),
            *((str(one.pk), one.title) for one in sets),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        asked = [value for name, value in cleaned.items() if name not in ("when", "day", "time", "zone", "attested")]
        if not any(asked) and not self.errors:
            raise forms.ValidationError(_("Choose at least one thing to change."))
        return cleaned
