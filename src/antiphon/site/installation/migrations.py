"""Which migrations the database has seen, and which this version knows."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from antiphon.cli.ports import Tell
from antiphon.kernel.errors import Conflict


def pending() -> list[str]:
    """Migrations of this version that the database has not seen, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def applied() -> list[str]:
    """Migrations that the database has seen, sorted."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def unknown(names: list[str]) -> list[str]:
    """Of these migrations, those that this version does not have: a newer one wrote them."""
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations}
    return [name for name in names if name not in known]


def refuse_cut_off_restore() -> None:
    """Raise `Conflict` while database and files may not belong together."""
    if (Path(settings.DATA) / "restore-under-way").exists():
        raise Conflict("A restore was cut off.", hint="`antiphon migrate` undoes it; then restore again.")


def migrate(tell: Tell) -> int:
    """Apply what is pending; return how much that was. Raises `Conflict` on a database from a newer version."""
    refuse_cut_off_restore()
    strange = unknown(applied())
    if strange:
        raise Conflict(
            "This database was used by a newer version of Antiphon.",
            subject=strange[0],
            hint="Start that version, or take its upgrade back with `antiphon upgrade --back`.",
        )
    steps = pending()
    if steps:
        tell(f"Applying {len(steps)} migrations …")
        call_command("migrate", interactive=False, verbosity=0)
    return len(steps)
