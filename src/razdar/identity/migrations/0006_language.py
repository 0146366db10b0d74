"""The language that a person chose."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_places_and_closed_accounts")]

    operations = [
        migrations.AddField("user", "language", models.CharField(blank=True, default="", max_length=20)),
    ]
