from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("privacy", "0002_certificate"),
    ]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="together",
            field=models.UUIDField(null=True),
        ),
    ]
