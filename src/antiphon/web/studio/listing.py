"""The studio's first page: one's tracks with their states, found, sorted and chosen."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import AntiphonError
from antiphon.web.studio import watching
from antiphon.web.studio.asking import numbers, person, signed_in, tell, tell_why_not
from antiphon.web.studio.words import sentences

PAGE = 50


@signed_in
@require_safe
def tracks(request: HttpRequest) -> HttpResponse:
    """List one's tracks: by state, by words, in an order, a page at a time."""
    user = person(request)
    state, words, sort = (request.GET.get(name, "") for name in ("state", "q", "sort"))
    state = state if state in catalogue.STATES else ""
    sort = sort if sort in catalogue.ORDERS else "newest"
    page = catalogue.studio_page(
        user, state=state, words=words, sort=sort, after=request.GET.get("after", ""), limit=PAGE
    )
    counts = catalogue.count_states(user)
    kept = {name: value for name, value in (("state", state), ("q", words), ("sort", sort)) if value}
    context = {
        "rows": _rows(page.tracks),
        "next": "?" + urlencode({**kept, "after": page.next}) if page.next else "",
        "tabs": _tabs(counts, state, {k: v for k, v in kept.items() if k != "state"}),
        "orders": _orders(),
        "state": state,
        "words_asked": words,
        "sort": sort,
        "filtered": bool(state or words),
        "none_at_all": not any(counts.values()),
        "profiles": accounts.profiles_of(user),
        "undo": _undoable(user, request.GET.get("withdrawn", "")),
        "sentences": sentences(),
    }
    return render(request, "studio/tracks.html", context)


@signed_in
@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Undo a withdrawal."""
    ids = numbers(request.POST.getlist("ids"))
    try:
        found = catalogue.restore_tracks(person(request), ids)
    except AntiphonError as error:
        tell_why_not(request, error)
        return redirect("studio:tracks")
    tell(request, ngettext("“%(title)s” is back.", "%(count)s tracks are back.", len(found)) % _named(found))
    return redirect("studio:track", found[0].pk) if len(found) == 1 else redirect("studio:tracks")


def withdrawn_address(address: str, ids: list[int]) -> str:
    """Return an address that offers to undo this withdrawal."""
    return f"{address}?{urlencode({'withdrawn': ','.join(map(str, ids))})}"


def _named(tracks: list[catalogue.Track]) -> dict[str, object]:
    return {"count": len(tracks), "title": tracks[0].title if tracks else ""}


def _undoable(user: accounts.User, words: str) -> dict[str, object] | None:
    """Return what to say of a withdrawal just made, if it still stands."""
    ids = numbers(words.split(",")) if words else []
    found = [track for track in catalogue.watched_tracks(user, ids) if track.state == "withdrawn"] if ids else []
    if not found:
        return None
    said = ngettext("“%(title)s” is withdrawn: nobody else can hear or find it.",
                    "%(count)s tracks are withdrawn: nobody else can hear or find them.", len(found))  # fmt: skip
    return {"ids": [track.pk for track in found], "words": said % _named(found)}


def _rows(tracks: list[catalogue.Track]) -> list[dict[str, object]]:
    """Return each track with its state as one word and, while it is worked on or has failed, as a sentence."""
    states = {track.pk: catalogue.state_of(track) for track in tracks}
    busy = [track for track in tracks if _busy(track)]
    told = watching.of_tracks(busy) if busy else {}
    return [
        {
            "track": track,
            "state": states[track.pk],
            "badge": badges()[states[track.pk]],
            "told": told.get(str(track.pk)),
        }
        for track in tracks
    ]


def _busy(track: catalogue.Track) -> bool:
    return getattr(track, "latest_state", "complete") != "complete" or track.held == catalogue.MATCHING


def badges() -> dict[str, tuple[str, str]]:
    """Return word and look of each state."""
    return {
        "draft": (_("Draft"), ""),
        "published": (_("Published"), "good"),
        "scheduled": (_("Scheduled"), ""),
        "comparing": (_("Being compared"), ""),
        "held": (_("Held"), "bad"),
        "processing": (_("In preparation"), ""),
        "failed": (_("Failed"), "bad"),
        "withdrawn": (_("Withdrawn"), "bad"),
    }


def _tabs(counts: dict[str, int], state: str, kept: dict[str, str]) -> list[dict[str, object]]:
    names = {"": _("All"), "draft": _("Drafts"), "published": _("Published"), "scheduled": _("Scheduled")}
    names |= {"comparing": _("Being compared"), "held": _("Held")}
    names |= {"processing": _("In preparation"), "failed": _("Failed"), "withdrawn": _("Withdrawn")}
    return [
        {
            "name": name,
            "count": counts.get(key, 0),
            "href": "?" + urlencode({**({"state": key} if key else {}), **kept}),
            "here": key == state,
        }
        for key, name in names.items()
    ]


def _orders() -> list[tuple[str, str]]:
    return [
        ("newest", _("Newest first")),
        ("oldest", _("Oldest first")),
        ("changed", _("Last changed first")),
        ("title", _("By title")),
    ]
