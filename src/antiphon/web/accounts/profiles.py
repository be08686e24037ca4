"""Welcome, and the pages on which people look after their public faces."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from antiphon.accounts import service as accounts
from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.community.service import shelves
from antiphon.kernel.errors import AntiphonError, BadInput
from antiphon.web.accounts.forms import (
    AddressForm,
    BannerForm,
    NewProfileForm,
    PictureForm,
    ProfileForm,
    link_list,
    refuse,
)
from antiphon.web.accounts.member import member, sent
from antiphon.web.studio.words import sentences


@login_required
def welcome(request: HttpRequest) -> HttpResponse:
    """Ask the one question after sign-up: do you make music, or do you listen?"""
    return render(request, "accounts/welcome.html")


@login_required
def profiles(request: HttpRequest) -> HttpResponse:
    """List one's profiles."""
    return render(request, "accounts/profiles.html", {"profiles": accounts.profiles_of(member(request))})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_profile(request: HttpRequest) -> HttpResponse:
    """Make a profile."""
    form = NewProfileForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = accounts.make_profile(member(request), form.cleaned_data["name"], form.cleaned_data["slug"])
        except AntiphonError as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("%(name)s has a page now, at /%(slug)s.") % {"name": made.name, "slug": made.slug}
            )
            return redirect("account_profile", made.pk)
    status = 422 if form.errors else 200
    first = not accounts.profiles_of(member(request))
    return render(request, "accounts/new_profile.html", {"form": form, "first": first}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, profile_id: int) -> HttpResponse:
    """Edit what a profile says."""
    user = member(request)
    found = accounts.profile_for(user, profile_id)
    initial = {"name": found.name, "place": found.place, "biography": found.biography}
    form = ProfileForm(sent(request), initial=initial, links=link_list(found))
    if request.method == "POST" and form.is_valid():
        told = {key: form.cleaned_data[key] for key in ("name", "place", "biography")}
        try:
            accounts.edit_profile(user, profile_id, links=form.links(), **told)
        except AntiphonError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("account_profile", profile_id)
    return _profile_page(request, user, profile_id, form=form)


@login_required
@require_POST
def rename(request: HttpRequest, profile_id: int) -> HttpResponse:
    """Move a profile to another address."""
    user = member(request)
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            moved = accounts.rename_profile(user, profile_id, form.cleaned_data["slug"])
        except AntiphonError as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("The address is /%(slug)s now; the old one leads there.") % {"slug": moved.slug}
            )
            return redirect("account_profile", profile_id)
    return _profile_page(request, user, profile_id, address=form)


@login_required
@require_POST
def picture(request: HttpRequest, profile_id: int) -> HttpResponse:
    """Take a picture in; a job looks at it and puts it on the profile."""
    user = member(request)
    accounts.profile_for(user, profile_id)
    form = PictureForm(request.POST, request.FILES)
    if _takes(request, form, "profile", profile_id):
        return redirect("account_profile", profile_id)
    return _profile_page(request, user, profile_id, picture_form=form)


@login_required
@require_POST
def banner(request: HttpRequest, profile_id: int) -> HttpResponse:
    """Take a banner in, as a picture."""
    user = member(request)
    accounts.profile_for(user, profile_id)
    form = BannerForm(request.POST, request.FILES, prefix="banner")
    if _takes(request, form, "banner", profile_id):
        return redirect("account_profile", profile_id)
    return _profile_page(request, user, profile_id, banner_form=form)


def _takes(request: HttpRequest, form: PictureForm, kind: str, profile_id: int) -> bool:
    """Hand a picture to the job that cuts it; False, with the form saying why, for what cannot be read."""
    if not form.is_valid():
        return False
    path = _kept(form.cleaned_data["picture"])
    try:
        audio.accept_picture(path, kind=kind, subject_id=profile_id)
    except BadInput as error:
        refuse(form, error)
        return False
    finally:
        path.unlink(missing_ok=True)
    messages.success(request, _("We have your picture; it shows in a moment."))
    return True


@login_required
@require_POST
def remove_picture(request: HttpRequest, profile_id: int) -> HttpResponse:
    """Take a profile's picture off."""
    accounts.profile_for(member(request), profile_id)
    accounts.set_picture(profile_id, "")
    return redirect("account_profile", profile_id)


def _profile_page(
    request: HttpRequest,
    user: accounts.User,
    profile_id: int,
    *,
    form: ProfileForm | None = None,
    address: AddressForm | None = None,
    picture_form: PictureForm | None = None,
    banner_form: BannerForm | None = None,
) -> HttpResponse:
    found = accounts.profile_for(user, profile_id)
    initial = {"name": found.name, "place": found.place, "biography": found.biography}
    forms = {
        "form": form or ProfileForm(initial=initial, links=link_list(found)),
        "address": address or AddressForm(initial={"slug": found.slug}),
        "picture": picture_form or PictureForm(),
        "banner": banner_form or BannerForm(prefix="banner"),
    }
    status = 422 if any(one.errors for one in forms.values()) else 200
    pins = catalogue.pins_of(user, profile_id)
    shown = {
        "profile": found,
        "pins": pins,
        "offered": catalogue.pinnable(user, profile_id) if len(pins) < catalogue.MOST_PINS else [],
        "sentences": sentences(),
        "ties": shelves.ties_of_profile(found, None),
        **forms,
    }
    return render(request, "accounts/profile.html", shown, status=status)


def _kept(sent: "UploadedFile[bytes]") -> Path:
    """Write what was sent to a file of our own making; nothing of its name is used."""
    with tempfile.NamedTemporaryFile(dir=settings.DATA / "tmp", prefix="picture-", delete=False) as file:
        for chunk in sent.chunks():
            file.write(chunk)
    return Path(file.name)
