"""Entries of the log with their bodies, the head, what was signed, and messages that leave with an act."""

from __future__ import annotations

from typing import Any

from django.db import models

from sampan.log.leaf import Opening


class Entry(models.Model):
    """A leaf: its body stays here, the tree holds only a salted commitment to it.

    `body` is the canonical JSON the leaf commits to; kind, at and parties repeat it for looking up.
    """

    index = models.BigIntegerField(primary_key=True)  # counted over all origins; see Origin.base
    kind = models.CharField(max_length=60, db_index=True)  # noun:verb, e.g. "delivery:kept"
    body = models.TextField(null=True)  # null after a lawful erasure
    salt = models.BinaryField(null=True)  # 32 bytes; null after a lawful erasure
    leaf = models.BinaryField()  # SHA-256 commitment to salt and body
    parties = models.TextField(default="", blank=True)  # "|a|b|": whom it concerns
    delivery = models.ForeignKey("store.Delivery", null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()

    @property
    def opening(self) -> Opening | None:
        """What proves the body to somebody else; None after a lawful erasure."""
        if self.salt is None or self.body is None:
            return None
        return Opening(bytes(self.salt), self.body.encode())

    @property
    def facts(self) -> dict[str, Any]:
        """What the act said of itself, as it was appended; empty after a lawful erasure."""
        opening = self.opening
        facts: dict[str, Any] = opening.facts()["facts"] if opening else {}
        return facts


class Head(models.Model):
    """The next index and the right edge of the tree. One row; locked last in every transaction."""

    size = models.BigIntegerField(default=0)  # entries, over all origins
    edge = models.BinaryField(default=b"")  # roots of the perfect subtrees of the present origin's tree


class Origin(models.Model):
    """One tree. A restore that lost signed history opens another: the leaf of an entry is its index minus `base`."""

    name = models.CharField(max_length=200, unique=True)  # the origin line of its checkpoints
    base = models.BigIntegerField(default=0)
    codes_from = models.JSONField(default=dict)  # table -> first number of its codes: what was lost is left out
    opened_at = models.DateTimeField()


class LogKey(models.Model):
    """A public key that signs, or signed, the checkpoints of an origin."""

    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, related_name="keys")
    vkey = models.TextField(unique=True)
    since = models.BigIntegerField(default=0)  # index of the entry that made it known
    retired_at = models.DateTimeField(null=True)


class Checkpoint(models.Model):
    """A head that was signed. `note` gathers cosignatures as they come."""

    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, related_name="checkpoints")
    size = models.BigIntegerField()  # leaves of the origin's tree
    root = models.BinaryField()
    note = models.BinaryField()
    cut_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)  # null: cut out of turn for one proof
    witnessed_at = models.DateTimeField(null=True)  # when the policy's quorum was reached

    class Meta:
        constraints = [models.UniqueConstraint(fields=["origin", "size"], name="one_root_for_a_size")]  # noqa: RUF012 - Django's own shape


class Witness(models.Model):
    """A partner's witness: its name in the policy and its cosignature key."""

    name = models.CharField(max_length=100, unique=True)
    party = models.CharField(max_length=100, default="", blank=True)
    vkey = models.TextField(unique=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    seen_size = models.BigIntegerField(default=0)  # the last checkpoint it cosigned
    seen_origin = models.CharField(max_length=200, default="", blank=True)
    seen_at = models.DateTimeField(null=True)


class SenderKey(models.Model):
    """A public key with which a party signs its deliveries."""

    party = models.CharField(max_length=100, db_index=True)
    vkey = models.TextField(unique=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)


class ReadMark(models.Model):
    """A read that is logged already: session, resource and minute as one digest."""

    mark = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)


class Outbox(models.Model):
    """A message to a post, queued in the transaction of the act it tells about."""

    to_party = models.CharField(max_length=100, db_index=True)
    to_post = models.CharField(max_length=100, default="", blank=True)
    kind = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
