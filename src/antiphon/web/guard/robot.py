"""“Send a robot”: those who hold rights in a track watch a known agent ask for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from antiphon.catalogue import service as catalogue
from antiphon.guard import service as guard
from antiphon.guard.core.agents import Kind
from antiphon.web.accounts import limits
from antiphon.web.consent.track import held
from antiphon.web.studio.asking import person, signed_in

PER_MINUTE = 20
_OFFERED = ("GPTBot", "ClaudeBot", "CCBot", "Bytespider", "meta-externalagent", "Amazonbot", "img2dataset")
_ASKED = {
    "robots": gettext_lazy("The rules, robots.txt"),
    "page": gettext_lazy("The track’s page"),
    "sound": gettext_lazy("The sound, with a good address"),
    "licence": gettext_lazy("The licence, which it may read"),
}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def robot(request: HttpRequest, track_id: int) -> HttpResponse:
    """Offer a few well-known agents; send one, and show each answer."""
    user = person(request)
    found = held(user, track_id)
    agents = {one.name: one for one in guard.roll().agents if one.kind is Kind.TRAINING}
    offered = [agents[name] for name in _OFFERED if name in agents] or list(agents.values())[:7]
    context: dict[str, object] = {"found": found, "offered": offered}
    if request.method == "POST":
        limits.count(request, "robot", most=PER_MINUTE, seconds=60)
        chosen = request.POST.get("as", "")
        name = chosen if chosen in agents else offered[0].name
        row = catalogue.Track.objects.select_related("profile", "recording").get(pk=found.track_id)
        walk = guard.send_robot(name, row.get_absolute_url(), row)
        steps = [{"asked": _ASKED[step.slug], "step": step} for step in walk.steps]
        context |= {"walk": walk, "steps": steps, "chosen": name}
    return render(request, "guard/robot.html", context)
