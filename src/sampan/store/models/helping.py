"""Help that posts ask of each other or offer; a line is taken up once, thanked for, or ended by who wrote it."""

from __future__ import annotations

from django.db import models


class HelpRecord(models.Model):
    """One line: asked or offered, by which post, until when, who took it up, and the thanks."""

    code = models.CharField(max_length=40, unique=True)  # "H-035-737"
    side = models.CharField(max_length=10)  # ask, offer
    kind = models.CharField(max_length=20)  # laboratory, mapping, translation, second-reading
    post = models.CharField(max_length=120, db_index=True)
    party = models.CharField(max_length=100)
    words = models.CharField(max_length=400)
    language = models.CharField(max_length=5)  # of the words
    until = models.DateField()
    state = models.CharField(max_length=10, default="open", db_index=True)  # open, taken, thanked, ended
    taken_by = models.CharField(max_length=120, default="", blank=True)
    taken_at = models.DateTimeField(null=True)
    thanks = models.CharField(max_length=400, default="", blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
