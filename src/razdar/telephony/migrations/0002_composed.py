"""When a call was handed over as a recording."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0001_initial'),
        ('identity', '0001_people'),
        ('telephony', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='call',
            name='telephony_call_open',
        ),
        migrations.AddField(
            model_name='call',
            name='composed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='call',
            index=models.Index(fields=['client', 'composed_at', 'closed_at'], name='telephony_call_open'),
        ),
    ]
