"""The terms of others that are watched here: what each promised about AI, since when, and what took its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from antiphon.terms import service as terms
from antiphon.terms.core.comparing import Kind
from antiphon.terms.core.promising import Checked, Does, Judged
from antiphon.web.terms import atom
from antiphon.web.terms.views import shown

MOST_ENTRIES = 50


@dataclass(frozen=True)
class Sentence:
    """A sentence that stands now, in whose text, and what it does."""

    row: terms.Watched
    said: terms.Spoken
    judged: Judged

    @property
    def does(self) -> str:
        return {
            Does.TAKES: _("It takes."), Does.PROMISES: _("It promises."), Does.SAYS: "",
            Does.FORBIDS_YOU: _("It forbids those who read it something."),
        }[self.judged.does]  # fmt: skip

    @property
    def checked(self) -> str:
        """How somebody outside sees whether a promise is kept."""
        return {
            "switch": _("Can be checked: there is such a switch, or there is not."),
            "notice": _("Can be checked: who is concerned was told, or was not."),
            "public": _("Can be checked: it says of something public that it is there."),
            "asked": _(
                "In part: who is concerned sees whether they were asked. Whether it was done without asking, nobody "
                "outside can see."
            ),
            "": _("Nobody outside can see whether it is kept.") if self.judged.checked else "",
        }[self.judged.by]


# What is taken from whoever reads it stands first, what they are told to leave last.
_ORDER = (Does.TAKES, Does.PROMISES, Does.SAYS, Does.FORBIDS_YOU)


def _standing(row: terms.Watched) -> list[Sentence]:
    found = [Sentence(row, said, judged) for said, judged in terms.sentences_now(row)]
    return sorted(found, key=lambda one: _ORDER.index(one.judged.does))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The one-page index: which promises about AI can be checked, which cannot, since when; and what is taken."""
    rows = terms.watched()
    every = [one for row, _snapshots in rows for one in _standing(row)]

    def promised(how: Checked) -> list[Sentence]:
        return [one for one in every if one.judged.checked is how]

    context = {
        "groups": [
            (_("Promises that can be checked"), promised(Checked.WHOLE)),
            (_("Promises that can be checked in part"), promised(Checked.PART)),
            (_("Promises that nobody outside can check"), promised(Checked.NOT)),
            (_("What is taken"), [one for one in every if one.judged.does is Does.TAKES]),
        ],
        "rows": [_line(row, snapshots) for row, snapshots in rows],
        "rules": terms.promise_rules_version(),
    }
    return render(request, "terms/watched.html", context)


def _line(row: terms.Watched, snapshots: list[terms.Snapshot]) -> dict[str, Any]:
    said = terms.promises(row)
    return {
        "row": row,
        "first": snapshots[0].at if snapshots else None,
        "last": max(filter(None, [snapshots[-1].at, row.visited_at])) if snapshots else None,
        "standing": sum(one.until is None for one in said),
        "gone": sum(one.until is not None for one in said),
    }


@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a text promised about AI over time, each sentence as it stood."""
    row, snapshots = terms.watched_at(slug)
    context = {
        "row": row,
        "snapshots": snapshots[::-1],
        "standing": _standing(row),
        "gone": [one for one in terms.promises(row) if one.until is not None][::-1],
        "rules": terms.rules_version(),
    }
    return render(request, "terms/watched_one.html", context)


@require_safe
def changes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show what changed from one snapshot to the next, in one text or side by side."""
    row, snapshots = terms.watched_at(slug)
    place = next((n for n, found in enumerate(snapshots) if found.pk == number), 0)
    if not place:
        raise NotFound(_("There is nothing before this one to compare it with."), subject=str(number))
    old, new = snapshots[place - 1], snapshots[place]
    found = terms.between(old, new)
    beside = request.GET.get("view") == "beside"
    context = {
        "row": row,
        "old": old,
        "new": new,
        "is_beside": beside,
        "shown": [shown(one, beside=beside) for one in found if one.kind is not Kind.SAME or one.is_moved],
        "same": sum(one.kind is Kind.SAME and not one.is_moved for one in found),
        "runs": sum(one.inserted + one.deleted for one in found),
    }
    return render(request, "terms/watched_changes.html", context)


@require_safe
def feed(request: HttpRequest, slug: str = "") -> HttpResponse:
    """One Atom entry a change, of one text or of all that is watched."""
    rows = [terms.watched_at(slug)] if slug else terms.watched()
    found = sorted((one for row, snapshots in rows for one in _entries(row, snapshots)), key=lambda one: one.at)
    page = reverse("terms_watched_one", args=[slug]) if slug else reverse("terms_watched")
    address = reverse("terms_watched_one_feed", args=[slug]) if slug else reverse("terms_watched_feed")
    title = _("%(kind)s of %(service)s") % vars(rows[0][0]) if slug else _("Terms of others")
    began = min((snapshots[0].at for _row, snapshots in rows if snapshots), default=clock.now())
    return atom.reply(
        request, address=settings.SITE_URL + address, page=settings.SITE_URL + page, title=title, at=began,
        entries=found[: -MOST_ENTRIES - 1 : -1],
    )  # fmt: skip


def _entries(row: terms.Watched, snapshots: list[terms.Snapshot]) -> Iterator[atom.Entry]:
    said = terms.promises(row)
    for new in snapshots[1:]:
        came = [one.words for one in said if one.since == new.at]
        gone = [one.words for one in said if one.until == new.at]
        lines = [*(_("Gone: %s") % one for one in gone), *(_("New: %s") % one for one in came)]
        title = _("%(service)s changed what it says of AI") if lines else _("%(service)s changed its %(kind)s")
        address = settings.SITE_URL + reverse("terms_watched_changes", args=[row.slug, new.pk])
        summary = "\n".join(lines) or _("What it says of AI stays.")
        yield atom.Entry(address, title % {"service": row.service, "kind": row.kind}, summary, new.at)


@require_safe
def index_as_json(request: HttpRequest) -> HttpResponse:
    """The index for programs: every sentence about AI that stands now, in every text."""
    return _open({"texts": [_text(row, snapshots, now=True) for row, snapshots in terms.watched()]})


@require_safe
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    """One text for programs: every sentence with its days."""
    return _open(_text(*terms.watched_at(slug)))


def _text(row: terms.Watched, snapshots: list[terms.Snapshot], *, now: bool = False) -> dict[str, Any]:
    judged = {one.said.words: one.judged for one in _standing(row)}
    return {
        "service": row.service, "terms": row.kind, "url": row.url, "rules": terms.rules_version(),
        "promise_rules": terms.promise_rules_version(), "failure": row.failure, "failed_at": row.failed_at,
        "snapshots": [{"at": one.at, "sha256": one.sha256} for one in snapshots],
        "about_ai": [
            {"sentence": one.words, "clause": one.clause, "since": one.since, "not_before": one.not_before,
             "until": one.until, "replaced_by": list(one.replaced_by), **_verdict(judged.get(one.words))}
            for one in terms.promises(row) if not now or one.until is None
        ],
    }  # fmt: skip


def _verdict(judged: Judged | None) -> dict[str, Any]:
    if judged is None:
        return {}
    return {"does": judged.does, "checkable": judged.checked, "by": judged.by or None}


def _open(said: dict[str, Any]) -> HttpResponse:
    reply = JsonResponse(said)
    reply["Access-Control-Allow-Origin"] = "*"
    return reply
