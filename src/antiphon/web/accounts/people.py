"""What anybody may do about somebody else: block, unblock, report."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import AntiphonError, BadInput
from antiphon.web.accounts import limits
from antiphon.web.accounts.forms import ReportForm, refuse
from antiphon.web.accounts.member import member, reader, sent


@login_required
@require_POST
def block(request: HttpRequest, slug: str) -> HttpResponse:
    """Block whoever owns a profile."""
    profile = accounts.profile_at(slug, request.user).profile
    accounts.block(member(request), profile.owner)
    messages.success(request, _("You and %(name)s do not find each other's music any more.") % {"name": profile.name})
    return redirect(_back(request))


@login_required
@require_POST
def unblock(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a block back."""
    profile = accounts.profile_at(slug, request.user).profile
    accounts.unblock(member(request), profile.owner)
    messages.success(request, _("You find %(name)s again.") % {"name": profile.name})
    return redirect(_back(request))


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Tell the moderators; an account is not needed, but a person can only do it so often."""
    kind, subject_id = _what(request)
    subject = catalogue.subject_of(kind, subject_id)
    secret = request.GET.get("secret", "")[:64]
    # The page names what is reported, so it must not tell of what this viewer could not see.
    found = catalogue.kind_of(kind)
    found.check_seen(reader(request), subject, secret)
    user = reader(request)
    form = ReportForm(sent(request), has_account=user is not None)
    if request.method == "POST" and form.is_valid():
        limits.count(request, "report", most=10, seconds=3600)
        try:
            said = form.cleaned_data
            wants_answer = bool(said.get("wants_answer"))
            catalogue.report(user, kind, subject_id, said["reason"], said["words"], wants_answer=wants_answer)
        except AntiphonError as error:
            refuse(form, error)
        else:
            return render(request, "accounts/reported.html")
    query = urlencode({"kind": kind, "id": subject_id} | ({"secret": secret} if secret else {}))
    shown = {"form": form, "subject": found.snapshot(subject).name, "query": query}
    return render(request, "accounts/report.html", shown, status=422 if form.errors else 200)


def _what(request: HttpRequest) -> tuple[str, int]:
    kind, number = request.GET.get("kind", ""), request.GET.get("id", "")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise BadInput(_("This address is not whole."), hint=_("Use the “Report” link on the page you mean."))
    return kind, int(number)


def _back(request: HttpRequest) -> str:
    """Where the button was, if that is ours; else the list of blocks."""
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return "account_blocked"
