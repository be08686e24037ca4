"""Bringing in snapshots of the terms of others: from files, an archive's folder or a page, as one text each.

A text that has not changed is no new snapshot. Whoever asked to be told of a change is told in the same transaction.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts.core.names import slug_of
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput
from antiphon.terms.core.clauses import BadText, read
from antiphon.terms.core.declaring import Selection
from antiphon.terms.core.importing import MOST_BYTES, BadSnapshot, joined, moment_in, text_of
from antiphon.terms.engines import pdf
from antiphon.terms.models import Snapshot, Watched
from antiphon.terms.service import warning, watching

ENDINGS = (".md", ".html", ".htm", ".txt", ".pdf")
MOST_FILES = 5000
TERMS_OF_SERVICE = "Terms of Service"


@dataclass(frozen=True)
class Brought:
    """What became of one file or page: a snapshot, nothing new, or why it could not be read."""

    source: str
    snapshot: Snapshot | None
    fault: str = ""


def bring(
    path: Path, service: str, *, kind: str = TERMS_OF_SERVICE, url: str = "", at: datetime | None = None,
    charset: str = "", selection: Selection | None = None,
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
    touched: dict[tuple[str, str], Watched] = {}
    for moment, one in sorted(dated, key=lambda pair: (pair[0], str(pair[1]))):
        inner = one.parent.name if path.is_dir() and one.parent != path else kind
        try:
            text = page_text([one.read_bytes()], [charset], [selection or Selection()])
        except (OSError, BadSnapshot, BadText) as error:
            yield Brought(str(one), None, str(error))
            continue
        row = watched_row(service.strip(), inner, url)
        touched[service, inner] = row
        yield Brought(str(one), _kept(row, moment, text, one.name))
    for row in touched.values():
        settle(row)


def page_text(pages: Sequence[bytes], charsets: Sequence[str], selections: Sequence[Selection]) -> str:
    """Return one text from its pages, HTML, Markdown, plain text or PDF. Raises `BadSnapshot`, `BadText`, `OSError`."""
    found = []
    for raw, charset, selection in zip(pages, charsets, selections, strict=True):
        if len(raw) > MOST_BYTES:
            raise BadSnapshot(f"more than {MOST_BYTES // 1_000_000} MB: these are no terms")
        is_pdf = raw.lstrip()[:8].startswith(pdf.MAGIC)
        found.append(pdf.text(raw) if is_pdf else text_of(raw, charset=charset, selection=selection))
    words = joined(found)
    read(words, ours=False)
    return words


def keep(row: Watched, at: datetime, text: str, source: str) -> Snapshot | None:
    """Keep a text as it stood at a moment, and tell whoever wants to know; None where it stood so before."""
    made = _kept(row, at, text, source)
    settle(row)
    return made


def _kept(row: Watched, at: datetime, text: str, source: str) -> Snapshot | None:
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        before = row.snapshots.filter(at__lte=at).order_by("-at").first()
        if before is not None and before.sha256 == digest:
            return None
        made, _new = Snapshot.objects.update_or_create(
            watched=row, at=at, defaults={"sha256": digest, "text": text, "source": source[:300]}
        )
    return made


def settle(row: Watched) -> None:
    """Read what a text says of AI again where a snapshot has come, and post the letters about it. Twice is as once."""
    with transaction.atomic():
        if watching.read_again(row):
            warning.tell(row)


def watched_row(service: str, kind: str, url: str) -> Watched:
    """Return the row of a text, made where it is new."""
    found = Watched.objects.filter(service=service, kind=kind).first()
    if found is not None:
        return found
    stem = slug_of(f"{service} {kind}", fallback="terms", limit=100)
    slug, number = stem, 1
    while Watched.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return Watched.objects.create(service=service[:120], kind=kind[:80], slug=slug, url=url[:500])


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
