"""Two figures for one thing: the thing, its two sides, and what was said."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0007_sent_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="DiscrepancyRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("unit", models.CharField(max_length=60)),
                ("condition", models.CharField(max_length=100)),
                ("measure", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=10)),
                ("start", models.DateField()),
                ("end", models.DateField()),
                ("state", models.CharField(db_index=True, max_length=10)),
                ("basis", models.CharField(blank=True, default="", max_length=10)),
                ("cause", models.CharField(blank=True, default="", max_length=20)),
                ("evidence", models.JSONField(default=list)),
                ("agreed", models.JSONField(default=dict)),
                ("found_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DiscrepancySearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="DiscrepancyWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(max_length=100)),
                ("post", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=10)),
                ("language", models.CharField(blank=True, default="", max_length=5)),
                ("text", models.TextField(blank=True, default="")),
                ("cause", models.CharField(blank=True, default="", max_length=20)),
                ("figures", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="words", to="store.discrepancyrecord"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DiscrepancySide",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.IntegerField()),
                ("source", models.CharField(max_length=100)),
                ("owner", models.CharField(db_index=True, max_length=100)),
                ("consented_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sides", to="store.discrepancyrecord"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "place"), name="discrepancy_side_once")],
            },
        ),
    ]
