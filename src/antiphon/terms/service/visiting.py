"""Visiting the terms of others where they stand: those that the release declares, and the operator's own.

Nothing is fetched unless the operator asks for it, by `antiphon terms watch` or by `ANTIPHON_TERMS_WATCH`; then each
text once a day, and one that could not be read again after some hours.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import metadata, resources
from pathlib import Path

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput
from antiphon.terms.core.clauses import BadText
from antiphon.terms.core.declaring import BadDeclaration, Declared, read_declaration
from antiphon.terms.core.importing import BadSnapshot
from antiphon.terms.engines.fetching import fetch
from antiphon.terms.models import Watched
from antiphon.terms.service.bringing import Brought, keep, page_text, watched_row

log = logging.getLogger(__name__)
VISIT = "terms.visit"
EVERYTHING = "all"
A_VISIT, AFTER_A_FAILURE = timedelta(hours=23), timedelta(hours=6)


def declared() -> list[Declared]:
    """Return every text that is declared, by service. A service of the operator's own folder, `terms/services` in the
    data folder, stands before the release's of that name. Raises `BadInput` for a file that cannot be followed."""
    shipped = resources.files("antiphon.terms").joinpath("services")
    own = Path(settings.DATA) / "terms" / "services"
    found: dict[str, list[Declared]] = {}
    for folder in (shipped, own):
        for file in sorted(folder.iterdir(), key=lambda one: one.name) if folder.is_dir() else ():
            if file.name.endswith(".json"):
                texts = _read(file.name, file.read_text(encoding="utf-8"))
                found[texts[0].service.casefold()] = texts
    return [one for name in sorted(found) for one in found[name]]


def _read(name: str, raw: str) -> list[Declared]:
    try:
        return read_declaration(raw)
    except BadDeclaration as error:
        raise BadInput(_("A declaration cannot be followed."), subject=name, hint=str(error)) from error


def chosen(wanted: str) -> list[Declared]:
    """Return the declared texts of the services that are named, comma between them; `all` of them; none for no name.

    Raises `BadInput` for a name that nobody declares.
    """
    names = {name.strip().casefold() for name in wanted.split(",") if name.strip()}
    if not names:
        return []
    found = declared()
    if EVERYTHING in names:
        return found
    strange = sorted(names - {one.service.casefold() for one in found})
    if strange:
        hint = _("antiphon terms watch --list names those that are declared.")
        raise BadInput(_("No service of that name is declared."), subject=strange[0], hint=hint)
    return [one for one in found if one.service.casefold() in names]


def visit(text: Declared) -> Brought:
    """Read a text where it stands, and keep it where it is another than before; say what became of it, and remember
    it where it failed."""
    row, now = watched_row(text.service, text.kind, text.url), clock.now()
    Watched.objects.filter(pk=row.pk).update(tried_at=now, url=text.url[:500])
    try:
        words = _words(text)
    except (BadSnapshot, BadText) as error:
        fault = str(error)
        Watched.objects.filter(pk=row.pk).update(failure=fault[:300], failed_at=Coalesce(F("failed_at"), now))
        log.info("%s of %s could not be read: %s", text.kind, text.service, fault)
        return Brought(text.url, None, fault)
    made = keep(row, now, words, text.url)
    Watched.objects.filter(pk=row.pk).update(visited_at=now, failure="", failed_at=None)
    return Brought(text.url, made)


def _words(text: Declared) -> str:
    agent = f"Antiphon/{metadata.version('antiphon')} (+{settings.SITE_URL}/about; reads terms once a day)"
    pages = [fetch(part.url, agent) for part in text.parts]
    try:
        return page_text(
            [one.raw for one in pages], [one.charset for one in pages], [part.selection for part in text.parts]
        )
    except BadSnapshot as error:
        if any(part.needs_scripts for part in text.parts):
            raise BadSnapshot(f"{error}. The page is made by scripts; save it, and bring the file") from error
        raise


def visit_declared(service: str, kind: str) -> None:
    """Visit one text that is declared; nothing where it is declared no more."""
    for one in chosen(service):
        if one.kind == kind:
            visit(one)


def visit_due() -> int:
    """Queue a visit to each chosen text that is due; return how many. One that is queued is not queued twice."""
    now = clock.now()
    texts = list(_due(chosen(settings.ANTIPHON.terms_watch), now))
    for one in texts:
        name = f"{one.service}:{one.kind}"
        jobs.enqueue(VISIT, subject=name[:80], key=f"{VISIT}:{name}"[:160], service_name=one.service, kind=one.kind)
    return len(texts)


def _due(texts: list[Declared], now: datetime) -> Iterator[Declared]:
    rows = {(row.service, row.kind): row for row in Watched.objects.exclude(tried_at=None)}
    for one in texts:
        row = rows.get((one.service, one.kind))
        wait = AFTER_A_FAILURE if row is not None and row.failure else A_VISIT
        if row is None or row.tried_at is None or row.tried_at <= now - wait:
            yield one
