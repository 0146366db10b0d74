import razdar.runtime.ids
from django.db import migrations, models

from razdar.runtime.rls import ScopeToClient


class Migration(migrations.Migration):

    dependencies = [
        ("vault", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClientModes",
            fields=[
                ("client_id", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("body", models.TextField()),
                ("mac", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Resealing",
            fields=[
                ("id", models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ("client_id", models.UUIDField()),
                ("data_class", models.CharField(max_length=30)),
                ("column", models.CharField(blank=True, max_length=100)),
                ("after", models.UUIDField()),
                ("total", models.PositiveIntegerField()),
                ("done", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("waiting", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("client_id", "data_class"), name="vault_one_resealing")
                ],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("client_id", models.UUIDField()),
                ("customer_id", models.UUIDField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(fields=["client_id", "customer_id"], name="vault_token_customer")],
            },
        ),
        ScopeToClient("ClientModes"),
        ScopeToClient("Resealing"),
        ScopeToClient("Token"),
    ]
