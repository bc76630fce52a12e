"""Walking through all programmes: the list narrowed, pages of every shape, and the check of an employer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from windows import Window

from stories import NOON, the_law

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("on_the_day"),
]
SHAPES = {
    "draft-roster": ("qiantang-10a-institution-training", "征求意见稿：可以试算，还不能发放"),
    "elsewhere": ("hangzhou-mutual-aid-2025-hospital", "按拟用标准的估算"),
    "monthly": ("xiaoshan-hrss-2025-11b-chief-technician-allowance", "元/月"),
    "formula": ("xiaoshan-hrss-2025-07a-self-certification", "年度自主认定人次"),
    "officer": ("xiaoshan-hrss-2025-05a-training-base-construction", "由经办人核定"),
    "expired": ("hangzhou-union-2022", "已经截止，不能再申请"),
    "open": ("xiaoshan-union-2025-technician", "先看看我符不符合"),
}


@pytest.fixture
def law(db: None) -> None:
    the_law(NOON)


def test_somebody_looks_for_a_programme(window: Callable[..., Window], law: None) -> None:
    visitor = window("programmes")
    visitor.open("/")
    visitor.says("在这里就能办")
    visitor.look("home")
    visitor.press("全部项目")
    visitor.look("list")
    visitor.page.get_by_role("link", name="院校、培训机构").first.click()
    visitor.says("培训机构直接培养高技能人才资助")
    visitor.look("for-training-bodies")
    visitor.page.get_by_label("状态").select_option("draft")
    visitor.press("搜索")
    visitor.look("drafts")
    visitor.page.get_by_label("搜索").fill("没有这样的词")
    visitor.press("搜索")
    visitor.says("没有这样的项目")
    visitor.look("nothing")
    for name, (code, words) in SHAPES.items():
        visitor.open(f"/programme/{code}/")
        visitor.says(words)
        visitor.look(name)
    visitor.press("English")
    visitor.open("/programmes/?state=draft")
    visitor.says("Drafts for comments")
    visitor.look("english")


def test_an_employer_finds_out_what_it_can_claim(window: Callable[..., Window], law: None) -> None:
    employer = window("employer")
    employer.open("/check/")
    employer.look("who")
    while "/check/result" not in employer.page.url:
        answer(employer)
        employer.press("下一题")
    employer.says("名单上一个人能领多少")
    employer.says("也许可以：还有没弄清的")
    employer.look("result")


def answer(visitor: Window) -> None:
    """An enterprise of Xiaoshan, not sure about anything else."""
    wanted = ("企业", "萧山区")
    for label in visitor.page.locator("main label").all():
        if label.inner_text().split("\n")[0].strip() in wanted:
            label.click()
            return
    visitor.page.locator("main label").filter(has_text="不清楚").click()
