"""From the check to two payments: the whole of the first document, in a real browser.

A worker on a phone, officers at their desks, a return for correction, and a bank that sends one payment back.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from PIL import Image
from windows import Window

from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.payments.models import Batch, Payment
from jiangli.registers.models import Person
from jiangli.reviews.queries import decision_of
from stories import NOON, certificate, filed, history_declared, identity_number, officer, the_law
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
    wanted = ("职工", "技师", "萧山区", "职业技能等级证书", "第三方评价机构", "杭州市本级", "是")
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
    worker.page.get_by_label("身份证号").fill(number)
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
    for group in page.locator("main fieldset:not(:has(fieldset))").all():
        radios = group.locator("input[type=radio]")
        if radios.count() and not group.locator("input[type=radio]:checked").count():
            wanted = [label for label in group.locator("label").all() if label.inner_text().strip() in WANTED]
            (wanted[0] if wanted else group.locator("label").first).click()
        elif (
            group.get_by_label("年", exact=True).count()
            and not group.get_by_label("年", exact=True).input_value()
        ):
            fill_day(worker, "2019-05-20", within=group)


WANTED = {"否", "高级工", "技师", "男", "大专"}


def apply(worker: Window) -> tuple[str, str]:
    """Fill in everything, look at it, hand it in; the acceptance number and the query password."""
    worker.press("开始填")
    while not worker.page.url.endswith("/answers/"):
        one_page_of_the_form(worker)
    worker.look("answers")
    worker.page.get_by_role("button", name="提交申请").dblclick()
    worker.page.wait_for_url("**/done/")
    worker.look("done")
    return number_and_password(worker.page.inner_text("main"))


def one_page_of_the_form(worker: Window) -> None:
    """Whatever page comes next: the list of what to fill in, photographs, or a section of answers."""
    page = worker.page
    if page.locator("input[type=file]").count():
        if page.get_by_role("button", name="交这些照片").count():
            page.locator("input[type=file]").set_input_files([photograph("一.jpg"), photograph("二.jpg")])
            worker.look("photos")
            worker.press("交这些照片")
        else:
            worker.look("photos-there")
            worker.press("继续")
    elif page.get_by_role("button", name="存下，继续").count():
        fill_section(worker)
        worker.look("section")
        worker.press("存下，继续")
    else:
        worker.look("draft")
        worker.press("看一遍，提交" if page.get_by_role("link", name="看一遍，提交").count() else "继续")


def number_and_password(text: str) -> tuple[str, str]:
    number = re.search(r"XS-2025-\d{5}", text)
    password = re.search(r"\b[2-9A-HJ-NP-Z]{4}[ -]?[2-9A-HJ-NP-Z]{4}\b", text)
    assert number, text
    assert password, text
    return number.group(), password.group()


@pytest.fixture
def law() -> None:
    the_law(NOON)
    history_declared(at=NOON)


def test_a_worker_checks_and_applies(
    window: Callable[..., Window], work: Callable[[], None], law: None
) -> None:
    person = in_the_register("测试甲", serial=1, phone="13900000011")
    certificate(person, number="S000033010000002")
    worker = window("worker")
    check(worker)
    worker.press("去申请")
    worker.look("programme")
    worker.press("去申请")
    sign_in(worker, "13900000011", "测试甲", identity_number(1), work)
    worker.look("after-sign-in")
    number, password = apply(worker)
    assert number == "XS-2025-00001"
    assert Application.objects.filter(status="submitted").count() == 1
    look_up_without_signing_in(window("visitor"), identity_number(1), password)


def look_up_without_signing_in(visitor: Window, number: str, password: str) -> None:
    """Identity number and query password are enough to see how far it is; a wrong one says nothing."""
    visitor.open("/status/")
    visitor.page.get_by_label("身份证号").fill(number)
    visitor.page.get_by_label("查询密码").fill("WRONG234")
    visitor.press("查一下")
    visitor.says("对不上")
    visitor.look("wrong")
    visitor.page.get_by_label("身份证号").fill(number)
    visitor.page.get_by_label("查询密码").fill(password)
    visitor.press("查一下")
    visitor.says("区总工会预审")
    visitor.look("case")


# --- officers


def staff(window: Callable[..., Window], agency: str, *roles: Role, name: str) -> Window:
    """An officer signed in at a desk."""
    user = officer(agency, *roles, name=name)
    desk = window(name)
    desk.open("/staff/")
    desk.page.locator("input[name=login]").fill(user.username)
    desk.page.locator("input[name=password]").fill("wanderlust-7")
    desk.look("sign-in")
    desk.page.locator("main button").first.click()
    desk.page.wait_for_url(re.compile("/staff/(?!account)"))
    return desk


def open_case(desk: Window, name: str) -> None:
    desk.open("/staff/cases/")
    desk.look("queue")
    desk.press(name)
    desk.look("case")


def worker_in_review() -> Person:
    """A technician whose case is filed, as the first journey leaves it."""
    person = in_the_register("测试甲", serial=1, phone="13900000011")
    filed(person, certificate(person, number="S000033010000002"), at=NOON)
    return person


def signed_in_worker(window: Callable[..., Window], work: Callable[[], None], story: str) -> Window:
    worker = window(story)
    worker.open("/sign-in/")
    sign_in(worker, "13900000011", "测试甲", identity_number(1), work)
    return worker


def test_a_return_a_correction_and_two_payers_of_whom_one_meets_a_bank_failure(
    window: Callable[..., Window], work: Callable[[], None], law: None
) -> None:
    worker_in_review()
    work()
    reviewer = staff(window, "xiaoshan-union", Role.REVIEWER, Role.CASHIER, name="测试审核")
    approver = staff(window, "hangzhou-union", Role.APPROVER, Role.CASHIER, name="样例复审")
    return_for_correction(reviewer)
    correct_and_hand_in_again(signed_in_worker(window, work, "worker-corrects"))
    work()
    pass_the_case(reviewer, "预审通过")
    pass_the_case(approver, "复审通过")
    work()
    pay(window, "hangzhou-union", failures=0)
    pay(window, "xiaoshan-union", failures=1)
    worker = signed_in_worker(window, work, "worker-is-paid")
    give_another_card(worker)
    pay(window, "xiaoshan-union", failures=0)
    worker.open("/my/")
    worker.press("技师、高级技师一次性激励")
    worker.says("都到账了")
    worker.look("all-paid")
    assert sorted(Payment.objects.values_list("payer_id", "status")) == [
        ("hangzhou-union", "paid"),
        ("xiaoshan-union", "paid"),
        ("xiaoshan-union", "returned"),
    ]


def return_for_correction(reviewer: Window) -> None:
    open_case(reviewer, "测试甲")
    reviewer.press("退回更正")
    reviewer.page.locator("input[name='pick:account']").check()
    reviewer.page.locator("input[name='why:account']").fill("开户行请写到支行")
    reviewer.page.locator("main textarea").fill("请写清是哪一家支行，再交一次。")
    reviewer.look("return")
    reviewer.page.locator("main form button.govuk-button").first.click()
    reviewer.page.wait_for_load_state()


def correct_and_hand_in_again(worker: Window) -> None:
    worker.open("/my/")
    worker.look("my")
    worker.press("技师、高级技师一次性激励")
    worker.says("开户行请写到支行")
    worker.look("returned")
    worker.page.locator("main .tasks a").first.click()
    worker.page.get_by_label("开户行").fill("测试银行杭州市心路支行")
    worker.look("correct")
    worker.press("存下，继续")
    if not worker.page.url.endswith("/answers/"):
        worker.press("看一遍，重新提交")
    worker.look("answers")
    worker.press("重新提交")
    worker.says("6 月 10 日")
    worker.look("handed-in-again")


def pass_the_case(desk: Window, button: str) -> None:
    open_case(desk, "测试甲")
    desk.press(button)
    if desk.page.url.endswith("/pass"):
        desk.look("pass")
        desk.page.locator("main form button.govuk-button").first.click()
        desk.page.wait_for_load_state()
    desk.look("passed")


def pay(window: Callable[..., Window], agency: str, *, failures: int) -> None:
    """Freeze a batch, have it released by another, write the sheet, read what the bank sends back — twice."""
    clerk = staff(window, agency, Role.CASHIER, name=f"经办-{agency}-{failures}")
    clerk.open("/staff/payments/")
    clerk.look("due")
    clerk.press("全部 1 笔")
    clerk.look("frozen")
    batch = Batch.objects.get(payer_id=agency, status="frozen")
    releaser = staff(window, agency, Role.RELEASER, name=f"放行-{agency}-{failures}")
    releaser.open(f"/staff/payments/batches/{batch.pk}/")
    releaser.press("放行", exact=True)
    releaser.look("released")
    clerk.page.reload()
    clerk.press("生成给银行的表")
    clerk.look("written")
    sheet = Path(settings.VAR) / f"{batch.number}-{failures}.xlsx"
    call_command("bank", batch.number, fail=failures, out=sheet)
    for _ in range(2):
        clerk.open(f"/staff/payments/batches/{batch.pk}/")
        if clerk.page.locator("input[type=file]").count() == 0:
            clerk.open("/staff/payments/")
        clerk.page.locator("input[type=file]").set_input_files(sheet)
        clerk.press("读这张表")
        clerk.look("answer")


def give_another_card(worker: Window) -> None:
    worker.open("/my/")
    worker.press("技师、高级技师一次性激励")
    worker.says("银行退回")
    worker.look("bank-returned")
    worker.press("换一张卡")
    assert worker.page.get_by_label("户名").input_value() == "测试甲"
    worker.page.get_by_label("卡号").fill("6228000000000000018")
    worker.page.get_by_label("开户行").fill("测试银行杭州城厢支行")
    worker.look("another-card")
    worker.press("就用这张卡")
    worker.look("card-given")


def test_a_chief_technician_comes_by_the_list_and_confirms_a_card(
    window: Callable[..., Window], work: Callable[[], None], law: None
) -> None:
    person = in_the_register("测试甲", serial=1, phone="13900000011")
    certificate(person, number="S000033010000002", level="chief_technician")
    registrar = staff(window, "hangzhou-union", Role.REGISTRAR, name="样例名单")
    registrar.open("/staff/lists/")
    registrar.page.get_by_label("文号").fill("浙人社测〔2024〕1号")
    registrar.page.get_by_label("发文日期").fill("2024-11-15")
    rows = ["姓名,身份证号,等级,证书编号,发证日期", "测试坏行,123,首席技师,,"]
    rows.append(f"测试甲,{identity_number(1)},首席技师,S000033010000002,2024-10-30")
    sheet = "\n".join(rows)
    registrar.page.locator("input[type=file]").set_input_files(
        {"name": "名单.csv", "mimeType": "text/csv", "buffer": sheet.encode("utf-8-sig")}
    )
    registrar.look("list")
    registrar.press("读这份名单")
    registrar.says("身份证号")
    registrar.look("list-read")
    work()
    worker = signed_in_worker(window, work, "chief")
    worker.open("/my/")
    worker.press("特级技师、首席技师一次性激励")
    worker.look("asked")
    worker.press("确认我的银行卡")
    worker.page.get_by_label("户名").fill("测试甲")
    worker.page.get_by_label("卡号").fill("6228000000000000018")
    worker.page.get_by_label("开户行").fill("测试银行杭州城厢支行")
    worker.look("card")
    worker.press("就用这张卡")
    worker.look("confirmed")
    pass_the_case(staff(window, "hangzhou-union", Role.APPROVER, name="样例核对"), "核对通过")
    case = Application.objects.get()
    assert (case.status, decision_of(case).amount_fen) == ("approved", 300000)
