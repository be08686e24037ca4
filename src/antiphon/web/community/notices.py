"""Notices: the list, where each leads, the switches, and the link at the end of a letter."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from antiphon.community.service import digests, hearing, wording
from antiphon.community.service.notices import Mail
from antiphon.web.accounts.member import member
from antiphon.web.community.pressing import button
from antiphon.web.listen import cursors


@login_required
@require_safe
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """What one was told, the latest first; what is new is marked."""
    before = cursors.read(request.GET.get("before", ""))
    page = hearing.latest(member(request), before)
    shown = {
        "lines": [(notice, wording.sentence(notice), wording.words(notice)) for notice in page.notices],
        "more": cursors.write(page.next),
        "has_new": any(notice.seen_at is None for notice in page.notices),
    }
    return render(request, "community/notices.html", shown)


@login_required
@require_safe
@never_cache
def go(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Lead to what a notice is about, which has been seen by that."""
    user = member(request)
    notice = hearing.notice_of(user, notice_id)
    if request.method == "GET":
        hearing.see(user, [notice.pk])
    return HttpResponseRedirect(notice.address)


@button
def seen(request: HttpRequest) -> HttpResponse:
    """Mark everything as seen."""
    hearing.see(member(request))
    return redirect("notices")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def switches(request: HttpRequest) -> HttpResponse:
    """For each kind of thing: whether one hears of it in the app, and by which mail."""
    user = member(request)
    now = hearing.switches_of(user)
    if request.method == "POST":
        with transaction.atomic():
            for one in now:
                mail = request.POST.get(f"mail-{one.kind}", one.mail)
                in_app = one.is_fixed or f"app-{one.kind}" in request.POST
                if (in_app, mail) != (one.in_app, one.mail):
                    hearing.choose(user, one.kind, in_app=in_app, mail=mail)
        messages.success(request, _("Saved."))
        return redirect("notice_switches")
    names = wording.kinds()
    shown = {"switches": [(one, names[one.kind]) for one in now], "mails": wording.mails(), "mail": Mail}
    return render(request, "community/switches.html", shown)


@csrf_exempt  # the mail program presses it (RFC 8058), and the address itself says who may
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Switch the mail of a letter's kinds off, by one press: without signing in."""
    _user, kinds = digests.kinds_of_token(token)
    if request.method == "POST":
        digests.unsubscribe(token)
    names = wording.kinds()
    shown = {"kinds": [names[kind] for kind in kinds], "token": token, "done": request.method == "POST"}
    return render(request, "community/unsubscribe.html", shown)
