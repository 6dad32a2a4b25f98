"""Answers kept for a while, so that a request sent again after a broken link is answered and not done twice."""

from __future__ import annotations

from django.db import models


class KeptAnswer(models.Model):
    """The answer to one POST of one post under its Idempotency-Key. `body` is sealed under that key, which is not here.

    `status` is empty while the first request is still being answered.
    """

    mark = models.CharField(max_length=64, unique=True)  # of post and Idempotency-Key
    request = models.CharField(max_length=64)  # digest of method, address and body
    status = models.IntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    at = models.DateTimeField(db_index=True)
