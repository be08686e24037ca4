"""A track may be held until it was compared with the music that is here."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_parcels"),
        ("catalogue", "0010_search_without_a_queue"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="track",
            name="track_newest",
        ),
        migrations.AddField(
            model_name="track",
            name="held",
            field=models.CharField(
                blank=True, choices=[("", "Free"), ("matching", "Matching"), ("held", "Held")], default="", max_length=8
            ),
        ),
        migrations.AddIndex(
            model_name="track",
            index=models.Index(
                condition=models.Q(
                    ("held", ""), ("hidden_at", None), ("playable", True), ("sharing", "public"), ("state", "published")
                ),
                fields=["-published_at", "-id"],
                name="track_newest",
            ),
        ),
    ]
