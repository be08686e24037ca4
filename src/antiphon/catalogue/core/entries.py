"""What the search keeps of a track, a person or a set: columns of a search row, made of what pages show of it. Pure."""

from typing import Any

from antiphon.catalogue.core import finding
from antiphon.catalogue.core.words import tags_of

TRACK, PERSON, SET = 1, 2, 3  # as in `models.SearchRow.Kind`


def of_track(track: Any) -> dict[str, Any]:
    """Return the entry of a track that comes with its profile."""
    tags = [*tags_of(track.tag_list), *tags_of(track.genre)]
    marks = [kind_mark(TRACK), licence_mark(track.license), *(tag_mark(tag) for tag in tags)]
    people = f"{track.artists} {track.profile.name} {track.profile.slug}"
    return _entry(TRACK, track.title, people, " ".join(tags), marks)


def of_profile(profile: Any) -> dict[str, Any]:
    """Return the entry of a person: found by name, and by the address."""
    return _entry(PERSON, profile.name, profile.slug, "", [kind_mark(PERSON)])


def of_set(music_set: Any) -> dict[str, Any]:
    """Return the entry of a set that comes with its profile."""
    people = f"{music_set.profile.name} {music_set.profile.slug}"
    return _entry(SET, music_set.title, people, "", [kind_mark(SET)])


def kind_mark(kind: int) -> str:
    return f"k{kind}"


def licence_mark(licence: str) -> str:
    return "l" + licence.replace("-", "")


def tag_mark(tag: str) -> str:
    """Return the mark of a whole tag: `Field Recording` and `field-recording` are one."""
    return "t" + "".join(finding.key_of(word) for word in finding.words_of(tag))


def words_in(entry: dict[str, Any]) -> set[str]:
    """Return the words of an entry as they are spelt: not those of its marks."""
    return {finding.word_of(key) for field in finding.FIELDS for key in entry[field].split()}


def _entry(kind: int, name: str, people: str, tags: str, marks: list[str]) -> dict[str, Any]:
    words = finding.words_of(name)
    return {
        "kind": kind,
        "name": " ".join(finding.key_of(word) for word in words),
        "people": finding.keys_of(people),
        "tags": finding.keys_of(tags),
        "marks": " ".join(dict.fromkeys(marks)),
        "whole": finding.whole_of(words),
    }
