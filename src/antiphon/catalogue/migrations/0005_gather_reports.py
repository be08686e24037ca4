"""Reports become cases, and the database itself keeps the trail from being changed."""

from typing import Any

from django.db import migrations

_SQLITE = (
    "CREATE TRIGGER trail_unchanged BEFORE UPDATE ON catalogue_trailline "
    "BEGIN SELECT RAISE(ABORT, 'the trail is only written on'); END",
    "CREATE TRIGGER trail_undeleted BEFORE DELETE ON catalogue_trailline "
    "BEGIN SELECT RAISE(ABORT, 'the trail is only written on'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION trail_stays() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the trail is only written on'; END $$",
    "CREATE TRIGGER trail_stays BEFORE UPDATE OR DELETE ON catalogue_trailline "
    "FOR EACH ROW EXECUTE FUNCTION trail_stays()",
)
_SQLITE_BACK = ("DROP TRIGGER trail_unchanged", "DROP TRIGGER trail_undeleted")
_POSTGRESQL_BACK = ("DROP TRIGGER trail_stays ON catalogue_trailline", "DROP FUNCTION trail_stays()")


def keep_trail(apps: Any, editor: Any) -> None:
    for statement in _SQLITE if editor.connection.vendor == "sqlite" else _POSTGRESQL:
        editor.execute(statement)


def let_go(apps: Any, editor: Any) -> None:
    for statement in _SQLITE_BACK if editor.connection.vendor == "sqlite" else _POSTGRESQL_BACK:
        editor.execute(statement)


def gather(apps: Any, editor: Any) -> None:
    """What is open about one thing becomes one case; what was decided, a case with its ruling."""
    Report, Case, Ruling = (apps.get_model("catalogue", name) for name in ("Report", "Case", "Ruling"))
    for report in Report.objects.order_by("created_at", "pk").iterator():
        about = {"kind": report.kind, "subject_id": report.subject_id}
        owner_id, name, address, words = _stands(apps, report)
        said = {"owner_id": owner_id, "name": name, "address": address, "words": words}
        if report.state == "open":
            case, _made = Case.objects.get_or_create(
                **about, state="open", defaults={**said, "opened_at": report.created_at}
            )
        else:
            case = Case.objects.create(
                **about, **said, state="decided", opened_at=report.created_at, decided_at=report.decided_at
            )
            verdict = "hide" if report.state == "upheld" else "leave"
            Ruling.objects.create(
                case=case, verdict=verdict, by_id=report.decided_by_id, because=report.decision, at=report.decided_at
            )
        Report.objects.filter(pk=report.pk).update(case=case)
        reporters = Report.objects.filter(case=case).values_list("reporter_id", flat=True).distinct()
        Case.objects.filter(pk=case.pk).update(voices=len(set(reporters)))


def _stands(apps: Any, report: Any) -> tuple[int | None, str, str, dict[str, str]]:
    if report.kind == "profile":
        found = apps.get_model("accounts", "Profile").objects.filter(pk=report.subject_id).first()
        if found:
            said = {"name": found.name, "biography": found.biography, "place": found.place}
            return found.owner_id, found.name, f"/{found.slug}", said
        return None, "", "", {}
    model, middle = ("Track", "") if report.kind == "track" else ("MusicSet", "sets/")
    rows = apps.get_model("catalogue", model).objects.select_related("profile")
    found = rows.filter(pk=report.subject_id).first()
    if not found:
        return None, "", "", {}
    said = {"title": found.title, "description": found.description, "profile": found.profile.name}
    return found.profile.owner_id, found.title, f"/{found.profile.slug}/{middle}{found.slug}", said


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_cases"), ("accounts", "0001_initial")]

    operations = [
        migrations.RunPython(gather, migrations.RunPython.noop),
        migrations.RunPython(keep_trail, let_go),
    ]
