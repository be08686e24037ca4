"""What moderators do without a report: hide something, and show it again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import AntiphonError
from antiphon.web.accounts.forms import refuse
from antiphon.web.accounts.member import member, sent
from antiphon.web.operate.forms import BecauseForm
from antiphon.web.operate.guards import moderators_only


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
    found, subject = catalogue.kind_of(kind), catalogue.subject_of(kind, subject_id)
    return found.snapshot(subject).name, found.address(subject), subject.hidden_at is not None
