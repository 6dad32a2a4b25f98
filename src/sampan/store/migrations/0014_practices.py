"""How sources count, as their owners say."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0013_discrepancy_grounds"),
    ]

    operations = [
        migrations.CreateModel(
            name="PracticeRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(db_index=True, max_length=100)),
                ("practice", models.CharField(max_length=100)),
                ("version", models.IntegerField()),
                ("condition", models.CharField(max_length=100)),
                ("says", models.JSONField(default=dict)),
                ("begins", models.DateField()),
                ("ends", models.DateField(null=True)),
                ("cites", models.CharField(max_length=400)),
                ("author", models.CharField(max_length=200)),
                ("proposed_at", models.DateTimeField()),
                ("approved_by", models.CharField(blank=True, default="", max_length=200)),
                ("approved_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
