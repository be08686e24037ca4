"""The upload page and the two light endpoints it asks."""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.jobs import service as jobs
from antiphon.web.consent.answers import cards, offers_cards
from antiphon.web.studio import watching
from antiphon.web.studio.asking import numbers, person, signed_in, uids
from antiphon.web.studio.limits import limits_for
from antiphon.web.studio.words import sentences

MOST_WATCHED = 100


@signed_in
@require_safe
def upload(request: HttpRequest) -> HttpResponse:
    """Show the upload page."""
    user = person(request)
    profiles = accounts.profiles_of(user)
    context = {"profiles": profiles, "limits": limits_for(user), "sentences": sentences(), "replaces": None}
    if offers_cards(request, user):
        context |= {**cards(), "offers_cards": True}
    return render(request, "studio/upload.html", context)


@signed_in
@require_safe
def uploads(request: HttpRequest) -> HttpResponse:
    """List the unfinished uploads of this person, and what came in lately, so that a reloaded page can go on."""
    rows = catalogue.recent_uploads(person(request))
    return _json(request, {"uploads": [_upload(row) for row in rows]})


@signed_in
@require_safe
def states(request: HttpRequest) -> HttpResponse:
    """Say where files stand: `ids` are of uploads (as the upload page knows them) or of tracks (as the list does).

    Ids that are not this person's are passed over: nothing is said about them.
    """
    user = person(request)
    asked = request.GET.get("ids", "")[:8000].split(",")[:MOST_WATCHED]
    by_upload, by_track = uids(asked), numbers(asked)
    items: dict[str, watching.Told] = {}
    if by_upload:
        items |= watching.of_uploads(catalogue.watched_uploads(user, by_upload))
    if by_track:
        items |= watching.of_tracks(catalogue.watched_tracks(user, by_track))
    idle = all(item["settled"] for item in items.values())
    return _json(request, {"items": items, "workers": idle or bool(jobs.workers_alive())})


def _upload(row: catalogue.Upload) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "file_name": row.file_name,
        "folder": row.folder,
        "batch": str(row.batch or ""),
        "size_bytes": row.size_bytes,
        "state": row.state,
        "profile": row.profile_id,
        "replaces": row.replaces_id,
    }


def _json(request: HttpRequest, answer: dict[str, Any]) -> HttpResponse:
    """Answer with JSON, or with 304 when it is what the page has already."""
    body = json.dumps(answer, separators=(",", ":"))
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:24]}"'
    response = HttpResponse(status=304)
    if request.headers.get("If-None-Match") != tag:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response
