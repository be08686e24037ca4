"""What a track was called when it was put into a set."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def name(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    title = apps.get_model("catalogue", "Track").objects.filter(pk=OuterRef("track_id")).values("title")[:1]
    apps.get_model("catalogue", "SetItem").objects.update(known_as=Subquery(title))


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0008_search")]

    operations = [
        migrations.AddField("setitem", "known_as", models.CharField(blank=True, max_length=300)),
        migrations.RunPython(name, migrations.RunPython.noop),
    ]
