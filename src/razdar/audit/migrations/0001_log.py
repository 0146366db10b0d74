"""The log's tables, and who may do what with each.

The runtime role puts rows into the inbox and can neither read nor take them back; it reads the entries of the client in
scope. The sequencer role takes rows out of the inbox and appends entries; it cannot change one. Its policies name what an
entry must be, and bind it as row-level security binds the runtime role.

Only the sequencer role may change, and so lock, ``audit_sequencing`` and ``audit_log``: nobody else can stand in its way.
"""

import uuid

import django.db.models.functions.comparison
from django.db import migrations, models

from razdar.runtime.rls import SEQUENCER, Grants, ScopeToClient

_ENTRY = '"index" >= 0 AND log = coalesce(client_id, \'00000000-0000-0000-0000-000000000000\'::uuid)'


def _sequencer(table: str, check: str) -> migrations.RunSQL:
    """Read and append, nothing else, under policies of its own."""
    return migrations.RunSQL(
        [
            f"GRANT SELECT, INSERT ON {table} TO {SEQUENCER}",
            f"CREATE POLICY razdar_sequencer_select ON {table} FOR SELECT TO {SEQUENCER} USING ({check})",
            f"CREATE POLICY razdar_sequencer_insert ON {table} FOR INSERT TO {SEQUENCER} WITH CHECK ({check})",
        ],
        [
            f"DROP POLICY razdar_sequencer_insert ON {table}",
            f"DROP POLICY razdar_sequencer_select ON {table}",
            f"REVOKE ALL ON {table} FROM {SEQUENCER}",
        ],
    )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditLog',
            fields=[
                ('log', models.UUIDField(primary_key=True, serialize=False)),
                ('next_index', models.BigIntegerField()),
            ],
            options={
                'db_table': 'audit_log',
            },
        ),
        migrations.CreateModel(
            name='Inbox',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('kind', models.SmallIntegerField()),
                ('writer', models.UUIDField()),
                ('counter', models.BigIntegerField()),
                ('mac', models.BinaryField()),
                ('payload', models.BinaryField()),
            ],
            options={
                'db_table': 'audit_inbox',
            },
        ),
        migrations.CreateModel(
            name='Quarantine',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=16)),
                ('found_at', models.DateTimeField()),
                ('row', models.UUIDField()),
                ('kind', models.SmallIntegerField()),
                ('writer', models.UUIDField()),
                ('counter', models.BigIntegerField()),
                ('mac', models.BinaryField()),
                ('payload', models.BinaryField()),
            ],
            options={
                'db_table': 'audit_quarantine',
            },
        ),
        migrations.CreateModel(
            name='Sequencing',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('caught_up_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'audit_sequencing',
            },
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('pk', models.CompositePrimaryKey('client', 'subject', 'index', blank=True, editable=False, primary_key=True, serialize=False)),
                ('client', models.UUIDField(db_column='client_id')),
                ('subject', models.UUIDField()),
                ('index', models.BigIntegerField()),
            ],
            options={
                'db_table': 'audit_subject',
            },
        ),
        migrations.CreateModel(
            name='WriterState',
            fields=[
                ('writer', models.UUIDField(primary_key=True, serialize=False)),
                ('last', models.BigIntegerField()),
                ('first_seen', models.DateTimeField()),
            ],
            options={
                'db_table': 'audit_writer',
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('pk', models.CompositePrimaryKey('log', 'index', blank=True, editable=False, primary_key=True, serialize=False)),
                ('log', models.UUIDField()),
                ('index', models.BigIntegerField()),
                ('client', models.UUIDField(db_column='client_id', null=True)),
                ('at', models.DateTimeField()),
                ('actor', models.UUIDField(null=True)),
                ('role', models.CharField(max_length=40)),
                ('session', models.CharField(max_length=64)),
                ('device', models.CharField(max_length=80)),
                ('zone', models.CharField(max_length=80)),
                ('action', models.CharField(max_length=124)),
                ('mode', models.CharField(max_length=16)),
                ('customer', models.UUIDField(null=True)),
                ('purpose', models.CharField(max_length=40)),
                ('case', models.CharField(max_length=80)),
                ('outcome', models.CharField(max_length=16)),
                ('trace', models.UUIDField(null=True)),
                ('writer', models.UUIDField(null=True)),
                ('counter', models.BigIntegerField(null=True)),
                ('payload', models.BinaryField()),
            ],
            options={
                'db_table': 'audit_event',
                'indexes': [models.Index(fields=['log', 'actor', '-index'], name='audit_event_actor'), models.Index(fields=['log', 'action', '-index'], name='audit_event_action'), models.Index(fields=['log', 'at'], name='audit_event_at'), models.Index(condition=models.Q(('trace__isnull', False)), fields=['trace'], name='audit_event_trace')],
                'constraints': [models.UniqueConstraint(fields=('writer', 'counter'), name='audit_event_stamp'), models.CheckConstraint(condition=models.Q(('index__gte', 0)), name='audit_event_index'), models.CheckConstraint(condition=models.Q(('log', django.db.models.functions.comparison.Coalesce('client', models.Value(uuid.UUID('00000000-0000-0000-0000-000000000000')))), models.Q(('client', uuid.UUID('00000000-0000-0000-0000-000000000000')), _negated=True)), name='audit_event_log')],
            },
        ),
        migrations.CreateModel(
            name='Gap',
            fields=[
                ('pk', models.CompositePrimaryKey('writer', 'counter', blank=True, editable=False, primary_key=True, serialize=False)),
                ('writer', models.UUIDField()),
                ('counter', models.BigIntegerField()),
                ('state', models.CharField(max_length=8)),
                ('since', models.DateTimeField()),
            ],
            options={
                'db_table': 'audit_gap',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['since'], name='audit_gap_waiting')],
            },
        ),
        Grants("Inbox", runtime="INSERT", sequencer="SELECT, DELETE"),
        ScopeToClient("Entry"),
        Grants("Entry", runtime="SELECT"),
        _sequencer("audit_event", _ENTRY),
        ScopeToClient("Subject"),
        Grants("Subject", runtime="SELECT"),
        _sequencer("audit_subject", '"index" >= 0'),
        Grants("AuditLog", sequencer="SELECT, INSERT, UPDATE"),
        migrations.RunSQL("INSERT INTO audit_sequencing (id) VALUES (1)", "DELETE FROM audit_sequencing"),
        Grants("Sequencing", runtime="SELECT", sequencer="SELECT, UPDATE"),
        Grants("WriterState", sequencer="SELECT, INSERT, UPDATE"),
        Grants("Gap", sequencer="SELECT, INSERT, UPDATE, DELETE"),
        Grants("Quarantine", sequencer="SELECT, INSERT"),
    ]
