"""Questions about entries of the log, and what was written to each."""

import django.db.models.deletion
from django.db import migrations, models

import razdar.runtime.ids
from razdar.runtime.rls import CompositeForeignKey, ScopeToClient, UniquePair


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("identity", "0001_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=razdar.runtime.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("entries", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("answered", "Answered"), ("closed", "Closed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["client", "state", "since"], name="oversight_question_open")],
            },
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=razdar.runtime.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("asked", "Asked"), ("answered", "Answered"), ("closed", "Closed")], max_length=10
                    ),
                ),
                ("by", models.UUIDField()),
                ("role", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("sealed_text", models.TextField(default="")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client"
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="oversight.question",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["client", "question", "at"], name="oversight_turn_order")],
            },
        ),
        UniquePair("Question"),
        CompositeForeignKey("Turn", ("client_id", "question_id"), "oversight.Question"),
        ScopeToClient("Question"),
        ScopeToClient("Turn"),
    ]
