"""From the cases due to a meeting's signed minutes, and what becomes of each item."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from any_programme import right_case
from jiangli.accounts.models import Agency, User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.correspondence.models import Message
from jiangli.programmes.queries import rule_in_force
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews.deliberation import actions as deliberation
from jiangli.reviews.deliberation.actions import Said
from jiangli.reviews.deliberation.carrying import carry
from jiangli.reviews.deliberation.models import AgendaItem, Meeting
from jiangli.reviews.deliberation.queries import due, sums_of
from jiangli.reviews.deliberation.sheets import HEADINGS, read_results, sheet_rows
from jiangli.reviews.deliberation.status import Result
from jiangli.reviews.deliberation.tasks import carry_on, remind
from jiangli.reviews.models import Act, DecisionOutcome
from jiangli.reviews.queries import decision_of
from meeting_stories import AT, BASE, BUREAU, HELD_ON, STUDIO, TRAINING, before_the_meeting, on_agenda
from stories import officer, photograph

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day(settings: Any) -> None:
    """The job of the worker reads the clock."""
    settings.DEMO_DAY = (AT + timedelta(days=1)).date()


@pytest.fixture
def first() -> User:
    Agency.objects.get_or_create(pk=BUREAU, defaults={"name": BUREAU})
    return officer(BUREAU, Role.REVIEWER)


@pytest.fixture
def second() -> User:
    Agency.objects.get_or_create(pk=BUREAU, defaults={"name": BUREAU})
    return officer(BUREAU, Role.APPROVER)


def settled(meeting: Meeting, by: User) -> Meeting:
    """Confirmed by the second officer, and the job done."""
    deliberation.confirm(meeting, by=by, at=AT)
    carry_on.call(str(meeting.pk))
    return Meeting.objects.get(pk=meeting.pk)


def item_of(case: Application) -> AgendaItem:
    return case.agenda_items.latest("meeting__prepared_at")


def fresh(case: Application) -> Application:
    return Application.objects.get(pk=case.pk)


def test_a_case_is_due_once_it_stands_before_the_meeting_and_is_on_no_agenda(first: User) -> None:
    waiting = right_case(STUDIO, at=AT, studio__id="T-S9999")
    case = before_the_meeting(STUDIO)
    assert list(due(first.agency)) == [case]
    meeting = deliberation.call_meeting(name="党组会议", planned_on=HELD_ON, by=first, at=AT)
    with pytest.raises(Refused, match="还没有到本单位审议这一步"):
        deliberation.add(meeting, [case, waiting], by=first, at=AT)
    assert deliberation.add(meeting, [case], by=first, at=AT) == 1
    assert not due(first.agency).exists()
    other = deliberation.call_meeting(name="党组会议", planned_on=HELD_ON, by=first, at=AT)
    with pytest.raises(Refused, match="已经列入 党组会议 的议程"):
        deliberation.add(other, [case], by=first, at=AT)
    deliberation.give_up(meeting, by=first, at=AT)
    assert deliberation.add(other, [case], by=first, at=AT) == 1
    stranger = officer("qiantang-hrss", Role.APPROVER)
    with pytest.raises(Refused, match="只有召开会议的单位"):
        deliberation.fix(other, by=stranger, at=AT)
    assert not Meeting.objects.visible_to(stranger).exists()


def test_the_agenda_is_ordered_fixed_and_freezes_what_is_printed(first: User) -> None:
    studio, base = before_the_meeting(STUDIO), before_the_meeting(BASE)
    meeting = deliberation.call_meeting(name="党组会议", planned_on=HELD_ON, by=first, at=AT)
    with pytest.raises(Refused, match="议程上还没有议题"):
        deliberation.fix(meeting, by=first, at=AT)
    deliberation.add(meeting, [studio, base], by=first, at=AT)
    deliberation.place(item_of(base), 1, by=first, at=AT)
    assert [item.application for item in meeting.items.all()] == [base, studio]
    deliberation.fix(meeting, by=first, at=AT)
    item = item_of(base)
    assert item.amount_fen == 12_000_000
    assert item.summary["party"] == base.party.name
    assert item.summary["publicity"] == {
        "text": "公示期满，无异议。",
        "by": base.opinions.last().by.name,
        "on": "2025-11-20",
    }
    whole, each = sums_of(meeting)
    assert whole.count == 2 and each[BASE].payers == {BUREAU: 12_000_000}
    with pytest.raises(Refused, match="议程已定"):
        deliberation.take_off(item, by=first, at=AT)
    meeting = deliberation.reopen(meeting, by=first, at=AT)
    deliberation.take_off(item_of(base), by=first, at=AT)
    assert list(due(first.agency)) == [base] and item_of(studio).position == 1


def test_one_officer_enters_and_another_confirms_by_the_signed_minutes(first: User, second: User) -> None:
    case = before_the_meeting(STUDIO)
    meeting = deliberation.call_meeting(name="党组会议", planned_on=HELD_ON, by=second, at=AT)
    deliberation.add(meeting, [case], by=second, at=AT)
    with pytest.raises(Refused, match="请先确定议程"):
        deliberation.enter(item_of(case), Said(Result.APPROVED), by=second, at=AT)
    meeting = deliberation.fix(meeting, by=second, at=AT)
    for reason, act in (
        ("纪要编号和会议日期", lambda: None),
        (
            "上传签字的会议纪要",
            lambda: deliberation.note_minutes(
                meeting, number="测试纪要〔2025〕1号", held_on=HELD_ON, by=second, at=AT
            ),
        ),
        (
            "还有议题没有录入结果",
            lambda: deliberation.add_minutes(meeting, "a.jpg", photograph(), by=second, at=AT),
        ),
        ("录入结果的人", lambda: deliberation.enter_rest_as_proposed(meeting, by=second, at=AT)),
    ):
        act()
        with pytest.raises(Refused, match=reason):
            deliberation.confirm(meeting, by=second, at=AT)
    with pytest.raises(Refused, match="审批"):
        deliberation.confirm(meeting, by=first, at=AT)
    meeting = settled(meeting, officer(BUREAU, Role.APPROVER))
    assert meeting.state == "closed"
    decision = decision_of(case)
    assert decision is not None and decision.outcome == DecisionOutcome.APPROVED
    said = fresh(case).opinions.last()
    assert said.text == "党组会议（测试纪要〔2025〕1号，2025-11-20）审议通过。" and said.stage_title == "审议"


def test_the_same_confirmation_twice_decides_nothing_twice(first: User, second: User) -> None:
    cases = [before_the_meeting(STUDIO) for _each in range(2)]
    meeting = on_agenda(cases, first)
    deliberation.enter_rest_as_proposed(meeting, by=first, at=AT)
    deliberation.confirm(meeting, by=second, at=AT)
    with pytest.raises(Refused, match="没有待确认的结果"):
        deliberation.confirm(meeting, by=second, at=AT)
    assert carry(str(item_of(cases[0]).pk), at=AT)  # and then the worker was killed
    assert [fresh(case).status for case in cases] == [Status.APPROVED, Status.SUBMITTED]
    assert [remind(at=AT + timedelta(days=1)) for _again in range(2)] == [1, 0]  # asked for again, once
    for _again in range(2):
        carry_on.call(str(meeting.pk))
    assert [case.decisions.count() for case in cases] == [1, 1]
    assert Meeting.objects.get().state == "closed"


def test_an_item_whose_amount_changed_stays_with_its_reason_and_the_others_are_decided(
    first: User, second: User
) -> None:
    base, studio = before_the_meeting(BASE), before_the_meeting(STUDIO)
    meeting = on_agenda([base, studio], first)
    deliberation.enter_rest_as_proposed(meeting, by=first, at=AT)
    AgendaItem.objects.filter(application=base).update(agreed_fen=11_000_000)
    meeting = settled(meeting, second)
    item = item_of(base)
    assert (meeting.state, fresh(studio).status) == ("recorded", Status.APPROVED)
    assert fresh(base).status == Status.SUBMITTED and "120,000" in item.trouble and item.ended_at is None
    deliberation.enter(item, Said(Result.APPROVED), by=first, at=AT)
    assert settled(meeting, second).state == "closed" and fresh(base).status == Status.APPROVED


def test_another_amount_only_where_the_law_leaves_it_to_people_and_within_its_cap(
    first: User, second: User
) -> None:
    base, studio = before_the_meeting(BASE), before_the_meeting(STUDIO)
    meeting = on_agenda([base, studio], first)
    with pytest.raises(Refused, match="最高 30 万元"):
        deliberation.enter(item_of(base), Said(Result.OTHER, amount_fen=30_000_001), by=first, at=AT)
    with pytest.raises(Refused, match="金额由文件规定"):
        deliberation.enter(item_of(studio), Said(Result.OTHER, amount_fen=100), by=first, at=AT)
    deliberation.enter(item_of(base), Said(Result.OTHER, "按投入核定。", 30_000_000), by=first, at=AT)
    deliberation.enter_rest_as_proposed(meeting, by=first, at=AT)
    settled(meeting, second)
    decision = decision_of(base)
    assert decision is not None and decision.amount_fen == 30_000_000
    look = base.look_ups.last()
    assert (
        look is not None and look.value == "300000.00" and look.place.startswith("区人社局党组会议（测试纪要")
    )


def test_lines_are_left_out_with_their_clause_and_the_rest_is_agreed_to(first: User, second: User) -> None:
    case, studio = before_the_meeting(TRAINING), before_the_meeting(STUDIO)
    meeting = on_agenda([case, studio], first)
    lines = list(case.lines.values_list("number", flat=True))
    condition = rule_in_force(TRAINING).conditions[0].id
    item, whole = item_of(case), item_of(case).amount_fen
    with pytest.raises(Refused, match="没有名单"):
        deliberation.enter(item_of(studio), Said(Result.PART, "x", lines=(1,)), by=first, at=AT)
    with pytest.raises(Refused, match="没有第 999 行"):
        deliberation.enter(item, Said(Result.PART, "x", lines=(999,), condition=condition), by=first, at=AT)
    with pytest.raises(Refused, match="依据哪个条件"):
        deliberation.enter(item, Said(Result.PART, "x", lines=(1,), condition="no"), by=first, at=AT)
    with pytest.raises(Refused, match="没有可发的"):
        deliberation.enter(
            item, Said(Result.PART, "x", lines=tuple(lines), condition=condition), by=first, at=AT
        )
    said = Said(Result.PART, "这一人的证书存疑。", lines=(lines[0],), condition=condition)
    assert (deliberation.enter(item, said, by=first, at=AT).agreed_fen or 0) < whole
    deliberation.enter_rest_as_proposed(meeting, by=first, at=AT)
    settled(meeting, second)
    decision = decision_of(case)
    assert decision is not None and decision.outcome == DecisionOutcome.PART
    assert decision.amount_fen == item_of(case).agreed_fen
    assert [row["id"] for row in decision.reasons] == [condition]
    assert "这一人的证书存疑" in decision.reasons[0]["tell"]
    assert "部分同意" in Message.objects.about(case.pk).get(event="application.approved_in_part").text


def test_what_is_not_agreed_put_off_or_sent_back(first: User, second: User) -> None:
    refused, put_off, back = (before_the_meeting(STUDIO) for _each in range(3))
    meeting = on_agenda([refused, put_off, back], first)
    with pytest.raises(Refused, match="写一句纪要上的意见"):
        deliberation.enter(item_of(refused), Said(Result.REFUSED), by=first, at=AT)
    for case, result, words in (
        (refused, Result.REFUSED, "暂不符合建设条件。"),
        (put_off, Result.PUT_OFF, "下次会议再议。"),
        (back, Result.BACK, "请核实场地面积。"),
    ):
        deliberation.enter(item_of(case), Said(result, words), by=first, at=AT)
    assert settled(meeting, second).state == "closed"
    assert fresh(refused).status == Status.REFUSED
    assert not refused.reservations.filter(released_at=None).exists()
    assert "暂不符合建设条件" in refused.opinions.filter(act=Act.REFUSE).get().text
    assert fresh(put_off).status == fresh(back).status == Status.SUBMITTED
    assert list(due(first.agency)) == [put_off]
    assert fresh(back).stage < fresh(put_off).stage
    assert fresh(back).opinions.last().act == Act.AGAIN


def test_a_case_that_left_meanwhile_stays_on_the_list_with_the_reason(first: User, second: User) -> None:
    case = before_the_meeting(STUDIO)
    meeting = on_agenda([case], first)
    deliberation.enter_rest_as_proposed(meeting, by=first, at=AT)
    claimant = case.organisation.clerks.first().person.account if case.organisation else case.claimant.account
    applications.withdraw(case, by=claimant, at=AT)
    settled(meeting, second)
    assert "已经不在审议这一步" in item_of(case).trouble


def filled_in(meeting: Meeting, **cells: Any) -> bytes:
    """The sheet of results with the cells of its first row filled in; every other item as proposed."""
    rows = [dict(zip(HEADINGS, row, strict=True)) for row in sheet_rows(meeting)]
    for row in rows:
        row["结果"] = "同意"
    rows[0] |= cells
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows([row[heading] for heading in HEADINGS] for row in rows)
    return text.getvalue().encode()


def test_results_come_in_by_a_sheet_whole_or_with_every_error_by_its_row(first: User) -> None:
    base, studio = before_the_meeting(BASE), before_the_meeting(STUDIO)
    meeting = on_agenda([base, studio], first)
    wrong = read_results(meeting, filled_in(meeting, 结果="缓", 受理编号="XR-1"), by=first, at=AT)
    assert [(fault.row, fault.field) for fault in wrong.faults] == [(2, "受理编号")]
    wrong = read_results(meeting, filled_in(meeting, 结果="缓"), by=first, at=AT)
    assert [(fault.row, fault.field) for fault in wrong.faults] == [(2, "结果")]
    above = filled_in(meeting, 结果="另定金额", **{"同意金额（元）": "300,000.01"})
    wrong = read_results(meeting, above, by=first, at=AT)
    assert "最高 30 万元" in wrong.faults[0].remedy
    assert not meeting.items.exclude(result="").exists()
    right = filled_in(meeting, 结果="另定金额", **{"同意金额（元）": "300,000.00"})
    assert read_results(meeting, right, by=first, at=AT).entered == 2
    assert [item_of(case).result for case in (base, studio)] == [Result.OTHER, Result.APPROVED]


def test_an_amount_above_the_cap_is_refused_at_the_review_too() -> None:
    case = right_case(BASE, at=AT)
    by = case.assignments.get().officer
    with pytest.raises(Refused, match="最多还可以发 300,000 元"):
        reviews.look_up(
            case,
            found={"officer.approved_amount": "300001.00"},
            place="审核",
            by=by,
            at=AT + timedelta(minutes=1),
        )
