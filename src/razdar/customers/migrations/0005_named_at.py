from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0004_known"),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="named_at",
            field=models.DateTimeField(null=True),
        ),
    ]
