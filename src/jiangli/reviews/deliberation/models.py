"""A meeting, the items of its agenda with their results, and its signed minutes.

Personal fields: MinutesPaper.original_name (encrypted); names in clear. No number of a person is kept here.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jiangli.accounts.models import Agency, User
from jiangli.applications.models import Application
from jiangli.fields import EncryptedField
from jiangli.reviews.deliberation.status import MeetingState, Result
from jiangli.reviews.fraud.models import PaperState


def _officer(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> MeetingQuerySet:
        """Officers see the meetings of their agency."""
        return self.filter(agency=user.agency_id) if user.is_officer else self.none()


class Meeting(models.Model):
    """One meeting (审议会议). ``number`` and ``held_on`` are those of its signed minutes (会议纪要)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    planned_on = models.DateField()
    state = models.CharField(max_length=10, choices=MeetingState.choices, default=MeetingState.AGENDA)
    number = models.CharField(max_length=60, blank=True)
    held_on = models.DateField(null=True)
    prepared_by = _officer()
    prepared_at = models.DateTimeField()
    fixed_by = _officer(null=True)
    fixed_at = models.DateTimeField(null=True)
    confirmed_by = _officer(null=True)  # who last confirmed results by the minutes
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # every item carried out, or given up

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_on", "-prepared_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "number"], condition=~Q(number=""), name="minutes_numbered_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["recorded", "closed"])
                | (~Q(number="") & Q(held_on__isnull=False, confirmed_by__isnull=False)),
                name="meeting_recorded_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="agenda", fixed_at=None)
                | Q(state="given_up")
                | Q(fixed_by__isnull=False, fixed_at__isnull=False),
                name="meeting_fixed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}".strip()


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, user: User) -> AgendaItemQuerySet:
        return self.filter(meeting__in=Meeting.objects.visible_to(user))

    def open(self) -> AgendaItemQuerySet:
        """Those that still bind their case to a meeting."""
        return self.filter(ended_at=None)


class AgendaItem(models.Model):
    """One case before one meeting; what stood in the material, and what the minutes say.

    ``summary``: {"party", "number", "unit", "matter", "lines", "left_out", "shares": [{"payer", "fen"}],
    "review": {"text", "by", "on"}, "publicity": {"text", "on"} or {}}. ``struck``: [{"line", "condition", "reason"}].
    ``ended_at`` is set when its result was carried out, or the meeting was given up.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="agenda_items")
    programme_code = models.SlugField(max_length=80)
    position = models.PositiveIntegerField()
    amount_fen = models.PositiveBigIntegerField()  # as proposed
    summary = models.JSONField()
    result = models.CharField(max_length=10, choices=Result.choices, blank=True)
    agreed_fen = models.PositiveBigIntegerField(null=True)  # what is paid by the result, as it was reckoned
    struck = models.JSONField(default=list)
    words = models.TextField(blank=True)  # of the minutes; whoever claims reads them
    entered_by = _officer(null=True)
    entered_at = models.DateTimeField(null=True)
    confirmed_by = _officer(null=True)
    confirmed_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)  # why the result could not be carried out
    ended_at = models.DateTimeField(null=True)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(ended_at=None), name="before_one_meeting"
            ),
            models.CheckConstraint(
                condition=Q(result="", entered_by=None, entered_at=None)
                | (~Q(result="") & Q(entered_by__isnull=False, entered_at__isnull=False)),
                name="result_entered_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (
                    Q(confirmed_by__isnull=False, confirmed_at__isnull=False, entered_by__isnull=False)
                    & ~Q(confirmed_by=F("entered_by"))
                ),
                name="result_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(result__in=["approved", "other", "part"]) | Q(agreed_fen__gt=0),
                name="agreed_amount_positive",
            ),
        ]
        indexes = [models.Index(fields=["meeting", "position"])]

    def __str__(self) -> str:
        return f"{self.meeting} / {self.position}"


class MinutesPaperQuerySet(models.QuerySet["MinutesPaper"]):
    def visible_to(self, user: User) -> MinutesPaperQuerySet:
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class MinutesPaper(models.Model):
    """A scan of the signed minutes: encrypted, seen as pictures."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="papers")
    original_name = EncryptedField(blank=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    file = models.CharField(max_length=64)  # name in files.py
    previews = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=PaperState.choices, default=PaperState.RECEIVED)
    added_by = _officer()
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = MinutesPaperQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)
