"""Contacts by their agent, and by their length: for the lists of whoever oversees them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("interactions", "0004_live_recordings"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(fields=["client", "agent", "-started_at"], name="interactions_by_agent"),
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(fields=["client", "duration_ms", "id"], name="interactions_by_length"),
        ),
    ]
