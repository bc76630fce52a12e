"""Nothing is released in a series before two officers have declared its history complete."""

from __future__ import annotations

from datetime import timedelta

import pytest
from paying import Office

import making
from jiangli.accounts.roles import Role
from jiangli.payments import actions as payments
from jiangli.payments.permissions import cannot_release
from jiangli.payments.status import BatchStatus
from jiangli.refused import Refused
from jiangli.registers.history.models import HistoryDeclaration

pytestmark = pytest.mark.django_db


def test_freezing_goes_on_and_releasing_waits_for_the_second_persons_word(office: Office) -> None:
    HistoryDeclaration.objects.all().delete()
    making.approved_case()
    batch = office.freeze()
    with pytest.raises(Refused, match="its other years") as refusal:
        payments.release(batch, by=office.releaser, at=office.at)
    assert "区总工会" in str(refusal.value)
    declaration = making.declared_history(making.DISTRICT)
    HistoryDeclaration.objects.update(confirmed_at=None, confirmed_by=None)
    assert cannot_release(batch, office.releaser, on=office.at.date())
    declaration.confirmed_at = office.at
    declaration.confirmed_by = making.officer(Role.APPROVER)
    declaration.save()
    assert payments.release(batch, by=office.releaser, at=office.at).status == BatchStatus.RELEASED


def test_a_revoked_declaration_and_one_of_the_other_payer_count_for_nothing(
    office: Office, city: Office
) -> None:
    making.approved_case()
    batch = office.freeze()
    HistoryDeclaration.objects.filter(payer=making.DISTRICT).update(
        revoked_at=office.at + timedelta(hours=1),
        revoked_by=making.officer(Role.APPROVER),
        revoked_because="缺",
    )
    assert cannot_release(batch, office.releaser, on=office.at.date())
    assert cannot_release(city.freeze(), city.releaser, on=city.at.date()) is None


def test_another_reason_is_told_first(office: Office) -> None:
    HistoryDeclaration.objects.all().delete()
    making.approved_case()
    batch = office.freeze()
    assert "releaser" in str(cannot_release(batch, office.clerk, on=office.at.date()))
