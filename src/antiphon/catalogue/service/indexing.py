"""What can be found is kept here: rows and spellings, written in the transaction of what they tell."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from antiphon.accounts import service as accounts
from antiphon.catalogue.core import entries, finding
from antiphon.catalogue.models import MusicSet, SearchRow, SearchSpelling, Sharing, Track
from antiphon.catalogue.service import folding, matching

CHUNK = 500
_COLUMNS = ("kind", "name", "people", "tags", "marks", "whole")


@dataclass(frozen=True)
class _Source:
    """One kind of thing: which of them everybody may come to see, and what is kept of each."""

    field: str
    rows: Callable[[], "QuerySet[Any]"]
    entry_of: Callable[[Any], dict[str, Any]]


def _tracks() -> "QuerySet[Track]":
    # Those whose time has not come have a row already, since nothing happens here at that moment; and so have those
    # that a moderator hid: whoever searches is shown neither.
    rows = Track.objects.filter(state=Track.State.PUBLISHED, sharing=Sharing.PUBLIC)
    return rows.select_related("profile").only(
        "title", "artists", "tag_list", "genre", "license", "profile__name", "profile__slug"
    )


def _profiles() -> "QuerySet[accounts.Profile]":
    return accounts.Profile.objects.only("name", "slug")


def _sets() -> "QuerySet[MusicSet]":
    rows = MusicSet.objects.filter(sharing=Sharing.PUBLIC).exclude(published_at=None)
    return rows.select_related("profile").only("title", "profile__name", "profile__slug")


_TRACKS = _Source("track", _tracks, entries.of_track)
_PROFILES = _Source("profile", _profiles, entries.of_profile)
_SETS = _Source("music_set", _sets, entries.of_set)
_SOURCES = (_TRACKS, _PROFILES, _SETS)


def tracks_changed(ids: Iterable[int]) -> None:
    """These tracks may be found by other words now, or no longer, or at last. In the transaction that made it so."""
    _keep(_TRACKS, ids)


def sets_changed(ids: Iterable[int]) -> None:
    """The same of sets."""
    _keep(_SETS, ids)


def profile_changed(profile_id: int) -> None:
    """A profile has come, or bears another name: so does everything that is found by it."""
    _keep(_PROFILES, [profile_id])
    for model, text_of, keep in ((Track, folding.track_text, _TRACKS), (MusicSet, folding.set_text, _SETS)):
        rows: list[Any] = list(model.objects.filter(profile_id=profile_id).select_related("profile").order_by("pk"))
        for row in rows:
            row.search_text = text_of(row)
        model.objects.bulk_update(rows, ["search_text"], batch_size=CHUNK)
        _keep(keep, [row.pk for row in rows])


def rebuild() -> int:
    """Make everything anew that can be found, a part at a time, while others go on; return how many."""
    words: set[str] = set()
    for source in _SOURCES:
        for ids in _in_parts(source):
            with transaction.atomic():
                words |= _keep_some(source, ids)
        _forget(source)
    _respell(words)
    matching.mend()
    return SearchRow.objects.count()


@dataclass(frozen=True)
class Faults:
    """What is not as it should be among what can be found: how many of each."""

    missing: int = 0  # should be found and is not
    stale: int = 0  # has a row and should have none
    other: int = 0  # is kept by other words than its own
    unspelt: int = 0  # words whose mistakes nobody is forgiven
    index: str = ""  # what the database says is wrong with its own

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.other or self.unspelt or self.index)

    def in_words(self) -> str:
        """Say it for the operator."""
        told = [
            (self.missing, f"{self.missing} things that everybody may find are not found"),
            (self.stale, f"{self.stale} are kept that nobody is to find"),
            (self.other, f"{self.other} are found by other words than their own"),
            (self.unspelt, f"{self.unspelt} words are found only without a mistake"),
            (self.index, f"the index is damaged: {self.index}"),
        ]
        return "; ".join(words for fault, words in told if fault).capitalize() + "."


def check(*, deep: bool = False) -> Faults:
    """Compare what can be found with what there is; `deep` compares every word. Changes nothing."""
    missing = stale = other = 0
    words: set[str] = set()
    for source in _SOURCES:
        here = SearchRow.objects.filter(**{f"{source.field}__isnull": False})
        wanted = source.rows().values("pk")
        missing += source.rows().exclude(pk__in=here.values(source.field)).count()
        stale += here.exclude(**{f"{source.field}__in": wanted}).count()
        if deep:
            for things, rows in _side_by_side(source):
                for thing in things:
                    entry = source.entry_of(thing)
                    row = rows.get(thing.pk)
                    other += row is not None and any(getattr(row, name) != entry[name] for name in _COLUMNS)
                    words |= entries.words_in(entry)
    unspelt = len(words - _spelt(words)) if deep else 0
    return Faults(missing, stale, other, unspelt, matching.damage())


def _side_by_side(source: _Source) -> Iterator[tuple[list[Any], dict[int, SearchRow]]]:
    for ids in _in_parts(source):
        rows = SearchRow.objects.filter(**{f"{source.field}__in": ids})
        yield list(source.rows().filter(pk__in=ids)), {getattr(row, f"{source.field}_id"): row for row in rows}


def _in_parts(source: _Source) -> Iterator[list[int]]:
    """The ids of all things of a kind, a part at a time: nothing is held open while others write."""
    last = 0
    while ids := list(source.rows().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield ids
        last = ids[-1]


def _parts_of(words: set[str]) -> Iterator[list[str]]:
    left = iter(sorted(words))
    while some := list(islice(left, CHUNK)):
        yield some


def _keep(source: _Source, ids: Iterable[int]) -> None:
    left = iter(ids)
    while some := list(islice(left, CHUNK)):
        with transaction.atomic():
            _spell(_keep_some(source, some))


def _keep_some(source: _Source, ids: list[int]) -> set[str]:
    """Write, renew or delete the rows of these; return the words of those that are there."""
    things = {thing.pk: thing for thing in source.rows().filter(pk__in=ids)}
    kept = {getattr(row, f"{source.field}_id"): row for row in SearchRow.objects.filter(**{f"{source.field}__in": ids})}
    if gone := [row.pk for pk, row in kept.items() if pk not in things]:
        SearchRow.objects.filter(pk__in=gone).delete()
    words: set[str] = set()
    new, renewed = [], []
    for pk in sorted(things):
        entry = source.entry_of(things[pk])
        words |= entries.words_in(entry)
        row = kept.get(pk)
        if row is None:
            new.append(SearchRow(**{f"{source.field}_id": pk}, **entry))
        elif any(getattr(row, name) != entry[name] for name in _COLUMNS):
            for name in _COLUMNS:
                setattr(row, name, entry[name])
            renewed.append(row)
    SearchRow.objects.bulk_create(new)
    SearchRow.objects.bulk_update(renewed, _COLUMNS, batch_size=100)
    return words


def _forget(source: _Source) -> None:
    """Delete the rows of what nobody is to find any more."""
    rows = SearchRow.objects.filter(**{f"{source.field}__isnull": False})
    rows.exclude(**{f"{source.field}__in": source.rows().values("pk")}).delete()


def _spell(words: set[str]) -> None:
    """Keep the forms of words that are new here."""
    new = words - _spelt(words)
    forms = [SearchSpelling(form=form, word=word) for word in sorted(new) for form in sorted(finding.forms_kept(word))]
    SearchSpelling.objects.bulk_create(forms, batch_size=CHUNK)


def _spelt(words: set[str]) -> set[str]:
    """Return which of these words are kept."""
    found: set[str] = set()
    for some in _parts_of(words):
        forms = {finding.form_of(word) for word in some}
        rows = SearchSpelling.objects.filter(Q(form__in=forms) & Q(word__in=some))
        found.update(rows.values_list("word", flat=True))
    return found


def _respell(words: set[str]) -> None:
    """Keep the forms of exactly these words."""
    here = set(SearchSpelling.objects.values_list("word", flat=True).distinct().iterator(5000))
    for some in _parts_of(here - words):
        SearchSpelling.objects.filter(word__in=some).delete()
    for some in _parts_of(words - here):
        with transaction.atomic():
            _spell(set(some))
