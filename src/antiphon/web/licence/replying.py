"""Enquiries as those see them who are asked: the list, one of them, and the reply."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from antiphon.catalogue import service as catalogue
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.service import enquiries
from antiphon.kernel.errors import AntiphonError, BadInput, Gone
from antiphon.web.consent import words
from antiphon.web.consent.invited import private
from antiphon.web.studio.asking import numbers, person, signed_in, tell

PAGE = 50
Reply = Callable[..., enquiries.Reply]


@signed_in
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """List the enquiries about one's music, the latest first."""
    before = (numbers([request.GET.get("before", "")]) or [0])[0]
    found = enquiries.to_holder(person(request), before=before, limit=PAGE + 1)
    context = {
        "rows": [
            {"asked": one, "purpose": PURPOSES[one.enquiry.purpose - 1], "state": _state(one)} for one in found[:PAGE]
        ],
        "older": found[PAGE - 1].enquiry.pk if len(found) > PAGE else 0,
    }
    return render(request, "licence/asked.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, uid: str) -> HttpResponse:
    """Show what somebody asks for, and take the reply."""
    user = person(request)
    found = enquiries.for_holder(user, uid)

    fault = _replied(request, found, partial(enquiries.reply, user, uid))
    if request.method == "POST" and fault is None:
        tell(request, _("Replied. Whoever asked is told how it stands, and nobody’s name."))
        return redirect("licence:asked-one", uid)
    return _page(request, found, fault)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_token(request: HttpRequest, token: str) -> HttpResponse:
    """The same for a holder who has no account: looking uses nothing up."""
    try:
        found = enquiries.by_token(token)
    except Gone as error:
        page = {"title": error.message, "hint": error.hint}
        return private(render(request, "licence/gone.html", page, status=error.status))
    fault = _replied(request, found, partial(enquiries.reply_by_token, token))
    if request.method == "POST" and fault is None:
        return private(redirect("licence:token", token))
    return private(_page(request, found, fault, is_link=True))


def _replied(request: HttpRequest, found: enquiries.Asked, reply: Reply) -> AntiphonError | None:
    """Carry out what was pressed; return what stands against it."""
    if request.method != "POST":
        return None
    is_yes = request.POST.get("do") == "yes"
    chosen = set(found.recording_ids if request.POST.get("all") == "1" else numbers(request.POST.getlist("yes")))
    yes = [pk for pk in found.recording_ids if pk in chosen] if is_yes else []
    try:
        if is_yes and not yes:
            return BadInput(_("Mark the tracks you say yes for, or press “No to all of it”."))
        reply(yes, words=request.POST.get("words", ""), shuts_out=request.POST.get("shuts-out") == "1")
    except AntiphonError as error:
        return error
    return None


def _page(
    request: HttpRequest, found: enquiries.Asked, fault: AntiphonError | None, *, is_link: bool = False
) -> HttpResponse:
    row = found.enquiry
    mine = set(found.recording_ids)
    lines = [line for line in enquiries.lines_of(row) if line.recording_id in mine]
    titles = catalogue.titles_of(mine)
    purpose = PURPOSES[row.purpose - 1]
    # Nothing is marked before somebody marks it, but what they said yes to before.
    marked = set(numbers(request.POST.getlist("yes"))) if fault else {pk for pk, said in found.said.items() if said}
    context = {
        "asked": found,
        "row": row,
        "is_link": is_link,
        "frame": "base.html" if is_link else "studio/frame.html",
        "domain": row.email.rpartition("@")[2],
        "purpose": purpose,
        "waits": words.waits(purpose),
        "offer": enquiries.offer_of(row),
        "lines": [
            {
                "line": line,
                "titled": titles.get(line.recording_id),
                "said": found.said.get(line.recording_id),
                "is_marked": line.recording_id in marked,
            }
            for line in lines
        ],
        "fault": fault,
        "words": request.POST.get("words", "") if fault else "",
        "state": _state(found),
    }
    return render(request, "licence/reply.html", context, status=422 if fault else 200)


def _state(found: enquiries.Asked) -> str:
    if found.said:
        return _("You said yes") if any(found.said.values()) else _("You said no")
    return _("Waits for your reply") if found.is_open else _("Over, without your reply: a no")
