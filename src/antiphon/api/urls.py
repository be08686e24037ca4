"""Every address below /api/."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import include, path, re_path
from ninja.parser import Parser

from antiphon.api.documents import PREFIX, AntiphonAPI
from antiphon.api.envelope import unknown
from antiphon.api.guide import guide
from antiphon.api.problems import from_exception
from antiphon.api.reading import StrictParser
from antiphon.api.routers import (
    cases,
    comments,
    consent,
    decisions,
    enquiries,
    find,
    history,
    me,
    moderation,
    notices,
    operate,
    profiles,
    registry,
    reports,
    sets,
    sound,
    ties,
    tracks,
    uploads,
)

DESCRIPTION = """\
Everything a page does. Reading what is public needs nobody; the rest an API key or a session. Lists come page by page:
follow `next_href`. Errors are `application/problem+json`. Uploads go by tus 1.0 to `/uploads/` with the same key.
"""

ROOMS = (
    tracks, sets, profiles, sound, comments, uploads, find, me, history, ties, notices, decisions, cases, consent,
    enquiries, registry, reports,
    moderation, operate,
)  # fmt: skip


def _made() -> AntiphonAPI:
    parser: Parser = StrictParser()
    api = AntiphonAPI(title="Antiphon", version="1", description=DESCRIPTION, docs_url=None, parser=parser)
    for room in ROOMS:
        api.add_router("", room.router)

    def told(request: HttpRequest, raised: Any) -> Any:
        return from_exception(request, raised)

    for kind in list(api._exception_handlers):
        api.add_exception_handler(kind, told)
    return api


api = _made()
urlpatterns = [
    path(PREFIX.lstrip("/") + "docs", partial(guide, api=api), name="api-docs"),
    path(PREFIX.lstrip("/"), include((api.urls[0], "api"))),
    re_path("^api/.*$", unknown),
    path("api", unknown),
]
