"""Party, post, person, seat, invitation: posts stay, people come and go, and each signs in for themselves."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from sampan.people.roles import OFFICE, RIGHTS, Right, may


class Party(models.Model):
    """An authority, a laboratory, a province with its own mandate, an organisation; or the office itself."""

    class Kind(models.TextChoices):
        """What it is."""

        AUTHORITY = "authority"
        LABORATORY = "laboratory"
        PROVINCE = "province"
        ORGANISATION = "organisation"
        OFFICE = OFFICE

    code = models.SlugField(max_length=60, unique=True)  # as sources name their owner, e.g. "kh-cdc"
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    country = models.CharField(max_length=2, blank=True)  # empty for those that belong to none
    made_at = models.DateTimeField()

    @property
    def is_office(self) -> bool:
        """True for the party that runs the system."""
        return self.kind == OFFICE


class Post(models.Model):
    """An office within a party. Its work is found by its code, whoever holds it."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="posts")
    code = models.CharField(max_length=120, unique=True)  # "party/slug": the actor of its acts
    title = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=[(role, role) for role in RIGHTS])
    place = models.CharField(max_length=40, blank=True)  # code of the unit it is responsible for
    languages = models.CharField(max_length=60, blank=True)  # "km en"
    phone = models.CharField(max_length=60, blank=True)  # of the duty desk, of no person
    hours = models.CharField(max_length=100, blank=True)
    confirmed_at = models.DateTimeField(null=True)  # when somebody of the party last said that this is right
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    def may(self, right: Right) -> bool:
        """True if the post's role has the right."""
        return self.closed_at is None and may(self.role, right)


class People(BaseUserManager["Person"]):
    """Finds and makes people."""

    def named(self, sign_in: str, password: str | None, **facts: object) -> Person:
        """Make a person; sign-in names are compared without regard to case."""
        person = self.model(sign_in=sign_in.strip().lower(), **facts)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in. Nothing of a person stands in the log but this number."""

    class Letters(models.TextChoices):
        """How often a letter says that something waits."""

        AT_ONCE = "at-once"
        DAILY = "daily"
        NEVER = "never"

    sign_in = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200, blank=True)  # shown to the party's coordinators alone
    email = models.EmailField(blank=True)  # for letters that something waits; known to its owner alone
    letters = models.CharField(max_length=10, choices=Letters.choices, default=Letters.DAILY)
    told_up_to = models.BigIntegerField(default=0)  # the newest message a letter was written about
    language = models.CharField(max_length=5, default="en")
    writes = models.JSONField(default=dict, blank=True)  # how dates and digits are written: calendar, digits, months_as
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    objects = People()
    USERNAME_FIELD = "sign_in"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def seats_now(self) -> models.QuerySet[Seat]:
        """The posts this person holds, oldest first."""
        return self.seats.filter(until=None, post__closed_at=None).select_related("post__party").order_by("pk")


class Seat(models.Model):
    """A person holds a post from one moment until another; several may hold one post."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seats")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="seats")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    seated_by = models.CharField(max_length=120)  # code of the post that invited
    ended_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [  # noqa: RUF012 - Django's own shape
            models.UniqueConstraint(
                fields=["person", "post"], condition=Q(until=None), name="one_present_seat_for_person_and_post"
            )
        ]


class Invitation(models.Model):
    """An offer of a seat, or (with `person`) of a new start for somebody who lost the second factor.

    Only digests are kept: of the link, and of the code that is told by another way than the link. A party's first
    coordinator waits for `second`, another member of staff, at whose word the code is made.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    link_digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64, blank=True)  # empty until a second member of staff agrees
    by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Seat, null=True, on_delete=models.PROTECT, related_name="+")
    needs_second = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_codes = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)


class SignInEvent(models.Model):
    """That somebody signed in, out, or failed to; shown to that person, without an address."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=30)
    at = models.DateTimeField()


class Letter(models.Model):
    """That a person was written to: about everything up to a message, never what it said."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="written")
    up_to = models.BigIntegerField()
    day = models.DateField(db_index=True)
    message_id = models.CharField(max_length=200)  # the same when a crash has it sent again
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [  # noqa: RUF012 - Django's own shape
            models.UniqueConstraint(fields=["person", "up_to"], name="one_letter_about_a_message")
        ]


class ApiKey(models.Model):
    """A key with which a program acts for a post, within scopes and until a day. The key itself is shown once.

    It ends with the seat of whoever made it, so that nobody who left keeps a way in.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="api_keys")
    made_by = models.ForeignKey(Seat, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)  # what it is for: "DHIS2 bridge"
    public = models.CharField(max_length=16, unique=True)  # the part of it that may be shown
    digest = models.CharField(max_length=64)  # keyed with the API pepper
    scopes = models.JSONField(default=list)  # rights of the post's role
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=120, blank=True)
