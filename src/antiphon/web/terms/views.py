"""Reading the terms: what is in force, each version, what changed between any two, and the life of each clause."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from antiphon.terms import service as terms
from antiphon.terms.core.comparing import Change, Kind, side
from antiphon.web.listen.reading import viewer_of
from antiphon.web.terms import archive, finding


@require_safe
def current(request: HttpRequest, document: str) -> HttpResponse:
    """Show the version in force, with where a member stands if that is another one."""
    if document == terms.TERMS and request.path != finding.address(document):
        return redirect("terms", permanent=True)
    name = finding.name_of(document)
    row = terms.current(document)
    viewer = viewer_of(request)
    page = _page(document, name, row)
    page["standing"] = terms.standing(viewer, document) if viewer else None
    page["waits"] = [one for one in finding.lines(document) if one.row.effective_at > clock.now()]
    return archive.told_of(render(request, "terms/version.html", page | {"is_current": True}), row, is_memento=False)


@require_safe
def version(request: HttpRequest, document: str, short: str) -> HttpResponse:
    """Show one version as it was published: at this address for ever."""
    name = finding.name_of(document)
    row, _rows = finding.of(document, short)
    return archive.told_of(render(request, "terms/version.html", _page(document, name, row)), row)


def _page(document: str, name: str, row: terms.Version) -> dict[str, Any]:
    rows = terms.history(document)
    until = rows[: rows.index(row) + 1] if row in rows else rows
    lives = terms.lives(until)
    clauses = terms.read_version(row).clauses
    asked = finding.by_clause(terms.questions_of(row))
    return {
        "document": document,
        "name": name,
        "row": row,
        "short": terms.short(row),
        "weight": finding.WEIGHTS[row.weight],
        "before": until[-2] if len(until) > 1 else None,
        "documents": [(one, words, finding.address(one)) for one, words in terms.names().items()],
        "clauses": [
            {
                "clause": one,
                "html": finding.clean(one.html),
                "life": lives.get(one.name),
                "asked": asked.get(one.name, []),
            }
            for one in clauses
        ],
        "is_held": terms.holds(row),
        "may_ask": row.effective_at > clock.now() or terms.holds(row),
        "in_force": terms.current(document),
        "reach": terms.reach(row),
    }


@require_safe
def versions(request: HttpRequest, document: str) -> HttpResponse:
    """List every version, the latest first, with what it said of itself; and compare any two."""
    name = finding.name_of(document)
    first, second = request.GET.get("from", ""), request.GET.get("to", "")
    if first and second:
        finding.of(document, first)
        return redirect(f"{reverse('terms_changes', args=[document, second])}?from={first}")
    context = {
        "document": document,
        "name": name,
        "lines": finding.lines(document),
        "address": finding.address(document),
    }
    return render(request, "terms/versions.html", context)


@require_safe
def changes(request: HttpRequest, document: str, short: str) -> HttpResponse:
    """Show what a version changed, inline or side by side; against the one before it, or any other."""
    name = finding.name_of(document)
    row, rows = finding.of(document, short)
    place = rows.index(row)
    before = rows[place - 1] if place else None
    if request.GET.get("from"):
        before, _rows = finding.of(document, request.GET["from"])
    if before is None:
        return redirect("terms_version", document, short)
    found = terms.changes_in(row, before)
    beside = request.GET.get("view") == "beside"
    context = {
        "document": document,
        "name": name,
        "row": row,
        "short": short,
        "old": before,
        "old_short": terms.short(before),
        "weight": finding.WEIGHTS[row.weight],
        "is_beside": beside,
        "shown": [shown(one, beside=beside) for one in found if one.kind is not Kind.SAME or one.is_moved],
        "same": sum(one.kind is Kind.SAME and not one.is_moved for one in found),
    }
    return render(request, "terms/changes.html", context)


def shown(change: Change, *, beside: bool) -> dict[str, Any]:
    words = {
        Kind.ADDED: _("New"),
        Kind.REMOVED: _("Gone"),
        Kind.CHANGED: _("Changed and moved") if change.is_moved else _("Changed"),
        Kind.SAME: _("Moved, word for word the same"),
    }
    marked = change.html
    return {
        "change": change,
        "kind": words[change.kind],
        "html": finding.marked(marked),
        "left": finding.marked(side(marked, "del")) if beside and change.old else "",
        "right": finding.marked(side(marked, "ins")) if beside and change.new else "",
    }


@require_safe
def clause(request: HttpRequest, document: str, name: str) -> HttpResponse:
    """Show the life of a clause: since when it stands, what changed it, word by word."""
    title = finding.name_of(document)
    life = terms.lives(terms.history(document)).get(name)
    if life is None:
        raise NotFound(_("There is no such clause."), subject=name[:60])
    found = terms.read_version(life.since if life.ended is None else life.began).clause(name)
    context = {
        "document": document,
        "name": title,
        "address": finding.address(document),
        "life": life,
        "words": finding.clean(found.html) if found and life.ended is None else "",
        "changed": [
            {"row": row, "short": terms.short(row), "html": finding.marked(one.html)} for row, one in life.changed[::-1]
        ],
        "began": terms.short(life.began),
        "asked": finding.with_days(terms.questions_at(document, name)),
    }
    return render(request, "terms/clause.html", context)
