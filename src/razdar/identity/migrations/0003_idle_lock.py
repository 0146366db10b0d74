"""What a session knows of its person: the last act, and the lock."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_lasting_tries")]

    operations = [
        migrations.AddField("session", "acted_at", models.DateTimeField(default=django.utils.timezone.now)),
        migrations.AddField("session", "locked_at", models.DateTimeField(null=True)),
    ]
