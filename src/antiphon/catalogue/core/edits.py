"""What may be changed about a track or a set, checked field by field: a dict in, a clean dict or `BadInput` out."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from antiphon.catalogue.core import words
from antiphon.catalogue.core.licences import LICENCES
from antiphon.kernel.errors import BadInput

Changes = Mapping[str, object]
Check = Callable[[object], Any]

# Two letters for the country, three of letters and digits for the registrant, two for the year, five for the work.
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}")  # ISO 3901
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# What stands, or may come to stand, under a creator's address beside the tracks.
RESERVED_TRACK_SLUGS = frozenset(
    {"sets", "tracks", "albums", "playlists", "likes", "reposts", "followers", "following", "comments", "feed", "rss"}
    | {"about", "popular", "label", "answers", "proof", "stats", "embed", "download", "downloads", "edit", "settings"}
    | {"terms"}
)


def _(words: str) -> str:
    """Mark a sentence for translators; `clean` says it in the reader's language."""
    return words


class Wrong(Exception):
    """One field is wrong: a sentence, and what stands in its gap."""

    def __init__(self, words: str, gap: object = None) -> None:
        super().__init__(words)
        self.words = words
        self.gap = gap


def _text(longest: int, *, required: str = "") -> Check:
    def check(value: object) -> str:
        clean = words.one_line(str(value or ""), longest + 1)
        if len(clean) > longest:
            raise Wrong(_("This is too long: %s characters at most."), longest)
        if required and not clean:
            raise Wrong(required)
        return clean

    return check


def _prose(longest: int) -> Check:
    def check(value: object) -> str:
        clean = words.lines(str(value or ""), longest + 1)
        if len(clean) > longest:
            raise Wrong(_("This is too long: %s characters at most."), longest)
        return clean

    return check


def _choice(*choices: str) -> Check:
    def check(value: object) -> str:
        if value not in choices:
            raise Wrong(_("Choose one of: %s."), ", ".join(choices))
        return str(value)

    return check


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong(_("This is yes or no."))
    return value


def _date(value: object) -> date | None:
    if value in (None, ""):
        return None
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise Wrong(_("Write the date as year-month-day, such as 2026-11-04.")) from error
    if not 1000 <= found.year <= 2200:
        raise Wrong(_("That year cannot be right."))
    return found


def _isrc(value: object) -> str:
    code = str(value or "").upper().replace("-", "").replace(" ", "")
    if code and not _ISRC.fullmatch(code):
        raise Wrong(_("An ISRC has 12 characters, such as DE-AB1-26-00042."))
    return code


def _bpm(value: object) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        bpm = Decimal(str(value).replace(",", "."))
    except InvalidOperation as error:
        raise Wrong(_("The tempo is a number of beats per minute, such as 84.")) from error
    if not (bpm.is_finite() and 1 <= bpm <= 999):
        raise Wrong(_("The tempo lies between 1 and 999 beats per minute."))
    return bpm.quantize(Decimal("0.01"))


def _number(value: object) -> int | None:
    if value in (None, ""):
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= 9999):
        raise Wrong(_("This is a whole number from 1 to 9999."))
    return int(text)


def _tags(value: object) -> str:
    given = ",".join(str(tag) for tag in value) if isinstance(value, list | tuple) else str(value or "")
    tags = ", ".join(words.tags_of(given))
    if len(tags) > 1000:
        raise Wrong(_("These are too many tags: 1000 characters at most."))
    return tags


def _slug(value: object) -> str:
    slug = str(value or "").strip().lower()
    if not _SLUG.fullmatch(slug) or len(slug) > 100:
        raise Wrong(_("An address has small letters, digits and single hyphens, 100 at most."))
    if slug in RESERVED_TRACK_SLUGS:
        raise Wrong(_("This address is taken by the site itself. Choose another."))
    return slug


_SHARED: dict[str, Check] = {
    "title": _text(300, required=_("Give it a title.")),
    "slug": _slug,
    "description": _prose(10_000),
    "release_date": _date,
    "sharing": _choice("public", "secret", "private"),
}
TRACK_FIELDS: dict[str, Check] = {
    **_SHARED,
    "artists": _text(500),
    "genre": _text(100),
    "tag_list": _tags,
    "isrc": _isrc,
    "bpm": _bpm,
    "disc_number": _number,
    "track_number": _number,
    "key_signature": _text(20),
    "license": _choice(*LICENCES),
    "downloads": _choice("nobody", "members", "anyone"),
    "commentable": _flag,
    "embeddable_by": _choice("all", "me", "none"),
}
SET_FIELDS: dict[str, Check] = {**_SHARED, "kind": _choice("album", "ep", "single", "playlist")}


def clean(fields: Mapping[str, Check], changes: Changes, say: Callable[[str], str] = str) -> dict[str, Any]:
    """Return the changes, each cleaned. Raises `BadInput` that names every wrong field in words.

    `say` translates a marked sentence.
    """
    good: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in changes.items():
        if name not in fields:
            wrong[name] = say(_("There is no such field."))
            continue
        try:
            good[name] = fields[name](value)
        except Wrong as error:
            wrong[name] = say(error.words) if error.gap is None else say(error.words) % error.gap
    if wrong:
        raise BadInput(
            say(_("Some of this cannot be saved.")),
            hint=" ".join(f"{name}: {why}" for name, why in wrong.items()),
            fields=wrong,
        )
    return good
