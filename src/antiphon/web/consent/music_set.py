"""The answers of one of one's own sets: they reach the tracks of one's own that are in it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.kernel.errors import BadInput
from antiphon.web.consent import looking, reading
from antiphon.web.consent.track import groups_of
from antiphon.web.studio.asking import person, signed_in, tell_why_not


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def music_set(request: HttpRequest, set_id: int) -> HttpResponse:
    """Show what one says about a set; look at a change of it; make it."""
    user = person(request)
    found = catalogue.own_set(user, set_id)
    scope = consent.Scope(consent.SET, found.pk)
    now = consent.said_at(user, scope)
    reached = consent.held_by(user, set_id=found.pk).count()
    if request.method != "POST":
        context = {"music_set": found, "groups": groups_of(now), "reached": reached}
        return render(request, "consent/set.html", context)
    words = {slug: row.said for slug, row in now.items()}
    here = reverse("consent:set", args=[found.pk])
    try:
        said = reading.changed(reading.answers_in(request.POST), words)
        if not reached:
            raise BadInput(_("No track of yours is in this set."), hint=_("Put one in first."))
    except BadInput as error:
        tell_why_not(request, error)
        return redirect(here)
    if said and request.POST.get("step") == "do":
        return looking.to_done(looking.answer(user, said, [scope]))
    about = _("For the tracks of yours in “%(title)s”.") % {"title": found.title}
    return looking.look(request, user, said, [scope], before=words, about=about, back=here)
