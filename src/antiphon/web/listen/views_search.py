"""Finding by words: the page, with its filters, and what it suggests while one types."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.catalogue import service as catalogue
from antiphon.catalogue.core.licences import LICENCES
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.web.consent import words as consent_words
from antiphon.web.listen.reading import viewer_of
from antiphon.web.templatetags.look import credited, kind

PAGE = 24
SUGGESTED = {catalogue.TRACKS: 5, "beside": 3}
SHORTEST_SUGGESTED = 2
_LONGEST_S = 24 * 3600


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Look for words in titles, artists, tags and names; people and sets come with the first page."""
    words = _words(request)
    filters = filters_of(request)
    after = catalogue.place_of(request.GET.get("before", ""))
    viewer = viewer_of(request)
    found = catalogue.search(viewer, words, filters=filters, limit=PAGE, after=after)
    nothing = not (found.tracks or found.profiles or found.sets)
    asked = bool(words) or filters.of_tracks
    # What would be found without the filters is worth a link, and only then a second look.
    wider = catalogue.search(viewer, words, limit=1) if nothing and words and _narrowed(filters) else None
    shown = {
        "searched": words,
        "found": found,
        "filters": filters,
        "narrowed": _narrowed(filters),
        "choices": _choices(filters),
        "later": after is not None,
        "nothing": asked and nothing and after is None,
        "wider": wider is not None and bool(wider.tracks or wider.profiles or wider.sets),
        "asked": asked,
        "more": found.next.as_word() if found.next else "",
        "query": _query(request),
        "others": _others(request, words, filters),
    }
    return render(request, "listen/search.html", shown)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Return a few things that begin like what is being typed, as JSON: for the list below the search field."""
    words = _words(request)
    if len(words) < SHORTEST_SUGGESTED:
        return JsonResponse({"suggestions": []})
    found = catalogue.search(viewer_of(request), words, limit=SUGGESTED[catalogue.TRACKS], few=SUGGESTED["beside"])
    suggestions = [
        *({"title": one.name, "by": _("Person"), "page": one.get_absolute_url()} for one in found.profiles),
        *({"title": one.title, "by": credited(one), "page": one.get_absolute_url()} for one in found.tracks),
        *({"title": one.title, "by": f"{kind(one)} · {one.profile.name}", "page": one.get_absolute_url()}
          for one in found.sets),
        *({"title": tag, "by": _("Tag"), "page": "/search?" + urlencode({"tag": tag})} for tag in found.tags[:2]),
    ]  # fmt: skip
    reply = JsonResponse({"suggestions": suggestions, "meant": found.meant})
    reply["Cache-Control"] = "private, max-age=30"
    return reply


def filters_of(request: HttpRequest) -> catalogue.Filters:
    """Return the filters in an address; what nobody offered is passed over."""
    asked = request.GET
    from_s, to_s = _seconds(asked.get("from", "")), _seconds(asked.get("to", ""))
    if asked.get("length") in catalogue.LENGTHS_S:
        from_s, to_s = catalogue.LENGTHS_S[asked["length"]]
    return catalogue.Filters(
        kind=asked["kind"] if asked.get("kind") in catalogue.KINDS else "",
        from_s=from_s,
        to_s=to_s,
        licence=asked["license"] if asked.get("license") in LICENCES else "",
        tag=asked.get("tag", "").replace("\x00", "").strip()[:60],
        cleared=asked["cleared"] if asked.get("cleared") in BY_SLUG else "",
    )


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:200]


def _seconds(word: str) -> int | None:
    if not (word.isascii() and word.isdigit() and len(word) < 7):
        return None
    return min(int(word), _LONGEST_S)


def _narrowed(filters: catalogue.Filters) -> bool:
    return filters.of_tracks or bool(filters.kind)


def _choices(filters: catalogue.Filters) -> dict[str, Any]:
    """What each filter offers: (value, words, whether it is chosen)."""
    length = next((name for name, ends in catalogue.LENGTHS_S.items() if ends == (filters.from_s, filters.to_s)), "")
    kinds = {"": _("Everything"), "tracks": _("Tracks"), "people": _("People"), "sets": _("Sets")}
    lengths = {
        "": _("Any length"),
        "short": _("Under 2 minutes"),
        "medium": _("2 to 6 minutes"),
        "long": _("6 to 20 minutes"),
        "longer": _("20 minutes and more"),
    }
    licences = {"": _("Any licence"), **{slug: _(one.name) for slug, one in LICENCES.items()}}
    groups = [
        (consent_words.GROUPS[group], [
            (one.slug, consent_words.name_of(one.slug), one.slug == filters.cleared)
            for one in consent_words.ANSWERABLE if one.group == group
        ])
        for group in dict.fromkeys(one.group for one in consent_words.ANSWERABLE)
    ]  # fmt: skip
    return {
        "kinds": _marked(kinds, filters.kind),
        "lengths": _marked(lengths, length),
        "licences": _marked(licences, filters.licence),
        "purposes": groups,
        "own_length": not length and bool(filters.from_s or filters.to_s is not None),
        "cleared": consent_words.name_of(filters.cleared) if filters.cleared else "",
    }


def _marked(names: dict[str, str], chosen: str) -> list[tuple[str, str, bool]]:
    return [(value, words, value == chosen) for value, words in names.items()]


def _query(request: HttpRequest) -> str:
    """This search as the beginning of an address that goes on."""
    kept = request.GET.copy()
    kept.pop("before", None)
    return kept.urlencode()


def _others(request: HttpRequest, words: str, filters: catalogue.Filters) -> dict[str, str]:
    """Addresses of the same search without its filters, and of all people and sets of it."""
    whole = {"q": words} if words else {}
    return {
        "plain": "?" + urlencode(whole),
        "people": "?" + urlencode({**whole, "kind": "people"}),
        "sets": "?" + urlencode({**whole, "kind": "sets"}),
    }
