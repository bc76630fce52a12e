"""Somebody without a phone hands in on paper; later they call, and later still they have a phone.

The officer keys the form in with its scans and the signed consent and hands over a slip. Whoever takes the call
tells how far it is, why, what comes next and when the money came.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from doors import code_sent_to, desk_of, photograph
from windows import DESK, Window

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.payments import actions as paying
from jiangli.payments import queries, simulated_bank
from jiangli.programmes import actions as programmes
from jiangli.registers import actions as registers
from jiangli.registers.models import Membership, Person
from jiangli.reviews import actions as reviews
from stories import NOON, SENIOR, agencies, certificate, history_declared, identity_number, library, officer

pytestmark = [
    pytest.mark.journey,
    pytest.mark.by_hand,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("on_the_day"),
]

UNION = "xiaoshan-union"
NAME, SERIAL, PHONE_NUMBER = "测试甲", 1, "13900000777"
CARD = "6217000000000000000"
ON_PAPER = {
    "性别": "女",
    "学历": "大专、高职",
    "原有最高技能等级": "中级工",
    "外来务工人员": "否",
}


@pytest.fixture
def person() -> Person:
    """A member with a certificate of the registers, who has neither phone nor account here."""
    agencies()
    programmes.publish(rules.build(library().sources_of(SENIOR)), by=None, at=NOON)
    person = registers.person_of_number(identity_number(SERIAL), name=NAME)
    person.in_register = True
    person.save()
    Membership.objects.create(
        person=person,
        union_name="测试一车间工会",
        union_area="330109",
        real_name_verified=True,
        since_on=date(2020, 1, 1),
    )
    certificate(person, number="S000033010000002", level="senior")
    return person


@pytest.mark.parametrize("window", [DESK], indirect=True, ids=["1280"])
def test_a_paper_form_is_keyed_in_and_a_caller_is_told(
    window: Callable[..., Window], work: Callable[[], None], person: Person
) -> None:
    desk = desk_of(window, UNION, Role.COUNTER, Role.REVIEWER, name="窗口-测试经办")
    case = keyed_in(desk)
    password = slip(desk, case)
    work()
    called(desk, "现在不用做什么", "in-review")
    reviewer = returned(case)
    called(desk, "请写到支行", "returned")
    mended(desk, case)
    paid(case, reviewer)
    called(desk, "6 月 10 日到账", "paid")
    phone_noted(desk)
    renewed(window, work, password)


def keyed_in(desk: Window) -> Application:
    """First whose form it is, then everything that is written on it, on one page, with the scans."""
    desk.open("/staff/counter/")
    desk.look("counter")
    desk.press("录入纸质申请")
    page = desk.page
    page.locator("select[name=programme]").select_option(SENIOR)
    page.locator("input[name=name]").fill(NAME)
    page.locator("input[name=id_number]").fill(identity_number(SERIAL))
    desk.look("whose")
    desk.press("下一步，录申请表")
    desk.look("empty-form")
    typed(desk)
    for field in page.locator("input[type=file]").all():
        field.set_input_files([photograph("扫描.jpg")])
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state()
    typed(desk)
    desk.look("keyed")
    desk.press("保存并提交")
    desk.keep("handed-in")
    return Application.objects.get(status="submitted")


def typed(desk: Window) -> None:
    """Every field that is still empty, as it stands on the paper."""
    for field in desk.page.locator("#paper select").all():
        if not field.input_value():
            label = desk.page.locator(f"label[for='{field.get_attribute('id')}']").inner_text()
            said = next((said for key, said in ON_PAPER.items() if key in label), None)
            field.select_option(label=said) if said else field.select_option(index=1)
    for field in desk.page.locator("#paper input[type=text]").all():
        if not field.input_value():
            label = desk.page.locator(f"label[for='{field.get_attribute('id')}']").inner_text()
            field.fill(written(label))


def written(label: str) -> str:
    known = {
        "证书编号": "S000033010000002", "时间": "20180520", "日期": "20240920", "户名": NAME, "持证人": NAME,
        "账号": CARD, "卡号": CARD, "开户": "测试银行萧山支行", "年限": "3",
    }  # fmt: skip
    return next((said for key, said in known.items() if key in label), "焊工")


def slip(desk: Window, case: Application) -> str:
    """The slip shows number and query password once, and nothing of the person; it prints."""
    assert case.number
    desk.says(case.number)
    desk.look("slip")
    said = desk.page.inner_text("main")
    assert NAME not in said and identity_number(SERIAL) not in said
    password = desk.page.locator(".secret").inner_text()
    desk.page.emulate_media(media="print")
    desk.keep("slip-printed")
    assert not desk.page.get_by_role("button", name="打印").is_visible()
    desk.page.emulate_media(media="screen")
    desk.page.reload()
    assert desk.page.locator(".secret").count() == 0
    return password


def called(desk: Window, told: str, name: str) -> None:
    """Somebody calls: both questions first, then everything they may hear."""
    desk.open("/staff/callers/")
    desk.page.locator("input[name=q]").fill(NAME)
    desk.press("搜索")
    if desk.page.locator("input[name=tail]").count():
        desk.look("who-is-calling")
        desk.page.locator("input[name=tail]").fill(identity_number(SERIAL)[-4:])
        desk.press("两句都答对了")
    desk.says(told)
    desk.look(f"caller-{name}")
    desk.press("通话结束")


def returned(case: Application) -> User:
    """A reviewer finds the bank written too short."""
    fault = [{"field": "account", "reason": "开户行请写到支行"}]
    by = officer(UNION, Role.REVIEWER)
    reviews.send_back(case, fields=fault, text="请补写后再交。", by=by, at=NOON)
    return by


def mended(desk: Window, case: Application) -> None:
    """The person says the branch, and the officer hands the form in again for them."""
    desk.open("/staff/counter/?state=returned")
    desk.press(NAME)
    desk.page.locator("input[name=account_bank]").fill("测试银行杭州市心路支行")
    desk.look("mended")
    desk.press("保存并提交")
    case.refresh_from_db()
    assert (case.status, case.account_bank) == ("submitted", "测试银行杭州市心路支行")


def paid(case: Application, reviewer: User) -> None:
    """Two officers pass it, a batch goes to the bank, and the bank says that it arrived."""
    history_declared(UNION, at=NOON, programme=SENIOR)
    for by in (reviewer, officer(UNION, Role.APPROVER)):
        case = reviews.pass_on(case, by=by, at=NOON)
    paying.fall_due(at=NOON)
    cashier, releaser = officer(UNION, Role.CASHIER), officer(UNION, Role.RELEASER)
    assert cashier.agency
    batch = paying.freeze(cashier.agency, by=cashier, at=NOON)
    batch = paying.release(batch, by=releaser, at=NOON)
    paying.write_sheet(batch, by=cashier, at=NOON)
    batch.refresh_from_db()
    answer = simulated_bank.answer(queries.sheet(batch), day=NOON.date().isoformat(), fail=0)
    paying.read_returned(cashier.agency, answer, by=cashier, at=NOON)


def renewed(window: Callable[..., Window], work: Callable[[], None], old: str) -> None:
    """At home: the slip is lost. A code to the phone that the counter noted brings another password."""
    home = window("counter-home")
    home.open("/status/")
    home.press("忘记查询密码")
    home.look("forgotten")
    home.page.locator("input[name=id_number]").fill(identity_number(SERIAL))
    home.page.locator("input[name=phone]").fill(PHONE_NUMBER)
    home.press("发验证码")
    work()
    home.look("code")
    home.page.get_by_label("验证码").fill(code_sent_to(PHONE_NUMBER))
    home.press("继续")
    home.look("new-password")
    new = home.page.locator("b.code").inner_text()
    assert new != old
    home.open("/status/")
    home.page.get_by_label("身份证号").fill(identity_number(SERIAL))
    home.page.get_by_label("查询密码").fill(new)
    home.press("查一下")
    home.says("到账")
    home.look("case")


def phone_noted(desk: Window) -> None:
    """With the card in hand, at the counter: from now on there is a phone."""
    desk.open("/staff/counter/card")
    desk.page.locator("input[name=name]").fill(NAME)
    desk.page.locator("input[name=id_number]").fill(identity_number(SERIAL))
    desk.page.locator("input[name=phone]").fill(PHONE_NUMBER)
    desk.page.locator("input[name=seen]").check()
    desk.look("card")
    desk.press("记下新手机号")
    desk.look("phone-noted")
