"""Claiming a stretch of somebody's track."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from antiphon.catalogue import service as catalogue
from antiphon.identification.core.claiming import Claimed
from antiphon.identification.service import disputes
from antiphon.kernel.errors import AntiphonError
from antiphon.web.cases.forms import ClaimForm, mark
from antiphon.web.studio.asking import person, signed_in, tell

_FIELDS = {"from": "start", "to": "end"}


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, track_id: int) -> HttpResponse:
    """Show the form, and send a claim."""
    user = person(request)
    track = catalogue.track_for(user, track_id)
    disputes.check_may_claim(user, track)
    sent = request.POST if request.method == "POST" else None
    form = ClaimForm(sent, references=disputes.references_of(user))
    if form.is_valid():
        try:
            file = disputes.claim(user, track, _claimed(form), reference_id=_reference(form))
        except AntiphonError as error:
            error.fields = {_FIELDS.get(name, name): said for name, said in error.fields.items()}
            mark(form, error)
        else:
            tell(request, _("Sent. What becomes of it, you read here."))
            return redirect("cases:case", file.uid)
    context = {"form": form, "track": track, "recording": track.recording}
    return render(request, "cases/claim.html", context, status=422 if form.errors else 200)


def _claimed(form: ClaimForm) -> Claimed:
    said = form.cleaned_data
    return Claimed(
        at_ms=said["start_ms"],
        length_ms=said["end_ms"] - said["start_ms"],
        reason=said["reason"],
        words=said["words"],
        proof_url=said["proof_url"],
        good_faith=said["good_faith"],
    )


def _reference(form: ClaimForm) -> int | None:
    chosen = form.cleaned_data.get("reference", "")
    return int(chosen) if chosen else None
