"""Reads: cases in progress elsewhere, declarations in force, what was added since one was given."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from jiangli.registers.history.models import (
    ElsewhereCase,
    ElsewhereCaseQuerySet,
    HistoryDeclaration,
    HistoryImport,
)
from jiangli.registers.history.status import ElsewhereState, ImportState
from jiangli.registers.models import Certificate, EarlierPayment, Person


def cases_elsewhere(
    person: Person | None,
    certificate: Certificate | None = None,
    *,
    programme_codes: Collection[str] = (),
    series: Collection[str] = (),
) -> ElsewhereCaseQuerySet:
    """Cases of the person or with the certificate that are in progress in another system, oldest first.

    ``programme_codes`` and ``series`` narrow it to those named by either; both empty means all.
    """
    about = Q(pk__in=[])
    if person is not None:
        about |= Q(person=person)
    if certificate is not None:
        about |= Q(certificate=certificate)
    found = ElsewhereCase.objects.filter(about, state=ElsewhereState.OPEN)
    if programme_codes or series:
        found = found.filter(Q(programme_code__in=programme_codes) | Q(series__in=series))
    return found.order_by("filed_on", "number", "pk")


def declared(scope: str, payer: str) -> HistoryDeclaration | None:
    """The declaration of this payer that two officers gave and nobody revoked."""
    return HistoryDeclaration.objects.in_force().filter(scope=scope, payer=payer).first()


def added_since(declaration: HistoryDeclaration) -> int:
    """Rows taken over in its series after it was given, by whomever."""
    later = HistoryImport.objects.filter(scope=declaration.scope, confirmed_at__gt=declaration.declared_at)
    later = later.exclude(state=ImportState.DISCARDED)
    payments = EarlierPayment.objects.filter(history_import__in=later).count()
    return payments + ElsewhereCase.objects.filter(history_import__in=later).count()
