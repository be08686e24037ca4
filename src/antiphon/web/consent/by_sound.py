"""Who asked the registry by sound after one's music, and whether it names one as the creator."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from antiphon.catalogue import service as catalogue
from antiphon.identification.service import registry
from antiphon.web.studio.asking import person, signed_in, tell

TAB = "by-sound"  # the tab of Who asked that leads here
_MOST_TRACKS = 50
# Persons are never named, programs only where they have a name at the gate, networks not even kept.
_WHO = {
    "person": gettext_lazy("A listener"),
    "program": gettext_lazy("A program"),
    "anyone": gettext_lazy("Somebody without an account"),
}


def page(request: HttpRequest, mine: set[int], tabs: list[dict[str, object]]) -> HttpResponse:
    """List who asked after these recordings, from which of them, and what was not told because it is not released."""
    user, titles = person(request), catalogue.titles_of(mine)
    own = [pk for pk, one in titles.items() if one.is_of(user)]
    often = registry.times_asked_after(list(mine))
    rows = [one for one in registry.asked_after(list(mine)) if one.released]
    context = {
        "rows": [{"who": one.name or _WHO.get(one.by_kind, one.by_kind), "sum": one} for one in rows],
        "unreleased": [one for one in registry.asked_after(own) if not one.released],
        "tracks": [(titles[pk], often[pk]) for pk in sorted(often, key=lambda pk: (-often[pk], pk)) if pk in titles][
            :_MOST_TRACKS
        ],
        "tabs": tabs,
        "is_named": registry.is_named(user),
    }
    return render(request, "consent/by_sound.html", context)


@signed_in
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Let the registry name one from now on, or only say one's answers."""
    named = request.POST.get("named") == "yes"
    registry.choose(person(request), named=named)
    tell(
        request,
        _("The registry names you from now on.")
        if named
        else _("The registry says your answers from now on, and not your name."),
    )
    return redirect(f"{reverse('consent:asked')}?answer={TAB}")
