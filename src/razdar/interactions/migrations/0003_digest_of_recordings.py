"""The checksum of a recording's sealed object."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("interactions", "0002_engines_and_retention"),
    ]

    operations = [
        migrations.AddField("recording", "sealed_digest", models.BinaryField(default=b"")),
    ]
