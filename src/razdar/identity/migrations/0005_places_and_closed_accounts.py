"""Where a client is: the time zone and the language of its people. And accounts that an administrator closed."""

from django.db import migrations, models

_WHY = [("", "No"), ("tries", "Tries"), ("inactive", "Inactive"), ("closed", "Closed"), ("left", "Left")]


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_rules_of_administrators")]

    operations = [
        migrations.AddField("client", "zone", models.CharField(default="UTC", max_length=64)),
        migrations.AddField("client", "language", models.CharField(blank=True, default="", max_length=10)),
        migrations.AlterField(
            "user", "disabled", models.CharField(blank=True, choices=_WHY, default="", max_length=10)
        ),
    ]
