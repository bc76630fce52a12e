"""An employer files for one of its workers twice: 技师, then 高级技师, of which only the difference is paid.

The second waits while the first is undecided. The clerk types a number; what the register has of the certificate
is not asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from doors import act_for, come_in
from windows import DESK, Window

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.refused import Refused
from jiangli.registers.models import Certificate, Organisation
from jiangli.reviews import actions as reviews
from jiangli.reviews.queries import decision_of
from stories import NOON, SUBBRANCH, adopted_law, certificate, identity_number, member, officer, organisation

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("on_the_day"),
]
CODE, BUREAU, QIANTANG = "qiantang-04-skill-upgrade", "qiantang-hrss", "330114"
FIRM, WORKER, SERIAL, CLERK = "测试钱塘机械有限公司", "测试乙", 961, 960
IN_QIANTANG = {
    "insurance.area": QIANTANG,
    "insurance.area_at_certificate": QIANTANG,
    "employment.employer_kind_at_certificate": "enterprise",
    "insurance.consecutive_months_after_certificate": 8,
}


@pytest.fixture
def employer() -> Organisation:
    adopted_law(NOON)
    clerk = member("测试经办", serial=CLERK, phone="13900000960")
    return organisation(FIRM, area=QIANTANG, clerk=clerk)


@pytest.fixture
def held(employer: Organisation) -> tuple[Certificate, Certificate]:
    """What the worker holds: 技师, and 高级技师 two months later."""
    person = member(WORKER, serial=SERIAL)
    lower = certificate(person, number="S000033010000961", issue_date=date(2024, 7, 1))
    higher = certificate(
        person, number="S000033010000962", level="senior_technician", issue_date=date(2024, 9, 1)
    )
    return lower, higher


@pytest.mark.parametrize("window", [DESK], indirect=True, ids=["1280"])
def test_the_second_level_brings_the_difference(
    window: Callable[..., Window], work: Callable[[], None], held: tuple[Certificate, Certificate]
) -> None:
    clerk = window("qiantang-clerk")
    come_in(clerk, "13900000960", "测试经办", identity_number(CLERK), work)
    act_for(clerk, FIRM)
    lower, higher = (files_for_the_worker(clerk, one) for one in held)
    reviewer = officer(BUREAU, Role.REVIEWER, Role.APPROVER)
    for case in (lower, higher):
        reviews.look_up(case, found=IN_QIANTANG, place="测试社保系统", by=reviewer, at=NOON)
    with pytest.raises(Refused, match=str(lower.number)):
        awarded(higher, reviewer)
    assert awarded(lower, reviewer) == 300_000
    assert awarded(higher, reviewer) == 200_000
    reads(clerk, lower, "3,000")
    reads(clerk, higher, "2,000")
    clerk.look("difference")


def files_for_the_worker(clerk: Window, held: Certificate) -> Application:
    """Whom it is for, the number on the certificate, the worker's card; nothing else that the register has."""
    first = held.level == "technician"
    clerk.open(f"/apply/{CODE}/")
    assert clerk.page.get_by_role("heading", name="要准备的").count() == 0, "the notice names no papers"
    clerk.page.get_by_label("姓名").fill(WORKER)
    clerk.page.get_by_label("身份证号").fill(identity_number(SERIAL))
    clerk.press("开始填")
    case = Application.objects.get(status="draft")
    fills(clerk, "certificate", {"certificate.number": held.number})
    clerk.open(f"/my/{case.pk}/fill/certificate/")
    clerk.says("证书登记里有")
    if first:
        clerk.look("certificate")
    assert clerk.page.locator("[name='certificate.level'], [name^='certificate.issue_date']").count() == 0
    clerk.press("存下，继续")
    while not clerk.page.url.endswith("/answers/"):
        fills_what_comes(clerk)
    if first:
        clerk.look("answers")
    clerk.press("提交申请")
    clerk.page.wait_for_url("**/done/")
    return Application.objects.get(pk=case.pk)


def fills_what_comes(clerk: Window) -> None:
    page = clerk.page
    if "/fill/card/" in page.url:
        fills(clerk, "card", {
            "account_name": WORKER, "account_number": "6217000000000000000", "account_bank": SUBBRANCH,
        })  # fmt: skip
    elif "/fill/" in page.url:
        page.get_by_label("钱塘区").check()
        clerk.press("存下，继续")
    else:
        clerk.press("看一遍，提交" if page.get_by_role("link", name="看一遍，提交").count() else "继续")


def fills(clerk: Window, section: str, fields: dict[str, Any]) -> None:
    """Open the page where one is not there yet, write, and keep it."""
    page = clerk.page
    if f"/fill/{section}/" not in page.url:
        case = Application.objects.get(status="draft")
        clerk.open(f"/my/{case.pk}/fill/{section}/")
    for name, text in fields.items():
        page.locator(f"[name='{name}']").fill(text)
    clerk.press("存下，继续")


def awarded(case: Application, by: User) -> int:
    """What the pass decides on, in fen."""
    decision = decision_of(reviews.pass_on(Application.objects.get(pk=case.pk), by=by, at=NOON))
    assert decision is not None
    return decision.amount_fen


def reads(clerk: Window, case: Application, amount: str) -> None:
    clerk.open(f"/my/{case.pk}/")
    clerk.says(amount)
