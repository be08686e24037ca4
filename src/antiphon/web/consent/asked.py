"""Who asked: every question of a system that considered one's recordings, and what the gate answered."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.rules import BY_RULE
from antiphon.kernel.errors import NotFound
from antiphon.web.consent import by_sound, disputed, recalled, turned_away
from antiphon.web.studio.asking import numbers, person, signed_in

PAGE = 50
_NAMED = 3  # so many titles are spelled out, the rest is counted
_ANSWERS = {"allowed": True, "refused": False}


@signed_in
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """List the questions that considered one's recordings, or one of them, the latest first."""
    user = person(request)
    said = request.GET.get("answer", "")
    chosen = numbers([request.GET.get("recording", "")])[:1]
    mine = set(consent.held_by(user).values_list("pk", flat=True))
    if chosen and chosen[0] not in mine:
        raise NotFound(_("You hold no rights there."))
    before = request.GET.get("before", "")[:32]
    apart = {recalled.TAB: recalled.page, turned_away.TAB: turned_away.page, disputed.TAB: disputed.page}
    apart[by_sound.TAB] = by_sound.page
    if said in apart:
        return apart[said](request, set(chosen) or mine, _tabs(said, {"recording": chosen[0]} if chosen else {}))
    found = consent.who_asked(chosen or mine, before=before, allowed=_ANSWERS.get(said), limit=PAGE)
    titles = catalogue.titles_of({pk for one in found for pk in one.recordings[:_NAMED]} | set(chosen))
    kept = {name: value for name, value in (("recording", chosen[0] if chosen else ""), ("answer", said)) if value}
    context = {
        "rows": _rows(found, titles),
        "tabs": _tabs(said, kept),
        "next": "?" + urlencode(kept | {"before": found.older}) if found.older else "",
        "about": titles.get(chosen[0]) if chosen else None,
        "filtered": bool(said in _ANSWERS or before),
        "none_held": not mine,
        "turned_away": 0 if before else turned_away.number(set(chosen) or mine),
    }
    return render(request, "consent/asked.html", context)


def _rows(found: list[consent.Question], titles: dict[int, catalogue.Titled]) -> list[dict[str, object]]:
    slugs = {one.actor for one in found} - {consent.SITE}
    names = dict(consent.Actor.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}
    return [
        {
            "question": one,
            "who": _("This site") if one.actor == consent.SITE else names.get(one.actor, one.actor),
            "state": "yes" if one.allowed else "no",
            "words": _(BY_RULE[one.rule].public_words),
            "change": _(BY_RULE[one.rule].change),
            "tracks": [titles[pk] for pk in one.recordings[:_NAMED] if pk in titles],
            "more": len(one.recordings) - _NAMED,
            "proof": one.recordings[0],
        }
        for one in found
    ]


def _tabs(said: str, kept: dict[str, int | str]) -> list[dict[str, object]]:
    names = {"": _("All"), "allowed": _("Allowed"), "refused": _("Refused"), recalled.TAB: _("Taken out again")}
    names |= {turned_away.TAB: _("Turned away"), by_sound.TAB: _("By sound"), disputed.TAB: _("Matches and claims")}
    rest = {name: value for name, value in kept.items() if name != "answer"}
    return [
        {
            "name": name,
            "href": "?" + urlencode(rest | ({"answer": key} if key else {})),
            "here": key == (said if said in names else ""),
        }
        for key, name in names.items()
    ]
