"""Watching the terms of others: bringing in snapshots, and saying what they promised about AI, since when.

Nothing is fetched here: snapshots come as files, from an archive or from whoever saved the page.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts.core.names import slug_of
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, NotFound
from antiphon.terms.core.clauses import BadText, Document, read
from antiphon.terms.core.comparing import Change, compare
from antiphon.terms.core.importing import BadSnapshot, moment_in, text_of
from antiphon.terms.core.subjects import Topic, table
from antiphon.terms.core.watching import Seen, Spoken, spoken
from antiphon.terms.models import Snapshot, Watched

ENDINGS = (".md", ".html", ".htm", ".txt")
MOST_FILES = 5000


@dataclass(frozen=True)
class Brought:
    """What became of one file: a snapshot, nothing new, or why it could not be read."""

    path: str
    snapshot: Snapshot | None
    fault: str = ""


def bring(
    path: Path, service: str, *, kind: str = "Terms of Service", url: str = "", at: datetime | None = None,
    charset: str = "", select: Sequence[str] = (),
) -> Iterator[Brought]:  # fmt: skip
    """Bring in a file, or a folder of files with their dates in their names; yield what became of each, oldest first.

    A folder whose own folders are kinds of terms, as Open Terms Archive publishes them, brings each kind. A file that
    cannot be read is told and skipped. Raises `BadInput` where there is no file, no name of a service, or no date.
    """
    if not service.strip():
        raise BadInput(_("Say whose terms they are."), fields={"service": _("The name of a service.")})
    files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.suffix.lower() in ENDINGS)
    if not files:
        raise BadInput(_("There is no file of terms there."), subject=str(path), hint=", ".join(ENDINGS))
    if len(files) > MOST_FILES:
        raise BadInput(_("More than %(most)d files.") % {"most": MOST_FILES}, subject=str(path))
    dated = [(_moment(one, at if path.is_file() else None), one) for one in files]
    for moment, one in sorted(dated, key=lambda pair: (pair[0], str(pair[1]))):
        inner = one.parent.name if path.is_dir() and one.parent != path else kind
        yield _bring_one(one, moment, service.strip(), inner, url, charset, select)


def _moment(path: Path, at: datetime | None) -> datetime:
    if at is not None:
        return at
    try:
        found = moment_in(path.name)
    except ValueError as error:
        raise BadInput(_("There is no such date."), subject=path.name) from error
    if found is None:
        hint = _("Write it into the name, such as 2025-05-27T18-13-00Z.md, or give one file with --at.")
        raise BadInput(_("No date says when this was seen."), subject=path.name, hint=hint)
    if found > clock.now():
        raise BadInput(_("This date is still to come."), subject=path.name)
    return found


def _bring_one(
    path: Path, at: datetime, service: str, kind: str, url: str, charset: str, select: Sequence[str]
) -> Brought:
    try:
        text = text_of(path.read_bytes(), charset=charset, select=select)
        read(text, ours=False)
    except (OSError, BadSnapshot, BadText) as error:
        return Brought(str(path), None, str(error))
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        row = _watched(service, kind, url)
        before = row.snapshots.filter(at__lte=at).order_by("-at").first()
        if before is not None and before.sha256 == digest:
            return Brought(str(path), None)
        made, _new = Snapshot.objects.update_or_create(
            watched=row, at=at, defaults={"sha256": digest, "text": text, "source": path.name[:300]}
        )
    return Brought(str(path), made)


def _watched(service: str, kind: str, url: str) -> Watched:
    found = Watched.objects.filter(service=service, kind=kind).first()
    if found is not None:
        return found
    stem = slug_of(f"{service} {kind}", fallback="terms", limit=100)
    slug, number = stem, 1
    while Watched.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return Watched.objects.create(service=service[:120], kind=kind[:80], slug=slug, url=url[:500])


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


def promises(snapshots: Sequence[Snapshot], topic: Topic = Topic.AI) -> list[Spoken]:
    """Return every sentence about a topic that ever stood in these, with since when and what took its place."""
    return list(_promises(tuple((one.pk, one.sha256) for one in snapshots), topic))


@lru_cache(maxsize=256)
def _promises(seen: tuple[tuple[int, str], ...], topic: Topic) -> tuple[Spoken, ...]:
    # Known by their hashes, so that texts are read from the database once and not for every reader.
    rows = Snapshot.objects.in_bulk([pk for pk, _sha256 in seen])
    found = [rows[pk] for pk, _sha256 in seen if pk in rows]
    return tuple(spoken([Seen(one.at, _read(one.sha256, one.text)) for one in found], topic))


def between(old: Snapshot, new: Snapshot) -> list[Change]:
    """Return what changed between two snapshots, clause by clause."""
    return list(_between(old.sha256, old.text, new.sha256, new.text))


@lru_cache(maxsize=64)
def _between(old_hash: str, old: str, new_hash: str, new: str) -> tuple[Change, ...]:
    return tuple(compare(_read(old_hash, old), _read(new_hash, new)))


@lru_cache(maxsize=256)
def _read(sha256: str, text: str) -> Document:
    return read(text, ours=False)


def rules_version() -> int:
    """Return the version of the rules by which sentences are found."""
    return table()[0]
