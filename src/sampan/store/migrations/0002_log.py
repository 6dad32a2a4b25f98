"""The log gets its tree: bodies as the exact text committed to, the right edge, origins, keys, heads, witnesses."""

import django.db.models.deletion
from django.db import migrations, models

from sampan.log.leaf import commitment, encode_plain
from sampan.log.merkle import Frontier, leaf_hash

BEFORE = []  # entries between the two tables of one name, within one transaction


def set_aside(apps, schema_editor):
    """Remember the entries of before the tree, while their table makes room for the new one."""
    BEFORE[:] = apps.get_model("store", "Entry").objects.order_by("index")


def take_over(apps, schema_editor):
    """Entries of before the tree, in their order, each with the body and leaf of now; no head was ever signed of them."""
    new, head = apps.get_model("store", "Entry"), apps.get_model("store", "Head").objects.first()
    edge = Frontier()
    for old in BEFORE:
        parties = sorted(set(old.parties))
        body, salt, leaf = None, None, bytes(old.leaf)
        if old.body is not None:
            at = old.at.isoformat(timespec="microseconds")
            plain = {"v": 1, "kind": old.kind, "at": at, "parties": parties, "facts": old.body}
            body, salt = encode_plain(plain).encode(), bytes(old.salt or b"").ljust(32, b"\0")[:32]
            leaf = commitment(salt, body)
        new.objects.create(
            index=edge.size, kind=old.kind, body=body.decode() if body else None, salt=salt, leaf=leaf,
            parties=f"|{'|'.join(parties)}|" if parties else "", at=old.at,
            delivery_id=old.delivery_id,
        )  # fmt: skip
        edge = edge.extend([leaf_hash(leaf)])
    if head is not None:
        head.size, head.edge = edge.size, edge.to_bytes()
        head.save()


class Migration(migrations.Migration):
    dependencies = [("store", "0001_river")]

    operations = [
        migrations.RunPython(set_aside, migrations.RunPython.noop),
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
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
