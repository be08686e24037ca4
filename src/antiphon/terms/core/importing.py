"""Reading terms of others: HTML, Markdown or plain text, in whatever charset they say, as Markdown that is compared.

What a page is made of besides its words (scripts, menus, forms) is left out. Nothing is fetched and nothing runs.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from lxml import etree, html
from markdownify import markdownify

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
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T_ ](\d{2})[-:]?(\d{2})(?:[-:]?(\d{2}))?Z?)?")
SHORTEST_WORDS = 30


class BadSnapshot(ValueError):
    """A file that is no terms: what is wrong with it."""


def text_of(raw: bytes, *, charset: str = "", select: Sequence[str] = ()) -> str:
    """Return a snapshot as Markdown. `select` are CSS selectors of what to keep, as declarations have them.

    Raises `BadSnapshot` for what is too large, empty, of another charset than it says, or not there to be selected.
    """
    if len(raw) > MOST_BYTES:
        raise BadSnapshot(f"more than {MOST_BYTES // 1_000_000} MB: these are no terms")
    words = _decoded(raw, charset)
    if "\x00" in words:
        raise BadSnapshot("it holds NUL bytes: this is no text (of a PDF, bring the text that is in it)")
    if select or _LOOKS_LIKE_HTML.search(words[:20_000]):
        words = _from_html(words, select)
    words = re.sub(r"\n{3,}", "\n\n", words.replace("\r\n", "\n").replace("\r", "\n")).strip() + "\n"
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


def _from_html(words: str, select: Sequence[str]) -> str:
    try:
        # As bytes of one charset: a text that names its own cannot be read as text.
        tree = html.document_fromstring(words.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise BadSnapshot(f"it is no HTML that can be read: {error}") from None
    kept = [tree]
    if select:
        kept = [one for rule in select for one in tree.cssselect(rule)]
        if not kept:
            raise BadSnapshot(f"nothing in it is selected by {', '.join(select)}: the page is another one now")
    for one in kept:
        for element in list(one.iter(*_NOT_WORDS)):
            if element.getparent() is not None:
                element.drop_tree()
    made = "\n\n".join(etree.tostring(one, encoding="unicode", method="html") for one in kept)
    return str(markdownify(made, heading_style="ATX", bullets="*", escape_underscores=False, escape_misc=False))


def moment_in(name: str) -> datetime | None:
    """Return the moment in a file's name, in UTC, as Open Terms Archive and ToSDR write it; None where there is none.

    Raises `ValueError` for a date that no calendar has.
    """
    found = _DATE.search(name)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
