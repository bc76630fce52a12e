"""An exception: one condition waived in one case or for one line, asked by one officer, confirmed by another."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import Agency, User
from jiangli.applications.models import Application, Line
from jiangli.reviews.attachments.models import Attachment


def _officer(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class OverrideState(models.TextChoices):
    ASKED = "asked", _("Waits for the second officer")
    CONFIRMED = "confirmed", _("Confirmed by two")
    REFUSED = "refused", _("Not confirmed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


NEXT: dict[OverrideState, set[OverrideState]] = {
    OverrideState.ASKED: {OverrideState.CONFIRMED, OverrideState.REFUSED, OverrideState.WITHDRAWN},
    OverrideState.CONFIRMED: {OverrideState.WITHDRAWN},
    OverrideState.REFUSED: set(),
    OverrideState.WITHDRAWN: set(),
}
LIVE = (OverrideState.ASKED, OverrideState.CONFIRMED)


class Ground(models.TextChoices):
    LEGAL = "legal", _("In law: a reply or a decision of whoever may say so")
    FACTUAL = "factual", _("In fact: what the condition is to show is shown otherwise")


class OverrideQuerySet(models.QuerySet["Override"]):
    def visible_to(self, user: User) -> OverrideQuerySet:
        """Officers see those of their agency, and those of the cases they see; never those of their own case."""
        if not user.is_officer:
            return self.none()
        return self.filter(application__in=Application.objects.visible_to(user))


class Override(models.Model):
    """It counts once it is confirmed, and while every fact its condition reads is as it was when it was asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="overrides")
    line = models.ForeignKey(
        Line, null=True, on_delete=models.PROTECT, related_name="overrides"
    )  # of a roster; None: for the case
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    condition = models.CharField(max_length=40)  # its id in the programme file
    ground = models.CharField(max_length=8, choices=Ground.choices)
    reason = models.CharField(max_length=300)  # printed in the decision
    rests_on = models.JSONField()  # the facts that the condition read: name → value as text, None if unknown
    state = models.CharField(max_length=10, choices=OverrideState.choices, default=OverrideState.ASKED)
    attachments = models.ManyToManyField(Attachment, related_name="overrides")
    asked_by = _officer()
    asked_at = models.DateTimeField()
    confirmed_by = _officer(null=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_by = _officer(null=True)  # refused or withdrawn
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=300, blank=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "condition"],
                condition=Q(line=None, state__in=LIVE),
                name="override_once_for_a_case",
            ),
            models.UniqueConstraint(
                fields=["line", "condition"],
                condition=Q(line__isnull=False, state__in=LIVE),
                name="override_once_for_a_line",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("asked_by")),
                name="override_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_by__isnull=False),
                name="override_stands_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, ended_by=None, ended_at=None)
                | Q(state__in=["refused", "withdrawn"], ended_by__isnull=False, ended_at__isnull=False),
                name="override_ended_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.condition}"
