"""How an enquiry stands, for who made it: in their account, or by the link of their letter."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from antiphon.catalogue import service as catalogue
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.service import enquiries
from antiphon.kernel.errors import Gone
from antiphon.web.consent.invited import private
from antiphon.web.studio.asking import numbers, person, signed_in, tell

PAGE = 50


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List what one asked for, the latest first."""
    before = (numbers([request.GET.get("before", "")]) or [0])[0]
    rows = enquiries.enquiries_of(person(request), before=before, limit=PAGE + 1)
    context = {
        "rows": [{"row": row, "purpose": PURPOSES[row.purpose - 1], "count": count} for row, count in rows[:PAGE]],
        "older": rows[PAGE - 1][0].pk if len(rows) > PAGE else 0,
    }
    return render(request, "licence/mine.html", context)


@signed_in
@require_safe
def one(request: HttpRequest, uid: str) -> HttpResponse:
    """Show one's enquiry, track by track."""
    return _page(request, enquiries.enquiry_of(person(request), uid))


@signed_in
@require_POST
def withdraw(request: HttpRequest, uid: str) -> HttpResponse:
    """Take an enquiry back."""
    enquiries.withdraw(person(request), uid)
    tell(request, _("Taken back. What was granted stays granted."))
    return redirect("licence:enquiry", uid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """The same for who has no account; at first it asks whether to send it off. Looking sends nothing."""
    try:
        row = enquiries.by_link(secret)
        if request.method == "POST":
            if request.POST.get("do") == "withdraw":
                row = enquiries.withdraw_by_link(secret)
            else:
                ids = row.recordings.values_list("subject_id", flat=True)
                titles = {pk: titled.title for pk, titled in catalogue.titles_of(ids).items()}
                row = enquiries.open_by_link(secret, titles)
            return private(redirect("licence:by-link", secret))
    except Gone as error:
        page = {"title": error.message, "hint": error.hint}
        return private(render(request, "licence/gone.html", page, status=error.status))
    return private(_page(request, row, is_link=True))


def _page(request: HttpRequest, row: enquiries.Enquiry, *, is_link: bool = False) -> HttpResponse:
    lines = enquiries.lines_of(row)
    titles = catalogue.titles_of(line.recording_id for line in lines)
    context = {
        "row": row,
        "is_link": is_link,
        "purpose": PURPOSES[row.purpose - 1],
        "offer": enquiries.offer_of(row),
        "lines": [{"line": line, "titled": titles.get(line.recording_id)} for line in lines],
        "replies": enquiries.replies_of(row),
        "waits": any(line.stands is enquiries.Stands.WAITING for line in lines),
    }
    return render(request, "licence/enquiry.html", context)
