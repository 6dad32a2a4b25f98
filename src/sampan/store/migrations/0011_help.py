"""Help that posts ask of each other and offer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0010_mappings"),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("side", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=20)),
                ("post", models.CharField(db_index=True, max_length=120)),
                ("party", models.CharField(max_length=100)),
                ("words", models.CharField(max_length=400)),
                ("language", models.CharField(max_length=5)),
                ("until", models.DateField()),
                ("state", models.CharField(db_index=True, default="open", max_length=10)),
                ("taken_by", models.CharField(blank=True, default="", max_length=120)),
                ("taken_at", models.DateTimeField(null=True)),
                ("thanks", models.CharField(blank=True, default="", max_length=400)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
