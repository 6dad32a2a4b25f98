"""Findings that wait for an answer, and the crosswalk lines that answers become."""

from __future__ import annotations

from django.db import models

from sampan.store.models.deliveries import Delivery


class FindingRecord(models.Model):
    """One problem of one delivery: rule, column, term or pattern, with its counts and state."""

    class State(models.TextChoices):
        """open waits for the owner; settled has an answer; replaced was found again by a replay."""

        OPEN = "open"
        SETTLED = "settled"
        REPLACED = "replaced"

    code = models.CharField(max_length=40, unique=True)  # "F-515-306"
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="findings")
    version = models.IntegerField(default=1)
    source = models.CharField(max_length=100, db_index=True)
    owner = models.CharField(max_length=100, db_index=True)
    rule = models.CharField(max_length=100, db_index=True)
    severity = models.CharField(max_length=10)
    key = models.CharField(max_length=16, default="")  # names its cells in the parts of kind `cells`
    column = models.CharField(max_length=500, null=True)
    term = models.CharField(max_length=2000, null=True)
    count = models.BigIntegerField()
    cases = models.BigIntegerField()
    share = models.FloatField(default=0.0)  # of the delivery's cases, 0 to 1
    facts = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, default="", blank=True)
    answer = models.JSONField(default=dict)


class CrosswalkEntry(models.Model):
    """A translation added by settling: proposed by its author, counted as the owner's once approved."""

    source = models.CharField(max_length=100, db_index=True)
    field = models.CharField(max_length=40)
    term = models.CharField(max_length=2000)
    value = models.CharField(max_length=200)
    match = models.CharField(max_length=10, default="exact")
    author = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=200, default="", blank=True)
    approved_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)
