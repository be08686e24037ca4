"""A text of terms as clauses: Markdown (CommonMark) whose headings begin a clause and carry its lasting name.

Our own texts name each clause, `## Your music stays yours {#yours}`: the name stays when title, number and place
change, so that a clause keeps its address and its history. Texts of others have none; there a clause is called after
its title. HTML in the text is shown as text and never as HTML.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import html
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin

PREAMBLE = "preamble"
MOST_CHARS = 2_000_000
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_GIVEN = re.compile(r"\s*\{#([^}]*)\}\s*$")
_SPACE = re.compile(r"\s+")
_ALIKE = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00ad": None, "\u200b": None})


class BadText(ValueError):
    """A text that is no terms: which line, and what is wrong there."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line}: {reason}" if line else reason)
        self.line, self.reason = line, reason


@dataclass(frozen=True)
class Clause:
    """A heading and what stands below it, up to the next one. `html` is clean: made from Markdown, without raw HTML."""

    name: str
    title: str
    level: int  # of its heading, 1 to 6
    html: str

    @cached_property
    def words(self) -> str:
        """Its words alone, with typography folded: what two versions are compared by."""
        return folded(self.title + "\n" + _text_of(self.html))

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """Its paragraphs, items and cells as plain text, in order."""
        return tuple(_blocks(self.html))


@dataclass(frozen=True)
class Document:
    """A text of terms, clause by clause."""

    title: str
    clauses: tuple[Clause, ...]

    def clause(self, name: str) -> Clause | None:
        return next((one for one in self.clauses if one.name == name), None)


def read(markdown: str, *, ours: bool = True) -> Document:
    """Read a text. Where it is `ours` each clause has to name itself, once. Raises `BadText`."""
    if len(markdown) > MOST_CHARS:
        raise BadText(0, "this is longer than any terms: two million characters at most")
    if "\x00" in markdown:
        raise BadText(markdown[: markdown.index("\x00")].count("\n") + 1, "a NUL byte: this is no text")
    tokens = _parser().parse(markdown)
    title, taken = "", set[str]()
    clauses: list[Clause] = []
    for heading, inline, body in _cut(tokens):
        words, given = _heading(inline)
        line = (heading.map[0] + 1) if heading is not None and heading.map else 1
        level = int(heading.tag[1]) if heading is not None else 0
        if heading is not None and not title and not clauses:
            title = words
            if not _has_words(body) and given is None:
                continue  # the title of the whole, with nothing below it
        if heading is None and not _has_words(body):
            continue
        name = _name(words, given, taken, line, ours=ours and heading is not None, is_first=not clauses)
        taken.add(name)
        clauses.append(Clause(name, words, level or 1, _parser().renderer.render(body, _parser().options, {})))
    if not clauses:
        raise BadText(0, "there is no clause in it: begin each with a heading")
    return Document(title or clauses[0].title, tuple(clauses))


def folded(text: str) -> str:
    """Return text as it is compared: one kind of quote and dash, one space, composed letters."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).translate(_ALIKE)).strip()


def _parser() -> MarkdownIt:
    # No raw HTML: what stands between angle brackets is shown as it is. No typographer: the words are the law.
    return _PARSER


_PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").use(attrs_block_plugin)


def _cut(tokens: list[Token]) -> Iterator[tuple[Token | None, Token | None, list[Token]]]:
    """Yield each heading with its inline words and the tokens below it; first what stands before any."""
    heading: Token | None = None
    inline: Token | None = None
    body: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.type == "heading_open" and token.level == 0:
            yield heading, inline, body
            heading, inline, body = token, tokens[place + 1], []
            place += 3
            continue
        body.append(token)
        place += 1
    yield heading, inline, body


def _heading(inline: Token | None) -> tuple[str, str | None]:
    """Return a heading's words and the name that it gives, None for none."""
    if inline is None:
        return "", None
    words = "".join(_words_of(child) for child in inline.children or [])
    found = _GIVEN.search(words)
    if found is None:
        return _SPACE.sub(" ", words).strip(), None
    return _SPACE.sub(" ", words[: found.start()]).strip(), found[1].strip()


def _words_of(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content if token.type in ("text", "code_inline") else ""


def _name(words: str, given: str | None, taken: set[str], line: int, *, ours: bool, is_first: bool) -> str:
    if ours:
        if given is None:
            raise BadText(line, f"the clause “{words}” does not name itself: write {{#name}} behind its title")
        if not _NAME.fullmatch(given) or len(given) > 60:
            raise BadText(line, f"“{given}” is no name of a clause: lower-case letters, digits and single hyphens")
        if given in taken:
            raise BadText(line, f"two clauses are called “{given}”: each needs a name of its own")
        return given
    stem = given if given and _NAME.fullmatch(given) else _slug(words) or (PREAMBLE if is_first else "clause")
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"^[\s\d.]+", "", plain)  # numbers of clauses change, names stay
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def _has_words(body: list[Token]) -> bool:
    return any(token.content.strip() for token in body if token.type in ("inline", "fence", "code_block"))


def _text_of(markup: str) -> str:
    if not markup.strip():
        return ""
    return " ".join(html.fragment_fromstring(markup, create_parent="div").itertext())


def _blocks(markup: str) -> Iterator[str]:
    if not markup.strip():
        return
    for element in html.fragment_fromstring(markup, create_parent="div").iter("p", "li", "td", "th", "pre"):
        if any(child.tag in ("p", "ul", "ol") for child in element):
            own = " ".join(part for part in [element.text or ""] if part.strip())
        else:
            own = "".join(element.itertext())
        if said := folded(own):
            yield said
