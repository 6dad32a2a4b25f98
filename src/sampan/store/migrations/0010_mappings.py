"""Drafts of a mapping for a file never seen, and what the steward asked to see of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0009_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="MappingDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("owner", models.CharField(db_index=True, max_length=100)),
                ("post", models.CharField(max_length=200)),
                ("source", models.CharField(max_length=100)),
                ("title", models.CharField(max_length=200)),
                ("country", models.CharField(max_length=2)),
                ("filename", models.CharField(max_length=255)),
                ("sealed", models.CharField(blank=True, default="", max_length=64)),
                ("state", models.CharField(db_index=True, default="draft", max_length=10)),
                ("proposal", models.JSONField(default=dict)),
                ("answers", models.JSONField(default=dict)),
                ("lines", models.JSONField(default=list)),
                ("helped_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CellAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("column", models.IntegerField()),
                ("reason", models.CharField(max_length=500)),
                ("asked_by", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("answered_by", models.CharField(blank=True, default="", max_length=200)),
                ("answered_at", models.DateTimeField(null=True)),
                ("open_until", models.DateTimeField(null=True)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="asks", to="store.mappingdraft"
                    ),
                ),
            ],
        ),
    ]
