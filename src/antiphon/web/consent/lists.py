"""The lists of holders that somebody is on and did not write: to confirm, to decline, to say that one is wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.kernel.errors import BadInput
from antiphon.web.consent import holder_list
from antiphon.web.studio.asking import numbers, person, signed_in, tell, tell_why_not

PAGE = 50


@signed_in
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Show each list with one's line on it and what can be said about it."""
    user = person(request)
    before = numbers([request.GET.get("before", "")])
    rows = consent.lists_with(user, before=before[0] if before else 0, limit=PAGE + 1)
    shown = rows[:PAGE]
    titles = catalogue.titles_of(row.holder.subject_id for row in shown)
    lines = [
        {
            "recording": row.holder.subject_id,
            "titled": titles.get(row.holder.subject_id),
            "roles": ", ".join(str(holder_list.ROLES[role]) for role in row.holder.roles.split(",")),
            "share_ppm": row.holder.share_ppm,
            "is_invited": row.holder.state == consent.Holder.State.INVITED,
            "state": holder_list.STATES[row.holder.state],
            "has_disputed": row.has_disputed,
            # Somebody who was named before they signed up opens the track's page once they have said something.
            "opens": row.holder.party.user_id == user.pk,
        }
        for row in shown
    ]
    older = shown[-1].holder.pk if len(rows) > PAGE else 0
    return render(request, "consent/lists.html", {"lines": lines, "older": older})


@signed_in
@require_POST
def say(request: HttpRequest, recording_id: int) -> HttpResponse:
    """Say something about one list. Raises `NotFound` for a list that one is not on."""
    user, word = person(request), request.POST.get("say", "")
    if word == "confirm":
        consent.confirm(user, recording_id)
        tell(request, _("Confirmed. Your answers count for it now."))
    elif word == "decline":
        consent.decline(user, recording_id)
        tell(request, _("Thank you for saying so. The list is in doubt until whoever wrote it has mended it."))
    elif word in ("wrong", "right"):
        consent.dispute(user, recording_id, word == "wrong")
        tell(request, holder_list.told_of_dispute(word == "wrong"))
    else:
        tell_why_not(request, BadInput(_("Choose what to say about the list.")))
    return redirect("consent:lists")
