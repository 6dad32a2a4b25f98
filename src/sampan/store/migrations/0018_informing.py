"""Owners told before WHO is informed about their territory."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0017_publications"),
    ]

    operations = [
        migrations.CreateModel(
            name="InformingRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("post", models.CharField(db_index=True, max_length=200)),
                ("party", models.CharField(max_length=100)),
                ("owner", models.CharField(db_index=True, max_length=100)),
                ("focal_point", models.CharField(blank=True, default="", max_length=200)),
                ("how", models.CharField(max_length=30)),
                ("within_hours", models.IntegerField()),
                ("words", models.TextField()),
                ("learned_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("seen_by", models.CharField(blank=True, default="", max_length=200)),
                ("reply", models.TextField(blank=True, default="")),
                ("informed_at", models.DateTimeField(null=True)),
                ("reference", models.CharField(blank=True, default="", max_length=200)),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="informings", to="store.releaserecord"
                    ),
                ),
            ],
        ),
    ]
