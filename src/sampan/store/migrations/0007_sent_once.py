"""Tokens of sendings, so that what was sent twice is received once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0006_sender_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("post", models.CharField(max_length=200)),
                ("token", models.CharField(max_length=64)),
                ("delivery", models.CharField(blank=True, default="", max_length=40)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("post", "token"), name="sent_once")],
            },
        ),
    ]
