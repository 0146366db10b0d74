from typing import Any

import django.db.models.deletion
import razdar.runtime.ids
from django.db import migrations, models

from razdar.runtime.rls import CompositeForeignKey, ScopeToClient


def _id() -> tuple[str, Any]:
    return ("id", models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False))


def _client() -> tuple[str, Any]:
    return (
        "client",
        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client"),
    )


def _customer(name: str) -> tuple[str, Any]:
    return (
        name,
        models.ForeignKey(
            db_constraint=False,
            on_delete=django.db.models.deletion.DO_NOTHING,
            related_name="+",
            to="customers.customer",
        ),
    )


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0001_initial"),
        ("identity", "0001_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="provisional",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                _id(),
                ("person", models.UUIDField()),
                ("at", models.DateTimeField()),
                _client(),
                _customer("customer"),
            ],
            options={
                "indexes": [models.Index(fields=["client", "customer", "person"], name="customers_agreement_who")],
            },
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[_id(), _customer("candidate"), _client(), _customer("customer")],
            options={
                "indexes": [models.Index(fields=["client", "customer"], name="customers_candidate_of")],
            },
        ),
        migrations.CreateModel(
            name="CustomerLink",
            fields=[
                _id(),
                ("since", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.UUIDField(null=True)),
                _client(),
                _customer("customer"),
                _customer("principal"),
            ],
            options={
                "indexes": [models.Index(fields=["client", "principal"], name="customers_link_principal")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("client", "customer"),
                        name="customers_one_link",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("customer", models.F("principal")), _negated=True),
                        name="customers_link_of_two",
                    ),
                ],
            },
        ),
        CompositeForeignKey("Agreement", ("client_id", "customer_id"), "Customer"),
        CompositeForeignKey("Candidate", ("client_id", "customer_id"), "Customer"),
        CompositeForeignKey("Candidate", ("client_id", "candidate_id"), "Customer"),
        CompositeForeignKey("CustomerLink", ("client_id", "customer_id"), "Customer"),
        CompositeForeignKey("CustomerLink", ("client_id", "principal_id"), "Customer"),
        ScopeToClient("Agreement"),
        ScopeToClient("Candidate"),
        ScopeToClient("CustomerLink"),
    ]
