"""What becomes of what redaction finds, by client. No migration holds keys, so a client of before begins its first policy
at the console: `razdar redaction start`.
"""

import django.db.models.deletion
import razdar.runtime.ids
from django.conf import settings
from django.db import migrations, models

from razdar.runtime.rls import ScopeToClient


def to_person() -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    dependencies = [("identity", "0008_sealed_requests")]

    operations = [
        migrations.CreateModel(
            name="RedactionPolicy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=razdar.runtime.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("body", models.TextField()),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("active", "Active"),
                            ("superseded", "Superseded"),
                            ("refused", "Refused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("mac", models.BinaryField(max_length=32)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client"
                    ),
                ),
                ("decided_by", to_person()),
                ("proposed_by", to_person()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("client",),
                        name="identity_one_redaction_policy",
                    )
                ],
            },
        ),
        ScopeToClient("RedactionPolicy"),
    ]
