"""Entries of the log with their bodies, the head, and messages that leave with the same transaction."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """A leaf: its body stays here, the tree holds only a salted commitment to it."""

    index = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=60, db_index=True)  # noun:verb, e.g. "delivery:kept"
    body = models.JSONField(null=True)  # null after a lawful erasure
    salt = models.BinaryField(null=True)  # 32 bytes; null after a lawful erasure
    leaf = models.BinaryField()  # SHA-256 commitment to salt and body
    parties = models.JSONField(default=list)
    delivery = models.ForeignKey("store.Delivery", null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()


class Head(models.Model):
    """The next index. One row; locked last in every transaction, and only for the index."""

    size = models.BigIntegerField(default=0)


class Outbox(models.Model):
    """A message to a post, queued in the transaction of the act it tells about."""

    to_party = models.CharField(max_length=100, db_index=True)
    to_post = models.CharField(max_length=100, default="", blank=True)
    kind = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
