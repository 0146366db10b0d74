import django.db.models.deletion
import razdar.runtime.ids
from django.conf import settings
from django.db import migrations, models

from razdar.runtime.rls import ScopeToClient


def to_client() -> "models.ForeignKey[object, object]":
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client")


def to_person(*, null: bool = False) -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        null=null, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
    )


def key() -> "models.UUIDField[object, object]":
    return models.UUIDField(default=razdar.runtime.ids.uuid7, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):

    dependencies = [
        ("identity", "0003_idle_lock"),
    ]

    operations = [
        migrations.CreateModel(
            name="MatrixException",
            fields=[
                ("id", key()),
                ("role", models.CharField(max_length=20)),
                ("data_class", models.CharField(max_length=30)),
                ("level", models.CharField(max_length=10)),
                ("purposes", models.CharField(blank=True, max_length=160)),
                ("second_person", models.BooleanField()),
                ("reason", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("active", "Active"),
                            ("refused", "Refused"),
                            ("ended", "Ended"),
                        ],
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("mac", models.BinaryField(max_length=32)),
                ("client", to_client()),
                ("decided_by", to_person(null=True)),
                ("ended_by", to_person(null=True)),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.rolegrant"
                    ),
                ),
                ("proposed_by", to_person()),
                ("user", to_person()),
            ],
            options={
                "indexes": [models.Index(fields=["client", "user", "state"], name="identity_exception_who")],
            },
        ),
        migrations.CreateModel(
            name="ProcessDuties",
            fields=[
                ("id", key()),
                ("process", models.CharField(max_length=30)),
                ("version", models.PositiveIntegerField()),
                ("body", models.JSONField()),
                ("reason", models.TextField()),
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
                ("client", to_client()),
                ("decided_by", to_person(null=True)),
                ("proposed_by", to_person()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("client", "process"),
                        name="identity_one_active_duties",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionChange",
            fields=[
                ("id", key()),
                ("data_class", models.CharField(max_length=30)),
                ("before", models.PositiveIntegerField()),
                ("after", models.PositiveIntegerField()),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "Proposed"), ("active", "Active"), ("refused", "Refused")], max_length=10
                    ),
                ),
                ("proposed_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("mac", models.BinaryField(max_length=32)),
                ("client", to_client()),
                ("decided_by", to_person(null=True)),
                ("proposed_by", to_person(null=True)),
            ],
        ),
        ScopeToClient("MatrixException"),
        ScopeToClient("ProcessDuties"),
        ScopeToClient("RetentionChange"),
    ]
