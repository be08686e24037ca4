"""What somebody brings from another service, until its files have come."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import antiphon.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0005_gather_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bringing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.UUIDField(unique=True)),
                ('tracks', models.JSONField(default=dict)),
                ('sets', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(db_index=True, default=antiphon.kernel.clock.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
