"""Until when a customer would have been open for whoever had a contact that was given on."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("work", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="until_before",
            field=models.DateTimeField(null=True),
        ),
    ]
