"""Recordings of live calls: segments in the place of a file, and the regions where nothing was kept."""

import django.db.models.deletion
import razdar.runtime.ids
from django.db import migrations, models

from razdar.runtime.rls import CompositeForeignKey, ScopeToClient, UniquePair


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0001_initial'),
        ('identity', '0001_people'),
        ('interactions', '0003_digest_of_recordings'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecordingSegment',
            fields=[
                ('id', models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ('channel', models.PositiveSmallIntegerField()),
                ('begins', models.BigIntegerField()),
                ('ends', models.BigIntegerField()),
                ('stream', models.UUIDField()),
                ('number', models.PositiveIntegerField()),
                ('first', models.BigIntegerField()),
                ('last', models.BooleanField()),
                ('previous', models.BinaryField(max_length=16)),
                ('object_name', models.UUIDField(unique=True)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ('channel', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('pause', 'Pause'), ('gap', 'Gap'), ('missing', 'Missing')], max_length=8)),
                ('reason', models.CharField(max_length=16)),
                ('begins', models.BigIntegerField()),
                ('ends', models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name='recording',
            name='kind',
            field=models.CharField(choices=[('file', 'File'), ('stream', 'Stream')], default='file', max_length=8),
        ),
        migrations.AlterField(
            model_name='recording',
            name='key_version',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='recording',
            name='object_name',
            field=models.UUIDField(null=True, unique=True),
        ),
        migrations.AlterField(
            model_name='recording',
            name='sealed_size',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='recording',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('key_version__isnull', False), ('kind', 'file'), ('object_name__isnull', False), ('sealed_size__isnull', False)), models.Q(('key_version', None), ('kind', 'stream'), ('object_name', None), ('redacted', False), ('sealed_size', None)), _connector='OR'), name='interactions_file_or_stream'),
        ),
        migrations.AddField(
            model_name='recordingsegment',
            name='client',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.client'),
        ),
        migrations.AddField(
            model_name='recordingsegment',
            name='recording',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='interactions.recording'),
        ),
        migrations.AddField(
            model_name='region',
            name='client',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.client'),
        ),
        migrations.AddField(
            model_name='region',
            name='interaction',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='interactions.interaction'),
        ),
        migrations.AddIndex(
            model_name='recordingsegment',
            index=models.Index(fields=['recording', 'ends'], name='interactions_segment_at'),
        ),
        migrations.AddConstraint(
            model_name='recordingsegment',
            constraint=models.UniqueConstraint(fields=('stream', 'number'), name='interactions_one_segment'),
        ),
        migrations.AddIndex(
            model_name='region',
            index=models.Index(fields=['interaction', 'begins'], name='interactions_region_at'),
        ),
        UniquePair("Recording", ("client_id", "id")),
        CompositeForeignKey("RecordingSegment", ("client_id", "recording_id"), "Recording"),
        CompositeForeignKey("Region", ("client_id", "interaction_id"), "Interaction"),
        ScopeToClient("RecordingSegment"),
        ScopeToClient("Region"),
    ]
