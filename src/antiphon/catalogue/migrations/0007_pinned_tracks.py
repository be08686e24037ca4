import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('catalogue', '0006_bringing'),
    ]

    operations = [
        migrations.CreateModel(
            name='PinnedTrack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pins', to='accounts.profile')),
                ('track', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pins', to='catalogue.track')),
            ],
            options={
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('profile', 'track'), name='track_pinned_once')],
            },
        ),
    ]
