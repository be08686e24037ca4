"""The first start: whoever holds the token that the server printed becomes the operator."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from antiphon.accounts import service as accounts
from antiphon.kernel.errors import AntiphonError, NotAllowed
from antiphon.web.accounts import limits
from antiphon.web.accounts.forms import refuse
from antiphon.web.accounts.member import sent
from antiphon.web.operate.forms import BeginForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Make the first operator, and sign them in."""
    if accounts.has_operator():
        messages.info(request, _("This site has an operator already."))
        return redirect("operate")
    limits.count(request, "begin", most=20, seconds=60)
    token = request.POST.get("token") or request.GET.get("token", "")
    if not accounts.is_first_run_token(token):
        raise NotAllowed(
            _("This is not the address that the server printed."),
            hint=_("Look at the terminal, or the log: the whole address stands there."),
        )
    form = BeginForm(sent(request), initial={"token": token})
    if request.method == "POST" and form.is_valid():
        try:
            user = accounts.begin(token, form.cleaned_data["email"], form.cleaned_data["password"])
        except AntiphonError as error:
            refuse(form, error)
        else:
            login(request, user, backend=BACKEND)
            messages.success(request, _("You run this site now."))
            return redirect("operate")
    shown = {"form": form, "sign_up": settings.ANTIPHON.sign_up}
    return render(request, "operate/begin.html", shown, status=422 if form.errors else 200)
