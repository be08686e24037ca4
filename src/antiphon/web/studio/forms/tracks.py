"""Forms about one track: its words, who may hear it and when."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import BadInput
from antiphon.web.studio.forms.base import DOWNLOADS, EMBEDS, SHARING, StudioForm, licence_choices, licence_names
from antiphon.web.studio.zones import instant, zone_named

_NOTES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
KEYS = [f"{note} {mode}" for note in _NOTES for mode in ("major", "minor")]


def _keys(now: str) -> list[tuple[str, str]]:
    """Return the keys to choose from; what a file's tags called theirs stays among them."""
    names = [(key, key) for key in KEYS]
    return [("", _("Not said")), *([(now, now)] if now and now not in KEYS else []), *names]


class ShortForm(StudioForm):
    """What one says of a track on the upload page, in a row."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    artists = forms.CharField(
        label=gettext_lazy("Artists"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("As credited, several by comma. Empty: the name of the profile."),
    )
    genre = forms.CharField(label=gettext_lazy("Genre"), max_length=100, required=False)
    tag_list = forms.CharField(
        label=gettext_lazy("Tags"), max_length=1000, required=False, help_text=gettext_lazy("Several by comma.")
    )
    license = forms.ChoiceField(label=gettext_lazy("Licence"))
    downloads = forms.ChoiceField(label=gettext_lazy("Who may download it"), choices=DOWNLOADS)

    def __init__(self, *args: Any, track: catalogue.Track, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {name: getattr(track, name) for name in self.base_fields})
        super().__init__(*args, **kwargs)
        self.fields["license"].choices = licence_names()  # type: ignore[attr-defined]

    def changes(self) -> dict[str, object]:
        """Return what to hand to `catalogue.edit_track`."""
        return dict(self.cleaned_data)


class TrackForm(ShortForm):
    """Everything one says of a track."""

    slug = forms.SlugField(
        label=gettext_lazy("Address"),
        max_length=100,
        help_text=gettext_lazy("Small letters, digits and hyphens. If you change it, the old address leads here."),
    )
    description = forms.CharField(
        label=gettext_lazy("About this track"),
        max_length=10000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    release_date = forms.DateField(
        label=gettext_lazy("Release date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("When it first came out, here or elsewhere."),
    )
    isrc = forms.CharField(
        label=gettext_lazy("ISRC"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("The code of this recording, if it has one, such as DE-AB1-26-00042."),
    )
    bpm = forms.CharField(
        label=gettext_lazy("Tempo (BPM)"),
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    key_signature = forms.ChoiceField(label=gettext_lazy("Key"), required=False)
    license = forms.ChoiceField(label=gettext_lazy("Licence"), widget=forms.RadioSelect)
    commentable = forms.BooleanField(label=gettext_lazy("Listeners may comment"), required=False)

    embeddable_by = forms.ChoiceField(
        label=gettext_lazy("Who may put its player on a page"), choices=EMBEDS, required=False
    )

    field_order = ("title", "artists", "slug", "description", "genre", "tag_list", "release_date", "isrc", "bpm",
                   "key_signature", "license", "downloads", "embeddable_by", "commentable")  # fmt: skip

    def __init__(self, *args: Any, track: catalogue.Track, **kwargs: Any) -> None:
        super().__init__(*args, track=track, **kwargs)
        self.fields["license"].choices = licence_choices()  # type: ignore[attr-defined]
        self.fields["key_signature"].choices = _keys(track.key_signature)  # type: ignore[attr-defined]
        if track.bpm is not None:
            self.initial["bpm"] = f"{track.bpm.normalize():f}"

    def changes(self) -> dict[str, object]:
        said = super().changes()
        if not said["embeddable_by"]:  # a page from before this was asked does not send it
            del said["embeddable_by"]
        return said


class WhenFields(StudioForm):
    """Who may hear it, and from when: shared by tracks, sets and many tracks at once."""

    sharing = forms.ChoiceField(
        label=gettext_lazy("Who may hear it"), choices=SHARING[:2], widget=forms.RadioSelect, initial="public"
    )
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[("now", gettext_lazy("Now")), ("later", gettext_lazy("Later, by itself"))],
        widget=forms.RadioSelect,
        initial="now",
        required=False,
    )
    day = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        label=gettext_lazy("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    zone = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    attested = forms.BooleanField(
        label=gettext_lazy("I made this, or have the right to publish it"),
        error_messages={"required": gettext_lazy("Say first that you may publish this music.")},
    )

    def __init__(self, *args: Any, zone: str, tracks: Iterable[catalogue.Track], **kwargs: Any) -> None:
        """Ask about rights only where nobody has said a word about them yet.

        zone: the person's own by their settings, or empty: then the browser may say which its clock shows.
        """
        super().__init__(*args, **kwargs)
        self.unattested = [track.pk for track in tracks if track.recording and track.recording.attested_at is None]
        if not self.unattested:
            del self.fields["attested"]
        self.fields["zone"].initial = zone or timezone.get_current_timezone_name()
        if not zone:
            self.fields["zone"].widget.attrs["data-zone"] = "ask"

    @property
    def zone_name(self) -> str:
        return str(self["zone"].value() or timezone.get_current_timezone_name())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("when") == "later" and not self.errors:
            for name, words in (("day", _("Choose a day.")), ("time", _("Choose a time of day."))):
                if cleaned.get(name) is None:
                    self.add_error(name, words)
        return cleaned

    def moment(self) -> datetime | None:
        """Return when it shall come out; None for now. Raises `BadInput` for an hour that does not exist."""
        if self.cleaned_data.get("when") != "later":
            return None
        return instant(self.cleaned_data["day"], self.cleaned_data["time"], zone_named(self.cleaned_data["zone"]))

    def attest(self, user: accounts.User) -> None:
        """Note for every track without it what was just ticked."""
        if self.cleaned_data.get("attested"):
            for pk in self.unattested:
                catalogue.attest(user, pk)

    def refuse(self, error: Any) -> None:
        """The service calls the moment `at`; here it is a day and a time."""
        if "at" in error.fields:
            error = BadInput(error.message, hint=error.hint, fields={"time": error.fields["at"]})
        super().refuse(error)


class PublishForm(WhenFields):
    """Let others hear one track."""

    def __init__(self, *args: Any, track: catalogue.Track, **kwargs: Any) -> None:
        super().__init__(*args, tracks=[track], **kwargs)
        if track.sharing == "secret":
            self.fields["sharing"].initial = "secret"


class SharingForm(StudioForm):
    """Change who may hear a track that is out already."""

    sharing = forms.ChoiceField(label=gettext_lazy("Who may hear it"), choices=SHARING, widget=forms.RadioSelect)
