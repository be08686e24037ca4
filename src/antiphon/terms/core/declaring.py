"""Declarations of texts to watch: where they stand and what of the page to keep, as Open Terms Archive writes them.

Source: the conventions of Open Terms Archive (`fetch`, `select`, `remove`, `combine`, `executeClientScripts`). Their
`filter` is code, and none of it is run here: a declaration that needs it is refused.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cssselect import HTMLTranslator, SelectorError

MOST_PARTS = 40
_ENDS = (("startBefore", "startAfter"), ("endBefore", "endAfter"))


class BadDeclaration(ValueError):
    """A declaration that cannot be followed: what is wrong with it."""


@dataclass(frozen=True)
class Range:
    """What stands between two elements: from one (with it, or after it) to another (before it, or with it)."""

    start: str
    end: str
    with_start: bool
    with_end: bool


@dataclass(frozen=True)
class Selection:
    """What of a page is kept, and what of that is taken out again. Nothing kept: the whole page."""

    keep: tuple[str | Range, ...] = ()
    drop: tuple[str | Range, ...] = ()


@dataclass(frozen=True)
class Part:
    """One page of a text."""

    url: str
    selection: Selection
    needs_scripts: bool = False  # it says nothing to who runs none


@dataclass(frozen=True)
class Declared:
    """A text of a service: its terms, its privacy policy; of one page or several, one behind the other."""

    service: str
    kind: str
    parts: tuple[Part, ...] = field(default=())

    @property
    def url(self) -> str:
        return self.parts[0].url


def read_declaration(raw: str) -> list[Declared]:
    """Return the texts that a file declares, in its order. Raises `BadDeclaration`."""
    try:
        said = json.loads(raw)
    except ValueError as error:
        raise BadDeclaration(f"it is no JSON: {error}") from None
    if not isinstance(said, dict) or not isinstance(said.get("name"), str) or not said["name"].strip():
        raise BadDeclaration("it names no service: {“name”: …, “terms”: {…}} is wanted")
    texts = said.get("terms", said.get("documents"))  # they were called documents once
    if not isinstance(texts, dict) or not texts:
        raise BadDeclaration("it declares no terms: {“terms”: {“Terms of Service”: {“fetch”: …}}} is wanted")
    return [_text(said["name"].strip(), kind, found) for kind, found in texts.items()]


def _text(service: str, kind: str, said: Any) -> Declared:
    where = f"{kind}: "
    if not isinstance(said, dict) or not kind.strip():
        raise BadDeclaration(f"{where}an object with “fetch” is wanted")
    combined = said.get("combine", [said])
    if not isinstance(combined, list) or not 0 < len(combined) <= MOST_PARTS:
        raise BadDeclaration(f"{where}“combine” is a list of pages, {MOST_PARTS} at most")
    pages = [{**said, **one} if isinstance(one, dict) else {} for one in combined]
    return Declared(service, kind, tuple(_part(one, where) for one in pages))


def _part(said: Mapping[str, Any], where: str) -> Part:
    url = said.get("fetch")
    if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise BadDeclaration(f"{where}“fetch” is the address of a page")
    if said.get("filter"):
        raise BadDeclaration(f"{where}it has a “filter”, which is code; none of it is run here")
    keep, drop = _rules(said.get("select"), where), _rules(said.get("remove"), where)
    return Part(url, Selection(keep, drop), said.get("executeClientScripts") is True)


def _rules(said: Any, where: str) -> tuple[str | Range, ...]:
    if said is None:
        return ()
    return tuple(_rule(one, where) for one in (said if isinstance(said, list) else [said]))


def _rule(said: Any, where: str) -> str | Range:
    if isinstance(said, str):
        return _selector(said, where)
    if not isinstance(said, dict):
        raise BadDeclaration(f"{where}a selector is text, or a range")
    chosen = [[name for name in names if name in said] for names in _ENDS]
    if any(len(names) != 1 for names in chosen):
        raise BadDeclaration(f"{where}a range has one start and one end, such as “startAfter” and “endBefore”")
    (start,), (end,) = chosen
    return Range(_selector(said[start], where), _selector(said[end], where), start == "startBefore", end == "endAfter")


def _selector(said: Any, where: str) -> str:
    try:
        HTMLTranslator().css_to_xpath(said)
    except (SelectorError, TypeError) as error:
        raise BadDeclaration(f"{where}“{said}” is no CSS selector: {error}") from None
    return str(said)
