"""Accounts: agencies, the people who sign in, their posts and deputies, proofs of a phone."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

from jiangli.accounts.roles import Role
from jiangli.fields import EncryptedField
from jiangli.rules.errors import Words


class Agency(models.Model):
    """A body that receives, decides or pays. ``code`` is the name programme files use."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=20)
    name_en = models.CharField(max_length=80)
    prefix = models.CharField(max_length=4, unique=True)  # of acceptance and batch numbers
    office = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=120, blank=True)
    answers_within_days = models.PositiveSmallIntegerField(default=10)  # working days; its own promise, no law
    correct_within_days = models.PositiveSmallIntegerField(default=30)  # its own rule; the law names none
    questions_within_days = models.PositiveSmallIntegerField(default=5)  # working days; its own promise
    ratings_within_days = models.PositiveSmallIntegerField(default=15)  # working days; to look into a bad one
    reconsider_within_days = models.PositiveSmallIntegerField(
        default=60
    )  # to ask for a decision to be looked at again; its own rule, the law names none
    policy_office = models.CharField(max_length=60, blank=True)  # which of its offices explains the policies
    works_here = models.BooleanField(default=True)  # no: its stages and payments run in another system
    counts_posting_day = models.BooleanField(default=False)  # whether 公示 counts the day it is put up

    def __str__(self) -> str:
        return self.name

    @property
    def names(self) -> Words:
        """Its name in both languages, for what is told."""
        return Words(self.name, self.name_en)


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User) -> UserQuerySet:
        """Officers see the colleagues of their agency; claimants see themselves."""
        if user.agency_id:
            return self.filter(agency_id=user.agency_id)
        return self.filter(pk=user.pk)


class Accounts(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes accounts without an e-mail address, which nobody here has."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        user: User = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractUser):
    """A login account: an officer (has an agency) or a claimant (has none, and no password)."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = None  # type: ignore[assignment]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60, blank=True)
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="officers"
    )

    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[Accounts] = Accounts()

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def is_officer(self) -> bool:
        return self.agency_id is not None


class Post(models.Model):
    """A role that an officer holds in their agency."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="posts")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="post_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class Deputy(models.Model):
    """``deputy`` stands in for ``absent`` from ``from_on`` to ``to_on``, both days included."""

    absent = models.ForeignKey(User, on_delete=models.CASCADE, related_name="deputies")
    deputy = models.ForeignKey(User, on_delete=models.CASCADE, related_name="stands_in")
    from_on = models.DateField()
    to_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_on__lte=models.F("to_on")), name="deputy_days_in_order"
            ),
            models.CheckConstraint(condition=~models.Q(absent=models.F("deputy")), name="deputy_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} for {self.absent}"

    def covers(self, day: date) -> bool:
        return self.from_on <= day <= self.to_on


class PhoneCode(models.Model):
    """A code sent to a phone, and whether it was given back. The number is encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phone = EncryptedField()
    phone_index = models.CharField(max_length=64, db_index=True)
    code_hash = models.CharField(max_length=128)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    proved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class Attempts(models.Model):
    """The late guesses at one secret, counted so that guessing can be slowed. ``key`` is a blind index.

    One row for a secret, so that guesses at once have something to lock.
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    moments = models.JSONField(default=list)  # ISO, with their zone

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="attempts_once")]

    def __str__(self) -> str:
        return f"{self.kind} {len(self.moments)}"
