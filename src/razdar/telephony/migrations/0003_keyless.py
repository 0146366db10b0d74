"""Streams whose keys are destroyed, too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('telephony', '0002_composed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='stream',
            name='state',
            field=models.CharField(choices=[('running', 'Running'), ('ended', 'Ended'), ('lost', 'Lost'), ('salvaged', 'Salvaged'), ('gone', 'Gone'), ('keyless', 'Keyless')], default='running', max_length=8),
        ),
    ]
