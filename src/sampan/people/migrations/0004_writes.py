"""How dates and digits are written for each person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_api_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="writes",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
