"""The operator's first page: queue, storage, failures, versions, people."""

import platform
import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

import antiphon
from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.jobs import service as jobs
from antiphon.kernel.errors import NotFound
from antiphon.mail import service as mail
from antiphon.storage import service as storage
from antiphon.web.operate.guards import operators_only

KINDS = ("originals", "renditions", "waveforms", "pictures", "downloads")
LIBRARIES = ("django", "django-allauth", "django-ninja", "granian", "huey", "av", "numpy")
_COUNT_AGAIN_S = 300


@dataclass(frozen=True)
class Shelf:
    """One kind of file: how many there are, and how much they take."""

    kind: str
    files: int
    size_bytes: int


@operators_only
def operate(request: HttpRequest) -> HttpResponse:
    """Show how the site is."""
    disk = shutil.disk_usage(settings.DATA)
    shown = {
        "queue": jobs.overview(),
        "shelves": shelves(),
        "disk_free": disk.free,
        "disk_total": disk.total,
        "disk_short": disk.free < 5 * 1024**3 or disk.free < disk.total // 20,
        "failed": catalogue.failed_recordings(),
        "amounts": catalogue.amounts(),
        "people": accounts.counts(),
        "letters": mail.lately(),
        "letters_waiting": mail.undelivered(),
        "versions": versions(),
        "sign_up": settings.ANTIPHON.sign_up,
    }
    return render(request, "operate/overview.html", shown)


@operators_only
@require_POST
def revive(request: HttpRequest, job_id: int) -> HttpResponse:
    """Let a dead job try again."""
    jobs.revive(job_id)
    messages.success(request, _("The job waits for a worker again."))
    return redirect("operate")


def shelves() -> list[Shelf]:
    """Count the stored files by kind, at most every five minutes: it asks for every file's size."""
    known: list[Shelf] | None = cache.get("operate.shelves")
    if known is None:
        known = [_shelf(kind) for kind in KINDS]
        cache.set("operate.shelves", known, _COUNT_AGAIN_S)
    return known


def _shelf(kind: str) -> Shelf:
    files = storage.files()
    sizes = []
    for key in files.keys(f"{kind}/"):
        try:
            sizes.append(files.size(key))
        except NotFound:  # deleted between listing and asking
            continue
    return Shelf(kind, len(sizes), sum(sizes))


def versions() -> list[tuple[str, str]]:
    """Name what is running."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            database = f"SQLite {cursor.execute('select sqlite_version()').fetchone()[0]}"
    else:
        connection.ensure_connection()
        number = getattr(connection, "pg_version", 0)
        database = f"PostgreSQL {number // 10000}.{number % 10000}"
    found = [("Antiphon", antiphon.__version__), ("Python", platform.python_version()), (_("Database"), database)]
    for name in LIBRARIES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, _("missing")))
    return found
