"""The authenticator of a link. Links made before have none and are no good any more: new ones are made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_language")]

    operations = [migrations.AddField("invitation", "mac", models.BinaryField(default=b"", max_length=32))]
