"""Grants: a holder's yes for one actor, one use and a stretch of time; listed, given and taken back."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from antiphon.consent import service as consent
from antiphon.kernel.errors import BadInput, NotFound
from antiphon.web.consent import words
from antiphon.web.consent.track import held
from antiphon.web.studio.asking import person, signed_in, tell


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def grants(request: HttpRequest, track_id: int) -> HttpResponse:
    """List one's grants for a track; give one."""
    user = person(request)
    found = held(user, track_id)
    fault = None
    if request.method == "POST":
        try:
            starts_at, ends_at = _stretch(request.POST.get("from", ""), request.POST.get("until", ""))
            purpose, actor = request.POST.get("purpose", ""), request.POST.get("actor", "")
            consent.grant(user, found.recording_id, purpose, actor, starts_at=starts_at, ends_at=ends_at)
        except (BadInput, NotFound) as error:
            fault = error
        else:
            tell(request, _("Granted. Everybody who holds rights in it has to agree before it counts."))
            return redirect("consent:grants", track_id)
    context = {
        "found": found,
        "rows": consent.grants_of(user, found.recording_id),
        "actors": consent.actors(),
        "purposes": words.ANSWERABLE,
        "sent": request.POST,
        "fault": fault,
    }
    return render(request, "consent/grants.html", context, status=422 if fault else 200)


@signed_in
@require_POST
def revoke(request: HttpRequest, track_id: int, uid: str) -> HttpResponse:
    """Take a grant back, from now on."""
    consent.revoke(person(request), uid)
    tell(request, _("Taken back, from now on. It cannot pull back copies already taken."))
    return redirect("consent:grants", track_id)


def _stretch(first: str, last: str) -> tuple[datetime, datetime]:
    """Return the days in the reader's zone as [from, to): the last day counts whole. Raises `BadInput`."""
    try:
        begins, ends = parse_date(first), parse_date(last)
    except ValueError:
        begins = ends = None
    if begins is None or ends is None or not 1970 <= begins.year <= ends.year < 9999:
        raise BadInput(_("Say from which day to which day."))
    zone = timezone.get_current_timezone()
    return (
        datetime.combine(begins, time.min, zone),
        datetime.combine(ends + timedelta(days=1), time.min, zone),
    )
