"""Imports of the past: their staged rows, cases in progress elsewhere, and the declaration by two officers.

Personal fields: StagedRow.cells (encrypted, emptied when the import is done); names in clear.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jiangli.accounts.models import Agency, User
from jiangli.fields import EncryptedField
from jiangli.registers.history.scopes import scopes_of
from jiangli.registers.history.status import AT_WORK, ElsewhereState, ImportKind, ImportState, StagedState
from jiangli.registers.models import Certificate, EarlierPayment, Person


def _officer(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


def _in_scopes_of(user: User) -> Q:
    """What belongs to the series and programmes in which the officer's agency takes part; nothing for others."""
    return Q(scope__in=list(scopes_of(user.agency_id or "")) if user.is_officer else [])


class HistoryImportQuerySet(models.QuerySet["HistoryImport"]):
    def visible_to(self, user: User) -> HistoryImportQuerySet:
        return self.filter(_in_scopes_of(user))


class HistoryImport(models.Model):
    """A sheet of earlier payments, or of cases in progress elsewhere, on its way in.

    ``scope``: see scopes.py. ``position``: how many rows of ``total`` the worker has done in the state that it
    is at. ``period`` and ``batch`` stand for rows that name none. Sums in fen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    scope = models.CharField(max_length=90)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=7, blank=True)
    batch = models.CharField(max_length=40, blank=True)
    file = models.CharField(max_length=64, blank=True)  # name in files.py; emptied once it is read
    file_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.READING)
    total = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    good_fen = models.PositiveBigIntegerField(default=0)  # of the good rows, later of those taken over
    brought_at = models.DateTimeField()
    brought_by = _officer()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = _officer(null=True)
    done_at = models.DateTimeField(null=True)  # taken over or thrown away

    objects = HistoryImportQuerySet.as_manager()

    class Meta:
        ordering = ["-brought_at"]
        indexes = [models.Index(fields=["scope", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "scope", "kind", "file_hash"],
                condition=~Q(state="discarded"),
                name="history_file_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["taking", "taken"])
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="history_taken_after_confirmation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.brought_at}"

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def percent(self) -> int:
        return 100 * self.position // self.total if self.total else 100


class StagedRow(models.Model):
    """A row of an import. ``cells``: JSON of what was read, with personal numbers, until the import is done."""

    history_import = models.ForeignKey(HistoryImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as the spreadsheet counts
    name = models.CharField(max_length=60, blank=True)
    amount_fen = models.PositiveBigIntegerField(null=True)
    cells = EncryptedField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)  # blind index of what may stand here once only
    state = models.CharField(max_length=10, choices=StagedState.choices)
    faults = models.JSONField(default=list)  # [{"field", "remedy"}], without personal numbers

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["history_import", "state"]),
            models.Index(fields=["history_import", "fingerprint"]),
        ]
        constraints = [models.UniqueConstraint(fields=["history_import", "number"], name="staged_row_once")]

    def __str__(self) -> str:
        return f"{self.history_import} {self.number}"


class ElsewhereCaseQuerySet(models.QuerySet["ElsewhereCase"]):
    def visible_to(self, user: User) -> ElsewhereCaseQuerySet:
        return self.filter(_in_scopes_of(user))


class ElsewhereCase(models.Model):
    """A claim filed in another system and not yet paid, as far as it was told. ``said``: its state there, in words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(max_length=90)
    programme_code = models.CharField(max_length=80)
    series = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="cases_elsewhere")
    certificate = models.ForeignKey(
        Certificate, null=True, on_delete=models.PROTECT, related_name="cases_elsewhere"
    )
    name = models.CharField(max_length=60)
    office = models.CharField(max_length=60)  # who received it there
    number = models.CharField(max_length=40, blank=True)  # its acceptance number there
    filed_on = models.DateField()
    said = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=8, choices=ElsewhereState.choices, default=ElsewhereState.OPEN)
    history_import = models.ForeignKey(HistoryImport, on_delete=models.PROTECT, related_name="cases")
    closed_at = models.DateTimeField(null=True)
    closed_by = _officer(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was refused there
    payment = models.OneToOneField(
        EarlierPayment, null=True, on_delete=models.PROTECT, related_name="case_elsewhere"
    )  # what it became

    objects = ElsewhereCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-filed_on", "number", "pk"]
        indexes = [models.Index(fields=["scope", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(certificate__isnull=False), name="elsewhere_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_by__isnull=True, closed_at__isnull=True)
                | (~Q(state="open") & Q(closed_by__isnull=False, closed_at__isnull=False)),
                name="elsewhere_closed_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(payment__isnull=False), name="elsewhere_paid_is_a_payment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.number}"


class HistoryDeclarationQuerySet(models.QuerySet["HistoryDeclaration"]):
    def visible_to(self, user: User) -> HistoryDeclarationQuerySet:
        return self.filter(_in_scopes_of(user))

    def in_force(self) -> HistoryDeclarationQuerySet:
        """Declared, confirmed by another officer, not revoked."""
        return self.filter(confirmed_at__isnull=False, revoked_at=None)


class HistoryDeclaration(models.Model):
    """One payer's word that all it paid before in a series is here up to a day: by one officer, then another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(max_length=90)
    payer = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    complete_up_to = models.DateField()
    imports = models.ManyToManyField(HistoryImport, related_name="declarations", blank=True)
    note = models.CharField(max_length=300, blank=True)
    declared_at = models.DateTimeField()
    declared_by = _officer()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = _officer(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = _officer(null=True)
    revoked_because = models.CharField(max_length=300, blank=True)

    objects = HistoryDeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["-declared_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "payer"], condition=Q(revoked_at=None), name="one_declaration_of_a_payer"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("declared_by")),
                name="declaration_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="declaration_confirmation_whole",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="declaration_revocation_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.payer_id}"

    @property
    def state(self) -> str:
        """``declared``, ``confirmed`` or ``revoked``."""
        if self.revoked_at:
            return "revoked"
        return "confirmed" if self.confirmed_at else "declared"
