"""Forms of sign-up and settings. They check shape; what may be, the service decides."""

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import AntiphonError

LINK_ROWS = 5


def refuse(form: forms.BaseForm, error: AntiphonError) -> None:
    """Show a refusal at the fields that it names, or above the form."""
    fields = {name: words for name, words in error.fields.items() if name in form.fields}
    if not fields:
        form.add_error(None, " ".join(part for part in (str(error.message), str(error.hint)) if part))
    for name in fields:
        form.add_error(name, str(error.message))


class ProfileForm(forms.Form):
    """A public face: name, and what is told below it."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("As it stands on a record: yours, or the band's.")
    )
    place = forms.CharField(label=_("Place"), max_length=100, required=False)
    biography = forms.CharField(
        label=_("About"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args: Any, links: list[dict[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = links or []
        for row in range(max(LINK_ROWS, len(known))):
            link = known[row] if row < len(known) else {}
            self.fields[f"link_title_{row}"] = forms.CharField(
                label=_("Link %(number)s: its name") % {"number": row + 1},
                max_length=60,
                required=False,
                initial=link.get("title", ""),
            )
            self.fields[f"link_url_{row}"] = forms.CharField(
                label=_("Link %(number)s: its address") % {"number": row + 1},
                max_length=500,
                required=False,
                initial=link.get("url", ""),
                widget=forms.URLInput(attrs={"placeholder": "https://"}),
            )

    def links(self) -> list[dict[str, str]]:
        """What was typed, rows without an address left out."""
        rows = sum(name.startswith("link_url_") for name in self.fields)
        typed = [
            {"title": self.cleaned_data[f"link_title_{row}"], "url": self.cleaned_data[f"link_url_{row}"]}
            for row in range(rows)
        ]
        return [link for link in typed if link["url"]]

    def link_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        rows = sum(name.startswith("link_url_") for name in self.fields)
        return [(self[f"link_title_{row}"], self[f"link_url_{row}"]) for row in range(rows)]

    def plain_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", "place", "biography")]


class NewProfileForm(forms.Form):
    """The first thing an artist does here."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("As it stands on a record: yours, or the band's.")
    )
    slug = forms.CharField(
        label=_("Address"),
        max_length=40,
        required=False,
        help_text=_("Small letters, digits and hyphens. Leave it empty and we make one from the name."),
    )


class AddressForm(forms.Form):
    """Another address for a profile."""

    slug = forms.CharField(label=_("New address"), max_length=40)


class PictureForm(forms.Form):
    """A picture for a profile; what it is, the picture job finds out."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG or WebP, at most 20 MB. We cut it square and leave out place and camera."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class BannerForm(PictureForm):
    """A strip for the head of a profile's page."""

    picture = forms.FileField(
        label=_("Banner"),
        help_text=_("JPEG, PNG or WebP, at most 20 MB. We cut out the middle, four times as wide as high."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


@lru_cache
def _zones() -> list[str]:
    return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/")))


def _zone_choices() -> list[tuple[str, str]]:
    first = [("", str(_("As the site: %(zone)s") % {"zone": settings.TIME_ZONE})), ("UTC", "UTC")]
    return first + [(zone, zone.replace("_", " ")) for zone in _zones()]


class PreferencesForm(forms.Form):
    """How pages look and tell the time."""

    no_optional = True  # every choice has an answer, so that none is marked "if you like"

    theme = forms.ChoiceField(
        label=_("Look"),
        required=False,
        choices=[("", _("As my device")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.RadioSelect,
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=_zone_choices)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As my browser asks")), *settings.LANGUAGES]
    )


class KeyForm(forms.Form):
    """A key for a program."""

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[
            ("read", _("read what I can see")),
            ("write", _("change my tracks, sets and profiles")),
            ("upload", _("upload music")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=_("It ends after"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year")), (0, _("never"))],
    )


class ReportForm(forms.Form):
    """Something here should not be."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"), choices=list(catalogue.REASONS.items()), widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("Tell us more"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Where in the track, whose music it is, how you know. The moderators read it, nobody else."),
    )
    wants_answer = forms.BooleanField(label=_("Tell me what was decided"), required=False)

    def __init__(self, *args: Any, has_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_account:  # there is nobody to write to
            del self.fields["wants_answer"]


class AppealForm(forms.Form):
    """What is wrong with a decision."""

    words = forms.CharField(
        label=_("What is wrong with it?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )


class LeaveForm(forms.Form):
    """Leaving is typed, not clicked by mistake."""

    sure = forms.BooleanField(label=_("Yes, delete my account and everything in it"))


def link_list(profile: accounts.Profile) -> list[dict[str, str]]:
    """A profile's links as rows of the form."""
    return [dict(link) for link in profile.links]
