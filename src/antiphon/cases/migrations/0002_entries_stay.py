"""The database refuses to change or delete what was done in a case; words may be emptied, and nothing else."""

from typing import Any

from django.db import migrations

_SAME = ("id", "file_id", "at", "by_id", "side", "act", "ledger")
_SQLITE = (
    "CREATE TRIGGER caseentry_unchanged BEFORE UPDATE ON cases_caseentry WHEN NOT (NEW.words = '' AND NEW.told = '{}' "
    + "".join(f"AND NEW.{name} IS OLD.{name} " for name in _SAME)
    + ") BEGIN SELECT RAISE(ABORT, 'a case is only written on'); END",
    "CREATE TRIGGER caseentry_undeleted BEFORE DELETE ON cases_caseentry "
    "BEGIN SELECT RAISE(ABORT, 'a case is only written on'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION caseentry_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'UPDATE' AND NEW.words = '' AND NEW.told = '{}'::jsonb "
    + "".join(f"AND NEW.{name} IS NOT DISTINCT FROM OLD.{name} " for name in _SAME)
    + "THEN RETURN NEW; END IF; RAISE EXCEPTION 'a case is only written on'; END $$",
    "CREATE TRIGGER caseentry_stays BEFORE UPDATE OR DELETE ON cases_caseentry "
    "FOR EACH ROW EXECUTE FUNCTION caseentry_stays()",
)
_SQLITE_BACK = ("DROP TRIGGER caseentry_unchanged", "DROP TRIGGER caseentry_undeleted")
_POSTGRESQL_BACK = ("DROP TRIGGER caseentry_stays ON cases_caseentry", "DROP FUNCTION caseentry_stays()")


def keep_entries(apps: Any, editor: Any) -> None:
    for statement in _SQLITE if editor.connection.vendor == "sqlite" else _POSTGRESQL:
        editor.execute(statement)


def let_go(apps: Any, editor: Any) -> None:
    for statement in _SQLITE_BACK if editor.connection.vendor == "sqlite" else _POSTGRESQL_BACK:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunPython(keep_entries, let_go)]
