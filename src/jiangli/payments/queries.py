"""Reads: what became of a case's money, the files that were written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from jiangli import files
from jiangli.accounts.models import Agency
from jiangli.applications.models import Application
from jiangli.payments.models import Batch, Payment, PaymentQuerySet
from jiangli.payments.status import PaymentStatus
from jiangli.programmes.models import Version
from jiangli.programmes.queries import rule
from jiangli.registers.history.queries import declared
from jiangli.registers.history.scopes import Scope, grouped
from jiangli.reviews.models import Entitlement
from jiangli.reviews.outside.models import PaidElsewhere


def payments_of(application: Application) -> PaymentQuerySet:
    """Every try to pay a case, the returned ones too, oldest first."""
    return (
        Payment.objects.filter(entitlement__decision__application=application)
        .select_related("payer", "batch", "entitlement")
        .order_by("payer", "due_at", "reference")
    )


@dataclass(frozen=True)
class Share:
    """One payer's part of a case as the claimant sees it. ``status`` None: approved, and not yet due.

    Of a payer with its own system ``elsewhere`` is what it told us; None while it has told nothing.
    """

    payer: Agency
    instalment: int
    amount_fen: int
    payment: Payment | None
    elsewhere: PaidElsewhere | None = None

    @property
    def status(self) -> PaymentStatus | None:
        if self.elsewhere and self.elsewhere.paid_on:
            return PaymentStatus.PAID
        return PaymentStatus(self.payment.status) if self.payment else None

    @property
    def on(self) -> date | None:
        """The day on which it was paid or came back."""
        if self.elsewhere:
            return self.elsewhere.paid_on or self.elsewhere.returned_on
        return (self.payment.paid_on or self.payment.returned_on) if self.payment else None

    @property
    def came_back_elsewhere(self) -> bool:
        """Whether the bank of a payer with its own system sent the money back; that payer has to be asked."""
        return self.elsewhere is not None and self.elsewhere.paid_on is None

    @property
    def needs_card(self) -> bool:
        return self.status is PaymentStatus.RETURNED


def shares_of(application: Application) -> list[Share]:
    """Each payer's part of an approved case, with its newest payment; [] before the decision."""
    entitlements = Entitlement.objects.filter(
        decision__application=application, decision__set_aside_at=None
    ).select_related("payer")
    newest = {payment.entitlement_id: payment for payment in payments_of(application).filter(reissue=None)}
    told = {row.entitlement_id: row for row in PaidElsewhere.objects.filter(entitlement__in=entitlements)}
    return [
        Share(each.payer, each.instalment, each.amount_fen, newest.get(each.pk), told.get(each.pk))
        for each in entitlements.order_by("payer", "instalment")
    ]


def undeclared(payer: Agency, payments: QuerySet[Payment]) -> list[Scope]:
    """The series and programmes of these payments whose history this payer has not declared complete."""
    decided = payments.order_by().values("entitlement__decision__version").distinct()
    versions = Version.objects.filter(pk__in=decided).defer("sources")
    scopes = grouped(rule(version) for version in versions)
    return [scope for key, scope in scopes.items() if declared(key, payer.pk) is None]


def sheet(batch: Batch) -> bytes:
    """The file that was written for the bank, byte for byte; ValueError if it is not that any more."""
    content = files.read(batch.sheet)
    if hashlib.sha256(content).hexdigest() != batch.sheet_hash:
        raise ValueError(f"The file of {batch.number} is not the one that was written.")
    return content
