"""Who may hear a track: publish now or later, take back, withdraw, delete."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import date as as_date
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from antiphon.web.studio import editing
from antiphon.web.studio.asking import person, signed_in, tell
from antiphon.web.studio.forms.base import SureForm
from antiphon.web.studio.forms.tracks import PublishForm, SharingForm
from antiphon.web.studio.listing import withdrawn_address


@signed_in
@require_POST
def publish(request: HttpRequest, track_id: int) -> HttpResponse:
    """Publish a track, now or at a moment."""
    user = person(request)
    row = catalogue.own_track(user, track_id)
    form = PublishForm(request.POST, track=row, zone=user.time_zone)
    if not form.carry_out(lambda: _publish(user, track_id, form)):
        return editing.page(request, user, track_id, publishing=form)
    tell(request, published_words(catalogue.own_track(user, track_id)))
    return redirect("studio:track", track_id)


def _publish(user: accounts.User, track_id: int, form: PublishForm) -> None:
    at = form.moment()
    form.attest(user)
    catalogue.publish_tracks(user, [track_id], sharing=form.cleaned_data["sharing"], at=at)


def published_words(row: catalogue.Track) -> str:
    """Say what publishing did, which differs by when and by whether there is something to hear yet."""
    if row.published_at and row.published_at > clock.now():
        when = as_date(timezone.localtime(row.published_at), "j F Y, H:i")
        zone = timezone.get_current_timezone_name()
        return _("“%(title)s” comes out on %(when)s (%(zone)s).") % {"title": row.title, "when": when, "zone": zone}
    if not row.playable:
        return _("“%(title)s” comes out by itself as soon as it is ready to listen.") % {"title": row.title}
    return _("“%(title)s” is out.") % {"title": row.title}


@signed_in
@require_POST
def share(request: HttpRequest, track_id: int) -> HttpResponse:
    """Change who may hear a track that is out."""
    user = person(request)
    form = SharingForm(request.POST)
    if form.carry_out(lambda: catalogue.edit_track(user, track_id, {"sharing": form.cleaned_data["sharing"]})):
        tell(request, _("Saved."))
    return redirect(reverse("studio:track", args=[track_id]) + "#who")


@signed_in
@require_POST
def unpublish(request: HttpRequest, track_id: int) -> HttpResponse:
    """Take a track back to a draft."""
    catalogue.unpublish_tracks(person(request), [track_id])
    tell(request, _("It is a draft again: only you can see and hear it."))
    return redirect("studio:track", track_id)


@signed_in
@require_POST
def withdraw(request: HttpRequest, track_id: int) -> HttpResponse:
    """Let a track leave the platform; the next page offers to undo it."""
    catalogue.withdraw_tracks(person(request), [track_id])
    return redirect(withdrawn_address(reverse("studio:tracks"), [track_id]))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, track_id: int) -> HttpResponse:
    """Delete a track for good, once the word has been typed."""
    user = person(request)
    row = catalogue.own_track(user, track_id)
    form = SureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.carry_out(lambda: catalogue.delete_tracks(user, [track_id])):
        tell(request, _("“%(title)s” and its files are deleted.") % {"title": row.title})
        return redirect("studio:tracks")
    context = {"tracks": [row], "form": form, "back": reverse("studio:track", args=[track_id])}
    return render(request, "studio/delete.html", context, status=422 if form.errors else 200)
