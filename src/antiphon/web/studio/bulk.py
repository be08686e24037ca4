"""Changing many tracks at once, in three steps that need no script: choose, look, do."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import AntiphonError
from antiphon.web.studio.asking import numbers, person, signed_in, tell, tell_why_not
from antiphon.web.studio.forms.base import SureForm
from antiphon.web.studio.forms.bulk import BulkForm
from antiphon.web.studio.listing import withdrawn_address
from antiphon.web.studio.planning import Plan, carry_out, plan


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Ask what to change, show what would change, and change it."""
    user = person(request)
    asked = request.POST if request.method == "POST" else request.GET
    ids = numbers(asked.getlist("ids"))
    if not ids:
        tell_why_not(request, AntiphonError(_("Choose at least one track in the list first.")))
        return redirect("studio:tracks")
    tracks = catalogue.own_tracks(user, ids)
    sets = catalogue.own_sets(user)
    if request.method != "POST":
        return _choose(request, user, tracks, sets, None)
    form = BulkForm(request.POST, sets=sets, zone=user.time_zone, tracks=tracks)
    made: list[Plan] = []
    if not form.carry_out(lambda: made.append(_plan(form, tracks, sets))):
        return _choose(request, user, tracks, sets, form)
    if request.POST.get("step") != "do":
        return _look(request, form, made[0], None)
    sure = SureForm(request.POST) if made[0].act == "delete" else None
    if sure is not None and not sure.carry_out(lambda: None):
        return _look(request, form, made[0], sure)
    if not form.carry_out(lambda: _do(user, form, made[0])):
        return _choose(request, user, tracks, sets, form)
    return _done(request, made[0])


def _do(user: accounts.User, form: BulkForm, made: Plan) -> None:
    with transaction.atomic():
        form.attest(user)
        carry_out(user, made)


def _plan(form: BulkForm, tracks: list[catalogue.Track], sets: list[catalogue.MusicSet]) -> Plan:
    into = next((one for one in sets if one.pk == form.cleaned_data["into_set"]), None)
    return plan(tracks, form.cleaned_data, at=form.moment(), music_set=into)


def _choose(
    request: HttpRequest,
    user: accounts.User,
    tracks: list[catalogue.Track],
    sets: list[catalogue.MusicSet],
    form: BulkForm | None,
) -> HttpResponse:
    form = form or BulkForm(sets=sets, zone=user.time_zone, tracks=tracks)
    context = {"tracks": tracks, "form": form}
    return render(request, "studio/bulk.html", context, status=422 if form.errors else 200)


def _look(request: HttpRequest, form: BulkForm, made: Plan, sure: SureForm | None) -> HttpResponse:
    """Show the plan; what was asked travels along in hidden fields."""
    asked: QueryDict = request.POST
    kept = [
        (name, value)
        for name in asked
        if name not in ("csrfmiddlewaretoken", "step", "sure")
        for value in asked.getlist(name)
    ]
    context = {
        "plan": made,
        "kept": kept,
        "unchanged": len(made.tracks) - len(made.changed),
        "sure": (sure or SureForm()) if made.act == "delete" else None,
        "back": reverse("studio:bulk") + "?" + "&".join(f"ids={pk}" for pk in made.ids),
    }
    return render(request, "studio/bulk_look.html", context, status=422 if sure and sure.errors else 200)


def _done(request: HttpRequest, made: Plan) -> HttpResponse:
    if made.act == "withdraw":
        return redirect(withdrawn_address(reverse("studio:tracks"), made.ids))
    count = len(made.changed)
    words = ngettext("%(count)s track changed.", "%(count)s tracks changed.", count)
    if made.act == "delete":
        words = ngettext("%(count)s track deleted.", "%(count)s tracks deleted.", count)
    tell(request, words % {"count": count})
    return redirect("studio:tracks")
