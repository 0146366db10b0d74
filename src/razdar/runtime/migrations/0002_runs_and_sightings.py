import razdar.runtime.ids
from django.db import migrations, models

from razdar.runtime.rls import ScopeToClient


class Migration(migrations.Migration):

    dependencies = [
        ('runtime', '0001_imports'),
    ]

    operations = [
        migrations.CreateModel(
            name='ScheduledRun',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('error', models.CharField(blank=True, max_length=40)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('good_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Sighting',
            fields=[
                ('id', models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ('client_id', models.UUIDField()),
                ('name', models.CharField(max_length=20)),
                ('seen_at', models.DateTimeField()),
                ('facts', models.JSONField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('client_id', 'name'), name='runtime_one_sighting')],
            },
        ),
        ScopeToClient("Sighting"),
    ]
