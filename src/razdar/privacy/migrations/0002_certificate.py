"""The signed certificate of an erasure, and the versions of the destroyed keys that it names."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("privacy", "0001_initial"),
    ]

    operations = [
        migrations.AddField("erasure", "key_versions", models.JSONField(default=list)),
        migrations.AddField("erasure", "certificate", models.TextField(default="")),
    ]
