"""Bodies as JSON, strictly: UTF-8, no NaN, no key twice."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser


class StrictParser(Parser):
    """Reads what the sender meant, or says that it cannot."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            request.body.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_once_each
        )
        return found


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key appears twice")
    return found
