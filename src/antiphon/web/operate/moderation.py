"""Reports, as moderators see them: decide, hide, show again."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import AntiphonError, BadInput, NotFound
from antiphon.web.accounts.forms import refuse
from antiphon.web.accounts.member import member, sent
from antiphon.web.operate.forms import BecauseForm, DecideForm
from antiphon.web.operate.guards import moderators_only

KINDS = ("track", "set", "profile")


@dataclass(frozen=True)
class Case:
    """A report with what it is about; `name` is empty when that is gone."""

    report: catalogue.Report
    reason: str
    name: str
    url: str
    hidden: bool


@moderators_only
def reports(request: HttpRequest) -> HttpResponse:
    """List what waits for a decision, and what was decided."""
    shown = {
        "open": [_case(report) for report in catalogue.open_reports(limit=100)],
        "decided": [_case(report) for report in catalogue.decided_reports(limit=50)],
    }
    return render(request, "operate/reports.html", shown)


@moderators_only
@require_POST
def decide(request: HttpRequest, report_id: int) -> HttpResponse:
    """Uphold a report, which hides its subject, or dismiss it."""
    form = DecideForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("Say why."), hint=_("The person concerned will read it."))
    uphold = form.cleaned_data["uphold"] == "yes"
    catalogue.decide_report(member(request), report_id, uphold=uphold, decision=form.cleaned_data["decision"])
    messages.success(request, _("Hidden.") if uphold else _("Dismissed."))
    return redirect("operate_reports")


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: HttpRequest, kind: str, subject_id: int) -> HttpResponse:
    """Hide something that nobody reported."""
    name, url, _hidden = _about(kind, subject_id)
    form = BecauseForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            catalogue.hide(member(request), kind, subject_id, form.cleaned_data["because"])
        except AntiphonError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Hidden."))
            return redirect("operate_reports")
    shown = {"form": form, "name": name, "url": url, "kind": kind, "subject_id": subject_id}
    return render(request, "operate/hide.html", shown, status=422 if form.errors else 200)


@moderators_only
@require_POST
def unhide(request: HttpRequest, kind: str, subject_id: int) -> HttpResponse:
    """Show something again."""
    _about(kind, subject_id)
    catalogue.unhide(member(request), kind, subject_id)
    messages.success(request, _("Everybody can find it again."))
    return redirect("operate_reports")


def _about(kind: str, subject_id: int) -> tuple[str, str, bool]:
    if kind not in KINDS:
        raise NotFound(_("There is nothing of this kind."), subject=kind)
    subject = catalogue.subject_of(kind, subject_id)
    name = subject.name if isinstance(subject, accounts.Profile) else subject.title
    return name, subject.get_absolute_url(), subject.hidden_at is not None


def _case(report: catalogue.Report) -> Case:
    reason = str(catalogue.REASONS.get(report.reason, report.reason))
    try:
        name, url, hidden = _about(report.kind, report.subject_id)
    except NotFound:
        return Case(report, reason, "", "", hidden=False)
    return Case(report, reason, name, url, hidden)
