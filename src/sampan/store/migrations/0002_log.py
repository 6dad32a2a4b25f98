"""The log gets its tree: bodies as the exact text committed to, the right edge, origins, keys, heads, witnesses."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0001_river")]

    operations = [
        migrations.DeleteModel(name="Entry"),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(db_index=True, max_length=60)),
                ("body", models.TextField(null=True)),
                ("salt", models.BinaryField(null=True)),
                ("leaf", models.BinaryField()),
                ("parties", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                (
                    "delivery",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="store.delivery"),
                ),
            ],
        ),
        migrations.AddField("head", "edge", models.BinaryField(default=b"")),
        migrations.CreateModel(
            name="Origin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, unique=True)),
                ("base", models.BigIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LogKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("vkey", models.TextField(unique=True)),
                ("since", models.BigIntegerField(default=0)),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="store.origin"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField()),
                ("note", models.BinaryField()),
                ("cut_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                ("witnessed_at", models.DateTimeField(null=True)),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checkpoints", to="store.origin"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("origin", "size"), name="one_root_for_a_size")],
            },
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                ("party", models.CharField(blank=True, default="", max_length=100)),
                ("vkey", models.TextField(unique=True)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                ("seen_size", models.BigIntegerField(default=0)),
                ("seen_origin", models.CharField(blank=True, default="", max_length=200)),
                ("seen_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
