"""Agreements, words, releases and what came of them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0003_finding_cells"),
    ]

    operations = [
        migrations.CreateModel(
            name="ComparisonOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("request", models.CharField(db_index=True, max_length=40)),
                ("owner", models.CharField(max_length=100)),
                ("by", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trigger", models.CharField(max_length=40)),
                ("by", models.CharField(max_length=200)),
                ("reason", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="GivenWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=200)),
                ("subject", models.CharField(db_index=True, max_length=40)),
                ("answer", models.CharField(max_length=10)),
                ("by", models.CharField(max_length=200)),
                ("conditions", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RequestRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("post", models.CharField(db_index=True, max_length=200)),
                ("digest", models.CharField(db_index=True, max_length=64)),
                ("text", models.TextField()),
                ("asked_at", models.DateTimeField()),
            ],
        ),
        migrations.AlterField(
            model_name="part",
            name="kind",
            field=models.CharField(
                choices=[
                    ("observations", "Observations"),
                    ("cases", "Cases"),
                    ("cells", "Cells"),
                    ("set_aside", "Set Aside"),
                    ("withdrawn", "Withdrawn"),
                ],
                db_index=True,
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="AgreementVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(db_index=True, max_length=100)),
                ("version", models.IntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("state", models.CharField(db_index=True, max_length=20)),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("parties", models.TextField()),
                ("begins", models.DateField()),
                ("ends", models.DateField(null=True)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("code", "version"), name="agreement_version_once")],
            },
        ),
        migrations.CreateModel(
            name="AgreementAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=20)),
                ("post", models.CharField(max_length=200)),
                ("party", models.CharField(max_length=100)),
                ("before", models.CharField(max_length=20)),
                ("after", models.CharField(max_length=20)),
                ("note", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="store.agreementversion"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReleaseRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("recipient", models.CharField(db_index=True, max_length=200)),
                ("party", models.CharField(db_index=True, max_length=100)),
                ("owners", models.TextField()),
                ("agreements", models.TextField()),
                ("deliveries", models.JSONField(default=list)),
                ("manifest", models.JSONField(default=dict)),
                ("table", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("released_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, default="", max_length=40)),
                (
                    "replaced_by",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="store.releaserecord"),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="store.requestrecord"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("post", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="openings", to="store.releaserecord"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UseNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("post", models.CharField(max_length=200)),
                ("used_in", models.TextField()),
                ("thanks", models.TextField(blank=True, default="")),
                ("benefit", models.CharField(blank=True, default="", max_length=40)),
                ("at", models.DateTimeField()),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="store.releaserecord"
                    ),
                ),
            ],
        ),
    ]
