"""The document says all there is, and the page of addresses with it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from antiphon.api.shapes import (
    care,
    comments,
    common,
    consent,
    finding,
    listening,
    music,
    people,
    registry,
    sound,
    ties,
)
from antiphon.api.urls import api

PAGE = Path(__file__).resolve().parents[2] / "docs/develop/api.md"
OPERATIONS = [(method, where, said) for where, verbs in api.document["paths"].items() for method, said in verbs.items()]
ids = [f"{method.upper()} {where}" for method, where, _said in OPERATIONS]


@pytest.mark.parametrize(("method", "where", "said"), OPERATIONS, ids=ids)
def test_every_address_is_in_the_docs(method: str, where: str, said: dict[str, Any]) -> None:
    assert f"| `{method.upper()} {where}` |" in PAGE.read_text(encoding="utf-8")


def test_the_docs_name_no_other_address() -> None:
    listed = re.findall(r"^\| `([A-Z]+ /\S+)` \|", PAGE.read_text(encoding="utf-8"), re.M)
    assert sorted(listed) == sorted(ids)


@pytest.mark.parametrize(("method", "where", "said"), OPERATIONS, ids=ids)
def test_every_address_says_what_it_is_for_and_may_answer(method: str, where: str, said: dict[str, Any]) -> None:
    assert said["description"]
    assert said["security"]
    statuses = {int(status) for status in said["responses"]}
    assert {401, 403, 404, 429, 500, 503} <= statuses
    assert ("Idempotency-Key" in str(said["parameters"])) == (method != "get")
    for status, reply in said["responses"].items():
        if int(status) >= 400:
            assert list(reply["content"]) == ["application/problem+json"]
        elif int(status) != 204:
            shape = reply["content"]["application/json"]["schema"]
            names = [one["$ref"].rpartition("/")[2] for one in shape.get("anyOf", [shape])]
            for name in names:
                found = api.document["components"]["schemas"][name]
                assert found.get("examples"), name


def test_numbers_have_their_bounds_in_the_document() -> None:
    schemas = api.document["components"]["schemas"]
    assert schemas["TrackIds"]["properties"]["track_ids"]["items"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 2**63 - 1,
    }
    assert schemas["TrackChanges"]["properties"]["track_number"]["anyOf"][0]["maximum"] == 9999


def test_the_names_of_operations_are_unique() -> None:
    names = [said["operationId"] for _method, _where, said in OPERATIONS]
    assert len(set(names)) == len(names)


def shapes_with_examples() -> list[type[common.Out] | type[common.In]]:
    rooms = (care, comments, common, consent, finding, listening, music, people, registry, sound, ties)
    return [
        shape
        for room in rooms
        for shape in vars(room).values()
        if isinstance(shape, type)
        and issubclass(shape, common.Out | common.In)
        and shape.__module__ == room.__name__
        and (shape.model_config.get("json_schema_extra") or {}) != {}
    ]


@pytest.mark.parametrize("shape", shapes_with_examples(), ids=lambda shape: shape.__name__)
def test_every_example_fits_its_shape(shape: type[common.Out] | type[common.In]) -> None:
    extra = shape.model_config["json_schema_extra"]
    assert isinstance(extra, dict)
    for example in extra["examples"]:  # type: ignore[union-attr]
        shape.model_validate(example)


@pytest.mark.django_db
def test_the_document_is_sent_as_json() -> None:
    reply = Client().get("/api/v1/openapi.json")
    said = json.loads(reply.content)
    assert said["openapi"] == "3.1.0"
    assert set(said["components"]["securitySchemes"]) == {"ApiKey", "Session"}


@pytest.mark.django_db
def test_the_page_for_people_lists_every_address_without_script_or_style() -> None:
    html = Client().get("/api/v1/docs").content.decode()
    for name in ids:
        assert name in html
    assert "problem-still-running" in html
    main = html.partition("<main")[2].partition("</main>")[0]
    assert "<script" not in main
    assert "style=" not in main
