"""留区就业补贴 in two instalments: the employer's clerk files the first half; a year on the second waits as a draft.

Officers work at both on their own pages, through public notice and meeting. The months are looked up anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from doors import act_for, come_in, photograph
from windows import PHONE, Window

from any_programme import by_officers, example, filed_case
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.clock import SHANGHAI
from jiangli.payments.models import Payment
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule_in_force
from jiangli.programmes.rounds import open_round
from jiangli.registers.models import Organisation
from jiangli.reviews.next_claims.models import NextClaim, NextState
from office_stories import Office
from stories import agencies, identity_number, member, officer, organisation

pytestmark = [pytest.mark.journey, pytest.mark.by_hand, pytest.mark.django_db(transaction=True)]
CODE, BUREAU, FIRM, MOBILE, CLERK = (
    "qiantang-11-graduate-stay", "qiantang-hrss", "测试钱塘机械有限公司", "13900000980", 980,
)  # fmt: skip
FILED, DUE = date(2025, 10, 20), date(2026, 3, 1)
FIRST, MONTHS = "insurance.first_month", "insurance.consecutive_months_from_first_month"


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)


@pytest.fixture
def employer(settings: Any) -> Organisation:
    settings.DEMO_DAY = FILED
    agencies()
    return organisation(FIRM, area="330114", clerk=member("测试经办", serial=CLERK, phone=MOBILE))


@pytest.mark.parametrize("window", [PHONE], indirect=True, ids=["390"])
def test_two_halves_are_claimed_one_after_the_other(
    window: Callable[..., Window], work: Callable[[], None], employer: Organisation, settings: Any
) -> None:
    told = {"application__instalment": "first", "insurance__first_month": "2025-03-01"}
    first = filed_case(CODE, at=noon(FILED), body=employer, **told)
    office = Office(BUREAU, work)
    office.pays(first, looked_up(months=6))
    row = NextClaim.objects.get()
    assert (row.state, row.due_on, row.amount_fen) == (NextState.WAITING, DUE, 120_000)

    settings.DEMO_DAY = DUE
    opens_a_round()
    work()
    clerk = window("graduate-clerk")
    come_in(clerk, MOBILE, "测试经办", identity_number(CLERK), work)
    act_for(clerk, FIRM)
    second = continues_the_draft(clerk)
    assert second.stated["application.instalment"] == "second"
    office.pays(second, looked_up(months=12))
    halves = Payment.objects.order_by("due_at")
    assert [(half.amount_fen, half.status) for half in halves] == [(120_000, "due")] * 2
    assert {half.payee_name for half in halves} == {first.account_name}
    clerk.open(f"/my/{second.pk}/")
    clerk.says("1,200")
    clerk.look("second-half")


def looked_up(*, months: int) -> dict[str, Any]:
    """What officers find of the graduate and the insurance."""
    law, facts = rule_in_force(CODE), {**example(CODE).request["facts"], FIRST: "2025-03-01", MONTHS: months}
    return {name: value for name, value in facts.items() if by_officers(law, name)}


def opens_a_round() -> None:
    open_round(
        Programme.objects.get(pk=CODE), name="2026 年度第一次", opens_on=DUE, closes_on=date(2026, 3, 31),
        by=officer(BUREAU, Role.APPROVER), at=noon(DUE),
    )  # fmt: skip


def continues_the_draft(clerk: Window) -> Application:
    """It waits among the firm's own; answers and card are there, only the papers are asked anew."""
    clerk.open("/my/")
    clerk.look("next-half")
    clerk.press("接着申请：持证大学生留区就业补贴")
    draft = Application.objects.get(status="draft")
    for material in rule_in_force(CODE).materials:
        if not material.optional:
            clerk.open(f"/my/{draft.pk}/photos/{material.id}/")
            clerk.page.locator("input[type=file]").set_input_files([photograph("一.jpg")])
            clerk.press("交这些照片")
    clerk.open(f"/my/{draft.pk}/answers/")
    clerk.look("answers")
    clerk.press("提交申请")
    clerk.page.wait_for_url("**/done/")
    return Application.objects.get(pk=draft.pk)
