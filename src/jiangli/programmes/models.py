"""The law at run time: published versions as immutable rows, the one in force of each programme, the calendar."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import Agency, User


class VersionQuerySet(models.QuerySet["Version"]):
    def update(self, **kwargs: object) -> int:
        raise TypeError("A published version is never changed; publish a new one.")


class Version(models.Model):
    """A programme as it was published: all files it is made of, addressed by the hash of their content."""

    programme_code = models.SlugField(max_length=80)
    hash = models.CharField(max_length=64)
    sources = models.JSONField()  # relative path → text
    published_at = models.DateTimeField()

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_code", "hash"], name="version_once")]

    def __str__(self) -> str:
        return f"{self.programme_code}@{self.hash[:12]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A published version is never changed; publish a new one.")
        super().save(*args, **kwargs)


class Mode(models.TextChoices):
    """What this installation does with a programme; publishing follows the file until an officer sets it."""

    OPEN = "open", _("Open")
    BACK_ENTRY = "back_entry", _("Back entry")  # officers enter past cases; nobody applies online
    SIMULATION = "simulation", _("Simulation")  # to be read, checked and simulated; nothing is filed
    REFERENCE = "reference", _("For reference")
    CLOSED = "closed", _("Closed")


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: object) -> ProgrammeQuerySet:
        """The law is public."""
        return self

    def with_law(self) -> ProgrammeQuerySet:
        """With agency and version, but without the long texts, which a compiled programme does not need."""
        return self.select_related("version", "agency").defer("version__sources")


class Programme(models.Model):
    """One payable programme of this installation, its version in force and its mode.

    ``proposals`` serve estimates only and are no part of the version.
    """

    code = models.SlugField(primary_key=True, max_length=80)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="programmes")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.OPEN)
    correct_within_days = models.PositiveSmallIntegerField(null=True)  # its own period; None: the agency's
    position = models.PositiveSmallIntegerField(default=0)
    proposals = models.JSONField(default=dict, blank=True)  # proposed overlays beside it: path → text

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> RoundQuerySet:
        """Rounds are announced to everybody."""
        return self

    def announced(self) -> RoundQuerySet:
        """Without those that were called off before they opened."""
        return self.exclude(closed_on__lte=F("opens_on"))


class Round(models.Model):
    """受理批次: the days in which a programme takes claims, first and last included, as the agency announced them.

    ``closed_on``: from this day on nothing is taken although ``closes_on`` is later.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rounds")
    name = models.CharField(max_length=60)
    opens_on = models.DateField()
    closes_on = models.DateField()
    notice_number = models.CharField(max_length=80, blank=True)
    notice_address = models.URLField(max_length=300, blank=True)
    notice_text = models.TextField(max_length=2000, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # for more rounds in a year than the law names
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_because = models.CharField(max_length=300, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on"]
        constraints = [
            models.CheckConstraint(condition=Q(opens_on__lte=F("closes_on")), name="round_days_in_order"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_on__isnull=False, closed_at__isnull=False, closed_by__isnull=False),
                name="round_closed_whole",
            ),
            models.UniqueConstraint(fields=["programme", "name"], name="round_named_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> date:
        """The last day on which it takes claims; before ``opens_on`` if it was called off."""
        if self.closed_on is None:
            return self.closes_on
        return min(self.closes_on, self.closed_on - timedelta(days=1))

    def covers(self, day: date) -> bool:
        return self.opens_on <= day <= self.last_day


class Source(models.TextChoices):
    """Whose word it is that a day is worked or free, weakest first."""

    WEEKDAY = "weekday", _("Weekday rule")
    ANNOUNCED = "announced", _("State Council")
    OFFICER = "officer", _("Officer")


class CalendarYear(models.Model):
    """A year's arrangement of days off (国办放假通知) as an officer brought it in; it replaces the built-in one."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    notice = models.CharField(max_length=120)
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.year} {self.notice}"


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    def visible_to(self, user: object) -> CalendarDayQuerySet:
        """Everybody plans by the same calendar."""
        return self


class CalendarDay(models.Model):
    """A day that an announcement or an officer made worked or free. The officer's word goes first.

    ``arrangement``: the year whose announcement names it (元旦 may begin in the December before); None of an officer's.
    """

    day = models.DateField()
    works = models.BooleanField()
    name = models.CharField(max_length=40)  # 国庆节, 国庆节调休上班
    source = models.CharField(max_length=10, choices=Source.choices)
    arrangement = models.ForeignKey(CalendarYear, null=True, on_delete=models.CASCADE, related_name="days")
    reason = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["day", "source"], name="calendar_day_once"),
            models.CheckConstraint(
                condition=Q(source=Source.OFFICER, arrangement__isnull=True)
                | Q(source=Source.ANNOUNCED, arrangement__isnull=False),
                name="calendar_day_has_a_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
