"""Cleaning of what people and file tags say: pure functions over text. Owns no rule about who may say it."""

import re
import unicodedata
from pathlib import PurePosixPath

# Directions forced on the reader's screen can make a name look like another; isolates and marks go, letters stay.
_STEERING = dict.fromkeys(
    [
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0x200E,
        0x200F,
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
        *range(0xD800, 0xE000),
    ]
)
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"^\s*(?:\d{1,2}-)?\d{1,3}\s*[.)_ -]\s*(?=\S)")
FORMATS = ("wav", "aiff", "flac", "mp3", "aac", "m4a", "ogg", "opus")
_SUFFIXES = {"wav", "wave", "aif", "aiff", "aifc", "flac", "mp3", "aac", "m4a", "mp4", "ogg", "oga", "opus"}


def one_line(text: str, longest: int) -> str:
    """Return text as one clean line of at most `longest` characters: NFC, no control or steering characters."""
    text = unicodedata.normalize("NFC", text.translate(_STEERING))
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return _SPACE.sub(" ", text).strip()[:longest].strip()


def lines(text: str, longest: int) -> str:
    """Return text of several lines, cleaned as `one_line` does, with at most two line ends in a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    clean = "\n".join(one_line(line, longest) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", clean).strip()[:longest]


def file_name_of(raw: str) -> str:
    """Return the last segment of what a browser or client calls a file; empty when nothing is left."""
    return one_line(PurePosixPath(raw.replace("\\", "/")).name, 300).lstrip(".") if raw else ""


def folder_of(raw: str) -> str:
    """Return a folder below what was dropped, as `Album/CD 1`: no climbing, no empty or hidden segments."""
    parts = [one_line(part, 120) for part in raw.replace("\\", "/").split("/")]
    return "/".join(part for part in parts if part and not part.startswith("."))[:400].strip("/")


def suffix_of(file_name: str) -> str:
    return PurePosixPath(file_name).suffix.lower().lstrip(".")


def may_be_music(file_name: str) -> bool:
    """Tell whether a name's ending is one of ours, or none at all; what a file is, only its bytes say."""
    return suffix_of(file_name) in _SUFFIXES | {""}


def title_from_file(file_name: str) -> str:
    """Return a title from a file's name: `03 - Slow_Harbour.wav` is "Slow Harbour"."""
    stem = file_name
    if suffix_of(file_name) in _SUFFIXES:
        stem = PurePosixPath(file_name).stem
    if " " not in stem:
        stem = stem.replace("_", " ")
    shorter = _NUMBER.sub("", stem)
    return one_line(shorter or stem, 300) or "Untitled"


def tags_of(tag_list: str) -> list[str]:
    """Return the tags of a list as typed: by comma, trimmed of `#`, each once whatever its case, at most 30."""
    seen: dict[str, str] = {}
    for raw in tag_list.split(","):
        tag = one_line(raw, 60).lstrip("#").strip()
        if tag:
            seen.setdefault(tag.casefold(), tag)
    return list(seen.values())[:30]


def spoken_size(size_bytes: int) -> str:
    """Return a size as people say it: `2 GB`, `340 MB`. Steps of 1024."""
    for unit, step in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if size_bytes >= step:
            return f"{size_bytes / step:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size_bytes} bytes"
