"""An officer settles what holds a case, and passes the amount they were shown."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client

import guard_law as law
from jiangli.accounts.roles import Role
from jiangli.public.people import BACKEND
from jiangli.registers.models import EarlierPayment
from jiangli.reviews.models import HoldSettled
from stories import certificate, member, officer


@pytest.fixture
def at_desk(on_the_day: None) -> Client:
    client = Client()
    client.force_login(officer("qiantang-hrss", Role.APPROVER), backend=BACKEND)
    return client


@pytest.mark.django_db
def test_a_held_case_is_settled_with_a_reason_and_then_passed(at_desk: Client, at: datetime) -> None:
    law.publish(at)
    person = member()
    held = certificate(person)
    EarlierPayment.objects.create(
        programme_code=law.EXTRA,
        certificate=held,
        paid_on=date(2025, 1, 5),
        amount_fen=5_000,
        source="测试导入",
    )
    case = law.submit(
        law.claim(person, held, law.HALVES, at=at, application__instalment="first"), person, at=at
    )
    page = at_desk.get(f"/staff/cases/{case.pk}/").content.decode()
    assert f"/staff/cases/{case.pk}/settle" in page
    page = at_desk.get(f"/staff/cases/{case.pk}/settle").content.decode()
    assert "50" in page and "2025-01-05" in page
    at_desk.post(f"/staff/cases/{case.pk}/settle", {"limit": "both", "decision": "go_on", "reason": ""})
    assert not HoldSettled.objects.exists()
    at_desk.post(f"/staff/cases/{case.pk}/settle", {"limit": "both", "decision": "go_on", "reason": "两回事"})
    assert HoldSettled.objects.get().reason == "两回事"
    assert 'name="seen" value="20000"' in at_desk.get(f"/staff/cases/{case.pk}/pass").content.decode()
    at_desk.post(f"/staff/cases/{case.pk}/pass", {"text": "", "seen": "10000"})
    case.refresh_from_db()
    assert case.status == "submitted"
    at_desk.post(f"/staff/cases/{case.pk}/pass", {"text": "", "seen": "20000"})
    case.refresh_from_db()
    assert case.status == "approved"
