import razdar.runtime.ids
from django.db import migrations, models

from razdar.runtime.rls import ScopeToClient


class Migration(migrations.Migration):

    dependencies = [
        ("vault", "0002_modes"),
    ]

    operations = [
        migrations.CreateModel(
            name="SamePerson",
            fields=[
                ("id", models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ("client_id", models.UUIDField()),
                ("customer_id", models.UUIDField()),
                ("principal_id", models.UUIDField()),
            ],
            options={
                "indexes": [models.Index(fields=["client_id", "principal_id"], name="vault_same_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("client_id", "customer_id"), name="vault_one_principal")
                ],
            },
        ),
        ScopeToClient("SamePerson"),
    ]
