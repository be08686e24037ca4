"""Sets in the studio: make, describe, fill, order, publish, delete."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import BadInput
from antiphon.web.studio import pictures
from antiphon.web.studio.asking import person, signed_in, tell, tell_why_not
from antiphon.web.studio.forms.base import PictureForm, SureForm
from antiphon.web.studio.forms.sets import NewSetForm, PublishSetForm, SetForm
from antiphon.web.studio.listing import badges
from antiphon.web.studio.ordering import rearrange
from antiphon.web.studio.words import sentences

MOST_OFFERED = 200


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def sets(request: HttpRequest) -> HttpResponse:
    """List one's sets, and begin a new one."""
    user = person(request)
    profiles = accounts.profiles_of(user)
    form = NewSetForm(request.POST if request.method == "POST" else None, profiles=profiles)
    made: list[catalogue.MusicSet] = []
    if request.method == "POST" and form.carry_out(lambda: made.append(_make(user, form))):
        return redirect("studio:set", made[0].pk)
    context = {"sets": catalogue.own_sets(user), "form": form, "profiles": profiles}
    return render(request, "studio/sets.html", context, status=422 if form.errors else 200)


def _make(user: accounts.User, form: NewSetForm) -> catalogue.MusicSet:
    words = form.cleaned_data
    return catalogue.make_set(user, words["profile"], title=words["title"], kind=words["kind"])


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def music_set(request: HttpRequest, set_id: int) -> HttpResponse:
    """Show a set; save its words (`do=save`), or change what is in it and in which order."""
    user = person(request)
    row = catalogue.own_set(user, set_id)
    if request.method != "POST":
        return _page(request, user, row)
    if "move" in request.POST or request.POST.get("do", "save") != "save":
        held = [one.track_id for one in catalogue.held_by_set(user, set_id)]
        back = reverse("studio:set", args=[set_id]) + "#tracks"
        return rearrange(request, held, lambda wanted: catalogue.put_tracks(user, set_id, wanted), back)
    form = SetForm(request.POST, music_set=row)
    if not form.carry_out(lambda: catalogue.edit_set(user, set_id, form.changes())):
        return _page(request, user, catalogue.own_set(user, set_id), form=form)
    tell(request, _("Saved."))
    return redirect("studio:set", set_id)


def _page(
    request: HttpRequest,
    user: accounts.User,
    row: catalogue.MusicSet,
    *,
    form: SetForm | None = None,
    picture: PictureForm | None = None,
) -> HttpResponse:
    held = catalogue.held_by_set(user, row.pk)
    own = catalogue.studio_page(user, sort="changed", limit=MOST_OFFERED).tracks
    within = {one.track_id for one in held}
    refused = any(one is not None and one.errors for one in (form, picture))
    context = {
        "music_set": row,
        "form": form or SetForm(music_set=row),
        "picture": picture or PictureForm(),
        "rows": _rows(held),
        "offered": [track for track in own if track.pk not in within],
        "secret_link": request.build_absolute_uri(f"{row.get_absolute_url()}/{row.secret_token}"),
        "sentences": sentences(),
    }
    return render(request, "studio/set.html", context, status=422 if refused else 200)


def _rows(held: list[catalogue.Held]) -> list[dict[str, object]]:
    states = badges()
    return [
        {"held": one, "track": one.track, "badge": states[catalogue.state_of(one.track)] if one.track else None}
        for one in held
    ]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, set_id: int) -> HttpResponse:
    """Show what publishing a set would make public, and do it."""
    user = person(request)
    row = catalogue.own_set(user, set_id)
    held = catalogue.tracks_in(user, set_id)
    states = {track.pk: catalogue.state_of(track) for track in held}
    going = [track for track in held if track.state == "draft" and states[track.pk] != "failed"]
    form = PublishSetForm(request.POST if request.method == "POST" else None, zone=user.time_zone, tracks=going)
    if request.method == "POST" and form.carry_out(lambda: _publish(user, set_id, form)):
        tell(request, _("“%(title)s” is out.") % {"title": row.title})
        return redirect("studio:set", set_id)
    context = {
        "music_set": row,
        "form": form,
        "going": going,
        "out": [track for track in held if track.state == "published"],
        "failed": [track for track in held if states[track.pk] == "failed"],
        "sentences": sentences(),
    }
    return render(request, "studio/publish_set.html", context, status=422 if form.errors else 200)


def _publish(user: accounts.User, set_id: int, form: PublishSetForm) -> None:
    at = form.moment()
    form.attest(user)
    catalogue.publish_set(user, set_id, sharing=form.cleaned_data["sharing"], at=at)


@signed_in
@require_POST
def share(request: HttpRequest, set_id: int) -> HttpResponse:
    """Let nobody, whoever has its link, or everybody see a set. Its tracks stay as they are."""
    said = {
        "public": _("Everybody can see it now."),
        "secret": _("Whoever has the link can see it now."),
        "private": _("Only you can see it now."),
    }
    try:
        row = catalogue.share_set(person(request), set_id, request.POST.get("sharing", ""))
    except BadInput as error:
        tell_why_not(request, error)
    else:
        tell(request, said[row.sharing])
    return redirect(reverse("studio:set", args=[set_id]) + "#who-title")


@signed_in
@require_POST
def unpublish(request: HttpRequest, set_id: int) -> HttpResponse:
    """Take a set back to a draft."""
    catalogue.unpublish_set(person(request), set_id)
    tell(request, _("The set is a draft again. Its tracks stay as they are."))
    return redirect("studio:set", set_id)


@signed_in
@require_POST
def artwork(request: HttpRequest, set_id: int) -> HttpResponse:
    """Take a picture for a set."""
    user = person(request)
    row = catalogue.own_set(user, set_id)
    form = PictureForm(request.POST, request.FILES)
    if not form.carry_out(lambda: pictures.accept(form.chosen(), kind="set", subject_id=set_id)):
        return _page(request, user, row, picture=form)
    tell(request, _("The picture is here and is being cut to size. It appears in a moment."))
    return redirect("studio:set", set_id)


@signed_in
@require_POST
def secret(request: HttpRequest, set_id: int) -> HttpResponse:
    """Make a new secret link."""
    catalogue.renew_set_secret(person(request), set_id)
    tell(request, _("There is a new secret link. The one before opens nothing any more."))
    return redirect("studio:set", set_id)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, set_id: int) -> HttpResponse:
    """Delete a set, once the word has been typed; its tracks stay."""
    user = person(request)
    row = catalogue.own_set(user, set_id)
    form = SureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.carry_out(lambda: catalogue.delete_set(user, set_id)):
        tell(request, _("“%(title)s” is deleted. Its tracks are still there.") % {"title": row.title})
        return redirect("studio:sets")
    context = {"music_set": row, "form": form, "back": reverse("studio:set", args=[set_id])}
    return render(request, "studio/delete.html", context, status=422 if form.errors else 200)
