"""Coming from elsewhere: what a drop would bring, before anything is sent; and its pictures, once the music is here."""

import json
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from antiphon.catalogue import service as catalogue
from antiphon.catalogue.core.elsewhere import File, Plan
from antiphon.kernel.errors import BadInput
from antiphon.web.accounts import limits
from antiphon.web.studio import pictures
from antiphon.web.studio.asking import person, signed_in

MOST_SAID = 20_000
LONGEST_PATH = 1000


@signed_in
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Say what would come in of the files that are named, and keep it for their uploads."""
    limits.count(request, "bring", most=120, seconds=3600)
    files, texts = _read(request)
    batch, found = catalogue.plan_bringing(person(request), files, texts)
    return JsonResponse({"batch": str(batch), **_shown(found)})


@signed_in
@require_POST
def picture(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """Put a picture on the sets and tracks that it was planned for and that have arrived."""
    file = request.FILES.get("picture")
    path = request.POST.get("path", "")[:LONGEST_PATH]
    if file is None or not path:
        raise BadInput(_("There is no picture in this."))
    targets = catalogue.artwork_targets(person(request), batch, path)
    for kind, subject_id in targets:
        file.seek(0)
        pictures.accept(file, kind=kind, subject_id=subject_id)
    return JsonResponse({"placed": len(targets)})


def _read(request: HttpRequest) -> tuple[list[File], dict[str, str]]:
    wrong = BadInput(_("This list of files cannot be read."), hint=_("Reload the page and drop them once more."))
    try:
        said = json.loads(request.body)
        named = said["files"]
        files = [File(str(one["path"])[:LONGEST_PATH], int(one["size"])) for one in named[:MOST_SAID]]
        texts = {str(path)[:LONGEST_PATH]: str(text) for path, text in said.get("texts", {}).items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise wrong from error
    if not files or any("\x00" in file.path or file.size < 0 for file in files):
        raise wrong
    return files, texts


def _shown(found: Plan) -> dict[str, Any]:
    songs = {song.path: song for song in found.songs}
    return {
        "sets": [
            {"key": album.key, "title": album.title, "artwork": album.artwork, "paths": list(album.songs)}
            for album in found.albums
        ],
        "tracks": [
            {
                "path": path,
                "title": song.said["title"],
                "told": _told(song.said),
                "set": song.set_key,
                "artwork": song.artwork,
            }
            for path, song in songs.items()
        ],
        "left_out": [{"path": one.path, "reason": catalogue.reason_left_out(one)} for one in found.left_out],
    }


def _told(said: Any) -> str:
    """What else is known of a track, in one line."""
    parts = (said.get(name) for name in ("artists", "release_date", "genre", "tag_list"))
    return " · ".join(str(part) for part in parts if part)
