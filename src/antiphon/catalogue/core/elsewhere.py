"""Coming from elsewhere: names and manifests of an export in, a plan of tracks and sets out. Reads no file.

Knows albums as Bandcamp gives them back (`Artist - Album - 01 Title.flac`, `cover.jpg`), folders as SoundCloud and
others do, and manifests (`core.manifests`) beside the files. Whatever it cannot use it lists, with the reason.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from antiphon.catalogue.core import manifests, words
from antiphon.catalogue.core.manifests import Manifest, Row

MOST_FILES = 2000
PICTURES = {"jpg", "jpeg", "png", "webp", "gif"}
MANIFESTS = {"csv", "tsv", "json"}
_COVERS = re.compile(r"^(cover|folder|front|artwork|album|albumart\w*)$", re.IGNORECASE)
# `Artist - Album - 01 Title`; where an artist has " - " in the name, the folder's name decides.
_BANDCAMP = re.compile(r"^(?P<before>.+) - (?P<number>\d{1,3}) (?P<title>.+)$")
_DISC = re.compile(r"^(?:cd|disc|disk)\s*(?P<number>\d{1,2})$", re.IGNORECASE)
_CLUTTER = re.compile(r"^(\.|thumbs\.db$|desktop\.ini$|__macosx)", re.IGNORECASE)


@dataclass(frozen=True)
class File:
    path: str  # below what was dropped: `Album/01 Song.flac`
    size: int


@dataclass(frozen=True)
class Song:
    """A file that comes in, and what is said of it: fields of a track."""

    path: str
    said: Mapping[str, Any]
    set_key: str = ""
    artwork: str = ""  # the path of a picture


@dataclass(frozen=True)
class Album:
    """A set that is made of songs, in this order."""

    key: str
    title: str
    songs: Sequence[str]
    artwork: str = ""
    description: str = ""
    release_date: date | None = None


@dataclass(frozen=True)
class LeftOut:
    """A file, or one thing that a manifest says, that does not come in. `gap` fills the sentence of its code."""

    path: str
    code: str
    gap: str = ""


@dataclass(frozen=True)
class Plan:
    songs: Sequence[Song] = ()
    albums: Sequence[Album] = ()
    left_out: Sequence[LeftOut] = ()


@dataclass
class _Draft:
    """A song while it is found out what is known of it."""

    file: File
    folder: str
    said: dict[str, Any] = field(default_factory=dict)
    album: str = ""  # as its name or a manifest calls it
    row: Row | None = None


def plan(files: Iterable[File], texts: Mapping[str, str], largest: int) -> Plan:
    """Return what would come in of these files. `texts` holds manifests by their path.

    Every file is in the plan once: as a song, as a picture of one, as a manifest that was read, or left out.
    """
    found = sorted(files, key=lambda file: _natural(file.path))
    left = [LeftOut(file.path, "too-many-files") for file in found[MOST_FILES:]]
    songs, pictures = [], []
    for file in found[:MOST_FILES]:
        code, kind = _sort(file, texts, largest)
        if code:
            left.append(LeftOut(file.path, code, kind))
        elif kind == "picture":
            pictures.append(file.path)
        elif kind == "song":
            songs.append(_draft(file))
    read = {path: manifests.read(path, text) for path, text in sorted(texts.items())}
    left += [LeftOut(path, manifest.failure) for path, manifest in read.items() if manifest.failure]
    named_sets = _apply(songs, read, left)
    return _arranged(songs, pictures, named_sets, left)


def _sort(file: File, texts: Mapping[str, str], largest: int) -> tuple[str, str]:
    """Return a code when a file is left out (and what its sentence names), else ("", what the file is)."""
    name = PurePosixPath(file.path).name
    suffix = words.suffix_of(name)
    if ".." in file.path.split("/") or file.path.startswith("/"):
        return "strange-path", ""
    if any(_CLUTTER.match(part) for part in file.path.split("/")):
        return "clutter", ""
    if suffix in MANIFESTS:
        return ("", "manifest") if file.path in texts else ("manifest-unread", "")
    if file.size == 0:
        return "empty", ""
    if suffix in PICTURES:
        return "", "picture"
    if not suffix or not words.may_be_music(name):
        return "not-music", suffix
    if file.size > largest:
        return "too-large", words.spoken_size(largest)
    return "", "song"


def _draft(file: File) -> _Draft:
    path = PurePosixPath(file.path)
    parts = list(path.parts[:-1])
    draft = _Draft(file, "/".join(parts))
    if parts and (disc := _DISC.match(parts[-1].strip())):
        draft.said["disc_number"] = int(disc["number"])
        draft.folder = "/".join(parts[:-1]) or draft.folder
    stem = words.one_line(path.stem, 300)
    if bandcamp := _BANDCAMP.match(stem):
        artist, album = _parted(bandcamp["before"], draft.folder)
        draft.said |= {"title": bandcamp["title"], "track_number": int(bandcamp["number"]), "artists": artist}
        draft.album = album
    else:
        # The number in a plain file's name only orders; the file's own tags may know better.
        draft.said["title"] = words.title_from_file(path.name)
    return draft


def _parted(before: str, folder: str) -> tuple[str, str]:
    """Part `Artist - Album`: by the folder `Artist/Album` where there is one, else at the first dash."""
    parts = folder.split("/")
    for artist in reversed(parts[:-1] if len(parts) > 1 else []):
        if before.casefold().startswith(f"{artist.casefold()} - "):
            return before[: len(artist)], before[len(artist) + 3 :]
    artist, dash, album = before.partition(" - ")
    return (artist.strip(), album.strip()) if dash else ("", before.strip())


def _apply(songs: list[_Draft], read: Mapping[str, Manifest], left: list[LeftOut]) -> list[dict[str, Any]]:
    """Give every song what a manifest says of it; return the sets that manifests name."""
    by_file, by_stem, by_title = _index(songs)
    named: list[dict[str, Any]] = []
    for path, manifest in read.items():
        base = str(PurePosixPath(path).parent).removeprefix(".")
        owners: dict[int, _Draft] = {}
        by_id: dict[str, _Draft] = {}
        # Lists of sets often name a track by its number alone, which another list explains.
        for row in sorted(manifest.rows, key=lambda row: not row.said):
            draft = by_id.get(row.keys.get("id", "")) or _match(row, base, by_file, by_stem, by_title)
            if draft is None:
                said = row.keys.get("title") or row.keys.get("file") or row.keys.get("id", "")
                left.append(LeftOut(path, "no-file-for", said))
                continue
            owners[id(row)] = draft
            if row.keys.get("id"):
                by_id[row.keys["id"]] = draft
            draft.row = draft.row or row
            draft.said |= row.said
            draft.album = row.keys.get("album") or draft.album
            left += [LeftOut(path, f"wrong-{name}", value) for name, value in row.wrong]
        for one in manifest.sets:
            drafts = [owners[id(row)] for row in one["rows"] if id(row) in owners]
            if drafts:
                named.append({**one, "drafts": drafts})
    return named


def _index(songs: Iterable[_Draft]) -> tuple[dict[str, _Draft], dict[str, list[_Draft]], dict[str, list[_Draft]]]:
    by_file: dict[str, _Draft] = {}
    by_stem: dict[str, list[_Draft]] = {}
    by_title: dict[str, list[_Draft]] = {}
    for draft in songs:
        path = PurePosixPath(draft.file.path)
        by_file[_fold(draft.file.path)] = draft
        by_stem.setdefault(_fold(path.stem), []).append(draft)
        by_title.setdefault(_fold(str(draft.said.get("title", ""))), []).append(draft)
    return by_file, by_stem, by_title


def _match(
    row: Row,
    base: str,
    by_file: Mapping[str, _Draft],
    by_stem: Mapping[str, list[_Draft]],
    by_title: Mapping[str, list[_Draft]],
) -> _Draft | None:
    """Find the file of a row: by its path, its name, its number or permalink, its title. Two that fit are none."""
    name = row.keys.get("file", "").replace("\\", "/")
    for candidate in (f"{base}/{name}".strip("/"), name):
        if name and (draft := by_file.get(_fold(candidate))):
            return draft
    stems = [PurePosixPath(name).stem, row.keys.get("permalink", ""), row.keys.get("id", ""), row.keys.get("title", "")]
    for stem in filter(None, stems):
        for index in (by_stem, by_title):
            if len(fitting := index.get(_fold(stem), [])) == 1:
                return fitting[0]
    return None


def _arranged(songs: list[_Draft], pictures: list[str], named: list[dict[str, Any]], left: list[LeftOut]) -> Plan:
    keys: dict[int, str] = {}
    albums: list[Album] = []
    free = set(pictures)
    for number, one in enumerate(named):
        drafts = [draft for draft in one["drafts"] if id(draft) not in keys]
        if drafts:
            key = f"elsewhere:{number}"
            cover = _cover(one["artwork"], {draft.folder for draft in drafts}, free)
            albums.append(_album(key, str(one["title"]), drafts, cover, ordered=True, said=one))
            keys |= {id(draft): key for draft in drafts}
    groups: dict[tuple[str, str], list[_Draft]] = {}
    for draft in songs:
        if id(draft) not in keys and (draft.folder or draft.album):
            groups.setdefault((draft.folder, draft.album), []).append(draft)
    for number, ((folder, name), drafts) in enumerate(groups.items(), len(named)):
        # A folder's own name may give way to the album that the files' tags name; what was written down does not.
        key, title = (f"elsewhere:{number}", name) if name else (folder, PurePosixPath(folder).name)
        albums.append(_album(key, title, drafts, _cover("", {folder}, free), ordered=False))
        keys |= {id(draft): key for draft in drafts}
    made, used = [], {album.artwork for album in albums}
    for draft in songs:
        artwork = _own_picture(draft, free, alone=len(songs) == 1)
        used.add(artwork)
        made.append(Song(draft.file.path, _clean(draft.said), keys.get(id(draft), ""), artwork))
    left += [LeftOut(path, "picture-of-nothing") for path in pictures if path not in used]
    for draft in songs:
        if draft.row and (said := draft.row.keys.get("artwork", "")) and said.startswith(("http://", "https://")):
            left.append(LeftOut(draft.file.path, "not-fetched", said[:200]))
    return Plan(made, albums, left)


def _album(
    key: str, title: str, drafts: list[_Draft], cover: str, *, ordered: bool, said: Mapping[str, Any] | None = None
) -> Album:
    if not ordered:
        drafts = sorted(drafts, key=_place)
    if ordered:
        for number, draft in enumerate(drafts, 1):
            draft.said["track_number"] = number
            draft.said.pop("disc_number", None)
    said = said or {}
    days = {draft.said.get("release_date") for draft in drafts}
    day = said.get("release_date") or (days.pop() if len(days) == 1 else None)
    description = words.lines(str(said.get("description", "")), 10_000)
    paths = [draft.file.path for draft in drafts]
    return Album(key, words.one_line(title, 300) or "Untitled", paths, cover, description, day)


def _place(draft: _Draft) -> tuple[int, int, list[tuple[int, int, str]]]:
    number = draft.said.get("track_number") or (draft.row.position if draft.row else 10_000)
    return (draft.said.get("disc_number") or 1, number, _natural(draft.file.path))


def _cover(said: str, folders: set[str], free: set[str]) -> str:
    """The picture of a set: the one a manifest names, else `cover` and its like, else the only one in the folder."""
    if said and not said.startswith(("http://", "https://")):
        wanted = PurePosixPath(said.replace("\\", "/")).name.casefold()
        for path in sorted(free):
            if PurePosixPath(path).name.casefold() == wanted:
                return path
    for folder in sorted(folders):
        here = sorted(path for path in free if str(PurePosixPath(path).parent).removeprefix(".") == folder)
        covers = [path for path in here if _COVERS.match(PurePosixPath(path).stem)]
        if covers or len(here) == 1:
            return (covers or here)[0]
    return ""


def _own_picture(draft: _Draft, free: set[str], *, alone: bool) -> str:
    """The picture of a single song: the one its row names, one with its name, or any beside a song that is alone."""
    named = draft.row.keys.get("artwork", "") if draft.row else ""
    wanted = PurePosixPath(named.replace("\\", "/")).name.casefold() if named and "://" not in named else ""
    stem = PurePosixPath(draft.file.path)
    for path in sorted(free):
        picture = PurePosixPath(path)
        if picture.name.casefold() == wanted or picture.with_suffix("") == stem.with_suffix(""):
            return path
    return sorted(free)[0] if alone and free and not draft.folder else ""


def _clean(said: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in said.items() if value not in (None, "")}
    kept["title"] = words.one_line(str(kept.get("title", "")), 300) or "Untitled"
    if "artists" in kept:
        kept["artists"] = words.one_line(str(kept["artists"]), 500)
    return kept


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Numbers as numbers: track 2 before track 10."""
    parts = re.split(r"(\d{1,9})", text.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
