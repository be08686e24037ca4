"""The page of one track in the studio: its words, picture, addresses and recordings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from antiphon.accounts import service as accounts
from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.identification import service as identification
from antiphon.kernel.errors import AntiphonError
from antiphon.web.studio import pictures, watching
from antiphon.web.studio.asking import person, signed_in, tell, tell_why_not, wants_part
from antiphon.web.studio.forms.base import PictureForm
from antiphon.web.studio.forms.tracks import PublishForm, SharingForm, ShortForm, TrackForm
from antiphon.web.studio.limits import limits_for
from antiphon.web.studio.listing import badges
from antiphon.web.studio.words import sentences


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, track_id: int) -> HttpResponse:
    """Show and save what is said of a track."""
    user = person(request)
    row = catalogue.own_track(user, track_id)
    form = TrackForm(request.POST if request.method == "POST" else None, track=row)
    if request.method == "POST" and form.carry_out(lambda: catalogue.edit_track(user, track_id, form.changes())):
        tell(request, _("Saved."))
        return redirect("studio:track", track_id)
    return page(request, user, track_id, form=form)


def page(
    request: HttpRequest,
    user: accounts.User,
    track_id: int,
    *,
    form: TrackForm | None = None,
    publishing: PublishForm | None = None,
    picture: PictureForm | None = None,
) -> HttpResponse:
    """Draw the page of a track with whichever of its forms was refused, or fresh ones."""
    row = catalogue.watched_tracks(user, [track_id])[0]
    state = catalogue.state_of(row)
    refused = any(one is not None and one.errors for one in (form, publishing, picture))
    context = {
        "track": row,
        "form": form or TrackForm(track=row),
        "publishing": publishing or PublishForm(track=row, zone=user.time_zone),
        "sharing": SharingForm(initial={"sharing": row.sharing}),
        "picture": picture or PictureForm(),
        "state": state,
        "badge": badges()[state],
        "told": watching.of_tracks([row])[str(row.pk)],
        "recordings": catalogue.recordings_of(user, track_id),
        "secret_link": request.build_absolute_uri(f"{row.get_absolute_url()}/{row.secret_token}"),
        "sentences": sentences(),
    }
    return render(request, "studio/track.html", context, status=422 if refused else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def short(request: HttpRequest, track_id: int) -> HttpResponse:
    """Show and save the few words of a track that fit into a row of the upload page; the answer is a fragment."""
    user = person(request)
    if not wants_part(request):
        return redirect("studio:track", track_id)
    row = catalogue.own_track(user, track_id)
    form = ShortForm(request.POST if request.method == "POST" else None, track=row, prefix=f"t{track_id}")
    said = ""
    if request.method == "POST" and form.carry_out(lambda: _save_short(request, user, row, form)):
        row = catalogue.own_track(user, track_id)
        said = _("Saved and published.") if row.state == "published" else _("Saved.")
        form = ShortForm(track=row, prefix=f"t{track_id}")
    context = {"track": row, "form": form, "said": said}
    return render(request, "studio/parts/short.html", context, status=422 if form.errors else 200)


def _save_short(request: HttpRequest, user: accounts.User, row: catalogue.Track, form: ShortForm) -> None:
    catalogue.edit_track(user, row.pk, form.changes())
    if request.POST.get("do") == "publish":
        catalogue.publish_tracks(user, [row.pk], sharing="public")


@signed_in
@require_POST
def artwork(request: HttpRequest, track_id: int) -> HttpResponse:
    """Take a picture for a track. It is shown once it has been checked and cut to size."""
    user = person(request)
    catalogue.own_track(user, track_id)
    form = PictureForm(request.POST, request.FILES)
    if not form.carry_out(lambda: pictures.accept(form.chosen(), kind="track", subject_id=track_id)):
        return page(request, user, track_id, picture=form)
    tell(request, _("The picture is here and is being cut to size. It appears in a moment."))
    return redirect("studio:track", track_id)


@signed_in
@require_POST
def secret(request: HttpRequest, track_id: int) -> HttpResponse:
    """Make a new secret link."""
    catalogue.renew_secret(person(request), track_id)
    tell(request, _("There is a new secret link. The one before opens nothing any more."))
    return redirect(reverse("studio:track", args=[track_id]) + "#who")


@signed_in
@require_safe
def replace(request: HttpRequest, track_id: int) -> HttpResponse:
    """Show the upload page for one file that takes the place of a track's recording."""
    user = person(request)
    row = catalogue.own_track(user, track_id)
    context = {"profiles": [], "limits": limits_for(user), "sentences": sentences(), "replaces": row}
    return render(request, "studio/upload.html", context)


@signed_in
@require_POST
def retry(request: HttpRequest, track_id: int) -> HttpResponse:
    """Try once more to make the newest recording of a track ready."""
    user = person(request)
    recordings = catalogue.recordings_of(user, track_id)
    try:
        if recordings:
            audio.retry(recordings[0].pk)
            identification.retry(recordings[0].pk)
    except AntiphonError as error:
        if wants_part(request):
            return HttpResponse(error.message, status=error.status, content_type="text/plain; charset=utf-8")
        tell_why_not(request, error)
        return redirect("studio:track", track_id)
    if wants_part(request):
        return HttpResponse(status=204)
    tell(request, _("Trying once more."))
    return redirect("studio:track", track_id)


@signed_in
@require_POST
def use_recording(request: HttpRequest, track_id: int, recording_id: int) -> HttpResponse:
    """Let a track sound like one of its other recordings."""
    try:
        catalogue.use_recording(person(request), track_id, recording_id)
        tell(request, _("The track plays this recording now."))
    except AntiphonError as error:
        tell_why_not(request, error)
    return redirect("studio:track", track_id)
