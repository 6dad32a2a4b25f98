"""How a source counts, as its owner says: proposed by anybody who works on it, in force once the owner approves."""

from __future__ import annotations

from django.db import models


class PracticeRecord(models.Model):
    """One version of one practice of a source for a condition; only its approval and its end are added later."""

    source = models.CharField(max_length=100, db_index=True)
    practice = models.CharField(max_length=100)  # the name the source gives it
    version = models.IntegerField()
    condition = models.CharField(max_length=100)  # "any": whatever is not said apart
    says = models.JSONField(default=dict)  # definition, counts, ages ...: what is not said is not known
    begins = models.DateField()
    ends = models.DateField(null=True)
    cites = models.CharField(max_length=400)  # the circular or handbook it stands in
    author = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=200, default="", blank=True)
    approved_at = models.DateTimeField(null=True)
