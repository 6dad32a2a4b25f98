"""A delivery is bytes as they came; a part is one immutable Parquet file made from them."""

from __future__ import annotations

from django.db import models


class Home(models.Model):
    """What this home is, for ever: invented or real. One row."""

    invented = models.BooleanField()
    made_at = models.DateTimeField()
    format = models.IntegerField(default=1)


class Delivery(models.Model):
    """Bytes as they came, who sent them, and where they are on their way."""

    class State(models.TextChoices):
        """A delivery only moves forward through these."""

        KEPT = "kept"  # bytes are safe and logged; not read yet
        COMMITTED = "committed"  # observations stand
        WITHDRAWN = "withdrawn"  # taken back by its owner
        ERASED = "erased"  # its key is destroyed

    code = models.CharField(max_length=40, unique=True)  # "D-871-236"
    source = models.CharField(max_length=100, db_index=True)
    party = models.CharField(max_length=100, db_index=True)
    country = models.CharField(max_length=2)
    actor = models.CharField(max_length=200)  # the post that delivered
    filename = models.CharField(max_length=255)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64, db_index=True)  # SHA-256 of the bytes as they came, hex
    blob = models.CharField(max_length=64)  # name of the encrypted file
    wrapped_key = models.BinaryField(null=True)  # the delivery's own key, wrapped; null after erasure
    signature = models.TextField(default="", blank=True)
    received_at = models.DateTimeField(db_index=True)
    published_at = models.DateTimeField(null=True)
    mode = models.CharField(max_length=20)
    state = models.CharField(max_length=20, choices=State.choices, db_index=True)
    gate = models.CharField(max_length=20, default="passed")  # passed, waiting, refused: the first gate
    gate_reason = models.CharField(max_length=200, default="", blank=True)
    repeats = models.ForeignKey("self", null=True, on_delete=models.PROTECT)  # the same bytes, delivered before
    balance = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)  # withdrawn or erased at
    ended_reason = models.TextField(default="", blank=True)


class Sending(models.Model):
    """A sender's token for one sending, as its digest, and the delivery it became (empty: under way)."""

    post = models.CharField(max_length=200)
    token = models.CharField(max_length=64)  # SHA-256, hex
    delivery = models.CharField(max_length=40, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [  # noqa: RUF012 - Django's own shape
            models.UniqueConstraint(fields=["post", "token"], name="sent_once")
        ]


class Part(models.Model):
    """One immutable Parquet file, named by the hash of its bytes. The list of parts is the store's index.

    A delivery's parts of a higher `version` replace those of a lower one from `committed_at` on.
    """

    class Kind(models.TextChoices):
        """What its rows are."""

        OBSERVATIONS = "observations"
        CASES = "cases"
        CELLS = "cells"  # cells of findings
        SET_ASIDE = "set_aside"
        WITHDRAWN = "withdrawn"  # explicit versions that tell the silence
        ERASED = "erased"  # series keys of observations that were destroyed: no value, no text
        LEFT_BLANK = "left_blank"  # series keys of a snapshot's cells that say nothing: it covers them all the same
        ERASED_LIST = "erased_list"  # the same of a case list, of the counts its cases were in

    name = models.CharField(max_length=64, db_index=True)  # SHA-256 of the file, hex
    kind = models.CharField(max_length=20, choices=Kind.choices, db_index=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="parts")
    version = models.IntegerField(default=1)
    country = models.CharField(max_length=2)
    source = models.CharField(max_length=100, db_index=True)
    rows = models.BigIntegerField()
    size = models.BigIntegerField()
    committed_at = models.DateTimeField(db_index=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "kind", "committed_at"])]  # noqa: RUF012 - Django's own shape


class Erasure(models.Model):
    """What was destroyed, when and on whose word; the proof that it existed stays in the log."""

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT)
    erased_at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    reason = models.TextField()
