"""A union files for its workers in 2022: the eleven columns, what they leave out, the scans, three ordinary cases.

The sheet of the notice (附件4) asks neither for the date of issue nor for the former level: the rows are
completed in a second sheet. One worker's identity number was rounded by a spreadsheet.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest
from doors import act_for, bring, come_in, desk_of, download, settled
from python_calamine import CalamineWorkbook
from windows import DESK, Window

from jiangli import rules
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.applications.roster_models import RosterState, RowState
from jiangli.programmes import actions as programmes
from jiangli.registers.models import Clerk
from roster_stories import IN_2022, UNION, house, row, scans_of, sheet, workbook, worker_of_union
from roster_stories import Roster as Brought
from stories import agencies, certificate, identity_number, library, member

pytestmark = [pytest.mark.journey, pytest.mark.by_hand, pytest.mark.django_db(transaction=True)]

BODY = "测试机械工会"
SERIALS = (1, 2, 3)
LEFT_OUT = {
    "原有最高技能等级": "高级工",
    "原有技能等级取得时间": "2018-03-01",
    "所属工会": BODY,
    "学历": "大专",
    "外来务工人员": "否",
}


@cache
def in_force() -> rules.Library:
    """The notice of 2022 as it was before it expired."""
    sources = library().sources_of(UNION)
    return rules.build({name: text.replace('"expired"', '"in_force"') for name, text in sources.items()})


@pytest.fixture
def clerk(settings: Any) -> Clerk:
    """The day is 1 November 2022; three workers are known to the registers, and a union has a clerk."""
    settings.DEMO_DAY = IN_2022.date()
    agencies()
    programmes.publish(in_force(), by=None, at=IN_2022)
    for serial in SERIALS:
        person = member(f"职工{serial}", serial=serial)
        certificate(person, number=f"S00003302{serial:07d}", issue_date=date(2022, 3, 1))
    organisation, _user = house(BODY, **{"organisation.area": "330109"})
    return organisation.clerks.get()


@pytest.mark.parametrize("window", [DESK], indirect=True, ids=["1280"])
def test_a_union_files_for_three_workers(
    window: Callable[..., Window], work: Callable[[], None], clerk: Clerk
) -> None:
    person = clerk.person
    desk = window("unit-clerk")
    come_in(desk, person.phone, person.name, person.id_number, work)
    act_for(desk, BODY)
    template_and_first_sheet(desk, work)
    corrected(desk, work)
    completed(desk, work)
    scanned(desk, work)
    filed(desk, work)
    passed_in_the_district(window, work)


def template_and_first_sheet(desk: Window, work: Callable[[], None]) -> None:
    """The template has the eleven columns; the sheet brought has an identity number the spreadsheet rounded."""
    desk.open("/rosters/")
    desk.look("rosters")
    desk.press("2022年度职工高技能人才奖励")
    desk.look("bring")
    assert len(table(download(desk, "中文模板"))[0]) == 11
    rows = [worker_of_union(serial) for serial in SERIALS]
    rows[1]["id_number"] = int(identity_number(2)[:15] + "000")
    bring(desk, "", "核对这张表", "附件4.xlsx", sheet(UNION, rows))
    work()
    settled(desk)
    desk.look("first-check")
    roster = Brought.objects.get()
    assert [one.state for one in roster.rows.order_by("number")] == [
        RowState.INCOMPLETE, RowState.FAULTY, RowState.INCOMPLETE,
    ]  # fmt: skip


def table(content: bytes) -> list[list[Any]]:
    """The first page of a workbook, from its heading on."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return rows[next(number for number, cells in enumerate(rows) if "姓名" in cells) :]


def corrected(desk: Window, work: Callable[[], None]) -> None:
    """The workbook of errors says what is wrong with the number; it comes back with the right one."""
    rows = table(download(desk, "下载要改的行"))
    assert "四舍五入" in rows[2][0] and "还要填" in rows[1][0]
    rows[2][rows[0].index("身份证号")] = identity_number(2)
    bring(desk, "", "并进来", "改好的.xlsx", workbook(rows))
    work()
    settled(desk)
    desk.look("corrected")
    assert {one.state for one in Brought.objects.get().rows.all()} == {RowState.INCOMPLETE}


def completed(desk: Window, work: Callable[[], None]) -> None:
    """One row is completed by hand, the others in the sheet of what 附件3 asks besides."""
    rows = table(download(desk, "下载要补的行"))
    for cells in rows[1:]:
        for title, said in LEFT_OUT.items():
            cells[rows[0].index(title)] = said
    rows[2][rows[0].index("学历")] = ""
    bring(desk, "", "并进来", "补好的.xlsx", workbook(rows))
    work()
    settled(desk)
    desk.press("职工2")
    desk.look("row")
    desk.page.get_by_label("学历").select_option("大专、高职")
    desk.press("保存并核对")
    desk.look("completed")
    states = [one.state for one in Brought.objects.get().rows.all()]
    assert not {*states} & {RowState.INCOMPLETE, RowState.FAULTY}, states


def scanned(desk: Window, work: Callable[[], None]) -> None:
    """A ZIP of every document of everybody, called by the certificate's number."""
    desk.press("扫描件")
    bring(desk, "", "对号入座", "扫描件.zip", scans_of(UNION, SERIALS), "application/zip")
    work()
    settled(desk)
    desk.says("9 个文件对上了")
    desk.look("scans")
    desk.press("回到花名册")


def filed(desk: Window, work: Callable[[], None]) -> None:
    desk.press("申报 3 行")
    desk.look("file")
    desk.press("确认申报")
    work()
    settled(desk)
    desk.look("filed")
    assert Brought.objects.get().state == RosterState.FILED
    cases = Application.objects.order_by("account_name")
    assert [(case.status, case.channel, case.account_name) for case in cases] == [
        ("submitted", "unit", f"职工{serial}") for serial in SERIALS
    ]
    assert row(Brought.objects.get(), 2).application.line.certificate.number == "S000033020000001"


def passed_in_the_district(window: Callable[..., Window], work: Callable[[], None]) -> None:
    """The district sees the three as filed together, notes that there is a union, and passes one."""
    desk = desk_of(window, "xiaoshan-union", Role.REVIEWER, name="单位-测试预审")
    desk.open("/staff/cases/")
    desk.says("同一天一起申报的有 3 件")
    desk.look("queue")
    desk.press("同一天一起申报的有 3 件")
    desk.look("together")
    desk.press("职工1")
    desk.look("case")
    desk.page.get_by_role("link", name="单位已建立工会").first.click()
    desk.look("look-up")
    desk.page.locator("main input[type=radio]").first.check()
    desk.page.locator("main input[type=text]").first.fill("工会组织名册")
    desk.press("记下来")
    desk.look("noted")
    desk.press("预审通过")
    if desk.page.url.endswith("/pass"):
        desk.look("pass")
        desk.page.locator("main form button.govuk-button").first.click()
        desk.page.wait_for_load_state()
    desk.look("passed")
    stages = Application.objects.order_by("account_name").values_list("account_name", "stage")
    assert [at for _name, at in stages] == [stages[1][1] + 1, stages[1][1], stages[1][1]]
