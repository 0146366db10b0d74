from django.db import migrations, models

_KEEP = "UPDATE identity_tries SET lasting = true"  # whose they are is not known here: none is forgotten too early


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_people")]

    operations = [
        migrations.AddField("tries", "lasting", models.BooleanField(default=False)),
        migrations.RunSQL(_KEEP, migrations.RunSQL.noop),
    ]
