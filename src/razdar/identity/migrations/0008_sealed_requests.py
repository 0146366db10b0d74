"""Requests carry an authenticator; moments that authenticators cover are known before the row is written.

Requests of before have none and are as if they were not there: whoever asked asks again. No migration holds keys, so
grants of before are sealed anew at the console: `razdar person reseal`.
"""

import django.utils.timezone
from django.db import migrations, models


def now() -> "models.DateTimeField[object, object]":
    return models.DateTimeField(default=django.utils.timezone.now, editable=False)


class Migration(migrations.Migration):
    dependencies = [("identity", "0007_sealed_links")]

    operations = [
        migrations.AddField("approval", "mac", models.BinaryField(default=b"", max_length=32)),
        migrations.AlterField("approval", "requested_at", now()),
        migrations.AlterField("rolegrant", "proposed_at", now()),
    ]
