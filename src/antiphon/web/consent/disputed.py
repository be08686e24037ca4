"""Among who asked: whose music sounds like whose, who claims what, and what was said and decided about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from antiphon.cases import service as cases
from antiphon.identification.service import disputes
from antiphon.web.cases import words
from antiphon.web.studio.asking import person

TAB = "disputed"  # the tab of Who asked that leads here


def page(request: HttpRequest, mine: set[int], tabs: list[dict[str, object]]) -> HttpResponse:
    """List what was done in the cases of these recordings, the latest first."""
    found = cases.latest_entries(person(request), disputes.files_about(mine))
    rows = [
        {"case": shown, "who": words.who(entry, shown.side), "did": words.did(entry), "entry": entry}
        for shown, entry in found
    ]
    return render(request, "consent/disputed.html", {"rows": rows, "tabs": tabs})
