"""What keeps one claim from being paid twice: reserved keys, ceilings with what is used of them, what is owed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jiangli.accounts.models import Agency
from jiangli.registers.models import Certificate, Organisation, Person


class Reservation(models.Model):
    """The guard against double payment: one live key per limit, subject and period, on any database.

    A key is freed (``released_at``) by withdrawal and refusal; a returned payment and a recovery keep it.
    """

    limit = models.CharField(max_length=160)  # what is counted once, over which programmes
    subject = models.CharField(max_length=160)  # opaque ids
    period = models.CharField(max_length=20, blank=True)
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="reservations"
    )
    line = models.ForeignKey(
        "applications.Line", null=True, on_delete=models.PROTECT, related_name="reservations"
    )
    made_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["limit", "subject", "period"],
                condition=Q(released_at__isnull=True),
                name="reserved_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.limit} {self.subject}"


class Balance(models.Model):
    """What is used of a ceiling under one key, or merely the row that decisions on one key take turns at.

    ``cap_fen`` is None for amounts that are only made less by what was paid. ``used_fen`` is what was paid, here
    or elsewhere, and what was promised and is not paid yet; history above the ceiling counts as the whole of it.
    """

    limit = models.CharField(max_length=160)  # what is added up, over which programmes
    subject = models.CharField(max_length=160, blank=True)  # opaque ids
    period = models.CharField(max_length=20, blank=True)
    cap_fen = models.PositiveBigIntegerField(null=True)
    used_fen = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["limit", "subject", "period"], name="balance_once"),
            models.CheckConstraint(condition=Q(used_fen__lte=models.F("cap_fen")), name="within_the_cap"),
        ]

    def __str__(self) -> str:
        return f"{self.limit} {self.subject}"


class Commitment(models.Model):
    """What a live case claims for one line, in the columns in which the history will have it once it is paid.

    From the filing on ``fen`` is None. The decision puts one in its place for each payer, with the amount;
    ``paid_fen`` of it is in the history already. Freed (``released_at``) by withdrawal, refusal and lapse.
    """

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="commitments"
    )
    line = models.ForeignKey("applications.Line", null=True, on_delete=models.PROTECT, related_name="+")
    programme_code = models.CharField(max_length=80)
    series = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Certificate, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60, blank=True, db_index=True)
    period = models.CharField(max_length=7, blank=True)
    payer = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    fen = models.PositiveBigIntegerField(null=True)
    paid_fen = models.PositiveBigIntegerField(default=0)
    promised_on = models.DateField(null=True)  # the day of the decision
    balances = models.ManyToManyField(Balance, related_name="commitments")
    released_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["programme_code"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(fen__isnull=True, payer__isnull=True, promised_on__isnull=True, paid_fen=0)
                | Q(
                    fen__gt=0,
                    fen__gte=models.F("paid_fen"),
                    payer__isnull=False,
                    promised_on__isnull=False,
                ),
                name="commitment_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.fen}"
