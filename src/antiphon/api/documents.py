"""The API as a document: OpenAPI 3.1, with every status that every address may answer with.

What is true of all operations (who may ask, errors, limits, idempotency) is said here once and written into each.
"""

from collections.abc import Callable
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.text import slugify
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation, PathView

from antiphon.api import idempotency
from antiphon.api.callers import SAFE, Anyone, Needs
from antiphon.api.envelope import around
from antiphon.api.problems import MEDIA_TYPE
from antiphon.api.shapes.common import Problem

PREFIX = "/api/v1/"
_PROBLEM = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
_BODIES = {"body", "form", "file"}
SECURITY = {
    "ApiKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key made in the settings: `Authorization: Bearer antiphon_…`. Scopes: read, write, upload.",
    },
    "Session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "",
        "description": "The cookie of somebody signed in on the site; writes need the CSRF token as `X-CSRFToken`.",
    },
}
_HEADERS = {
    "RateLimit": {
        "description": "What is left, and in how many seconds it is full again",
        "schema": {"type": "string", "examples": ['"key";r=599;t=1']},
    },
    "RateLimit-Policy": {
        "description": "How many requests in which window of seconds",
        "schema": {"type": "string", "examples": ['"key";q=600;w=60']},
    },
}
_KEY_HEADER = {
    "in": "header",
    "name": idempotency.HEADER,
    "required": False,
    "description": "A new word for each new write. Sent again with it, the same write is answered, not repeated.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
}
_TAGGED = {"Track", "SetWithTracks"}


class AntiphonAPI(NinjaAPI):
    """The framework's API with our envelope around every path, and with a document that leaves nothing out."""

    def _get_urls(self) -> list[Any]:
        urls: list[Any] = [path(where, view, name=name) for where, view, name in self._pages()]
        for bound in self._get_bound_routers():
            for where, path_view in bound.path_operations.items():
                urls.append(self._pattern(where, path_view))
        return urls

    def _pages(self) -> list[tuple[str, Callable[..., HttpResponse], str]]:
        return [("openapi.json", self.send_document, "openapi-json"), ("", self.send_document, "api-root")]

    def _pattern(self, where: str, path_view: PathView) -> URLPattern:
        route = where.lstrip("/").replace("{", "<").replace("}", ">")
        name = path_view.operations[0].view_func.__name__
        pattern: URLPattern = path(route, around(path_view), name=slugify(name.replace("_", "-")))
        return pattern

    @cached_property
    def document(self) -> dict[str, Any]:
        """The whole document; it does not change while the process lives."""
        return dict(Document(self, PREFIX))

    def send_document(self, request: HttpRequest) -> HttpResponse:
        reply = self.create_response(request, self.document, status=200)
        reply["Cache-Control"] = "public, max-age=300"
        return reply

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return str(operation.view_func.__name__)


class Document(OpenAPISchema):
    """Adds to what the framework knows: security with scopes, problems, limits, idempotency keys."""

    def __init__(self, api: NinjaAPI, path_prefix: str) -> None:
        super().__init__(api, path_prefix)
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}", by_alias=True)
        for name, definition in schema.pop("$defs", {}).items():
            self["components"]["schemas"][name] = definition
        self["components"]["schemas"]["Problem"] = schema
        _give_pages_examples(self["components"]["schemas"])
        session = SECURITY["Session"] | {"name": settings.SESSION_COOKIE_NAME}
        self["components"]["securitySchemes"] = SECURITY | {"Session": session}

    def operation_security(self, operation: Operation) -> list[dict[str, Any]] | None:
        check = operation.auth_callbacks[0]
        if isinstance(check, Anyone):
            return [{}, {"ApiKey": [check.scope]}, {"Session": []}]
        assert isinstance(check, Needs)  # noqa: S101  (a test goes through all of them)
        return [{"Session": []}] if check.session else [{"ApiKey": [check.scope]}, {"Session": []}]

    def operation_parameters(self, operation: Operation) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().operation_parameters(operation)
        if not _is_safe(operation):
            found.append(_KEY_HEADER)
        return found

    def responses(self, operation: Operation) -> dict[Any, dict[str, Any]]:
        found: dict[Any, dict[str, Any]] = super().responses(operation)
        for details in found.values():
            details["headers"] = dict(_HEADERS)
            if schema_name(details) in _TAGGED:
                details["headers"]["ETag"] = {
                    "description": "What you read; send it as If-Match with an edit",
                    "schema": {"type": "string"},
                }
        for status in sorted(_refusals(operation)):
            found[status] = {"description": HTTPStatus(status).phrase, **_PROBLEM}
        found[429]["headers"] = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
        found[401]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
        return found


def _give_pages_examples(schemas: dict[str, Any]) -> None:
    for schema in schemas.values():
        row = schema["properties"].get("collection", {}).get("items", {}).get("$ref", "").rpartition("/")[2]
        if row and "examples" not in schema:
            schema["examples"] = [{"collection": schemas[row]["examples"][:1], "next_href": None}]


def schema_name(carrier: dict[str, Any]) -> str:
    """Return the name of the shape that a body or reply has, empty where it has none of its own."""
    for content in carrier.get("content", {}).values():
        schema = content["schema"]
        return str(schema.get("anyOf", [schema])[0].get("$ref", "")).rpartition("/")[2]
    return ""


def _is_safe(operation: Operation) -> bool:
    return set(operation.methods) <= SAFE


def _refusals(operation: Operation) -> set[int]:
    """Return every status of a refusal that an operation may answer with."""
    sources = {str(model.__ninja_param_source__) for model in operation.models}
    parameters = {name for model in operation.models for name in model.model_fields}
    found = {401, 403, 404, 429, 500, 503}
    if sources:
        found |= {422}
    if "track_id" in parameters or "upload_id" in parameters:
        found |= {410}
    if not _is_safe(operation) or {"track_id"} & parameters:
        found |= {409}
    if not _is_safe(operation):
        found |= {400, 422}
    if sources & _BODIES:
        found |= {413, 415}
    if "if_match" in parameters:
        found |= {412}
    return found
