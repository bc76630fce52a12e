"""Recovery cases: what was ordered back of which payments, and the repayments. Sums in fen, no personal field."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jiangli.accounts.models import Agency, User
from jiangli.applications.models import Application
from jiangli.payments.models import Payment
from jiangli.payments.recovery.status import RecoveryState
from jiangli.reviews.fraud.models import Finding


def _officer(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class RecoveryQuerySet(models.QuerySet["RecoveryCase"]):
    def visible_to(self, user: User) -> RecoveryQuerySet:
        """Officers of the payer whose money it is, and of the agency that made the finding."""
        if not user.is_officer:
            return self.none()
        return self.filter(Q(payer=user.agency_id) | Q(finding__agency=user.agency_id))


class RecoveryCase(models.Model):
    """What one payer wants back of one case. Its amount is that of its lines; never more comes back than that.

    ``freed_…``: the decision by two that what is back bars nothing any more; without it the keys stay taken.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="recoveries")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="recoveries")
    payer = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    amount_fen = models.PositiveBigIntegerField(default=0)
    recovered_fen = models.PositiveBigIntegerField(default=0)
    order_text = models.TextField()
    ordered_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=RecoveryState.choices, default=RecoveryState.ORDERED)
    free_because = models.CharField(max_length=300, blank=True)
    free_asked_by = _officer(null=True)
    free_asked_at = models.DateTimeField(null=True)
    freed_by = _officer(null=True)
    freed_at = models.DateTimeField(null=True)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        ordering = ["-ordered_on", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "application", "payer"], name="ordered_back_once"),
            models.CheckConstraint(
                condition=Q(recovered_fen__lte=F("amount_fen")), name="never_more_back_than_ordered"
            ),
            models.CheckConstraint(
                condition=~Q(state="recovered") | Q(recovered_fen=F("amount_fen")), name="recovered_is_all"
            ),
            models.CheckConstraint(
                condition=Q(freed_by__isnull=True, freed_at__isnull=True)
                | Q(freed_by__isnull=False, freed_at__isnull=False, free_asked_by__isnull=False),
                name="recovery_freed_whole",
            ),
            models.CheckConstraint(
                condition=Q(freed_by__isnull=True) | ~Q(freed_by=F("free_asked_by")),
                name="recovery_freed_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open_fen(self) -> int:
        """What is still to come."""
        if self.state == RecoveryState.CANCELLED:
            return 0
        return self.amount_fen - self.recovered_fen


class RecoveryLine(models.Model):
    """A payment that has to come back; each only once, whatever is found, unless that was set aside."""

    recovery = models.ForeignKey(RecoveryCase, on_delete=models.PROTECT, related_name="lines")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="recovery_lines")
    amount_fen = models.PositiveBigIntegerField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_line_positive"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(cancelled_at=None), name="payment_ordered_back_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recovery} {self.amount_fen}"


class Repayment(models.Model):
    """Money that came back, as the bank statement of the payer has it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recovery = models.ForeignKey(RecoveryCase, on_delete=models.PROTECT, related_name="repayments")
    payer = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    amount_fen = models.PositiveBigIntegerField()
    received_on = models.DateField()
    reference = models.CharField(max_length=60)  # of the bank, on the statement
    entered_by = _officer()
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["received_on", "entered_at"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="repayment_positive"),
            models.UniqueConstraint(fields=["payer", "reference"], name="repaid_once"),
        ]

    def __str__(self) -> str:
        return f"{self.recovery} {self.reference}"
