"""What is claimed next, and how far it is."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import User
from jiangli.applications.models import Application


class NextState(models.TextChoices):
    WAITING = "waiting", _("Not due yet")  # 未到期
    RAISED = "raised", _("Due: to be claimed")  # 待申请
    FILED = "filed", _("Claimed")  # 已申请
    OVER = "over", _("Lapsed")  # 已放弃
    CLOSED = "closed", _("Falls away")  # 不再申请


OPEN = (NextState.WAITING, NextState.RAISED)


class NextClaimQuerySet(models.QuerySet["NextClaim"]):
    def visible_to(self, user: User) -> NextClaimQuerySet:
        return self.filter(decision__application__in=Application.objects.visible_to(user))


class NextClaim(models.Model):
    """The claim that follows a decision: an instalment (``part``) or the months from ``first_month`` on.

    It promises nothing: the next claim is assessed anew. ``amount_fen`` is what it would come to at the rate of
    the decision, for planning. ``hindrance``: why it was not got ready though it is due.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.OneToOneField("reviews.Decision", on_delete=models.PROTECT, related_name="next_claim")
    part = models.CharField(max_length=60, blank=True)
    first_month = models.DateField(null=True)
    last_month = models.DateField(null=True)
    amount_fen = models.PositiveBigIntegerField()
    due_on = models.DateField(db_index=True)
    last_day = models.DateField(null=True)  # afterwards it has lapsed; None: the text names none
    state = models.CharField(max_length=8, choices=NextState.choices, default=NextState.WAITING)
    hindrance = models.CharField(max_length=300, blank=True)
    application = models.ForeignKey(
        Application, null=True, on_delete=models.SET_NULL, related_name="follows"
    )  # the draft that was got ready, or the case that was filed
    raised_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = NextClaimQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(part="") & Q(first_month=None, last_month=None))
                | Q(part="", first_month__isnull=False, last_month__gte=models.F("first_month")),
                name="next_claim_is_a_part_or_months",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "raised"], closed_at=None)
                | (Q(state__in=["filed", "over", "closed"]) & Q(closed_at__isnull=False)),
                name="next_claim_closed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.part or self.first_month}"

    def is_open(self) -> bool:
        return self.state in OPEN

    def near(self, today: date, days: int) -> bool:
        """Whether its last day is at most so many days away."""
        return self.last_day is not None and 0 <= (self.last_day - today).days <= days
