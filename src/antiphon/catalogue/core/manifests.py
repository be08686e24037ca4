"""What other services write down beside the music they give back: columns by name, values cleaned. Formats are data.

A manifest is text; nothing is fetched, and an address in it is never followed.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from antiphon.catalogue.core.edits import TRACK_FIELDS, Wrong
from antiphon.catalogue.core.licences import LICENCES

MOST_ROWS = 5000
LONGEST_TEXT = 2_000_000

# What a column or a key may be called, folded: small letters and digits alone. The first that holds something counts.
COLUMNS: dict[str, tuple[str, ...]] = {
    "file": ("file", "filename", "path", "filepath", "originalfilename", "audiofile", "trackfile"),
    "id": ("id", "trackid", "soundcloudid"),
    "permalink": ("permalink", "slug", "urlname"),
    "title": ("title", "tracktitle", "trackname", "songtitle", "name", "song"),
    "artists": ("artists", "artist", "trackartist", "username", "creator", "author"),
    "album": ("album", "albumtitle", "albumname", "release", "releasetitle", "playlist", "playlisttitle", "set"),
    "track_number": ("tracknumber", "trackno", "trackposition", "position", "number", "no", "order"),
    "disc_number": ("discnumber", "disc", "disknumber", "disk"),
    "release_date": ("releasedate", "publishdate", "publisheddate", "published", "date", "createdat", "uploaddate"),
    "tag_list": ("taglist", "tags", "keywords"),
    "genre": ("genre", "genres"),
    "description": ("description", "about", "trackdescription", "caption", "credits"),
    "isrc": ("isrc", "isrccode"),
    "license": ("license", "licence"),
    "bpm": ("bpm", "tempo"),
    "artwork": ("artwork", "artworkfile", "cover", "coverfile", "image", "art", "artworkurl", "picture"),
}
_FIELDS = (
    "title", "artists", "track_number", "disc_number", "release_date", "tag_list", "genre", "description", "isrc",
    "license", "bpm",
)  # fmt: skip
_LISTS = ("tracks", "items", "trackinfo", "songs", "collection", "uploads", "sounds")
_SETS = ("playlists", "sets", "albums", "releases")
_DATES = ("%d %b %Y %H:%M:%S %Z", "%d %b %Y %H:%M:%S", "%d %b %Y", "%Y/%m/%d %H:%M:%S %z", "%Y/%m/%d", "%d.%m.%Y")
_QUOTED = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True)
class Row:
    """What a manifest says of one track: cleaned fields, and by what its file is found."""

    keys: Mapping[str, str]  # file, id, permalink, title, artwork, album: as written
    said: Mapping[str, Any]  # fields of a track
    wrong: tuple[tuple[str, str], ...] = ()  # (field, value) that could not be read
    position: int = 0


@dataclass(frozen=True)
class Manifest:
    rows: tuple[Row, ...] = ()
    sets: tuple[Mapping[str, Any], ...] = ()  # title, description, release_date, artwork, rows (of `Row`)
    failure: str = ""  # why nothing could be read of it: a code


@dataclass
class _Read:
    rows: list[Row] = field(default_factory=list)
    sets: list[Mapping[str, Any]] = field(default_factory=list)


def read(name: str, text: str) -> Manifest:
    """Read a manifest by the ending of its name; what cannot be read says why, and never raises."""
    if len(text) > LONGEST_TEXT:
        return Manifest(failure="manifest-too-long")
    text = text.removeprefix("\ufeff")
    if name.lower().endswith(".json"):
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            return Manifest(failure="manifest-unreadable")
        return _of_json(said)
    return _of_csv(text)


def _of_csv(text: str) -> Manifest:
    try:
        dialect: Any = csv.Sniffer().sniff(text[:8192], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        found = list(zip(range(MOST_ROWS), csv.DictReader(io.StringIO(text), dialect=dialect), strict=False))
    except csv.Error:
        return Manifest(failure="manifest-unreadable")
    rows = [_row({str(key): value for key, value in row.items() if key}, number + 1) for number, row in found]
    kept = tuple(row for row in rows if row.keys.get("title") or row.keys.get("file"))
    return Manifest(kept) if kept else Manifest(failure="manifest-unknown")


def _of_json(said: Any) -> Manifest:
    found = _Read()
    if isinstance(said, list):
        _take(said, found)
    elif isinstance(said, dict):
        for key, value in said.items():
            if _folded(key) in _SETS and isinstance(value, list):
                for one in value[:500]:
                    _set(one, found)
            elif _folded(key) in _LISTS and isinstance(value, list) and not _is_set(said):
                _take(value, found)
        if _is_set(said):
            _set(said, found)
    if not found.rows:
        return Manifest(failure="manifest-unknown")
    return Manifest(tuple(found.rows), tuple(found.sets))


def _take(items: Iterable[Any], found: _Read) -> list[Row]:
    took = []
    for number, item in enumerate(items):
        if len(found.rows) >= MOST_ROWS:
            break
        if isinstance(item, dict) and _is_set(item):
            _set(item, found)
            continue
        row = _row(item, number + 1) if isinstance(item, dict) else _row({"file": str(item)}, number + 1)
        if row.keys.get("title") or row.keys.get("file") or row.keys.get("id"):
            found.rows.append(row)
            took.append(row)
    return took


def _is_set(said: Mapping[str, Any]) -> bool:
    """A list of tracks with a title is an album or a playlist; without one it is just a list."""
    has_list = any(_folded(key) in _LISTS and isinstance(value, list) for key, value in said.items())
    return has_list and bool(_picked(said, COLUMNS["title"]) or _picked(said, COLUMNS["album"]))


def _set(said: Any, found: _Read) -> None:
    if not isinstance(said, dict):
        return
    items = next((value for key, value in said.items() if _folded(key) in _LISTS and isinstance(value, list)), [])
    title = _picked(said, COLUMNS["title"]) or _picked(said, COLUMNS["album"])
    rows = _take(items, found)
    if not title or not rows:
        return
    found.sets.append(
        {
            "title": title,
            "description": _picked(said, COLUMNS["description"]),
            "release_date": day_of(_picked(said, COLUMNS["release_date"])),
            "artwork": _picked(said, COLUMNS["artwork"]),
            "rows": rows,
        }
    )


def _row(raw: Mapping[str, Any], position: int) -> Row:
    flat = {name: _picked(raw, columns) for name, columns in COLUMNS.items()}
    keys = {name: flat[name] for name in ("file", "id", "permalink", "title", "artwork", "album") if flat[name]}
    said, wrong = {}, []
    for name in _FIELDS:
        value = flat[name]
        if not value:
            continue
        try:
            clean = _cleaned(name, value)
        except Wrong:
            wrong.append((name, value[:100]))
            continue
        if clean not in (None, ""):
            said[name] = clean
    return Row(keys, said, tuple(wrong), position)


def _cleaned(name: str, value: str) -> Any:
    if name == "release_date":
        found = day_of(value)
        if found is None:
            raise Wrong("")
        value = found.isoformat()
    elif name == "license":
        value = value.strip().lower().replace("_", "-")
        if value not in LICENCES:
            raise Wrong("")
    elif name == "tag_list":
        value = tags_of(value)
    elif name in ("track_number", "disc_number"):
        value = value.split("/")[0].strip()
        if value in ("0", ""):
            return None
    elif name in ("title", "artists", "genre"):
        value = value[:300]
    elif name == "description":
        value = value[:10_000]
    return TRACK_FIELDS[name](value)


def tags_of(value: str) -> str:
    """Return tags by comma, also where they come by space with quotes round those of several words."""
    if "," in value or ";" in value:
        return value.replace(";", ",")
    if '"' in value:
        return ",".join(quoted or bare for quoted, bare in _QUOTED.findall(value))
    return value if len(value.split()) < 4 and "#" not in value else ",".join(value.split())


def day_of(value: str) -> date | None:
    """Return the day that a moment or a date says, in any of the ways that exports write it."""
    text = value.strip()
    if re.fullmatch(r"\d{4}", text):
        text = f"{text}-01-01"
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        found = next(_as(text), None)  # type: ignore[assignment]
    return found if found is not None and 1000 <= found.year <= 2200 else None


def _as(text: str) -> Iterator[date]:
    for form in _DATES:
        try:
            yield datetime.strptime(text, form).date()  # noqa: DTZ007  (only its day is kept)
        except ValueError:
            continue


def _picked(said: Mapping[str, Any], names: Iterable[str]) -> str:
    folded = {_folded(key): value for key, value in said.items()}
    for name in names:
        value = folded.get(name)
        if isinstance(value, dict):  # {"user": {"username": …}} and the like
            value = next((value[key] for key in ("username", "name", "title") if isinstance(value.get(key), str)), "")
        if isinstance(value, list):
            value = ", ".join(str(one) for one in value if isinstance(one, str | int))
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    if "username" in names and isinstance(folded.get("user"), dict):
        return _picked(folded["user"], ("username", "fullname", "name"))
    return ""


def _folded(key: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(key).lower())
