"""Publications announced to the owners of their figures, and what these said."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0016_left_blank"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicationRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("post", models.CharField(db_index=True, max_length=200)),
                ("party", models.CharField(max_length=100)),
                ("owners", models.TextField()),
                ("title", models.CharField(max_length=300)),
                ("outlet", models.CharField(max_length=300)),
                ("planned", models.DateField()),
                ("releases", models.JSONField(default=list)),
                ("reviews", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, default="", max_length=20)),
                ("reference", models.CharField(blank=True, default="", max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="PublicationDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(max_length=100)),
                ("number", models.IntegerField()),
                ("filename", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("content", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to="store.publicationrecord"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PublicationWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("post", models.CharField(max_length=200)),
                ("answer", models.CharField(max_length=20)),
                ("words", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="said", to="store.publicationdraft"
                    ),
                ),
            ],
        ),
    ]
