"""Next claims: whether one was filed otherwise, and what they come to by month."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.reviews.next_claims.models import OPEN, NextClaim

LIVE = (Status.SUBMITTED, Status.RETURNED, Status.APPROVED)


def filed_otherwise(row: NextClaim) -> Application | None:
    """The live case by which the same party claims this instalment or any of these months, whoever began it."""
    before = row.decision.application
    cases = Application.objects.filter(
        programme_code=before.programme_code,
        claimant=before.claimant,
        status__in=LIVE,
        first_filed_at__gte=before.first_filed_at,
    ).exclude(pk=before.pk)
    if before.claimant_id is None:
        cases = cases.filter(organisation=before.organisation_id)
    return next((case for case in cases.order_by("first_filed_at", "pk") if _covers(case, row)), None)


def _covers(case: Application, row: NextClaim) -> bool:
    law = programme_of(case)
    if law.again is None:
        return False
    if row.part:
        value = case.stated.get(law.again.part or "")
        return row.part in law.parts.get(str(value), (str(value),))
    month = next(iter(law.record["period"].facts))
    said = [line.stated.get(month) for line in case.lines.only("stated")]
    assert row.first_month is not None
    return any(value and date.fromisoformat(value) >= row.first_month for value in said)


def open_claims(rows: QuerySet[NextClaim]) -> QuerySet[NextClaim]:
    return rows.filter(state__in=OPEN)


def by_month(rows: QuerySet[NextClaim]) -> list[tuple[date, int, int]]:
    """(first day of the month, how many fall due, fen they come to), the earliest month first."""
    found = rows.order_by().annotate(month=TruncMonth("due_on")).values_list("month")
    return [
        (month, count, fen)
        for month, count, fen in found.annotate(Count("pk"), Sum("amount_fen")).order_by("month")
    ]
