"""Reading terms of others: HTML, Markdown or plain text, in whatever charset they say, as Markdown that is compared.

What a page is made of besides its words (scripts, menus, forms) is left out. Nothing is fetched and nothing runs.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from cssselect import SelectorError
from lxml import etree, html
from markdownify import markdownify

from antiphon.terms.core.declaring import Range, Selection

MOST_BYTES = 5_000_000
_META = re.compile(rb"""<meta[^>]{0,200}charset=["']?([A-Za-z0-9_-]{2,40})""", re.I)
_NOT_WORDS = (
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "iframe",
    "form",
    "button",
    "nav",
    "header",
    "footer",
    "img",
)
_LOOKS_LIKE_HTML = re.compile(r"<(?:!doctype html|html|body|h[1-6]|p|div|article|section)\b", re.I)
_UNSPEAKABLE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # what no XML may hold
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T_ ](\d{2})[-:]?(\d{2})(?:[-:]?(\d{2}))?Z?)?")
SHORTEST_WORDS = 30


class BadSnapshot(ValueError):
    """A file that is no terms: what is wrong with it."""


def text_of(raw: bytes, *, charset: str = "", selection: Selection = Selection()) -> str:  # noqa: B008  (frozen)
    """Return a snapshot as Markdown; of a page, what `selection` keeps.

    Raises `BadSnapshot` for what is too large, empty, of another charset than it says, or not there to be selected.
    """
    if len(raw) > MOST_BYTES:
        raise BadSnapshot(f"more than {MOST_BYTES // 1_000_000} MB: these are no terms")
    words = _decoded(raw, charset)
    if "\x00" in words:
        raise BadSnapshot("it holds NUL bytes: this is no text")
    if selection.keep or _LOOKS_LIKE_HTML.search(words[:20_000]):
        words = _from_html(words, selection)
    return joined([words])


def joined(parts: Sequence[str]) -> str:
    """Return pages one behind the other, with one kind of line end. Raises `BadSnapshot` for too few words."""
    words = "\n\n".join(part.replace("\r\n", "\n").replace("\r", "\n").strip() for part in parts)
    words = re.sub(r"\n{3,}", "\n\n", _UNSPEAKABLE.sub("", words)).strip() + "\n"
    if len(words.split()) < SHORTEST_WORDS:
        raise BadSnapshot(f"fewer than {SHORTEST_WORDS} words: a page that asks for scripts, or an error")
    return words


def _decoded(raw: bytes, charset: str) -> str:
    found = _META.search(raw[:4096])
    named = charset or (found[1].decode("ascii") if found else "") or "utf-8"
    try:
        return raw.removeprefix(b"\xef\xbb\xbf").decode(named)
    except LookupError:
        raise BadSnapshot(f"nobody knows a charset “{named}”") from None
    except UnicodeDecodeError as error:
        raise BadSnapshot(f"it is not in {named} (byte {error.start}): say which charset it is in") from None


def _from_html(words: str, selection: Selection) -> str:
    try:
        # As bytes of one charset: a text that names its own cannot be read as text.
        tree = html.document_fromstring(words.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise BadSnapshot(f"it is no HTML that can be read: {error}") from None
    try:
        for rule in selection.drop:
            for element in _chosen(tree, rule):
                _drop(element)
        kept = _outermost(one for rule in selection.keep for one in _chosen(tree, rule)) if selection.keep else [tree]
    except SelectorError as error:
        raise BadSnapshot(f"that is no selector: {error}") from None
    if not kept:
        raise BadSnapshot(f"nothing in it is selected by {_said(selection.keep)}: the page is another one now")
    for one in kept:
        for element in list(one.iter(*_NOT_WORDS)):
            _drop(element)
    made = "\n\n".join(etree.tostring(one, encoding="unicode", method="html", with_tail=False) for one in kept)
    return str(markdownify(made, heading_style="ATX", bullets="*", escape_underscores=False, escape_misc=False))


def _chosen(tree: html.HtmlElement, rule: str | Range) -> list[html.HtmlElement]:
    return _between(tree, rule) if isinstance(rule, Range) else list(tree.cssselect(rule))


def _between(tree: html.HtmlElement, rule: Range) -> list[html.HtmlElement]:
    """The elements between two, the outermost of each; none where one of the two is not there, or they stand
    crosswise."""
    starts, ends = tree.cssselect(rule.start), tree.cssselect(rule.end)
    everything = list(tree.iter())  # held, since lxml makes elements anew for who asks again
    order = {id(one): place for place, one in enumerate(everything)}
    first = starts[0] if starts else None
    last = next((one for one in ends if first is not None and order[id(one)] > order[id(first)]), None)
    if first is None or last is None:
        return []
    inside = {id(one) for one in first.iter()} if not rule.with_start else set()
    around = {id(one) for one in last.iterancestors()} | {id(one) for one in first.iterancestors()}
    begin, end = order[id(first)], order[id(last)]
    if rule.with_end:
        end += sum(1 for _one in last.iter())
    return _outermost(
        one
        for one in everything
        if isinstance(one.tag, str)
        and begin <= order[id(one)] < end
        and id(one) not in around
        and id(one) not in inside
    )


def _outermost(found: Iterable[html.HtmlElement]) -> list[html.HtmlElement]:
    """Each once and in the order in which it came, without what stands inside of another."""
    all_of_them = {id(one): one for one in found}
    return [one for one in all_of_them.values() if not any(id(above) in all_of_them for above in one.iterancestors())]


def _drop(element: html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _said(rules: Sequence[str | Range]) -> str:
    return ", ".join(f"{one.start} … {one.end}" if isinstance(one, Range) else one for one in rules)


def moment_in(name: str) -> datetime | None:
    """Return the moment in a file's name, in UTC, as Open Terms Archive and ToSDR write it; None where there is none.

    Raises `ValueError` for a date that no calendar has.
    """
    found = _DATE.search(name)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
