"""The life of a clause: since when it stands as it stands, and how often it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from antiphon.terms.core.comparing import Change, Kind, compare
from antiphon.terms.models import Version
from antiphon.terms.service import versions


@dataclass(frozen=True)
class Life:
    """A clause over time: the version that it came with, those that changed it, and the one that ended it."""

    name: str
    title: str
    began: Version
    changed: tuple[tuple[Version, Change], ...]
    ended: Version | None = None

    @property
    def since(self) -> Version:
        """The version whose words stand now."""
        return self.changed[-1][0] if self.changed else self.began


def changes_in(row: Version, before: Version | None) -> list[Change]:
    """Return what a version changed, clause by clause. Kept in memory: versions never change."""
    if before is None:
        return []
    return list(_compared(before.hash, before.text, row.hash, row.text))


@lru_cache(maxsize=128)
def _compared(old_hash: str, old: str, new_hash: str, new: str) -> tuple[Change, ...]:
    return tuple(compare(versions.read_text(old_hash, old), versions.read_text(new_hash, new)))


def lives(rows: Sequence[Version]) -> dict[str, Life]:
    """Return the life of every clause in a document's versions, the first one first, by its present or last name."""
    found: dict[str, Life] = {}
    before: Version | None = None
    for row in rows:
        if before is None:
            found = {one.name: Life(one.name, one.title, row, ()) for one in versions.read_version(row).clauses}
        else:
            found = _after(found, row, changes_in(row, before))
        before = row
    return found


def _after(found: dict[str, Life], row: Version, changes: Sequence[Change]) -> dict[str, Life]:
    after = {name: life for name, life in found.items() if life.ended is not None}
    for change in changes:
        if change.new is None:
            if change.old is not None and change.old.name in found:
                life = found[change.old.name]
                after.setdefault(life.name, Life(life.name, life.title, life.began, life.changed, row))
            continue
        name, title = change.new.name, change.new.title
        old = found.get(change.old.name) if change.old is not None else None
        if old is None or old.ended is not None:
            after[name] = Life(name, title, row, ())
        elif change.kind is Kind.SAME and not change.is_retitled:
            after[name] = Life(name, title, old.began, old.changed)
        else:
            after[name] = Life(name, title, old.began, (*old.changed, (row, change)))
    return after
