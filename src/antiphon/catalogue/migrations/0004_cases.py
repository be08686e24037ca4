"""Cases of what is reported, with notes, rulings, appeals and a trail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import antiphon.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_reported_kinds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField(max_length=4000)),
                ('at', models.DateTimeField(default=antiphon.kernel.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='Ruling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('leave', 'Leave'), ('hide', 'Hide'), ('withdraw', 'Withdraw'), ('suspend', 'Suspend'), ('show', 'Show')], max_length=8)),
                ('because', models.CharField(max_length=500)),
                ('on_appeal', models.BooleanField(default=False)),
                ('undo', models.JSONField(default=dict)),
                ('at', models.DateTimeField(default=antiphon.kernel.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='TrailLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=antiphon.kernel.clock.now)),
                ('who', models.BigIntegerField(null=True)),
                ('what', models.CharField(max_length=16)),
                ('kind', models.CharField(max_length=20)),
                ('subject_id', models.BigIntegerField()),
                ('case_id', models.BigIntegerField(null=True)),
                ('why', models.CharField(blank=True, max_length=500)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
            ],
        ),
        migrations.AddField(
            model_name='report',
            name='snapshot',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='wants_answer',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField(max_length=4000)),
                ('at', models.DateTimeField(default=antiphon.kernel.clock.now)),
                ('outcome', models.CharField(blank=True, choices=[('', 'Waiting'), ('kept', 'Kept'), ('changed', 'Changed')], default='', max_length=8)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('subject_id', models.BigIntegerField()),
                ('name', models.CharField(blank=True, max_length=300)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('words', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('open', 'Open'), ('decided', 'Decided'), ('appealed', 'Appealed')], default='open', max_length=8)),
                ('voices', models.PositiveIntegerField(default=0)),
                ('rank', models.PositiveSmallIntegerField(default=1)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField(default=antiphon.kernel.clock.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('claimed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='report',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='catalogue.case'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['reporter', '-created_at'], name='report_of_reporter'),
        ),
        migrations.AddField(
            model_name='casenote',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='casenote',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='catalogue.case'),
        ),
        migrations.AddField(
            model_name='ruling',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ruling',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rulings', to='catalogue.case'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='ruling',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='appeal', to='catalogue.ruling'),
        ),
        migrations.AddIndex(
            model_name='trailline',
            index=models.Index(fields=['-at', '-id'], name='trail_latest'),
        ),
        migrations.AddIndex(
            model_name='trailline',
            index=models.Index(fields=['kind', 'subject_id'], name='trail_subject'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['state', 'rank', 'opened_at'], name='case_queue'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['kind', 'subject_id'], name='case_subject'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('kind', 'subject_id'), name='one_open_case'),
        ),
        migrations.AddIndex(
            model_name='ruling',
            index=models.Index(fields=['case', 'at'], name='ruling_of_case'),
        ),
    ]
