from django.db import migrations, models


class Migration(migrations.Migration):
    """A letter may have an HTML form beside its text, and headers of its own."""

    dependencies = [("mail", "0001_initial")]

    operations = [
        migrations.AddField("letter", "html", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("letter", "headers", models.JSONField(blank=True, default=dict)),
    ]
