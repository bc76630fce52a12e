"""From the check to two payments: the whole of the first document, in a real browser.

A worker on a phone, officers at their desks, a return for correction, and a bank that sends one payment back.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image
from windows import PHONE, Window

from stories import NOON, certificate, identity_number, officer, the_law
from stories import member as in_the_register

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("on_the_day"),
]

PASSWORD = "wanderlust-7"


def photograph(name: str) -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (1240, 880), "#f6eedd").save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def code_sent_to(phone: str) -> str:
    """The newest code in the outbox for a phone."""
    lines = [
        line
        for file in sorted(Path(settings.OUTBOX).glob("*.jsonl"))
        for line in file.read_text().splitlines()
    ]
    rows = [json.loads(line) for line in lines]
    text = next(
        row["text"] for row in reversed(rows) if row["phone"] == phone and row["event"] == "phone.code"
    )
    return "".join(c for c in text.split("验证码")[1] if c.isdigit())[:6]


# --- the worker


def check(worker: Window) -> None:
    """Answer the questions one by one until there is a result."""
    worker.open("/")
    worker.look("home")
    worker.press("我能领什么")
    while "/check/result" not in worker.page.url:
        worker.look("question")
        answer_question(worker)
        worker.press("下一题")
    worker.says("可以申请，估计能领")
    worker.says("市总工会 600 元 + 区总工会 600 元")
    worker.look("result")


def answer_question(worker: Window) -> None:
    wanted = ("技师", "萧山区", "职业技能等级证书", "第三方评价机构", "杭州市本级", "是")
    if worker.page.locator("input[type=radio]").count():
        for label in worker.page.locator("label").all():
            if label.inner_text().split("\n")[0].strip() in wanted:
                label.click()
                return
    fill_day(worker, "2024-09-20")


def fill_day(worker: Window, day: str, within: Any = None) -> None:
    year, month, of_month = day.split("-")
    area = within or worker.page
    for name, value in zip(("年", "月", "日"), (year, str(int(month)), str(int(of_month))), strict=True):
        area.get_by_label(name, exact=True).fill(value)


def sign_in(worker: Window, phone: str, name: str, number: str, work: Callable[[], None]) -> None:
    """Phone, code, name and number."""
    worker.page.get_by_label("手机号").fill(phone)
    worker.look("phone")
    worker.press("发验证码")
    work()
    worker.page.get_by_label("验证码").fill(code_sent_to(phone))
    worker.look("code")
    worker.press("继续")
    worker.page.get_by_label("姓名").fill(name)
    worker.page.get_by_label("身份证号码").fill(number)
    worker.look("name")
    worker.press("继续")


TEXTS = {
    "证书编号": "S000033010000002",
    "职业": "焊工",
    "工种": "焊工",
    "工作单位": "测试机械制造有限公司",
    "户名": "测试甲",
    "卡号": "6217 0000 0000 0000 000",
    "开户行": "测试银行杭州萧山支行",
    "工会": "测试一车间工会",
    "持证人": "测试甲",
}


def fill_section(worker: Window) -> None:
    """Give an answer to every field of a page of the form."""
    page = worker.page
    for field in page.locator("main input[type=text]:visible, main input:not([type]):visible").all():
        label = page.locator(f"label[for='{field.get_attribute('id')}']").inner_text()
        if label in {"年", "月", "日"} or field.input_value():
            continue
        field.fill(next((text for key, text in TEXTS.items() if key in label), "测试"))
    for group in page.locator("main fieldset").all():
        radios = group.locator("input[type=radio]")
        if radios.count() and not group.locator("input[type=radio]:checked").count():
            wanted = [label for label in group.locator("label").all() if label.inner_text().strip() in WANTED]
            (wanted[0] if wanted else group.locator("label").first).click()
        elif not radios.count() and not group.get_by_label("年", exact=True).input_value():
            fill_day(worker, "2019-05-20", within=group)


WANTED = {"否", "高级工", "技师", "男", "大专"}


def apply(worker: Window, *, account_name: str = "测试甲") -> str:
    """Fill in everything, look at it, hand it in; the acceptance number and the query password."""
    worker.press("开始填")
    while worker.page.get_by_role("link", name="看一遍，提交").count() == 0:
        worker.look("draft")
        worker.press("继续")
        if worker.page.locator("input[type=file]").count():
            worker.page.locator("input[type=file]").set_input_files(
                [photograph("一.jpg"), photograph("二.jpg")]
            )
            worker.look("photos")
            worker.press("交这些照片")
            worker.look("photos-there")
            worker.press("继续")
        else:
            fill_section(worker)
            worker.look("section")
            worker.press("存下，继续")
    worker.press("看一遍，提交")
    worker.look("answers")
    worker.page.get_by_role("button", name="提交申请").dblclick()
    worker.page.wait_for_url("**/done/")
    worker.look("done")
    return worker.page.inner_text("main")


@pytest.fixture
def law() -> None:
    the_law(NOON)


def test_a_worker_checks_and_applies(
    window: Callable[..., Window], work: Callable[[], None], law: None
) -> None:
    person = in_the_register("测试甲", serial=1, phone="13900000011")
    certificate(person, number="S000033010000002")
    worker = window(PHONE, "worker")
    check(worker)
    worker.press("去申请")
    worker.look("programme")
    worker.press("去申请")
    sign_in(worker, "13900000011", "测试甲", identity_number(1), work)
    worker.look("after-sign-in")
    said = apply(worker)
    assert "XS-2025-00001" in said
