import django.db.models.deletion
from django.db import migrations, models

from razdar.runtime.rls import CompositeForeignKey


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0002_links"),
    ]

    operations = [
        # Nobody may rely on one for longer than a quarter of an hour, and nobody knows whose these were.
        migrations.RunSQL("DELETE FROM customers_agreement", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="agreement",
            name="caller",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customers.customer",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="agreement",
            name="interaction",
            field=models.UUIDField(null=True),
        ),
        CompositeForeignKey("Agreement", ("client_id", "caller_id"), "Customer"),
    ]
