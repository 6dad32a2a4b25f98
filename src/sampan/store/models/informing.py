"""What recipients told owners before they informed WHO about their territory (IHR 2005, Article 9(2))."""

from __future__ import annotations

from django.db import models

from sampan.store.models.agreements import ReleaseRecord


class InformingRecord(models.Model):
    """One evidence of a risk in an owner's territory: who told the owner of it, and when WHO was informed."""

    code = models.CharField(max_length=40, unique=True)  # "W-267-197"
    release = models.ForeignKey(ReleaseRecord, on_delete=models.PROTECT, related_name="informings")
    post = models.CharField(max_length=200, db_index=True)
    party = models.CharField(max_length=100)
    owner = models.CharField(max_length=100, db_index=True)
    focal_point = models.CharField(max_length=200, default="", blank=True)  # the owner's, as the agreement names it
    how = models.CharField(max_length=30)  # tell-owner-first, tell-owner-together
    within_hours = models.IntegerField()
    words = models.TextField()
    learned_at = models.DateTimeField()
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=200, default="", blank=True)
    reply = models.TextField(default="", blank=True)
    informed_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=200, default="", blank=True)  # of WHO's event site or of the letter
