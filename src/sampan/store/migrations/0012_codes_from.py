"""Where the codes of a restored office go on, so that none that was lost is given again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0011_help"),
    ]

    operations = [
        migrations.AddField(
            model_name="origin",
            name="codes_from",
            field=models.JSONField(default=dict),
        ),
    ]
