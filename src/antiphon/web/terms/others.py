"""The terms of others that are watched here: what each promised about AI, since when, and what took its place."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.kernel.errors import NotFound
from antiphon.terms import service as terms
from antiphon.terms.core.comparing import Kind
from antiphon.web.terms.views import shown


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what is watched, each with the sentences about AI that stand in it now."""
    rows = []
    for row, snapshots in terms.watched():
        said = terms.promises(snapshots)
        rows.append(
            {
                "row": row,
                "first": snapshots[0].at if snapshots else None,
                "last": snapshots[-1].at if snapshots else None,
                "standing": sum(one.until is None for one in said),
                "gone": sum(one.until is not None for one in said),
            }
        )
    return render(request, "terms/watched.html", {"rows": rows})


@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a text promised about AI over time, each sentence as it stood."""
    row, snapshots = terms.watched_at(slug)
    said = terms.promises(snapshots)
    context = {
        "row": row,
        "snapshots": snapshots[::-1],
        "standing": [one for one in said if one.until is None],
        "gone": [one for one in said if one.until is not None][::-1],
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
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for programs: every sentence with its days."""
    row, snapshots = terms.watched_at(slug)
    said = terms.promises(snapshots)
    reply = JsonResponse(
        {
            "service": row.service, "terms": row.kind, "url": row.url, "rules": terms.rules_version(),
            "snapshots": [{"at": one.at, "sha256": one.sha256} for one in snapshots],
            "about_ai": [
                {"sentence": one.words, "clause": one.clause, "since": one.since, "not_before": one.not_before,
                 "until": one.until, "replaced_by": list(one.replaced_by)}
                for one in said
            ],
        }
    )  # fmt: skip
    reply["Access-Control-Allow-Origin"] = "*"
    return reply
