"""A training institution from the filed class to a roster that crosses the yearly ceiling, in a real browser.

1,100 yuan are left of 200,000, of which 198,900 went to its other programme: of two lines of 720 yuan the second
gets 380, and everybody reads it: the officer on the lines, the case in its sum, the clerk afterwards.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from test_union_incentive import one_page_of_the_form, photograph, sign_in, staff
from windows import DESK, Window

from filing_stories import ABILITY, BUREAU, TRAINING, claims_taken, training_body
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.registers.models import Certificate, EarlierPayment, Organisation
from jiangli.registers.queries import find_person
from roster_stories import sheet, trainee
from stories import NOON, adopted_law, certificate, identity_number, member

pytestmark = [
    pytest.mark.journey,
    pytest.mark.by_hand,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("on_the_day"),
    pytest.mark.parametrize("window", [DESK], indirect=True, ids=["1280"]),
]
FILED_ON = date(2025, 2, 10)
CLASS = {
    "title": "焊工高级一班",
    "occupation": "焊工",
    "opens_on": "2025-03-20",
    "place": "测试路 1 号",
    "plan": "理论 40 课时，实操 80 课时。",
}
TRAINEES = ((951, "测试甲"), (952, "测试乙"))
CLERK = 950
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def body() -> Organisation:
    """A training institution of Qiantang that was paid 198,900 yuan this year, under the other programme."""
    adopted_law(NOON)
    claims_taken(TRAINING, at=NOON)
    clerk = member("测试经办", serial=CLERK, phone="13900000950")
    body = training_body("测试培训学校", clerk=clerk)
    EarlierPayment.objects.create(
        programme_code=ABILITY, organisation=body, period="2025", paid_on="2025-01-20",
        amount_fen=19_890_000, source="测试导入",
    )  # fmt: skip
    return body


def test_a_roster_crosses_the_ceiling(
    window: Callable[..., Window], work: Callable[[], None], body: Organisation, settings: Any
) -> None:
    clerk = signed_in_clerk(window, work, "institution")
    settings.DEMO_DAY = FILED_ON
    file_the_class(clerk)
    examine(staff(window, BUREAU, Role.REVIEWER, name="测试审查"))
    settings.DEMO_DAY = NOON.date()
    held = [
        certificate(person, level="senior", issue_date=date(2025, 5, 20), number=f"S0000330100{serial:05d}")
        for serial, _name in TRAINEES
        if (person := find_person(identity_number(serial)))
    ]
    case = claim(clerk, work, held)
    desk = staff(window, BUREAU, Role.APPROVER, name="测试审核")
    look_up(desk, case)
    look_at_the_lines(desk, case)
    pass_it(desk, case)
    reads_the_amounts(clerk, case)


def signed_in_clerk(window: Callable[..., Window], work: Callable[[], None], story: str) -> Window:
    """The clerk, acting for the institution."""
    clerk = window(story)
    clerk.open("/sign-in/")
    sign_in(clerk, "13900000950", "测试经办", identity_number(CLERK), work)
    clerk.open("/organisations/")
    clerk.page.get_by_label("测试培训学校").check()
    clerk.press("继续")
    return clerk


# --- before the class


def file_the_class(clerk: Window) -> None:
    """More than a month before it opens: name, day, place and plan, then who attends."""
    page = clerk.page
    clerk.open("/filings/")
    clerk.look("classes")
    clerk.press("职业技能等级培训")
    for name, text in CLASS.items():
        page.locator(f"[name={name}]").fill(text)
    clerk.press("存下，继续")
    clerk.press("学员", exact=True)
    clerk.press("加一名学员")
    for serial, trainee_name in TRAINEES:
        page.locator("[name=name]").fill(trainee_name)
        page.locator("[name=id_number]").fill(identity_number(serial))
        page.locator("[name=group]").select_option("unemployed")
        page.locator("[name=real_name][value=yes]").check()
        clerk.press("保存，再加一名" if serial == TRAINEES[0][0] else "保存", exact=True)
    clerk.look("trainees")
    clerk.press("回到这个班")
    clerk.press("看一遍，备案")
    clerk.look("look-over")
    clerk.press("备案", exact=True)
    clerk.says("BA-2025-00001")
    clerk.look("filed")


def examine(desk: Window) -> None:
    """Both trainees are looked up and confirmed."""
    desk.open("/staff/filings/")
    desk.look("filings")
    desk.press("焊工高级一班")
    for tick in desk.page.locator("[name=trainees]").all():
        tick.check()
    desk.page.locator("[name=where]").fill("户籍系统，区内；失业登记")
    desk.press("勾选的通过")
    desk.look("examined")


# --- the claim


def claim(clerk: Window, work: Callable[[], None], held: list[Certificate]) -> Application:
    """The roster with a scan of each certificate; then what only the case asks."""
    clerk.open("/rosters/")
    clerk.press("职业技能等级培训")
    said = {
        "person.group": "失业人员",
        "person.graduation_date": "2015-06-30",
        "training.started_on": CLASS["opens_on"],
    }
    rows = [
        trainee(serial, name=name, certificate_number=one.number, **said)
        for (serial, name), one in zip(TRAINEES, held, strict=True)
    ]
    content = sheet(TRAINING, rows)
    clerk.page.locator("input[type=file]").set_input_files(
        {"name": "花名册.xlsx", "mimeType": XLSX, "buffer": content}
    )
    clerk.look("bring")
    clerk.press("核对这张表")
    work()
    clerk.page.reload()
    clerk.look("checked")
    add_scans(clerk, work, held)
    clerk.press("申报 2 行")
    clerk.look("file")
    clerk.press("确认申报")
    work()
    clerk.page.reload()
    clerk.look("roster-filed")
    clerk.press("去申请里补齐")
    while not clerk.page.url.endswith("/answers/"):
        one_page_of_the_form(clerk)
    clerk.look("answers")
    clerk.press("提交申请")
    clerk.look("done")
    return Application.objects.get(programme_code=TRAINING)


def add_scans(clerk: Window, work: Callable[[], None], held: list[Certificate]) -> None:
    clerk.press("扫描件")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for one in held:
            book.writestr(
                f"学员的职业资格证书（职业技能等级证书）/{one.number}.jpg", photograph("一.jpg")["buffer"]
            )
    clerk.page.locator("input[type=file]").set_input_files(
        {"name": "证书.zip", "mimeType": "application/zip", "buffer": out.getvalue()}
    )
    clerk.page.locator("main form button").first.click()
    clerk.page.wait_for_load_state()
    work()
    clerk.page.reload()
    clerk.look("scans")
    clerk.press("回到花名册")


# --- the officers


def look_up(desk: Window, case: Application) -> None:
    """What no register says of the two: noted once for both lines."""
    desk.open(f"/staff/cases/{case.pk}/lines/")
    desk.look("open-lines")
    for fact in ("certificate.shortage_occupation", "training.completed"):
        desk.open(f"/staff/cases/{case.pk}/lines/look-up/{fact}")
        desk.page.locator("[name=value][value=true]").check()
        desk.page.locator("[name=place]").fill("浙江省职业能力一体化系统")
        desk.press("先看一遍")
        desk.press("登记到 2 行")


def look_at_the_lines(desk: Window, case: Application) -> None:
    """The second line is cut, with the clause and what was used before it."""
    desk.open(f"/staff/cases/{case.pk}/lines/")
    for words in ("720.00", "380.00", "扣减前 720.00", "已经用去 199,620 元，按所剩发放"):
        desk.says(words)
    desk.look("lines")
    desk.open(f"/staff/cases/{case.pk}/lines/2/")
    desk.says("单个机构每年补助最高20万元。")
    desk.look("line")


def pass_it(desk: Window, case: Application) -> None:
    desk.open(f"/staff/cases/{case.pk}/pass")
    desk.says("1,100")
    desk.look("pass")
    desk.press("通过", exact=True)
    desk.says("公示")
    desk.look("passed")
    case.refresh_from_db()
    assert case.status == "submitted"  # it waits to be published


def reads_the_amounts(clerk: Window, case: Application) -> None:
    clerk.open(f"/my/{case.pk}/")
    for words in ("720 元", "380 元", "一共 1,100 元"):
        clerk.says(words)
    clerk.look("amounts")
