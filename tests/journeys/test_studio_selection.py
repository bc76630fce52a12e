"""A firm's studio is selected: scored by an expert, put on the list, confirmed by a second officer. Then its set-up
is claimed, and nobody looks anything up: the register says what was recognised.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from doors import act_for, come_in
from windows import DESK, Window

from jiangli.accounts.models import User
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.registers.recognitions.models import Recognition
from jiangli.reviews import actions as reviews
from jiangli.reviews.queries import decision_of
from jiangli.reviews.selection.models import SelectionRound
from selection_stories import Bureau
from stories import NOON, SUBBRANCH, adopted_law, identity_number, member, organisation

pytestmark = [
    pytest.mark.journey,
    pytest.mark.by_hand,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("on_the_day"),
]
CODE, FIRM, PHONE, CLERK = "qiantang-08-studio-setup", "测试钱塘工作室有限公司", "13900000970", 970


@pytest.mark.parametrize("window", [DESK], indirect=True, ids=["1280"])
def test_a_selected_studio_is_set_up_without_anything_looked_up(
    window: Callable[..., Window], work: Callable[[], None]
) -> None:
    adopted_law(NOON)
    firm = organisation(FIRM, area="330114", clerk=member("测试经办", serial=CLERK, phone=PHONE))
    bureau = Bureau(experts=1)
    one = bureau.opened()
    row = bureau.admitted(one, firm, "测试焊接工作室")
    bureau.scoring(one)

    expert = desk(window, bureau.experts[0])
    expert.page.get_by_role("link", name="测试焊接工作室").click()
    expert.page.locator("[name=c1]").fill("90")
    expert.page.locator("[name=c2]").fill("19")
    expert.look("score")
    expert.press("保存评分")
    expert.says("已评分")
    expert.look("scores")

    office = desk(window, bureau.clerk)
    office.open(f"/staff/selections/{one.pk}/")
    office.press("评分结束")
    office.says("92.00")
    office.open(f"/staff/selections/candidates/{row.pk}/")
    office.look("candidate")
    office.press("列入名单")
    bureau.proposed(bureau.published(SelectionRound.objects.get()))

    chief = desk(window, bureau.chief)
    chief.open(f"/staff/selections/{one.pk}/")
    chief.look("round")
    chief.press("复核通过，登记入册")
    chief.says("已认定")
    entry = Recognition.objects.get()
    chief.open(f"/staff/recognitions/{entry.pk}/")
    chief.look("recognition")

    claims(window("studio-clerk"), work, entry, bureau.chief)


def desk(window: Callable[..., Window], user: User) -> Window:
    """An officer signed in."""
    one = window(user.username)
    one.open("/staff/")
    one.page.locator("input[name=login]").fill(user.username)
    one.page.locator("input[name=password]").fill("wanderlust-7")
    one.page.locator("main button").first.click()
    one.page.wait_for_url(re.compile("/staff/(?!account)"))
    return one


def claims(clerk: Window, work: Callable[[], None], entry: Recognition, chief: User) -> None:
    """The clerk is asked nothing about the studio; an approver passes without a look-up."""
    firm = entry.party
    come_in(clerk, PHONE, "测试经办", identity_number(CLERK), work)
    act_for(clerk, FIRM)
    account = User.objects.get(person__name="测试经办")
    case = applications.start(None, CODE, organisation=firm, by=account, at=NOON)
    card = {"account_name": FIRM, "account_number": "330000000000970", "account_bank": SUBBRANCH}
    applications.save_answers(case, account=card, by=account, at=NOON)
    clerk.open(f"/my/{case.pk}/")
    assert clerk.page.locator("a[href*='/fill/studio']").count() == 0
    clerk.open(f"/my/{case.pk}/answers/")
    clerk.press("提交申请")
    clerk.page.wait_for_url("**/done/")
    case = Application.objects.get(pk=case.pk)
    assert not case.look_ups.exists()
    case = reviews.pass_on(case, by=chief, at=NOON)
    decision = decision_of(case)
    assert decision is not None and decision.amount_fen == 10_000_000
