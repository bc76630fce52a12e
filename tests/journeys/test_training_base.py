"""A training base whose amount people decide: above the cap refused with the clause, at the cap agreed by a meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from doors import desk_of, photograph, settled
from windows import DESK, Window

from any_programme import example, filed_case, look_everything_up
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.reviews import actions as reviews
from jiangli.reviews import deciding
from jiangli.reviews.queries import decision_of
from meeting_stories import AT, BASE, BUREAU

pytestmark = [
    pytest.mark.journey,
    pytest.mark.by_hand,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("window", [DESK], indirect=True, ids=["1280"]),
]
AMOUNT = "officer.approved_amount"


def test_an_amount_is_decided_within_its_cap(
    window: Callable[..., Window], work: Callable[[], None], settings: Any
) -> None:
    settings.DEMO_DAY = (AT + timedelta(days=1)).date()
    case = filed_case(BASE, at=AT)
    first = desk_of(window, BUREAU, Role.REVIEWER, name="测试审查")
    all_but_the_amount(case, User.objects.get(name="测试审查"))
    note_the_amount(first, case)
    first.open(f"/staff/cases/{case.pk}/pass")
    first.press("通过")
    without_objection(case)
    prepare_the_meeting(first)
    enter_the_minutes(first)
    second = desk_of(window, BUREAU, Role.APPROVER, name="测试审批")
    confirm_by_the_minutes(second, work, case)


def all_but_the_amount(case: Application, by: User) -> None:
    reviews.take(case, by=by, at=AT)
    facts = {**example(BASE).request["facts"]}
    del facts[AMOUNT]
    look_everything_up(case, facts, [])


def note_the_amount(desk: Window, case: Application) -> None:
    """One fen above the cap is refused with the words of the text; the cap itself is noted."""
    desk.open(f"/staff/cases/{case.pk}/look-up/{AMOUNT}")
    for amount, answer in (("300000.01", "最高 30 万元"), ("300000.00", "记下了")):
        desk.page.get_by_label("核定金额").fill(amount)
        desk.page.locator("input[name=place]").fill("建设投入明细")
        desk.page.locator("main form button").last.click()
        desk.says(answer)
        if amount.endswith("1"):
            desk.look("above-the-cap")


def without_objection(case: Application) -> None:
    """Its publicity is over."""
    case.refresh_from_db()
    deciding.go_on(case, text="公示期满，无异议。", by=User.objects.get(name="测试审查"), at=AT)


def prepare_the_meeting(desk: Window) -> None:
    desk.open("/staff/meetings/")
    desk.look("meetings")
    desk.page.get_by_label("会议名称").fill("区人社局党组会议")
    desk.page.get_by_label("计划日期").fill("2025-11-20")
    desk.press("开始编议程")
    desk.look("due")
    desk.page.locator("input[name=case]").check(force=True)
    desk.press("列入勾选的件")
    desk.look("agenda")
    desk.press("确定议程")
    desk.press("打印材料")
    desk.says("300,000.00")
    desk.look("material")
    desk.press("回到会议")


def enter_the_minutes(desk: Window) -> None:
    desk.page.get_by_label("会议纪要编号").fill("测试纪要〔2025〕1号")
    desk.page.get_by_label("会议日期").fill("2025-11-20")
    desk.press("保存")
    desk.page.locator("input[name=file]").first.set_input_files(photograph("纪要.jpg"))
    desk.press("上传纪要")
    desk.page.locator("th .name").click()
    desk.page.get_by_label("另定金额").check()
    desk.page.get_by_label("同意金额（元）").fill("300000.01")
    desk.press("录入")
    desk.says("最多还可以发 300,000 元")
    desk.look("item")
    desk.page.get_by_label("同意", exact=True).check()
    desk.press("录入")
    desk.says("每个议题都有结果了")
    desk.look("entered")


def confirm_by_the_minutes(desk: Window, work: Callable[[], None], case: Application) -> None:
    desk.open("/staff/meetings/")
    desk.press("区人社局党组会议")
    desk.press("3. 对照纪要确认")
    work()
    settled(desk)
    desk.says("已全部办结")
    desk.look("carried-out")
    decision = decision_of(case)
    assert decision is not None and decision.amount_fen == 30_000_000
    desk.open(f"/staff/cases/{case.pk}/")
    desk.says("区人社局党组会议（测试纪要〔2025〕1号，2025-11-20）审议通过。")
    desk.look("case")
