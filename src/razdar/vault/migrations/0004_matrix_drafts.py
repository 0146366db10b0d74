import razdar.runtime.ids
from django.db import migrations, models

from razdar.runtime.rls import ScopeToClient


class Migration(migrations.Migration):

    dependencies = [
        ("vault", "0003_same_person"),
    ]

    operations = [
        migrations.AddField(
            model_name="matrixversion",
            name="reason",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="matrixversion",
            name="decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="MatrixDraft",
            fields=[
                ("id", models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ("client_id", models.UUIDField()),
                ("person", models.UUIDField()),
                ("base", models.PositiveIntegerField()),
                ("body", models.TextField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("client_id", "person"), name="vault_one_draft")],
            },
        ),
        ScopeToClient("MatrixDraft"),
    ]
