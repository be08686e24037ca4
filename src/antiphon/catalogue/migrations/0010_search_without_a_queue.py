"""Words go into PostgreSQL's index as they are written, and not into a list that each search reads from end to end."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def write_at_once(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _set(editor, "fastupdate = off")
    if editor.connection.vendor == "postgresql":
        editor.execute("SELECT gin_clean_pending_list('catalogue_searchrow_found')")


def write_later(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _set(editor, "fastupdate = on")


def _set(editor: BaseDatabaseSchemaEditor, option: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER INDEX catalogue_searchrow_found SET ({option})")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0009_known_as")]

    operations = [migrations.RunPython(write_at_once, write_later)]
