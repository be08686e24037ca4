"""What a file says of itself, made fit to show: mended, cleaned, cut to length. Pure: texts in, `Tags` out.

Owns the rules; which frame or atom holds which field is the tag reader's knowledge (`engines.tagreader`).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from antiphon.catalogue.core.facts import Tags

FIELDS = (
    "title", "artists", "album", "album_artist", "track_number", "disc_number",
    "genre", "date", "isrc", "bpm", "key_signature",
)  # fmt: skip
MAX_VALUES = 20  # of one field
MAX_CHARACTERS = 4000  # of one value, before anything looks at it
_SPLIT = re.compile(r"\s*;\s*|\s+/\s+|\0")
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
_HIGH_RUN = re.compile("[\u00c0-\u00ff\u00a8\u00b8]{3}")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}  # needed to write Persian, Hindi and many an emoji


def tags_of(raw: Mapping[str, Sequence[str]]) -> Tags:
    """Build tags from raw texts by field (`FIELDS`). What makes no sense is left out, never an error."""
    texts = {name: [t for t in map(clean, raw.get(name, ())[:MAX_VALUES]) if t] for name in FIELDS}
    first = {name: values[0] if values else "" for name, values in texts.items()}
    day, year = date_of(first["date"])
    return Tags(
        title=first["title"][:300],
        artists=_artists(texts["artists"]),
        album=first["album"][:300],
        album_artist=first["album_artist"][:300],
        track_number=_number(first["track_number"], 9999),
        disc_number=_number(first["disc_number"], 999),
        genre=first["genre"][:100],
        release_date=day,
        release_year=year,
        isrc=isrc_of(first["isrc"]),
        bpm=_bpm(first["bpm"]),
        key_signature=first["key_signature"][:20],
    )


def clean(text: str) -> str:
    """Mend the encoding, drop what cannot be seen, fold white space, normalise to NFC."""
    text = mend(text[:MAX_CHARACTERS].replace("\0", ";").strip(";"))
    kept = []
    for letter in text:
        if letter in "\t\n\r\u2028\u2029":
            kept.append(" ")
        elif letter in _JOINERS or unicodedata.category(letter) not in _INVISIBLE:
            kept.append(letter)
    return unicodedata.normalize("NFC", " ".join("".join(kept).split())).replace("\ufffd", "")


def mend(text: str) -> str:
    """Undo a wrong decoding where the evidence is strong; else return the text as it came.

    UTF-8 read as Latin-1 gives itself away, because hardly any Western text is valid UTF-8 by chance. Cyrillic
    read as Latin-1 shows as long runs of accented letters, which no Western language writes.
    """
    if text.isascii():
        return text
    for wrong in ("latin-1", "cp1252"):
        try:
            return text.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
    if any(ord(letter) > 0xFF for letter in text):
        return text
    if any(0x80 <= ord(letter) < 0xA0 for letter in text):
        return _mend_controls(text)
    return _mend_cyrillic(text)


def _mend_controls(text: str) -> str:
    """Latin-1 has only control characters at 80-9F: the bytes were Japanese, or Windows punctuation."""
    raw = text.encode("latin-1")
    try:
        japanese = raw.decode("shift_jis")
        foreign = [letter for letter in japanese if not letter.isascii()]
        if len(foreign) >= 2 and all("\u3000" <= letter <= "\u9fff" for letter in foreign):
            return japanese
    except UnicodeDecodeError:
        pass
    if _HIGH_RUN.search(text):
        return _mend_cyrillic(text)
    return raw.decode("cp1252", errors="ignore")


def _mend_cyrillic(text: str) -> str:
    letters = [letter for letter in text if letter.isalpha()]
    high = [letter for letter in letters if ord(letter) >= 0xC0]
    if not _HIGH_RUN.search(text) or len(high) < 0.6 * len(letters):
        return text
    raw = text.encode("latin-1")
    # KOI8-R has its small letters where Windows-1251 has the capitals: the reading with more small ones is right.
    readings = [raw.decode(name, errors="replace") for name in ("cp1251", "koi8-r")]
    return max(readings, key=lambda reading: sum(map(str.islower, reading)) - 9 * reading.count("\ufffd"))


def _artists(values: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for value in values:
        found += [part.strip() for part in _SPLIT.split(value) if part.strip()]
    kept: list[str] = []
    for name in dict.fromkeys(found):
        if len(kept) == MAX_VALUES or len(", ".join([*kept, name])) > 500:
            break
        kept.append(name)
    return tuple(kept)


def date_of(text: str) -> tuple[date | None, int | None]:
    """Read `YYYY`, `YYYY-MM` or `YYYY-MM-DD…`; return the day (first of month or year) and the year."""
    match = re.match(r"(\d{4})(?:[-./](\d{1,2}))?(?:[-./](\d{1,2}))?", text)
    if not match or not 1860 <= int(match[1]) <= 2200:
        return None, None
    year = int(match[1])
    try:
        return date(year, int(match[2] or 1), int(match[3] or 1)), year
    except ValueError:
        return date(year, 1, 1), year


def isrc_of(text: str) -> str:
    """Return the 12 letters and digits of an ISRC (ISO 3901), or nothing."""
    code = re.sub(r"[\s-]", "", text).upper().removeprefix("ISRC")
    return code if _ISRC.fullmatch(code) else ""


def _number(text: str, largest: int) -> int | None:
    match = re.match(r"\d{1,5}", text)  # "3/12": the third of twelve
    return int(match[0]) if match and 1 <= int(match[0]) <= largest else None


def _bpm(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return round(value, 2) if 0 < value < 1000 else None
