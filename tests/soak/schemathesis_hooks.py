"""What the generator of requests cannot know by itself; schemathesis loads this beside the document."""

import os
import re
import uuid
from typing import Any

import schemathesis

# Numbers that the seeded site has; a number drawn from 2^63 would meet nothing but 404s.
SEEDED = 30
TOKEN = os.environ.get("SCHEMATHESIS_CSRF", "")
SILENCE = "QVBmcAEAAAAQJwAAAAAAAHicAwAAAAABhrunLg=="  # the fingerprint of ten seconds
PROFILES = ("ada-quill", "cleo-park", "lux-records")


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Let good numbers point at things that are there, most of the time."""
    for name, value in (path_parameters or {}).items():
        if name.endswith("_id") and type(value) is int and SEEDED < value < 2**63:
            path_parameters[name] = value % SEEDED + 1  # type: ignore[index]
        if name == "permalink" and isinstance(value, str) and re.fullmatch("[a-z0-9]{2,40}", value):
            path_parameters[name] = PROFILES[len(value) % 3]  # type: ignore[index]
    return path_parameters


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """The same for lists of tracks; and what is written like a fingerprint is one, most of the time."""
    for name in ("ids", "track_ids"):
        if isinstance(body, dict) and isinstance(body.get(name), list):
            body[name] = [one % SEEDED + 1 if type(one) is int and SEEDED < one < 2**63 else one for one in body[name]]
    items = body.get("items") if isinstance(body, dict) else None
    for item in items if isinstance(items, list) else ():
        prints = item.get("prints") if isinstance(item, dict) else None
        if isinstance(prints, str) and re.fullmatch("[A-Za-z0-9+/=]+", prints):
            item["prints"] = SILENCE
    return body


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Give every request an Idempotency-Key of its own: a key that comes twice is meant to be refused."""
    if TOKEN:
        case.cookies = (case.cookies or {}) | {"antiphon_csrf": TOKEN}
    headers = case.headers or {}
    sent = headers.get("Idempotency-Key")
    if isinstance(sent, str) and sent.isascii() and sent.isprintable() and 0 < len(sent) <= 255 and " " not in sent:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
