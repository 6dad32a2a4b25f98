"""Drafts of a mapping for a file never seen, and what the steward asked to see of it."""

from __future__ import annotations

from django.db import models


class MappingDraft(models.Model):
    """A proposal for one file, with its owner's answers. The file itself lies sealed in the home until the end."""

    code = models.CharField(max_length=40, unique=True)  # "M-511-063"
    owner = models.CharField(max_length=100, db_index=True)
    post = models.CharField(max_length=200)
    source = models.CharField(max_length=100)  # the id its source will have
    title = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    filename = models.CharField(max_length=255)
    sealed = models.CharField(max_length=64, default="", blank=True)  # name of the sealed file; empty at the end
    state = models.CharField(max_length=10, default="draft", db_index=True)  # draft, approved, dropped
    proposal = models.JSONField(default=dict)  # source, crosswalks, open_terms, guesses, questions
    answers = models.JSONField(default=dict)  # question -> {value, by, at}
    lines = models.JSONField(default=list)  # crosswalk lines said since: field, term, value, match, author, on
    helped_at = models.DateTimeField(null=True)  # since when the steward may see its structure
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class CellAsk(models.Model):
    """The steward asks to see the rarer terms of one column; the owner opens them for some hours, or says no."""

    draft = models.ForeignKey(MappingDraft, on_delete=models.PROTECT, related_name="asks")
    column = models.IntegerField()  # position in the file, from 1
    reason = models.CharField(max_length=500)
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    answered_by = models.CharField(max_length=200, default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    open_until = models.DateTimeField(null=True)  # null after an answer: no
