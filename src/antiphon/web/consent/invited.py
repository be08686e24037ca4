"""The page of an invited holder, who needs no account: looking never uses the link up, answering does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.kernel.errors import BadInput, Gone
from antiphon.web.consent import proofs, reading, words

_LISTED = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what music it is about and take the answers, or take a no to holding any rights in it."""
    try:
        link = consent.open_link(secret)
        if request.method != "POST":
            return _page(request, link)
        if request.POST.get("do") == "decline":
            consent.decline_by_link(secret)
            return _said(request, None)
        return _answer(request, link, secret)
    except Gone as error:
        return private(render(request, "consent/link_used.html", {"hint": error.hint}, status=error.status))


def _answer(request: HttpRequest, link: consent.HolderLink, secret: str) -> HttpResponse:
    try:
        is_no = request.POST.get("do") == "no"
        said = consent.everything("no") if is_no else reading.answers_in(request.POST)
        if not said:
            raise BadInput(_("Choose an answer to at least one use, or say no to everything."))
        act = consent.answer_by_link(secret, said, is_minor=True if request.POST.get("minor") == "1" else None)
    except BadInput as error:
        return _page(request, link, error)
    return _said(request, act)


def _page(request: HttpRequest, link: consent.HolderLink, fault: BadInput | None = None) -> HttpResponse:
    party = link.party
    asked = [row for row in consent.holdings(party) if row.subject_id == link.subject_id]
    titles = catalogue.titles_of(row.subject_id for row in asked[:_LISTED])
    said = {name.removeprefix(reading.FIELD): value for name, value in request.POST.items()}
    context = {
        "party": party,
        "tracks": [{"row": row, "titled": titles[row.subject_id]} for row in asked if row.subject_id in titles],
        "more": max(0, len(asked) - _LISTED),
        "performs": any("performance" in row.roles for row in asked),
        "groups": [
            {
                "group": group,
                "lines": [{"purpose": one, "state": said.get(one.slug, "")} for one in words.ANSWERABLE
                          if one.group == group],
            }
            for group in words.GROUPS
            if any(one.group == group for one in words.ANSWERABLE)
        ],
        "fault": fault,
    }  # fmt: skip
    return private(render(request, "consent/invited.html", context, status=422 if fault else 200))


def _said(request: HttpRequest, act: consent.Act | None) -> HttpResponse:
    context = {
        "act": act,
        "said": proofs.said_in(act) if act else "",
        "waiting": consent.waiting_in(act) if act else None,
        "proof": proofs.address_for(act.uid) if act else "",
    }
    return private(render(request, "consent/invited_done.html", context))


def private(response: HttpResponse) -> HttpResponse:
    """Keep the secret in the address from search engines, and from whatever one goes on to."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": a browser would send the form as from nowhere, and nobody could answer without scripts.
    response["Referrer-Policy"] = "same-origin"
    return response
