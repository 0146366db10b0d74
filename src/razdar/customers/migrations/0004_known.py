import django.db.models.deletion
import razdar.runtime.ids
from django.db import migrations, models

from razdar.runtime.rls import CompositeForeignKey, ScopeToClient


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0003_agreement_of_a_contact"),
        ("identity", "0001_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Known",
            fields=[
                ("id", models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ("row", models.UUIDField(null=True)),
                ("data_class", models.CharField(max_length=30)),
                ("person", models.UUIDField()),
                ("written", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["client", "customer", "data_class"], name="customers_known_value")],
            },
        ),
        CompositeForeignKey("Known", ("client_id", "customer_id"), "Customer"),
        ScopeToClient("Known"),
    ]
