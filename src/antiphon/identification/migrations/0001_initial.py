"""Fingerprints, comparisons and matches."""
import antiphon.kernel.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Comparison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recording_id', models.BigIntegerField(unique=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('compared', 'Compared'), ('failed', 'Failed')], default='waiting', max_length=8)),
                ('because', models.CharField(blank=True, max_length=500)),
                ('since', models.DateTimeField(default=antiphon.kernel.clock.now)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'since'], name='comparison_state')],
            },
        ),
        migrations.CreateModel(
            name='Fingerprint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recording_id', models.BigIntegerField(unique=True)),
                ('prints', models.BinaryField()),
                ('sound', models.BinaryField()),
                ('duration_ms', models.BigIntegerField()),
                ('version', models.PositiveSmallIntegerField()),
                ('purpose', models.CharField(max_length=20)),
                ('permit_uid', models.CharField(max_length=64)),
                ('artefact_uid', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField(default=antiphon.kernel.clock.now)),
                ('indexed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('indexed_at', None)), fields=['id'], name='fingerprint_unindexed')],
            },
        ),
        migrations.CreateModel(
            name='Match',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recording_id', models.BigIntegerField()),
                ('other_id', models.BigIntegerField(db_index=True)),
                ('at_ms', models.BigIntegerField()),
                ('length_ms', models.BigIntegerField()),
                ('other_at_ms', models.BigIntegerField()),
                ('other_length_ms', models.BigIntegerField()),
                ('tempo', models.FloatField()),
                ('pitch', models.FloatField()),
                ('score', models.FloatField()),
                ('chance', models.FloatField()),
                ('is_certain', models.BooleanField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('resolved', 'Resolved')], default='open', max_length=8)),
                ('way', models.CharField(blank=True, choices=[('own', 'Own'), ('licensed', 'Licensed'), ('cover', 'Cover'), ('public-domain', 'Public Domain'), ('mistake', 'Mistake'), ('agreed', 'Agreed'), ('removed', 'Removed'), ('decided-free', 'Decided Free'), ('decided-against', 'Decided Against')], max_length=16)),
                ('resolved_by', models.BigIntegerField(blank=True, null=True)),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('because', models.CharField(blank=True, max_length=500)),
                ('case_id', models.BigIntegerField(blank=True, db_index=True, null=True)),
                ('found_at', models.DateTimeField(default=antiphon.kernel.clock.now)),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-found_at'], name='match_open')],
                'constraints': [models.UniqueConstraint(fields=('recording_id', 'other_id', 'at_ms', 'other_at_ms'), name='match_once_a_stretch')],
            },
        ),
    ]
