"""The installation's id is the key agent's to say; a copy in the database could only be another."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_tree'),
    ]

    operations = [
        migrations.RemoveField('sequencing', 'installation'),
    ]
