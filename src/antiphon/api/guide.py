"""The document as a page for people, drawn by the server: no script, no style of its own."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from antiphon.api.documents import AntiphonAPI, schema_name
from antiphon.api.problems import CODES

METHODS = ("get", "post", "put", "patch", "delete")


def guide(request: HttpRequest, api: AntiphonAPI) -> HttpResponse:
    """Show every address with what it takes and gives."""
    rooms: dict[str, list[dict[str, Any]]] = {}
    for where, verbs in api.document["paths"].items():
        for method in METHODS:
            if method in verbs:
                rooms.setdefault(verbs[method]["tags"][0], []).append(
                    _shown(api.document, where, method, verbs[method])
                )
    return render(
        request, "api/guide.html", {"rooms": rooms, "codes": CODES, "about": api.description.replace("`", "")}
    )


def _shown(document: dict[str, Any], where: str, method: str, verb: dict[str, Any]) -> dict[str, Any]:
    good = next(status for status in verb["responses"] if int(status) < 300)
    return {
        "id": verb["operationId"],
        "method": method.upper(),
        "path": where,
        "says": verb.get("description", "").replace("`", "").split("\n\n"),
        "who": _who(verb["security"]),
        "parameters": [one for one in verb.get("parameters", []) if one["in"] != "header"],
        "body": _example(document, verb.get("requestBody", {})),
        "status": good,
        "reply": _example(document, verb["responses"][good]),
        "refusals": [status for status in verb["responses"] if int(status) >= 300],
    }


def _who(security: list[dict[str, list[str]]]) -> str:
    if {} in security:
        return "anyone"
    scopes = [scope for way in security for scope in way.get("ApiKey", [])]
    return scopes[0] if scopes else "session"


def _example(document: dict[str, Any], carrier: dict[str, Any]) -> str:
    named = document["components"]["schemas"].get(schema_name(carrier), {})
    return json.dumps(named["examples"][0], indent=2, ensure_ascii=False) if named.get("examples") else ""
