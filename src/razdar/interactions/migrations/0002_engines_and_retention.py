"""How often an engine broke off over a call; when recordings and transcripts were kept long enough."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("interactions", "0001_initial"),
    ]

    operations = [
        migrations.AddField("stage", "tries", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("interaction", "recording_gone_at", models.DateTimeField(null=True)),
        migrations.AddField("interaction", "transcript_gone_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "interaction",
            models.Index(
                fields=["client", "started_at"],
                condition=models.Q(recording_gone_at=None),
                name="interactions_with_recording",
            ),
        ),
        migrations.AddIndex(
            "interaction",
            models.Index(
                fields=["client", "started_at"],
                condition=models.Q(transcript_gone_at=None),
                name="interactions_with_transcript",
            ),
        ),
    ]
