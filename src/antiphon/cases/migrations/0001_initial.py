"""Cases: a file, and its entries."""

import antiphon.kernel.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(max_length=32, unique=True)),
                ('kind', models.CharField(max_length=20)),
                ('subject_id', models.BigIntegerField()),
                ('stage', models.CharField(choices=[('screen', 'screen'), ('answer', 'answer'), ('reply', 'reply'), ('judge', 'judge'), ('decided', 'decided'), ('appealed', 'appealed'), ('closed', 'closed')], max_length=8)),
                ('since', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('', ''), ('free', 'free'), ('against', 'against'), ('agreed', 'agreed'), ('removed', 'removed'), ('withdrawn', 'withdrawn'), ('lapsed', 'lapsed'), ('moot', 'moot')], default='', max_length=9)),
                ('reminded', models.PositiveSmallIntegerField(default=0)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('holder_spoke', models.BooleanField(default=False)),
                ('appealed_by', models.CharField(blank=True, choices=[('uploader', 'uploader'), ('holder', 'holder'), ('moderator', 'moderator'), ('rule', 'rule')], default='', max_length=9)),
                ('due_at', models.DateTimeField(null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('uploader_told_at', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField(default=antiphon.kernel.clock.now)),
                ('closed_at', models.DateTimeField(null=True)),
                ('claimed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('holder', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('uploader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CaseEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by_id', models.BigIntegerField(null=True)),
                ('side', models.CharField(choices=[('uploader', 'uploader'), ('holder', 'holder'), ('moderator', 'moderator'), ('rule', 'rule')], max_length=9)),
                ('act', models.CharField(max_length=8)),
                ('words', models.TextField(blank=True, max_length=4000)),
                ('told', models.JSONField(default=dict)),
                ('ledger', models.BigIntegerField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='cases.casefile')),
            ],
        ),
        migrations.AddIndex(
            model_name='casefile',
            index=models.Index(fields=['stage', 'since'], name='casefile_queue'),
        ),
        migrations.AddIndex(
            model_name='casefile',
            index=models.Index(condition=models.Q(('due_at', None), _negated=True), fields=['due_at'], name='casefile_due'),
        ),
        migrations.AddIndex(
            model_name='casefile',
            index=models.Index(fields=['kind', 'subject_id'], name='casefile_subject'),
        ),
        migrations.AddIndex(
            model_name='casefile',
            index=models.Index(fields=['uploader', '-opened_at'], name='casefile_uploader'),
        ),
        migrations.AddIndex(
            model_name='casefile',
            index=models.Index(fields=['holder', '-opened_at'], name='casefile_holder'),
        ),
        migrations.AddIndex(
            model_name='caseentry',
            index=models.Index(fields=['file', 'id'], name='caseentry_of_file'),
        ),
    ]
