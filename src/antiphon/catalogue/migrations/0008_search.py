"""What can be found, the full text over it in the way of each database, and rows for what is there already."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from antiphon.catalogue.core import finding
from antiphon.catalogue.core.entries import of_profile, of_set, of_track, words_in

CHUNK = 500

_NEW = "INSERT INTO catalogue_found(rowid, name, people, tags, marks) " \
       "VALUES (new.id, new.name, new.people, new.tags, new.marks);"  # fmt: skip
_OLD = "INSERT INTO catalogue_found(catalogue_found, rowid, name, people, tags, marks) " \
       "VALUES ('delete', old.id, old.name, old.people, old.tags, old.marks);"  # fmt: skip
SQLITE = (
    "CREATE VIRTUAL TABLE catalogue_found USING fts5(name, people, tags, marks, content='catalogue_searchrow', "
    "content_rowid='id', tokenize='ascii', prefix='2 3', detail='column')",
    f"CREATE TRIGGER catalogue_found_new AFTER INSERT ON catalogue_searchrow BEGIN {_NEW} END",
    f"CREATE TRIGGER catalogue_found_gone AFTER DELETE ON catalogue_searchrow BEGIN {_OLD} END",
    f"CREATE TRIGGER catalogue_found_other AFTER UPDATE ON catalogue_searchrow BEGIN {_OLD} {_NEW} END",
)

# The words are cut already, so no parser and no dictionary has a say: what was written is what is found.
_WEIGHED = " || ' ' || ".join(
    f"regexp_replace({column}, '([a-z0-9]+)', '\\1:1{weight}', 'g')"
    for column, weight in (("name", "A"), ("people", "B"), ("tags", "C"), ("marks", "D"))
)
POSTGRESQL = (
    f"ALTER TABLE catalogue_searchrow ADD COLUMN found tsvector GENERATED ALWAYS AS (({_WEIGHED})::tsvector) STORED",
    "CREATE INDEX catalogue_searchrow_found ON catalogue_searchrow USING gin (found)",
)


def lay_full_text(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def take_full_text_away(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for name in ("new", "gone", "other"):
            editor.execute(f"DROP TRIGGER catalogue_found_{name}")
        editor.execute("DROP TABLE catalogue_found")


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    row, spelling = apps.get_model("catalogue", "SearchRow"), apps.get_model("catalogue", "SearchSpelling")
    things = (
        ("track", of_track, apps.get_model("catalogue", "Track").objects.select_related("profile").filter(
            state="published", sharing="public").defer("description", "search_text")),
        ("profile", of_profile, apps.get_model("accounts", "Profile").objects.all()),
        ("music_set", of_set, apps.get_model("catalogue", "MusicSet").objects.select_related("profile").filter(
            sharing="public", published_at__isnull=False)),
    )  # fmt: skip
    words: set[str] = set()
    for field, entry_of, rows in things:
        made = []
        for thing in rows.order_by("pk").iterator(chunk_size=CHUNK):
            entry = entry_of(thing)
            words |= words_in(entry)
            made.append(row(**{f"{field}_id": thing.pk}, **entry))
            if len(made) == CHUNK:
                row.objects.bulk_create(made)
                made = []
        row.objects.bulk_create(made)
    forms = [spelling(form=form, word=word) for word in sorted(words) for form in finding.forms_kept(word)]
    spelling.objects.bulk_create(forms, batch_size=5000)


def _one(model: str) -> models.OneToOneField:
    return models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=model)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("catalogue", "0007_pinned_tracks")]

    operations = [
        migrations.CreateModel(
            name="SearchSpelling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.IntegerField()),
                ("word", models.CharField(max_length=40)),
            ],
            options={"indexes": [models.Index(fields=["form", "word"], name="search_spelling_form")]},
        ),
        migrations.CreateModel(
            name="SearchRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.PositiveSmallIntegerField(choices=[(1, "Track"), (2, "Person"), (3, "Set")])),
                ("name", models.TextField()),
                ("people", models.TextField()),
                ("tags", models.TextField()),
                ("marks", models.TextField()),
                ("whole", models.IntegerField()),
                ("music_set", _one("catalogue.musicset")),
                ("profile", _one("accounts.profile")),
                ("track", _one("catalogue.track")),
            ],
            options={"indexes": [models.Index(fields=["whole", "kind"], name="search_row_whole")]},
        ),
        migrations.RunPython(lay_full_text, take_full_text_away),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
