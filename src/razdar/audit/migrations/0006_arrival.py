"""The database numbers what arrives in the inbox: who puts rows in does not choose whose turn comes first."""

from django.db import migrations, models

from razdar.runtime.rls import RUNTIME

_COLUMNS = "id, kind, role, writer, counter, mac, payload"


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0005_sizes'),
    ]

    operations = [
        # The column has no field: code that puts rows in may not name it. By columns, because whoever may insert into
        # all of them may override what the database would number.
        migrations.RunSQL(
            [
                "ALTER TABLE audit_inbox ADD COLUMN arrival bigint GENERATED ALWAYS AS IDENTITY",
                "CREATE UNIQUE INDEX audit_inbox_arrival ON audit_inbox (arrival)",
                f"REVOKE ALL ON SEQUENCE audit_inbox_arrival_seq FROM {RUNTIME}",
                f"REVOKE INSERT ON audit_inbox FROM {RUNTIME}",
                f"GRANT INSERT ({_COLUMNS}) ON audit_inbox TO {RUNTIME}",
            ],
            [
                f"REVOKE INSERT ({_COLUMNS}) ON audit_inbox FROM {RUNTIME}",
                f"GRANT INSERT ON audit_inbox TO {RUNTIME}",
                "ALTER TABLE audit_inbox DROP COLUMN arrival",
            ],
        ),
        migrations.AddIndex(
            'gap',
            models.Index(
                condition=models.Q(('state', 'void'), _negated=True), fields=['writer'], name='audit_gap_absent',
            ),
        ),
    ]
