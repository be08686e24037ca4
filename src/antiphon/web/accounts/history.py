"""What somebody heard: a list for themselves, to take along, to delete, or not to keep."""

import csv
from io import StringIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from antiphon.community.service import history as listening
from antiphon.kernel import clock
from antiphon.kernel.sheets import harmless
from antiphon.web.accounts.member import member
from antiphon.web.listen import cursors
from antiphon.web.studio.stats import source_names


@login_required
@never_cache
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """List what one heard, the latest first."""
    user = member(request)
    heard, more = listening.page(user, cursors.read(request.GET.get("before", "")))
    names = source_names()
    shown = {
        "heard": [(one, names.get(one.source, "")) for one in heard],
        "more": cursors.write(more),
        "later": bool(request.GET.get("before")),
        "is_kept": listening.is_kept(user),
    }
    return render(request, "accounts/history.html", shown)


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a history from now on, or not."""
    on = request.POST.get("keep") == "yes"
    listening.keep(member(request), on=on)
    messages.success(
        request, _("From now on it is kept.") if on else _("From now on nothing is kept of what you hear.")
    )
    return redirect("history")


@login_required
@require_POST
def forget(request: HttpRequest, play_id: int) -> HttpResponse:
    """Delete one line."""
    listening.forget(member(request), play_id)
    messages.success(request, _("It is out of your history."))
    return redirect("history")


@login_required
@require_POST
def forget_all(request: HttpRequest) -> HttpResponse:
    """Delete all of it."""
    many = listening.forget_all(member(request))
    messages.success(
        request, ngettext("%(n)s play is out of your history.", "%(n)s plays are out of it.", many) % {"n": many}
    )
    return redirect("history")


@login_required
@never_cache
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """Hand out all of it, as JSON."""
    lines = [listening.line_of(one) for one in listening.everything(member(request))]
    reply = JsonResponse({"heard": lines}, json_dumps_params={"indent": 2, "ensure_ascii": False})
    return _file(reply, "json")


@login_required
@never_cache
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """Hand out all of it, as CSV."""
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(["began_at", "heard_seconds", "finished", "source", "track", "artists", "address"])
    for one in listening.everything(member(request)):
        line = listening.line_of(one)
        rows.writerow(
            [
                one.began_at.isoformat(timespec="seconds"),
                one.heard_ms // 1000,
                "yes" if one.finished else "no",
                one.source,
                *(harmless(line[name] or "") for name in ("track", "artists", "address")),
            ]
        )
    return _file(HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8"), "csv")


def _file(reply: HttpResponse, ending: str) -> HttpResponse:
    reply.headers["Content-Disposition"] = f'attachment; filename="antiphon-heard-{clock.now():%Y-%m-%d}.{ending}"'
    return reply
