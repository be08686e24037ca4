"""The comparison of two versions as the browser's accessibility engine hands it to a screen reader: names, roles, and
the order in which they are read; and the page by keyboard alone."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.stage import Catalogue

SENTENCE = "You answer for what you"


@pytest.fixture
def compared(visit: Visit, seeded: Catalogue) -> Page:
    page = visit(None)
    page.goto(f"/terms/terms/changes/{seeded.terms_version}")
    return page


def tree(page: Page) -> list[dict[str, Any]]:
    """The nodes of the accessibility tree, in the order in which they are read."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {one["nodeId"]: one for one in nodes}

    def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if not node["ignored"]:
            yield node
        for child in node.get("childIds", []):
            if child in by_id:
                yield from walk(by_id[child])

    return list(walk(nodes[0]))


def role(node: dict[str, Any]) -> str:
    return str(node["role"]["value"])


def name(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", ""))


def within(nodes: list[dict[str, Any]], node: dict[str, Any]) -> list[dict[str, Any]]:
    """A node's descendants, in the order in which they are read."""
    wanted, found = set(node.get("childIds", [])), []
    for one in nodes:
        if one["nodeId"] in wanted or one.get("parentId") in {kept["nodeId"] for kept in found}:
            found.append(one)
            wanted |= set(one.get("childIds", []))
    return found


def aloud(nodes: list[dict[str, Any]]) -> str:
    """What a screen reader says of the text, in order, one space between."""
    return re.sub(r"\s+", " ", " ".join(name(one) for one in nodes if role(one) == "StaticText")).strip()


def test_headings_say_what_happened_to_each_clause_and_stand_in_order(compared: Page) -> None:
    nodes = tree(compared)
    headings = [(one["properties"], name(one)) for one in nodes if role(one) == "heading"]
    levels = [next(p["value"]["value"] for p in said if p["name"] == "level") for said, _name in headings]
    main = levels[levels.index(1) :]
    assert main[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(main)), "no level is left out"
    names = [said for _properties, said in headings]
    assert any(said.endswith("Moved, word for word the same") for said in names)
    assert any(said.endswith(" Changed") for said in names)
    assert "Machines New" in names
    regions = [name(one) for one in nodes if role(one) == "region"]
    assert [said for said in names if said in regions] == regions, "each clause is a region, named by its heading"


def test_what_came_and_went_has_its_role_and_is_said_in_words_where_it_stands(compared: Page) -> None:
    nodes = tree(compared)
    roles = [role(one) for one in nodes]
    assert {"insertion", "deletion"} <= set(roles)
    for node in nodes:
        if role(node) in ("insertion", "deletion"):
            assert aloud(within(nodes, node)), "nothing is marked that says nothing"
    said = aloud(nodes)
    heard = f"{SENTENCE} [gone: say. end of what is gone] [new: say, and for nothing else. end of what is new]"
    assert heard in said, said[said.index(SENTENCE) :][:200]
    assert said.count("[new:") == said.count("end of what is new]") == roles.count("insertion")
    assert said.count("[gone:") == said.count("end of what is gone]") == roles.count("deletion")


def test_side_by_side_reads_the_old_words_whole_and_then_the_new_ones(compared: Page) -> None:
    compared.get_by_role("link", name="Side by side").press("Enter")
    compared.wait_for_url("**view=beside")
    compared.get_by_role("heading", name="Before").first.wait_for()
    nodes = tree(compared)
    said = aloud(nodes)
    changed = said[said.index("Before", said.index("Changed")) :]
    before, after = changed.split(" After ", 1)
    assert SENTENCE in before
    assert "and for nothing else" not in before
    assert "and for nothing else" in after.split("Before")[0]


def test_all_of_it_is_reached_by_keyboard(compared: Page) -> None:
    reached = []
    for _step in range(60):
        compared.keyboard.press("Tab")
        reached.append(compared.evaluate("document.activeElement.textContent.trim()"))
    wanted = [link.strip() for link in compared.locator("#main a").all_inner_texts()]
    assert [one for one in wanted if one not in reached] == []
