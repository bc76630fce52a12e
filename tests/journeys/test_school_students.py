"""A school files for its students on a phone: a case for each of them, paid to their own card."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from doors import act_for, bring, come_in, settled
from windows import PHONE, Window

from jiangli import rules
from jiangli.applications.models import Application
from jiangli.applications.roster_models import Roster, RosterState, RowState
from jiangli.programmes import actions as programmes
from jiangli.registers.models import Clerk
from roster_stories import STUDENTS, house, scans_of, sheet, student
from stories import NOON, agencies, identity_number, library, member

pytestmark = [
    pytest.mark.journey,
    pytest.mark.by_hand,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("on_the_day"),
]

SCHOOL = "测试技工学校"


@pytest.fixture
def clerk() -> Clerk:
    """A clerk of a school."""
    agencies()
    programmes.publish(rules.build(library().sources_of(STUDENTS)), by=None, at=NOON)
    school, _user = house(SCHOOL, **{"organisation.kind": "school", "organisation.area": "330109"})
    return school.clerks.get()


@pytest.mark.parametrize("window", [PHONE], indirect=True, ids=["390"])
def test_a_school_files_for_its_students(
    window: Callable[..., Window], work: Callable[[], None], clerk: Clerk
) -> None:
    person = clerk.person
    phone = window("school-clerk")
    come_in(phone, person.phone, person.name, person.id_number, work)
    act_for(phone, SCHOOL)
    brought(phone, work)
    scanned(phone, work)
    filed(phone, work)
    paid_to_each_student(window, work)


def brought(phone: Window, work: Callable[[], None]) -> None:
    """Two pass; the third graduated before the certificate, and the row says so."""
    phone.open(f"/rosters/new/{STUDENTS}/")
    phone.look("bring")
    late = student(3, **{"person.graduation_date": "2025-04-30"})
    bring(phone, "", "核对这张表", "学生.xlsx", sheet(STUDENTS, [student(1), student(2), late]))
    work()
    settled(phone)
    phone.says("要在毕业前拿到证书")
    phone.look("checked")
    states = Roster.objects.get().rows.order_by("number").values_list("state", flat=True)
    assert list(states) == [RowState.GOOD, RowState.GOOD, RowState.FAULTY]


def scanned(phone: Window, work: Callable[[], None]) -> None:
    phone.press("扫描件")
    scans = scans_of(STUDENTS, [1, 2], by="id")
    bring(phone, "", "对号入座", "扫描件.zip", scans, "application/zip")
    work()
    settled(phone)
    phone.says("8 个文件对上了")
    phone.press("回到花名册")


def filed(phone: Window, work: Callable[[], None]) -> None:
    """Every student is a case, filed by the school, with the student's own card."""
    phone.press("申报 2 行")
    phone.look("file")
    phone.press("确认申报")
    work()
    settled(phone)
    phone.look("filed")
    assert Roster.objects.get().state == RosterState.FILED
    cases = Application.objects.order_by("account_name")
    assert [
        (case.status, case.channel, case.claimant.name, case.account_name, case.account_number)
        for case in cases
        if case.claimant
    ] == [
        ("submitted", "unit", f"学生{serial}", f"学生{serial}", f"62284800000{serial:08d}")
        for serial in (1, 2)
    ]


def paid_to_each_student(window: Callable[..., Window], work: Callable[[], None]) -> None:
    """The student signs in with a phone of their own and finds the case the school filed."""
    person = member("学生1", serial=1, phone="13900000021")
    own = window("student")
    come_in(own, "13900000021", person.name, identity_number(1), work)
    own.open("/my/")
    own.press("院校学生高技能人才资助")
    own.says(SCHOOL)
    own.look("own-case")
