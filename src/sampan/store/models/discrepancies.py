"""Two figures for one thing as a case file: the thing, its two sides, and every word said on it, only ever added."""

from __future__ import annotations

from django.db import models


class DiscrepancyRecord(models.Model):
    """One thing that two sources speak of. While `apart`, nothing of one side is told to the other."""

    code = models.CharField(max_length=40, unique=True)  # "X-880-289"
    key = models.CharField(max_length=64, unique=True)  # keyed digest of thing and sources: found once
    unit = models.CharField(max_length=60)
    condition = models.CharField(max_length=100)
    measure = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)  # week, month
    start = models.DateField()
    end = models.DateField()
    state = models.CharField(max_length=10, db_index=True)
    basis = models.CharField(max_length=10, default="", blank=True)  # released, terms, consent
    cause = models.CharField(max_length=20, default="", blank=True)
    evidence = models.JSONField(default=list)  # snapshots, oldest first
    agreed = models.JSONField(default=dict)  # first day -> the figure both sides stand by, beside the originals
    found_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)


class DiscrepancySide(models.Model):
    """One owner in a case. `place` (0 or 1) was drawn by lot."""

    case = models.ForeignKey(DiscrepancyRecord, on_delete=models.PROTECT, related_name="sides")
    place = models.IntegerField()
    source = models.CharField(max_length=100)
    owner = models.CharField(max_length=100, db_index=True)
    consented_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [  # noqa: RUF012 - Django's own shape
            models.UniqueConstraint(fields=["case", "place"], name="discrepancy_side_once")
        ]


class DiscrepancyWord(models.Model):
    """What a side said: consent, explain, propose, agree, differ."""

    case = models.ForeignKey(DiscrepancyRecord, on_delete=models.PROTECT, related_name="words")
    owner = models.CharField(max_length=100)
    post = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    language = models.CharField(max_length=5, default="", blank=True)
    text = models.TextField(default="", blank=True)
    cause = models.CharField(max_length=20, default="", blank=True)
    figures = models.JSONField(default=dict)  # of a proposal: first day -> figure
    at = models.DateTimeField()


class DiscrepancyGround(models.Model):
    """The deliveries that the telling (number -1) or a snapshot (its place in the evidence) rests on; derived."""

    case = models.ForeignKey(DiscrepancyRecord, on_delete=models.CASCADE, related_name="grounds")
    number = models.IntegerField()
    deliveries = models.JSONField(default=list)  # codes

    class Meta:
        constraints = [  # noqa: RUF012 - Django's own shape
            models.UniqueConstraint(fields=["case", "number"], name="discrepancy_ground_once")
        ]


class DiscrepancySearch(models.Model):
    """What was there when discrepancies were last looked for. One row."""

    mark = models.CharField(max_length=64)
    at = models.DateTimeField()
