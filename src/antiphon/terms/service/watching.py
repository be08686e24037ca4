"""What the terms of others say of AI, since when, and what took its place; read once for each snapshot that comes."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from antiphon.kernel.errors import NotFound
from antiphon.terms.core.clauses import Document, read
from antiphon.terms.core.comparing import Change, compare
from antiphon.terms.core.promising import Judged, judge
from antiphon.terms.core.promising import table as promising_table
from antiphon.terms.core.subjects import Topic, table
from antiphon.terms.core.watching import Seen, Spoken, spoken
from antiphon.terms.models import Snapshot, Watched


def watched() -> list[tuple[Watched, list[Snapshot]]]:
    """Return everything that is watched here, by service and kind, with its snapshots. Two queries, and no text."""
    found: dict[int, list[Snapshot]] = {}
    for one in Snapshot.objects.defer("text").order_by("at"):
        found.setdefault(one.watched_id, []).append(one)
    return [(row, found.get(row.pk, [])) for row in Watched.objects.order_by("service", "kind")]


def watched_at(slug: str) -> tuple[Watched, list[Snapshot]]:
    """Return a watched text and its snapshots, the first one first. Raises `NotFound`. Two queries."""
    row = Watched.objects.filter(slug=slug).first()
    if row is None:
        raise NotFound(_("Nothing of that name is watched here."), subject=slug[:80])
    return row, list(row.snapshots.defer("text").order_by("at"))


def promises(row: Watched) -> list[Spoken]:
    """Return every sentence about AI that ever stood in a text, with since when and what took its place. No query."""
    return [_spoken(one) for one in row.said.get("sentences", [])]


def sentences_now(row: Watched) -> list[tuple[Spoken, Judged]]:
    """Return the sentences about AI that stand now, each with what it does and whether that can be checked."""
    return [(one, judge(one.words)) for one in promises(row) if one.until is None]


def read_again(row: Watched) -> bool:
    """Read what a text's snapshots say of AI, where one came or the rules are others; tell whether they were read."""
    found = list(row.snapshots.order_by("at"))
    wanted = {"rules": rules_version(), "seen": [one.sha256[:16] for one in found]}
    if wanted.items() <= row.said.items():
        return False
    said = spoken([Seen(one.at, _read(one.sha256, one.text)) for one in found], Topic.AI)
    row.said = {**wanted, "sentences": [_as_json(one) for one in said]}
    row.save(update_fields=["said"])
    return True


def read_all_again() -> int:
    """Read again whatever was read by other rules, or left by a run that was killed; return how many texts."""
    return sum(read_again(row) for row in Watched.objects.order_by("pk"))


def between(old: Snapshot, new: Snapshot) -> list[Change]:
    """Return what changed between two snapshots, clause by clause."""
    return list(_between(old.sha256, old.text, new.sha256, new.text))


@lru_cache(maxsize=64)
def _between(old_hash: str, old: str, new_hash: str, new: str) -> tuple[Change, ...]:
    return tuple(compare(_read(old_hash, old), _read(new_hash, new)))


def document_of(snapshot: Snapshot) -> Document:
    """Return a snapshot clause by clause."""
    return _read(snapshot.sha256, snapshot.text)


@lru_cache(maxsize=64)
def _read(sha256: str, text: str) -> Document:
    return read(text, ours=False)


def rules_version() -> int:
    """Return the version of the rules by which sentences are found."""
    return table()[0]


def promise_rules_version() -> int:
    """Return the version of the rules that say what a sentence does and whether that can be checked."""
    return promising_table()[0]


def _as_json(one: Spoken) -> dict[str, Any]:
    moments = {"since": one.since, "not_before": one.not_before, "until": one.until}
    return {
        "words": one.words, "clause": one.clause, "replaced_by": list(one.replaced_by),
        **{name: at.isoformat() if at else None for name, at in moments.items()},
    }  # fmt: skip


def _spoken(said: dict[str, Any]) -> Spoken:
    since, not_before, until = (_at(said[name]) for name in ("since", "not_before", "until"))
    if since is None:
        raise ValueError("a sentence stands since some day")
    return Spoken(said["words"], said["clause"], since, not_before, until, tuple(said["replaced_by"]))


def _at(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
