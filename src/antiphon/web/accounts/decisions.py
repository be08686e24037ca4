"""What moderators decided about what is somebody's, an appeal against it, and what became of what they reported."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import AntiphonError
from antiphon.web.accounts import limits
from antiphon.web.accounts.forms import AppealForm, refuse
from antiphon.web.accounts.member import member, reader, sent


@login_required
@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """List them."""
    user = member(request)
    shown = {
        "rulings": [_told(row) for row in catalogue.rulings_about(user)],
        "reports": [_reported(row) for row in catalogue.reports_by(user)],
    }
    return render(request, "accounts/decisions.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, ruling_id: int) -> HttpResponse:
    """Show one decision to whom it concerns: signed in, or by the key in the letter; and take an appeal."""
    key = request.GET.get("key", "")[:400]
    ruling = catalogue.ruling_for(reader(request), ruling_id, key)
    form = AppealForm(sent(request))
    if request.method == "POST" and form.is_valid():
        limits.count(request, "appeal", most=20, seconds=3600)
        try:
            catalogue.appeal(reader(request), ruling_id, form.cleaned_data["words"], key=key)
        except AntiphonError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Sent. You will be told what becomes of it."))
            return redirect(_address(ruling_id, key))
    shown = {**_told(ruling), "form": form, "may_appeal": catalogue.may_appeal(ruling), "do": _address(ruling_id, key)}
    return render(request, "accounts/decision.html", shown, status=422 if form.errors else 200)


def _address(ruling_id: int, key: str) -> str:
    address = reverse("account_decision", args=[ruling_id])
    return f"{address}?{urlencode({'key': key})}" if key else address


def _told(ruling: catalogue.Ruling) -> dict[str, Any]:
    return {
        "ruling": ruling,
        "outcome": catalogue.outcome(ruling.verdict),
        "appeal": getattr(ruling, "appeal", None),
        "status": _status(ruling),
    }


def _status(ruling: catalogue.Ruling) -> str:
    appeal = getattr(ruling, "appeal", None)
    if appeal is not None:
        answered = {"kept": _("your appeal is answered: it stays"), "changed": _("taken back on your appeal")}
        return answered.get(appeal.outcome, _("you have appealed; nobody has answered yet"))
    return _("you may appeal") if catalogue.may_appeal(ruling) else ""


def _reported(row: catalogue.Report) -> dict[str, Any]:
    decided = {"open": _("not decided yet"), "upheld": _("something was done about it")}
    return {
        "name": row.case.name if row.case else "",
        "reason": catalogue.REASONS.get(row.reason, row.reason),
        "at": row.created_at,
        "outcome": decided.get(row.state, _("left as it is")),
    }
