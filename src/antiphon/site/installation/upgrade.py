"""Bringing an installation to this version, with a backup before it and a way back."""

import json
from pathlib import Path

from django.conf import settings

from antiphon.cli.ports import Tell
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict, NotFound
from antiphon.site.installation import backup, database, migrations, restore


def forward(tell: Tell) -> Path:
    """Back up, then migrate; return the backup's folder. When a migration fails, the backup is brought back."""
    migrations.refuse_cut_off_restore()
    database.refuse_while_in_use()
    target = backups_folder() / clock.now().strftime("%Y%m%d-%H%M%S-%f")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    tell(f"Backing up to {target} …")
    # Files are immutable, so a second name for the same bytes is a copy that takes no room.
    backup.write(target, tell, link=True)
    try:
        migrations.migrate(tell)
    except Exception as error:
        tell("A migration failed; bringing the backup back …")
        restore.bring_back(target, tell, force=True, migrate=False, link=True)
        raise Conflict(
            f"The upgrade failed and was taken back: {error}", hint="Nothing was changed. Please report this."
        ) from error
    _note().write_text(json.dumps({"backup": str(target)}), encoding="utf-8")
    return target


def back(tell: Tell) -> Path:
    """Bring back what the last upgrade backed up. Raises `NotFound` when there was none."""
    try:
        target = Path(json.loads(_note().read_text(encoding="utf-8"))["backup"])
    except FileNotFoundError as error:
        raise NotFound("No upgrade was made here that could be taken back.") from error
    restore.bring_back(target, tell, force=True, migrate=False, link=True)
    _note().unlink()
    return target


def backups_folder() -> Path:
    return Path(settings.DATA) / "backups"


def _note() -> Path:
    return backups_folder() / "last-upgrade.json"
