"""Payments that wait and must not go out: what is owed was stopped, or whoever is paid is banned. With the reason."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jiangli.payments.models import Payment
from jiangli.registers.bans.models import Ban
from jiangli.registers.bans.queries import reach, standing_bans, why_banned

CASE = "entitlement__decision__application"


def held(payments: QuerySet[Payment], *, on: date) -> dict[UUID, str]:
    """Of these payments, those that must not go out on that day: key → why."""
    stopped = payments.filter(entitlement__stopped_at__isnull=False).order_by()
    found: dict[UUID, str] = dict(stopped.values_list("pk", "entitlement__stopped_because"))
    aside = payments.filter(entitlement__decision__set_aside_at__isnull=False).order_by()
    for pk in aside.values_list("pk", flat=True):
        found.setdefault(pk, _("The decision was set aside."))
    for ban in standing_bans(on=on):
        for pk in payments.filter(_to(ban)).order_by().values_list("pk", flat=True):
            found.setdefault(pk, why_banned(ban))
    return found


def _to(ban: Ban) -> Q:
    """Payments to the banned party under the programmes of the ban's document."""
    covered = Q(**{f"{CASE}__programme_code__in": list(reach(ban))})
    if ban.person_id is not None:
        return covered & Q(**{f"{CASE}__claimant": ban.person_id})
    return covered & Q(**{f"{CASE}__claimant__isnull": True, f"{CASE}__organisation": ban.organisation_id})
