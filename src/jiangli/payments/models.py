"""Payments, the batches they go out in, and the sheets the bank sent back.

Personal fields: Payment.account_number (encrypted); payee names in clear. ``seals`` binds a payment's
account to its row.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from jiangli.accounts.models import Agency, User
from jiangli.applications.models import Application
from jiangli.fields import EncryptedField
from jiangli.payments.status import BatchStatus, PaymentStatus
from jiangli.reviews.models import Entitlement


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: User) -> BatchQuerySet:
        """The payer's own officers only."""
        return self.filter(payer=user.agency_id) if user.is_officer else self.none()


class Batch(models.Model):
    """Payments of one payer that go to the bank as one sheet. Count and total are fixed when it is frozen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    payer = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="batches")
    status = models.CharField(max_length=10, choices=BatchStatus.choices, default=BatchStatus.FROZEN)
    channel = models.CharField(max_length=20, default="bank-sheet")  # a line of channels.CHANNELS
    count = models.PositiveIntegerField()
    total_fen = models.PositiveBigIntegerField()
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sheet = models.CharField(max_length=64, blank=True)  # name in files.py of the bank sheet
    sheet_hash = models.CharField(max_length=64, blank=True)  # SHA-256 of its content
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-frozen_at"]
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0, total_fen__gt=0), name="batch_not_empty"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="batch_release_whole",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=models.F("frozen_by")),
                name="batch_released_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["released", "sent", "closed"]) | Q(released_by__isnull=False),
                name="batch_goes_on_released",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["sent", "closed"]) | (~Q(sheet="") & Q(sent_at__isnull=False)),
                name="batch_sent_has_sheet",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: User) -> PaymentQuerySet:
        """A payer's officers see its payments, a claimant theirs; reviewers go through the case."""
        if not user.is_authenticated:
            return self.none()
        if user.is_officer:
            return self.filter(payer=user.agency_id)
        return self.filter(entitlement__decision__application__in=Application.objects.visible_to(user))


class Payment(models.Model):
    """One try to pay one entitlement. Only one of an entitlement's payments can be anything but returned."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True)  # on the bank sheet; says nothing
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="payments")
    payer = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    amount_fen = models.PositiveBigIntegerField()
    payee_name = models.CharField(max_length=100)
    account_number = EncryptedField()
    account_bank = models.CharField(max_length=80)
    seal = models.CharField(max_length=64)  # see seals.py
    status = models.CharField(max_length=10, choices=PaymentStatus.choices, default=PaymentStatus.DUE)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="payments")
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    paid_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    trouble = models.CharField(max_length=200, blank=True)  # the bank's reason, in its words
    instead_of = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reissue"
    )  # the returned payment that this one replaces
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # who gave the account, if it is not the one that was reviewed

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement"],
                condition=~Q(status="returned"),
                name="one_live_payment_per_entitlement",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=~Q(status="paid") | Q(paid_on__isnull=False), name="paid_has_day"
            ),
            models.CheckConstraint(
                condition=Q(status="due", batch__isnull=True) | (~Q(status="due") & Q(batch__isnull=False)),
                name="in_a_batch_unless_due",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ReturnedSheetQuerySet(models.QuerySet["ReturnedSheet"]):
    def visible_to(self, user: User) -> ReturnedSheetQuerySet:
        return self.filter(payer=user.agency_id) if user.is_officer else self.none()


class ReturnedSheet(models.Model):
    """A sheet the bank sent back, as it was read. The same file again is recognised by its hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payer = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    file = models.CharField(max_length=64)
    file_hash = models.CharField(max_length=64)
    rows = models.JSONField()  # [{"row", "reference", "what", "say"}], no account numbers
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = ReturnedSheetQuerySet.as_manager()

    class Meta:
        ordering = ["-read_at"]
        constraints = [models.UniqueConstraint(fields=["payer", "file_hash"], name="sheet_read_once")]

    def __str__(self) -> str:
        return f"{self.payer_id} {self.read_at}"


from jiangli.payments.recovery import models as _recovery  # noqa: E402,F401  Django finds models from here
