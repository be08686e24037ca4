"""The page that checks proof files in the browser. Handing them out is among the pages of answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from antiphon.ledger import service as ledger


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Check a proof file in the browser. Nothing is uploaded, so there is nothing to do here but show the page."""
    keys = {"vkeys": ledger.verifier_keys(), "witnesses": ledger.witness_keys()}
    return render(request, "transparency/verify.html", keys)
