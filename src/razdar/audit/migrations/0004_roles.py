"""A stamp says what its writer is. What was stamped before and waits still is nobody's any more, and is set apart."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_heads'),
    ]

    operations = [
        migrations.AddField('inbox', 'role', models.CharField(max_length=16, default=''), preserve_default=False),
        migrations.AddField('quarantine', 'role', models.CharField(max_length=16, default=''), preserve_default=False),
    ]
