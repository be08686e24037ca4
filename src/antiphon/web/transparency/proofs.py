"""Handing out proof files to those they are about, and the page that checks them in the browser."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.consent import service as consent
from antiphon.kernel.errors import NotFound
from antiphon.ledger import service as ledger
from antiphon.transparency import service as transparency
from antiphon.web.listen.reading import viewer_of


@require_safe
@login_required
def act(request: HttpRequest, uid: str) -> HttpResponse:
    """The receipt of something you did at the gate. What others did is nothing that you can see."""
    viewer = viewer_of(request)
    party = consent.act_at(uid).party
    if party is None or viewer is None or party.user_id != viewer.pk:
        raise NotFound(_("There is no such act of yours."), subject=uid[:40])
    return _handed(request, transparency.proof_of_act(uid))


@require_safe
@login_required
def absence(request: HttpRequest, uid: str, recording_id: int) -> HttpResponse:
    """What a job's manifest holds of a recording of yours, for holders of that recording."""
    viewer = viewer_of(request)
    assert viewer is not None  # noqa: S101  (signed in)
    return _handed(request, transparency.proof_of_absence(uid, recording_id, viewer))


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Check a proof file in the browser. Nothing is uploaded, so there is nothing to do here but show the page."""
    keys = {"vkeys": ledger.verifier_keys(), "witnesses": ledger.witness_keys()}
    return render(request, "transparency/verify.html", keys)


def _handed(request: HttpRequest, file: tuple[str, bytes] | None) -> HttpResponse:
    if file is None:
        messages.info(request, _("It is not in the public log yet. That takes a few seconds: try again."))
        reply = render(request, "transparency/soon.html", status=503)
        reply["Retry-After"] = "5"
        return reply
    name, data = file
    reply = HttpResponse(data, content_type="application/json")
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    # Whoever has this file can read what was said: no cache on the way keeps it.
    reply["Cache-Control"] = "private, no-store"
    return reply
