"""Public keys with which parties sign their deliveries; marks of reads that are logged already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0005_ledgers")]

    operations = [
        migrations.CreateModel(
            name="ReadMark",
            fields=[
                ("mark", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="SenderKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("party", models.CharField(db_index=True, max_length=100)),
                ("vkey", models.TextField(unique=True)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
