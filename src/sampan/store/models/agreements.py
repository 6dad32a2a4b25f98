"""Agreements and their acts, requests and words, releases and what came of them.

Versions, acts, words, openings and use notes are only ever added; an agreement's state and a release's end change
with an Entry that binds the row.
"""

from __future__ import annotations

from django.db import models


class AgreementVersion(models.Model):
    """One version of one agreement: its file as it stands, for ever."""

    code = models.CharField(max_length=100, db_index=True)
    version = models.IntegerField()
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20, db_index=True)
    text = models.TextField()  # the YAML file, byte for byte
    digest = models.CharField(max_length=64)  # SHA-256 of the text, hex
    parties = models.TextField()  # "|a|b|"
    begins = models.DateField()
    ends = models.DateField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [  # noqa: RUF012 - Django's own shape
            models.UniqueConstraint(fields=["code", "version"], name="agreement_version_once")
        ]


class AgreementAct(models.Model):
    """A step somebody took: who, from which state to which."""

    agreement = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="acts")
    verb = models.CharField(max_length=20)
    post = models.CharField(max_length=200)
    party = models.CharField(max_length=100)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    note = models.TextField(default="", blank=True)
    at = models.DateTimeField()


class RequestRecord(models.Model):
    """What a post asked for, as it asked; approval is asked from its first preview or release on."""

    code = models.CharField(max_length=40, unique=True)  # "Q-378-305"
    name = models.CharField(max_length=200)
    post = models.CharField(max_length=200, db_index=True)
    digest = models.CharField(max_length=64, db_index=True)  # SHA-256 of post and text, hex
    text = models.TextField()
    asked_at = models.DateTimeField()


class GivenWord(models.Model):
    """An answer at a gate or by an approver: on a request ("Q-378-305") or a delivery ("D-884-867")."""

    rule = models.CharField(max_length=200)
    subject = models.CharField(max_length=40, db_index=True)
    answer = models.CharField(max_length=10)  # passed, denied
    by = models.CharField(max_length=200)
    conditions = models.JSONField(default=list)
    at = models.DateTimeField()


class Declaration(models.Model):
    """A named emergency a post declared, and when it was called off."""

    trigger = models.CharField(max_length=40)
    by = models.CharField(max_length=200)
    reason = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class ComparisonOverride(models.Model):
    """An owner's word that figures which are not comparable may be added or ranked for one request."""

    request = models.CharField(max_length=40, db_index=True)
    owner = models.CharField(max_length=100)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()


class ReleaseRecord(models.Model):
    """What left: the decision, the manifest and the table itself, so that a correction knows what was told."""

    code = models.CharField(max_length=40, unique=True)  # "R-235-898"
    request = models.ForeignKey(RequestRecord, on_delete=models.PROTECT, related_name="releases")
    recipient = models.CharField(max_length=200, db_index=True)  # the post
    party = models.CharField(max_length=100, db_index=True)
    owners = models.TextField()  # "|a|b|"
    agreements = models.TextField()  # "|weekly|deposit|"
    deliveries = models.JSONField(default=list)  # the deliveries it is built on, by code
    manifest = models.JSONField(default=dict)
    table = models.BinaryField()  # Parquet
    digest = models.CharField(max_length=64)  # SHA-256 of the table, hex
    released_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=40, default="", blank=True)  # revoked, suspended, erased
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT)


class Opening(models.Model):
    """Somebody looked at a release."""

    release = models.ForeignKey(ReleaseRecord, on_delete=models.PROTECT, related_name="openings")
    post = models.CharField(max_length=200)
    at = models.DateTimeField()


class UseNote(models.Model):
    """What came of a release: "used in ..., thanks to ..."."""

    release = models.ForeignKey(ReleaseRecord, on_delete=models.PROTECT, related_name="uses")
    post = models.CharField(max_length=200)
    used_in = models.TextField()
    thanks = models.TextField(default="", blank=True)
    benefit = models.CharField(max_length=40, default="", blank=True)
    at = models.DateTimeField()


class DisclosureLedger(models.Model):
    """Every sum of one source, condition and measure that left, for whom; office material, never shown."""

    key = models.CharField(max_length=200, unique=True)
    content = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
