"""A roster asks no more than can still matter: what a filed class says, and what other answers settle, is not asked."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from filing_stories import TRAINING, claims_taken, class_filed, named, training_body
from jiangli.applications.roster_models import RosterRow
from jiangli.registers.models import Organisation
from jiangli.staff.sheet import mark_of
from roster_stories import brought, row
from stories import adopted_law, clerk_of, identity_number, library

pytestmark = pytest.mark.django_db
FILED_AT = datetime.fromisoformat("2025-02-10T09:00+08:00")
UNEMPLOYED, GRADUATE = 971, 972


@pytest.fixture
def body(at: datetime) -> Organisation:
    adopted_law(at)
    claims_taken(TRAINING, at=at)
    return training_body()


def checked(body: Organisation, serial: int, at: datetime, **cells: str) -> RosterRow:
    said = {
        "name": f"测试学员{serial}",
        "id_number": identity_number(serial),
        "certificate_number": f"S00003301{serial:07d}",
        "certificate.kind": "职业技能等级证书",
        "certificate.level": "高级工",
        "certificate.issue_date": "2025-05-20",
        "certificate.issuer_area": "钱塘区",
        **cells,
    }
    return row(brought(TRAINING, (body, clerk_of(body)), [said], at=at), 2)


def test_the_group_of_a_filed_trainee_is_not_asked_again(body: Organisation, at: datetime) -> None:
    class_filed(body, named(UNEMPLOYED), days_before=40, at=FILED_AT)
    assert checked(body, UNEMPLOYED, at).asks == []


def test_the_day_of_graduation_is_asked_of_graduates_alone(body: Organisation, at: datetime) -> None:
    started = {"training.started_on": date(2025, 3, 22).isoformat()}
    unemployed = checked(body, UNEMPLOYED, at, **{**started, "person.group": "失业人员"})
    assert unemployed.asks == []
    graduate = checked(body, GRADUATE, at, **{**started, "person.group": "高校毕业生"})
    assert graduate.asks == ["person.graduation_date"]


def test_a_limit_is_called_by_what_it_does() -> None:
    law = library().programmes[TRAINING]
    assert {mark_of(law, limit.condition.id) for limit in law.limits} == {"只付一次", "上限", "X8"}
