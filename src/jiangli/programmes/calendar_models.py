"""The China calendar as officers keep it: years brought in, and single days."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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
