"""The tree: tiles, signed checkpoints, witnesses; and who may do what with each.

The runtime role reads tiles and checkpoints of the client in scope, and the witnesses that concern it. The sequencer role
writes them. It may remove entries that are older than a year by the database's clock, and no others: that is what
pruning needs, whatever the months that are kept.
"""

import uuid

from django.db import migrations, models

from razdar.runtime.rls import POLICY, RUNTIME, SEQUENCER, Grants, ScopeToClient

_READABLE = f"client_id IS NULL OR {POLICY}"


def _removal(table: str, check: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        [
            f"GRANT DELETE ON {table} TO {SEQUENCER}",
            f"CREATE POLICY razdar_sequencer_delete ON {table} FOR DELETE TO {SEQUENCER} USING ({check})",
        ],
        [
            f"DROP POLICY razdar_sequencer_delete ON {table}",
            f"REVOKE DELETE ON {table} FROM {SEQUENCER}",
        ],
    )


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_log'),
    ]

    operations = [
        migrations.AlterField('auditlog', 'next_index', models.BigIntegerField(default=0)),
        migrations.AddField('auditlog', 'generation', models.IntegerField(default=1)),
        migrations.AddField('auditlog', 'minimum', models.BigIntegerField(default=0)),
        migrations.AddField('auditlog', 'hashed', models.BigIntegerField(default=0)),
        migrations.AddField('auditlog', 'last_at', models.DateTimeField(null=True)),
        migrations.AddField('auditlog', 'newest_at', models.DateTimeField(null=True)),
        migrations.AddField('auditlog', 'signed_size', models.BigIntegerField(default=0)),
        migrations.AddField('auditlog', 'signed_at', models.DateTimeField(null=True)),
        migrations.AddField('sequencing', 'fence', models.BigIntegerField(default=0)),
        # Drawn once, here, for the one row there is.
        migrations.AddField('sequencing', 'installation', models.UUIDField(default=uuid.uuid4)),
        migrations.CreateModel(
            name='Tile',
            fields=[
                ('pk', models.CompositePrimaryKey('log', 'level', 'index', blank=True, editable=False, primary_key=True, serialize=False)),
                ('log', models.UUIDField(db_column='client_id')),
                ('level', models.SmallIntegerField()),
                ('index', models.BigIntegerField()),
                ('hashes', models.BinaryField()),
            ],
            options={
                'db_table': 'audit_tile',
            },
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('pk', models.CompositePrimaryKey('log', 'size', blank=True, editable=False, primary_key=True, serialize=False)),
                ('log', models.UUIDField(db_column='client_id')),
                ('size', models.BigIntegerField()),
                ('root', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('note', models.BinaryField()),
                ('cosigned_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'audit_checkpoint',
            },
        ),
        migrations.CreateModel(
            name='Witness',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('client', models.UUIDField(db_column='client_id', null=True)),
                ('url', models.CharField(max_length=300)),
                ('vkey', models.CharField(max_length=300)),
                ('added_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'audit_witness',
            },
        ),
        migrations.CreateModel(
            name='Cosigning',
            fields=[
                ('pk', models.CompositePrimaryKey('log', 'witness', blank=True, editable=False, primary_key=True, serialize=False)),
                ('log', models.UUIDField(db_column='client_id')),
                ('witness', models.UUIDField()),
                ('size', models.BigIntegerField(default=0)),
                ('state', models.CharField(max_length=8)),
                ('reason', models.CharField(default='', max_length=16)),
                ('since', models.DateTimeField()),
                ('told', models.BooleanField(default=True)),
            ],
            options={
                'db_table': 'audit_cosigning',
            },
        ),
        # Hashes cannot be compressed; trying costs more than everything else about a tile.
        migrations.RunSQL("ALTER TABLE audit_tile ALTER COLUMN hashes SET STORAGE EXTERNAL", migrations.RunSQL.noop),
        ScopeToClient("Tile"),
        Grants("Tile", runtime="SELECT", sequencer="SELECT, INSERT, UPDATE, DELETE"),
        ScopeToClient("Checkpoint"),
        Grants("Checkpoint", runtime="SELECT", sequencer="SELECT, INSERT, UPDATE, DELETE"),
        migrations.RunSQL(
            [
                "ALTER TABLE audit_witness ENABLE ROW LEVEL SECURITY",
                f"CREATE POLICY razdar_client ON audit_witness TO {RUNTIME} USING ({_READABLE}) WITH CHECK (false)",
            ],
            ["DROP POLICY razdar_client ON audit_witness", "ALTER TABLE audit_witness DISABLE ROW LEVEL SECURITY"],
        ),
        Grants("Witness", runtime="SELECT", sequencer="SELECT, INSERT, DELETE"),
        ScopeToClient("Cosigning"),
        Grants("Cosigning", runtime="SELECT", sequencer="SELECT, INSERT, UPDATE, DELETE"),
        _removal("audit_event", "at < now() - interval '365 days'"),
        _removal("audit_subject", "true"),
    ]
