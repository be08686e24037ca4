"""The public register: which systems may use music here, what they asked, and what nobody can prevent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from antiphon.consent import service as consent
from antiphon.guard import service as guard
from antiphon.ledger import service as ledger
from antiphon.transparency import service as transparency
from antiphon.web.consent import turned_away


@require_safe
def transparency_page(request: HttpRequest) -> HttpResponse:
    """Show the register, the counts, and each time that somebody broke the glass."""
    shown = {
        "systems": transparency.register(),
        "counts": transparency.counts_by_purpose(),
        "glass": consent.broken(),
        "matching": consent.is_matching(),
        "turned_away": turned_away.lines(guard.in_all()),
        "log_size": ledger.size(),
        "vkeys": ledger.verifier_keys(),
        "witnesses": ledger.witness_keys(),
    }
    return render(request, "transparency/register.html", shown)
