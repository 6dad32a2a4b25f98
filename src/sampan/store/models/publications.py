"""Publications announced to the owners of their figures: each draft as it was sent, and what the owners said of it.

Drafts and words are only ever added. A draft's bytes are kept until the publication has appeared or is taken back;
its digest stays.
"""

from __future__ import annotations

from django.db import models


class PublicationRecord(models.Model):
    """What a recipient wants to publish, built on which releases, and what came of it."""

    code = models.CharField(max_length=40, unique=True)  # "P-785-078"
    post = models.CharField(max_length=200, db_index=True)
    party = models.CharField(max_length=100)
    owners = models.TextField()  # "|a|b|"
    title = models.CharField(max_length=300)
    outlet = models.CharField(max_length=300)  # where it is to appear
    planned = models.DateField()
    releases = models.JSONField(default=list)  # codes
    reviews = models.JSONField(default=list)  # what each owner's clauses give it
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, default="", blank=True)  # appeared, withdrawn
    reference = models.CharField(max_length=500, default="", blank=True)  # where it has appeared


class PublicationDraft(models.Model):
    """What one owner is given to read; a changed one begins its review anew."""

    publication = models.ForeignKey(PublicationRecord, on_delete=models.PROTECT, related_name="drafts")
    owner = models.CharField(max_length=100)
    number = models.IntegerField()
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # SHA-256 of the file, hex
    content = models.BinaryField(null=True)  # the file; null once it is destroyed
    at = models.DateTimeField()


class PublicationWord(models.Model):
    """What an owner said of a draft."""

    draft = models.ForeignKey(PublicationDraft, on_delete=models.PROTECT, related_name="said")
    post = models.CharField(max_length=200)
    answer = models.CharField(max_length=20)  # agreed, commented, refused
    words = models.TextField(default="", blank=True)
    at = models.DateTimeField()
