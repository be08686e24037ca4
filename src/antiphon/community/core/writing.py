"""What people write to each other, made safe to show: pure functions over text. Owns no rule about who may say it.

Cleaning never lengthens a text and changes nothing the second time. What it takes away cannot be seen, or makes other
words unreadable: controls, forced directions (Unicode TR 36, section 2.10), floods of invisible characters and of
marks piled on one letter. Every script that is written today keeps what it needs.
"""

import re
import unicodedata
from dataclasses import dataclass

MOST_CHARACTERS = 2000
MOST_LINES = 40
MOST_MENTIONS = 10
MOST_LINKS = 5
# Far more than the longest comment takes in any encoding of a form; what is longer is not even read.
MOST_BYTES = 64 * 1024
# Hebrew with vowels and accents piles up four marks on a letter; nothing that is read piles up more.
MOST_MARKS = 4

# Joiners shape words in Persian and Indic scripts and bind emoji; the three marks settle the direction of a full stop.
# They are invisible, so one at a time is let through.
_JOINERS = frozenset("\u200c\u200d\u200e\u200f\u061c")
# Format characters that are seen: number signs and the like, written before what they enclose.
_SEEN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd")
# Letters and marks by their category that leave nothing but a blank on the screen.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5\u034f")
_MARKS = ("Mn", "Me")
_SPACES = re.compile(r" {2,}")
_EMPTY_LINES = re.compile(r"\n{3,}")

_MENTION = re.compile(r"(?<![\w@/.:-])@([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)(?![\w@])")
_LINK = re.compile(r"(?<![\w@/])https?://[^\s<>\"'`\u200c-\u200f\u061c]{3,}", re.IGNORECASE)
_TAIL = ".,;:!?)]}…”’»"


@dataclass(frozen=True)
class Piece:
    """A stretch of what somebody wrote. `target` is the address of a link, or whom a mention means."""

    text: str
    kind: str = "text"  # text, link, mention
    target: str = ""


def clean(text: str) -> str:
    """Return text without what cannot be seen or would break the page around it; never longer, and the same again.

    At most `MOST_LINES` lines: what is written below runs on in the last one. How long it may be, the caller says.
    """
    for _round in range(8):
        before, text = text, _once(text)
        if text == before:
            break
    return text


def _once(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(_kept(text))
    composed = unicodedata.normalize("NFC", kept)
    # A few hundred letters are longer composed than apart (Unicode's composition exclusions); those stay as they were.
    kept = composed if len(composed) <= len(kept) else kept
    lines = [_SPACES.sub(" ", line).strip() for line in kept.split("\n")]
    lines = _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip().split("\n")
    head, rest = lines[: MOST_LINES - 1], lines[MOST_LINES - 1 :]
    return "\n".join([*head, " ".join(line for line in rest if line)]) if rest else "\n".join(head)


def _kept(text: str) -> list[str]:
    """Return the characters that stay: what is invisible once in a row, marks only on something and a few of them."""
    out: list[str] = []
    marks, joined, bare = 0, False, True
    for letter in text:
        category = unicodedata.category(letter)
        if letter == "\n":
            out.append(letter)
            marks, joined, bare = 0, False, True
        elif category in _MARKS:
            marks += 1
            if not bare and marks <= MOST_MARKS and letter not in _BLANKS and not _is_smuggler(letter):
                out.append(letter)
        elif letter in _JOINERS:
            if not joined and not bare:
                out.append(letter)
            joined = True
        elif category in ("Cc", "Zs"):
            if letter == "\t" or category == "Zs":
                out.append(" ")
                marks, joined, bare = 0, False, True
        elif (
            (category == "Cf" and letter not in _SEEN_FORMATS)
            or category == "Cs"
            or letter in _BLANKS
            or _is_nothing(letter)
        ):
            continue
        else:
            out.append(letter)
            marks, joined, bare = 0, False, False
    return out


def _is_smuggler(letter: str) -> bool:
    """Variation selectors of the second plane carry any hidden text, and choose no glyph that a comment needs."""
    return "\U000e0100" <= letter <= "\U000e01ef"


def _is_nothing(letter: str) -> bool:
    """Noncharacters are for programs to use inside, not to be passed on."""
    return ord(letter) & 0xFFFE == 0xFFFE or "\ufdd0" <= letter <= "\ufdef"


def says_something(text: str) -> bool:
    """Tell whether anything of a cleaned text can be seen: U+2800 is a letter of Braille that has no dots."""
    return any(unicodedata.category(one)[0] in "LNPS" and one != "\u2800" for one in text)


def pieces_of(text: str) -> list[Piece]:
    """Return a cleaned text cut into plain words, links (http and https only) and mentions (`@address`), in order."""
    found = [*_links(text), *_mentions(text)]
    out, at = [], 0
    for start, end, piece in sorted(found, key=lambda one: one[0]):
        if start < at:  # an @ inside a link is a part of the link
            continue
        if start > at:
            out.append(Piece(text[at:start]))
        out.append(piece)
        at = end
    if at < len(text):
        out.append(Piece(text[at:]))
    return out


def mentions_in(text: str) -> list[str]:
    """Return whom a text mentions by address: each once, in order, at most `MOST_MENTIONS`."""
    slugs = [piece.target for piece in pieces_of(text) if piece.kind == "mention"]
    return list(dict.fromkeys(slugs))[:MOST_MENTIONS]


def links_in(text: str) -> list[str]:
    """Return the addresses that a text points to, in order."""
    return [piece.target for piece in pieces_of(text) if piece.kind == "link"]


def beginning(text: str, longest: int) -> str:
    """Return the beginning of a text as one line, cut between letters and marked with … where something is left out."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    while cut and (unicodedata.category(line[len(cut)]) in _MARKS or cut[-1] in _JOINERS):
        cut = cut[:-1]
    return cut.rstrip() + "…"


def _links(text: str) -> list[tuple[int, int, Piece]]:
    out = []
    for hit in _LINK.finditer(text):
        address = hit.group()
        while address and address[-1] in _TAIL and not (address[-1] == ")" and "(" in address):
            address = address[:-1]
        if len(address.partition("://")[2]) >= 3:
            out.append((hit.start(), hit.start() + len(address), Piece(address, "link", address)))
    return out


def _mentions(text: str) -> list[tuple[int, int, Piece]]:
    return [
        (hit.start(), hit.end(), Piece(hit.group(), "mention", hit.group(1).lower()))
        for hit in _MENTION.finditer(text)
        if len(hit.group(1)) <= 40
    ]
