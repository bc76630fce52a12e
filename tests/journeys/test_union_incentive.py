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

from stories import NOON, the_law

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]

PASSWORD = "wanderlust-7"


def photograph(name: str) -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (1240, 880), "#f6eedd").save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def code_sent_to(phone: str) -> str:
    """The newest code in the outbox for a phone."""
    lines = [line for file in sorted(Path(settings.OUTBOX).glob("*.jsonl")) for line in file.read_text().splitlines()]
    rows = [json.loads(line) for line in lines]
    text = next(row["text"] for row in reversed(rows) if row["phone"] == phone and row["event"] == "phone.code")
    return "".join(c for c in text.split("验证码")[1] if c.isdigit())[:6]


def check(worker: Window) -> None:
    """Answer the questions one by one until there is a result."""
    worker.open("/")
    worker.look("home")
    worker.press("我能领什么")
    answers = {
        "萧山": "萧山区",
        "实名": "是",
        "哪一种": "职业技能等级证书",
        "等级": "技师",
        "机构": "评价机构",
        "备案": "杭州",
    }
    for _ in range(12):
        if "/check/result" in worker.page.url:
            break
        worker.look("question")
        answer_question(worker, answers)
        worker.press("下一题")


def answer_question(worker: Window, answers: dict[str, str]) -> None:
    if worker.page.locator("input[type=radio]").count():
        for text in ("技师", "萧山区", "职业技能等级证书", "第三方评价机构", "杭州市本级", "是"):
            label = worker.page.locator("label", has_text=text)
            for index in range(label.count()):
                if label.nth(index).inner_text().split("\n")[0].strip().startswith(text):
                    label.nth(index).click()
                    return
        raise AssertionError(worker.page.inner_text("main"))
    for name, value in zip(("年", "月", "日"), ("2024", "9", "20"), strict=True):
        worker.page.get_by_label(name, exact=True).fill(value)


def test_a_worker_checks(window: Callable[..., Window], work: Callable[[], None]) -> None:
    the_law(NOON)
    worker = window(PHONE, "worker")
    check(worker)
    worker.look("result")
