"""What was told before, so that two releases never say together what each keeps."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0004_agreements"),
    ]

    operations = [
        migrations.CreateModel(
            name="DisclosureLedger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("content", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
    ]
