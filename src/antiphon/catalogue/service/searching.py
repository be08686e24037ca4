"""Finding tracks, people and sets by words: forgiving, filtered, in the same order on every database.

The index names what may match, newest first and never more than `MOST` of a kind; `service.access` says which of it
this viewer may see; `core.finding` weighs it. What is further down than the best `MOST` is found by another word.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from antiphon.accounts import service as accounts
from antiphon.catalogue.core import entries, finding
from antiphon.catalogue.core.words import tags_of
from antiphon.catalogue.models import MusicSet, SearchRow, SearchSpelling, Track
from antiphon.catalogue.service import access, lists, matching
from antiphon.catalogue.service.access import Viewer
from antiphon.consent import service as consent

MOST = 200  # of each kind, that are weighed
FEW = 5  # with fewer than this, mistakes are forgiven
MOST_NEAR = 400  # words that may have been meant
TRACKS, PEOPLE, SETS = "tracks", "people", "sets"
KINDS = (TRACKS, PEOPLE, SETS)
LENGTHS_S = {"short": (None, 120), "medium": (120, 360), "long": (360, 1200), "longer": (1200, None)}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile("[0-9a-f]{48}")


@dataclass(frozen=True)
class Filters:
    """What else is asked of what is found. All but `kind` are asked of tracks, and leave people and sets out."""

    kind: str = ""
    from_s: int | None = None  # at least as long as this
    to_s: int | None = None  # and shorter than this
    licence: str = ""
    tag: str = ""
    cleared: str = ""  # a purpose to which its label says yes

    @property
    def of_tracks(self) -> bool:
        return bool(self.from_s or self.to_s is not None or self.licence or self.tag or self.cleared)

    def kinds(self) -> tuple[str, ...]:
        if self.of_tracks:
            return (TRACKS,)
        return (self.kind,) if self.kind in KINDS else KINDS


@dataclass(frozen=True)
class Place:
    """Where a thing stands among what is found: the higher the earlier."""

    worth: int
    at: datetime
    pk: int

    def as_word(self) -> str:
        micros = max(0, (self.at - _EPOCH) // timedelta(microseconds=1))
        return f"{self.worth:016x}{micros:016x}{self.pk:016x}"


def place_of(word: str) -> Place | None:
    """Return the place that a word from `Place.as_word` names; None for a word that nobody was given."""
    if not _PLACE.fullmatch(word):
        return None
    micros = min(int(word[16:32], 16), 2**56)
    try:
        return Place(int(word[:16], 16), _EPOCH + timedelta(microseconds=micros), int(word[32:], 16))
    except OverflowError:
        return None


@dataclass(frozen=True)
class SearchResult:
    """What is found. Tracks come page by page, people and sets with the first page, or page by page when only they
    were asked for.
    """

    words: str
    tracks: list[Track] = field(default_factory=list)
    profiles: list[accounts.Profile] = field(default_factory=list)
    sets: list[MusicSet] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)  # of what is found, that bear what was looked for
    next: Place | None = None  # where the following page begins
    meant: str = ""  # what was looked for instead, where nothing bears the words as they were typed
    some: bool = False  # nothing bears all of the words; this bears some


@dataclass(frozen=True)
class _Hit:
    place: Place
    used: list[finding.Option | None]


def search(
    viewer: Viewer,
    words: str,
    *,
    filters: Filters = Filters(),
    limit: int = 24,
    after: Place | None = None,
    few: int = 12,
) -> SearchResult:
    """Return what bears these words in title, artists, tags or names: the best first, the newer of two alike.

    limit: of what comes page by page; few: of people and sets beside tracks.
    """
    typed = list(finding.words_of(words[: finding.LONGEST_QUERY]))[: finding.MOST_WORDS]
    if not typed and not filters.of_tracks:
        return SearchResult(words)
    hits, tier = _found(viewer, typed, filters)
    paged = filters.kinds()[0]
    pages = {kind: _page(found, after if kind == paged else None, limit if kind == paged else few)
             for kind, found in hits.items() if kind == paged or after is None}  # fmt: skip
    tracks = _tracks(viewer, [hit.place.pk for hit in pages.get(TRACKS, [])])
    rest = _page(hits.get(paged, []), after, limit + 1)
    return SearchResult(
        words=words,
        tracks=tracks,
        profiles=_profiles(viewer, [hit.place.pk for hit in pages.get(PEOPLE, [])]),
        sets=_sets(viewer, [hit.place.pk for hit in pages.get(SETS, [])]),
        tags=_tags_among(tracks, typed) if after is None else [],
        next=rest[limit - 1].place if len(rest) > limit else None,
        meant=_meant(hits, typed) if tier == _FORGIVEN else "",
        some=tier == _SOME,
    )


# In which way things are found; what is found in an earlier way comes first.
_PLAIN, _FORGIVEN, _SOME = 2, 1, 0
_STEP = 1 << 40


def _found(viewer: Viewer, typed: list[str], filters: Filters) -> tuple[dict[str, list[_Hit]], int]:
    """Return what is found of each kind, and the best way in which anything was."""
    kinds, rare = filters.kinds(), _Rarities()
    as_typed = finding.as_typed(typed)
    plain = [as_typed]
    hits = {kind: _hits(viewer, kind, plain, filters, _PLAIN, rare) for kind in kinds}
    count = sum(map(len, hits.values()))
    tier = _PLAIN
    if typed and count < FEW:
        forgiving = _forgiving(typed)
        # Where no mistake is to be forgiven, the plain reading is among them: that has been asked for.
        readings = [one for one in forgiving if one != as_typed]
        for kind in kinds if readings else ():
            here = {hit.place.pk for hit in hits[kind]}
            more = _hits(viewer, kind, readings, filters, _FORGIVEN, rare)
            hits[kind] = [*hits[kind], *(hit for hit in more if hit.place.pk not in here)]
        tier = _PLAIN if count else _FORGIVEN
        if not any(hits.values()) and len(typed) > 1:
            tier = _SOME
            hits = {kind: _hits(viewer, kind, plain, filters, _SOME, rare) for kind in kinds}
            if forgiving[0] != as_typed and not any(hits.values()):
                hits = {kind: _hits(viewer, kind, forgiving[:1], filters, _SOME, rare) for kind in kinds}
    return hits, tier


def _forgiving(typed: list[str]) -> list[finding.Reading]:
    whole = {
        *typed,
        *finding.joins_of(typed),
        *(half for word in typed for halves in finding.halves_of(word) for half in halves),
    }
    forms = {form for word in typed for form in finding.forms_sought(word)}
    asked = SearchSpelling.objects.filter(
        Q(form__in=forms) | Q(form__in={finding.form_of(word) for word in whole}, word__in=whole)
    )
    rows = asked.annotate(letters=Length("word")).order_by("letters", "word").values_list("word", flat=True).distinct()
    there = set(rows)
    near = {word for word in there if any(_is_near(one, word) for one in typed)}
    return finding.forgiving(typed, there & whole, sorted(near)[:MOST_NEAR])


def _is_near(typed: str, word: str) -> bool:
    most = finding.mistakes_in(word)
    return finding.distance(typed, word, most) <= most


def _hits(
    viewer: Viewer, kind: str, readings: list[finding.Reading], filters: Filters, tier: int, rare: "_Rarities"
) -> list[_Hit]:
    """Return the hits of one kind, the best first."""
    rows = _visible(viewer, kind, filters)
    marks = [matching.Term(mark, (matching.MARKS,)) for mark in _marks(kind, filters)]
    found: dict[int, tuple[Any, ...]] = {}
    for reading in readings:
        here: dict[int, tuple[Any, ...]] = {}
        for sought in _soughts(reading, tier):
            asked = rows.filter(matching.Matches(matching.Every((*sought, *marks)))).order_by("-pk")
            closer = {row[0]: row for row in asked.values_list("pk", *_COLUMNS[kind])[:MOST]}
            # Those whose name bears the words come before all others: with enough of them, no other is weighed.
            here = closer if len(closer) >= MOST else here | closer
            if len(here) < MOST:
                break
        found |= here
    if len(found) >= MOST and tier == _PLAIN:
        asked_keys = [key for wanted in readings[0] for key in wanted.options[0].words]
        whole = rows.filter(whole=finding.whole_of(asked_keys), kind=_NUMBER[kind]).order_by("-pk")
        found |= {row[0]: row for row in whole.values_list("pk", *_COLUMNS[kind])[:MOST]}
    return _weighed(found.values(), readings, tier, rare)


def _soughts(reading: finding.Reading, tier: int) -> list[tuple[matching.Sought, ...]]:
    """Return what is asked of the index in turn: all that bears the words and, if that is too much, whose name does."""
    if not reading:
        return [()]
    if tier == _SOME:
        return [(matching.Either(tuple(matching.of_wanted(wanted) for wanted in reading)),)]
    return [(matching.of_reading(reading),), (matching.of_reading(reading, (finding.NAME,)),)]


def _weighed(
    rows: Iterable[tuple[Any, ...]], readings: list[finding.Reading], tier: int, rare: "_Rarities"
) -> list[_Hit]:
    rows = list(rows)
    if not rows:
        return []
    rarities = [rare.of(reading) for reading in readings]
    best: list[_Hit] = []
    for _pk, subject, at, name, people, tags in rows:
        entry = finding.Entry(tuple(name.split()), tuple(people.split()), tuple(tags.split()))
        worth, used = 0, []
        for reading, rarity in zip(readings, rarities, strict=True):
            said, by = finding.weigh(entry, reading, rarity)
            if (tier == _SOME or None not in by) and said > worth:
                worth, used = said, by
        if worth or not readings[0]:
            best.append(_Hit(Place(tier * _STEP + min(worth, _STEP - 1), at, subject), used))
    return sorted(best, key=lambda hit: _rank(hit.place), reverse=True)


class _Rarities:
    """How rare the words of readings are: asked once a search."""

    def __init__(self) -> None:
        self._known: dict[finding.Reading, Sequence[int]] = {}

    def of(self, reading: finding.Reading) -> Sequence[int]:
        if len(reading) < 2:
            return [1] * len(reading)  # alone, it is as rare as everything else
        if reading not in self._known:
            counts = matching.count_each(map(matching.of_wanted, reading), finding.MOST_COUNTED)
            self._known[reading] = [finding.rarity_of(count) for count in counts]
        return self._known[reading]


def _rank(place: Place) -> tuple[int, datetime, int]:
    return place.worth, place.at, place.pk


def _page(hits: list[_Hit], after: Place | None, limit: int) -> list[_Hit]:
    if after is not None:
        hits = [hit for hit in hits if _rank(hit.place) < _rank(after)]
    return hits[:limit]


# Who may see what

_NUMBER = {TRACKS: entries.TRACK, PEOPLE: entries.PERSON, SETS: entries.SET}
_COLUMNS = {
    TRACKS: ("track_id", "track__published_at", "name", "people", "tags"),
    PEOPLE: ("profile_id", "profile__created_at", "name", "people", "tags"),
    SETS: ("music_set_id", "music_set__published_at", "name", "people", "tags"),
}


def _visible(viewer: Viewer, kind: str, filters: Filters) -> "QuerySet[SearchRow]":
    """Return the rows of what this viewer may see now."""
    blocked = accounts.blocked_ids(viewer) if viewer is not None and viewer.is_authenticated else set()
    rows = SearchRow.objects.all()
    if kind == PEOPLE:
        rows = rows.filter(profile__hidden_at=None, profile__isnull=False)
        return rows.exclude(profile__owner_id__in=blocked) if blocked else rows
    if kind == SETS:
        rows = rows.filter(music_set__isnull=False, **access.public_sets_now(below="music_set__"))
        return rows.exclude(music_set__profile__owner_id__in=blocked) if blocked else rows
    rows = rows.filter(track__isnull=False, track__profile__hidden_at=None, **access.public_now(below="track__"))
    if filters.from_s:
        rows = rows.filter(track__recording__duration_ms__gte=filters.from_s * 1000)
    if filters.to_s is not None:
        rows = rows.filter(track__recording__duration_ms__lt=filters.to_s * 1000)
    if filters.cleared:
        rows = rows.filter(consent.permitted(filters.cleared, path="track__recording_id"))
    return rows.exclude(track__profile__owner_id__in=blocked) if blocked else rows


def _marks(kind: str, filters: Filters) -> list[str]:
    marks = [entries.kind_mark(_NUMBER[kind])]
    if filters.licence:
        marks.append(entries.licence_mark(filters.licence))
    if filters.tag:
        marks.append(entries.tag_mark(filters.tag))
    return marks


def _tracks(viewer: Viewer, ids: list[int]) -> list[Track]:
    found = lists.tracks_by_id(viewer, ids)
    return [found[pk] for pk in ids if pk in found]


def _sets(viewer: Viewer, ids: list[int]) -> list[MusicSet]:
    return _in_order(access.visible_sets(viewer).filter(pk__in=ids), ids)


def _profiles(viewer: Viewer, ids: list[int]) -> list[accounts.Profile]:
    return _in_order(accounts.Profile.objects.filter(hidden_at=None, pk__in=ids), ids)


def _in_order(rows: "QuerySet[Any]", ids: list[int]) -> list[Any]:
    found = {row.pk: row for row in rows} if ids else {}
    return [found[pk] for pk in ids if pk in found]


# What is said beside it


def _tags_among(tracks: list[Track], typed: list[str]) -> list[str]:
    """Return up to six tags of what is found that bear every word, the shortest first."""
    found: dict[str, str] = {}
    for track in tracks:
        for tag in tags_of(track.tag_list):
            words = finding.words_of(tag)
            if typed and all(any(word.startswith(one) for word in words) for one in typed):
                found.setdefault(" ".join(words), tag)
    return [found[key] for key in sorted(found, key=lambda key: (len(key), key))][:6]


def _meant(hits: dict[str, list[_Hit]], typed: list[str]) -> str:
    """Return the words that the best of what was found bears, where they are others than were typed."""
    best = max((found[0] for found in hits.values() if found), key=lambda hit: _rank(hit.place), default=None)
    said = finding.meant_by(best.used) if best else ""
    return said if said != " ".join(typed) else ""
