"""What can be reported is a registry of kinds, which rooms above add to: the column takes any name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_former_set_slug")]

    operations = [
        migrations.AlterField(model_name="report", name="kind", field=models.CharField(max_length=20)),
    ]
