"""What waits in the inbox is no longer than an event and its stamp can be."""

from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_roles'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='inbox',
            constraint=models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(Length('payload'), 65535)) & models.Q(LessThanOrEqual(Length('mac'), 64)),
                name='audit_inbox_size',
            ),
        ),
    ]
