import hashlib

import antiphon.kernel.clock
import antiphon.mail.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PART = 1000


def name_letters(apps, schema_editor):
    """Letters that are on their way keep the name that they were sent under, so that what comes back finds them."""
    letter = apps.get_model("mail", "Letter")
    last = 0
    while rows := list(letter.objects.filter(pk__gt=last).only("pk", "created_at").order_by("pk")[:PART]):
        for row in rows:
            said = f"{settings.SECRET_KEY}:{row.pk}:{row.created_at.isoformat()}"
            row.name = hashlib.sha256(said.encode()).hexdigest()[:32]
        letter.objects.bulk_update(rows, ["name"], batch_size=200)
        last = rows[-1].pk


class Migration(migrations.Migration):
    """What comes back: letters have a name to be found by, and say alike words by pointing to them."""

    dependencies = [("mail", "0002_html_and_headers")]

    operations = [
        migrations.AddField("letter", "name", models.CharField(max_length=32, null=True)),
        migrations.RunPython(name_letters, migrations.RunPython.noop),
        migrations.AlterField(
            "letter", "name", models.CharField(default=antiphon.mail.models.new_name, max_length=32, unique=True)
        ),
        migrations.CreateModel(
            name="Words",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=160, unique=True)),
                ("subject", models.CharField(max_length=300)),
                ("body", models.TextField(max_length=50000)),
                ("created_at", models.DateTimeField(default=antiphon.kernel.clock.now)),
            ],
            options={"verbose_name_plural": "words"},
        ),
        migrations.AddField(
            "letter",
            "words",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mail.words"
            ),
        ),
        migrations.AlterField(
            "letter",
            "state",
            models.CharField(
                choices=[("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed"), ("bounced", "Bounced")],
                default="waiting",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="Bounce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=antiphon.kernel.clock.now)),
                ("is_final", models.BooleanField()),
                ("status", models.CharField(blank=True, max_length=12)),
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bounce", to="mail.letter"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("is_final", True)), fields=["at"], name="bounce_final_at")
                ],
            },
        ),
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("in_a_row", models.PositiveIntegerField(default=0)),
                ("status", models.CharField(blank=True, max_length=12)),
                ("last_sent_at", models.DateTimeField()),
                ("came_back_at", models.DateTimeField()),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "mailboxes",
                "indexes": [
                    models.Index(
                        condition=models.Q(("paused_at__isnull", False)), fields=["paused_at"], name="mailbox_paused"
                    )
                ],
            },
        ),
    ]
