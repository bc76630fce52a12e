"""What went out to another body, what it answered, and what it paid.

Personal fields: the files (encrypted, files.py), dropped once they expire; ReplyRow.name in clear. No identity,
card, phone or certificate numbers in columns.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jiangli.accounts.models import Agency, User
from jiangli.applications.models import Application
from jiangli.reviews.outside.status import ReplyKind, ReplyState, RowState, What


def _officer(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class BodySheet(models.Model):
    """How a body wants its sheets and writes its answers: a table of outside.toml. See columns.py."""

    body = models.OneToOneField(Agency, primary_key=True, on_delete=models.CASCADE, related_name="+")
    layout = models.JSONField()

    def __str__(self) -> str:
        return self.body_id


class OwnQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> OwnQuerySet:
        """The officers of the agency that exchanges with the body."""
        return self.filter(agency=user.agency_id) if user.is_officer else self.none()


class Exchange(models.Model):
    """Cases of an agency that went out to a body as one sheet. Its rows stay as they were written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    programmes = models.JSONField()  # codes
    count = models.PositiveIntegerField()
    total_fen = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    made_by = _officer()
    file = models.CharField(max_length=64, blank=True)  # name in files.py; emptied once it has expired
    file_hash = models.CharField(max_length=64)
    expires_on = models.DateField()  # last day on which the file can be fetched

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.number


class ExchangeRow(models.Model):
    """A case as it went out. ``reference`` is what the body sends back: our acceptance number.

    ``amount_fen`` is what the body would pay, or the whole where it pays nothing; ``total_fen`` the whole.
    """

    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()  # in the sheet, from 1
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="exchange_rows")
    reference = models.CharField(max_length=20)
    stage = models.PositiveSmallIntegerField()
    amount_fen = models.PositiveBigIntegerField()
    total_fen = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=RowState.choices, default=RowState.OUT)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["exchange", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["exchange", "application"], name="exchanged_once_in_a_sheet"),
            models.UniqueConstraint(
                fields=["application", "stage"], condition=Q(state="out"), name="out_once_at_a_stage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exchange_id} {self.reference}"


class Reply(models.Model):
    """What a body answered: a sheet that was brought in, or the answer on one case, keyed in with its scan.

    One officer brings it, another confirms it. ``whole``: the sheet answers all of the exchanges it speaks of,
    so that what it leaves out is missing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=ReplyKind.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by_hand = models.BooleanField(default=False)
    whole = models.BooleanField(default=False)
    file = models.CharField(max_length=64, blank=True)  # name in files.py
    file_type = models.CharField(max_length=80, blank=True)  # of a scan
    file_hash = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=ReplyState.choices, default=ReplyState.STAGED)
    total = models.PositiveIntegerField()  # rows to enter
    position = models.PositiveIntegerField(default=0)  # of these, entered
    brought_at = models.DateTimeField()
    brought_by = _officer()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = _officer(null=True)
    done_at = models.DateTimeField(null=True)  # entered or thrown away

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-brought_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "body", "kind", "file_hash"],
                condition=~Q(state="discarded") & Q(by_hand=False),
                name="reply_file_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["staged", "discarded"])
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="reply_entered_after_confirmation",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("brought_by")),
                name="reply_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.kind} {self.brought_at}"

    @property
    def is_at_work(self) -> bool:
        return self.state == ReplyState.TAKING

    @property
    def percent(self) -> int:
        return 100 * self.position // self.total if self.total else 100


class ReplyRow(models.Model):
    """A row of an answer, or a case that the answer leaves out; ``say`` explains what became of it.

    ``planned``: it waits to be entered. ``done_at``: it was.
    """

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(null=True)  # as the spreadsheet counts; None: left out
    application = models.ForeignKey(
        Application, null=True, on_delete=models.PROTECT, related_name="reply_rows"
    )
    stage = models.PositiveSmallIntegerField(null=True)  # of the case; of a payment its instalment
    reference = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=60, blank=True)
    on = models.DateField(null=True)  # the day of the decision, or of the payment
    document = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    amount_fen = models.PositiveBigIntegerField(null=True)
    what = models.CharField(max_length=14, choices=What.choices)
    wanted = models.CharField(max_length=14, blank=True)  # of a row that is held: what it would have done
    say = models.TextField(blank=True)
    planned = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = [F("number").asc(nulls_last=True), "pk"]
        indexes = [models.Index(fields=["reply", "what"]), models.Index(fields=["reply", "planned"])]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.number} {self.what}"


class PaidElsewhere(models.Model):
    """What a body paid of its own share, as it told us. ``paid_on`` None: its bank sent the money back."""

    entitlement = models.OneToOneField(
        "reviews.Entitlement", on_delete=models.PROTECT, related_name="paid_elsewhere"
    )
    row = models.ForeignKey(ReplyRow, on_delete=models.PROTECT, related_name="+")
    amount_fen = models.PositiveBigIntegerField()
    paid_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paid_on__isnull=False) | Q(returned_on__isnull=False),
                name="paid_elsewhere_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entitlement_id} {self.paid_on}"
