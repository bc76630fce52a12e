"""The city decides and pays in its own system: cases go out as a sheet, its answers come back as one.

The district hands over, brings in and confirms; its own line falls due when the city's approval is entered.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import python_calamine
import xlsxwriter
from django.core.management import CommandError, call_command

from jiangli.accounts.models import Agency, User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.audit.models import Event
from jiangli.payments.actions import fall_due
from jiangli.payments.models import Payment
from jiangli.payments.queries import shares_of
from jiangli.refused import Refused
from jiangli.registers.models import EarlierPayment
from jiangli.reviews import actions as reviews
from jiangli.reviews.outside import actions as outside
from jiangli.reviews.outside import tasks
from jiangli.reviews.outside.models import Exchange, Reply, ReplyRow
from jiangli.reviews.outside.queries import to_export
from jiangli.reviews.outside.status import ReplyKind, ReplyState, RowState, What
from jiangli.reviews.queries import decision_of
from stories import NOON, certificate, filed, member, officer, photograph, the_law

HEAD = ["受理编号", "姓名", "证书编号", "审核结果", "日期", "文号", "原因", "金额(元)"]
LATER = NOON + timedelta(days=3)
DAY = "2025-06-12"

Desk = tuple[Agency, User, User]  # the city; the district's reviewer and approver


@pytest.fixture
def desk(db: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The city has its own system; two officers of the district. It is three days after the filing."""
    the_law(NOON)
    Agency.objects.filter(pk="hangzhou-union").update(works_here=False)
    monkeypatch.setattr("jiangli.clock.now", lambda: LATER)
    city = Agency.objects.get(pk="hangzhou-union")
    return city, officer("xiaoshan-union", Role.REVIEWER), officer("xiaoshan-union", Role.APPROVER)


def handed_over(count: int, by: User) -> list[Application]:
    """Cases that the district has passed; they wait for the city. The first goes through, the others are its like."""
    person = member()
    first = reviews.pass_on(filed(person, certificate(person), at=NOON), by=by, at=NOON)
    return [first, *(_like(first, number) for number in range(2, count + 1))]


def _like(first: Application, number: int) -> Application:
    """The same case of another person, with another certificate: rows copied, as filing twenty takes too long."""
    line, kept, person = first.line, first.assessments.first(), member()
    assert line is not None and kept is not None
    stated = {**first.stated, "certificate.holder_name": person.name}
    case = Application.objects.get(pk=first.pk)
    case.pk, case.number, case.claimant, case.stated = uuid4(), f"{first.number}{number:02d}", person, stated
    case.save(force_insert=True)
    case.agencies.set(first.agencies.all())
    line.pk, line.application, line.person, line.certificate = None, case, person, certificate(person)
    line.save(force_insert=True)
    kept.pk, kept.application = None, case
    kept.save(force_insert=True)
    return case


def sheet(*rows: Sequence[Any], head: Sequence[str] = HEAD) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate([head, *rows]):
            for column, cell in enumerate(row):
                page.write_string(number, column, str(cell))
    return out.getvalue()


def yes(case: Application, **other: str) -> list[str]:
    return _row(case, {"审核结果": "通过", "文号": "杭工发〔2025〕9号", "金额(元)": "600", **other})


def no(case: Application, **other: str) -> list[str]:
    return _row(case, {"审核结果": "不通过", "原因": "所在单位没有建会", **other})


def _row(case: Application, other: dict[str, str]) -> list[str]:
    line = case.line
    assert line is not None and line.certificate is not None
    said = {"受理编号": str(case.number), "姓名": case.party.name, "证书编号": line.certificate.number}
    said |= {"日期": DAY, **other}
    return [said.get(title, "") for title in HEAD]


def paid(case: Application, **other: str) -> list[str]:
    return _row(case, {"审核结果": "成功", "金额(元)": "600", **other})


def whats(reply: Reply) -> Counter[str]:
    return Counter(reply.rows.values_list("what", flat=True))


def entered(reply: Reply, by: User) -> Reply:
    """The answer confirmed, and the worker done with it."""
    outside.take(reply, by=by, at=LATER)
    tasks.work.call(str(reply.pk))
    return Reply.objects.get(pk=reply.pk)


def test_of_twenty_exported_the_city_passes_seventeen_and_exactly_these_fall_due(desk: Desk) -> None:
    city, reviewer, approver = desk
    cases = handed_over(20, reviewer)
    exchange = outside.export(city, by=reviewer, at=LATER)
    assert (exchange.count, exchange.total_fen) == (20, 20 * 600_00)
    stranger = ["XS-2025-99999", "测试庚", "", "通过", DAY, "", "", "600"]
    content = sheet(*map(yes, cases[:17]), *map(no, cases[17:19]), stranger)

    reply = outside.bring(city, ReplyKind.APPROVALS, content, whole=True, by=reviewer, at=LATER)

    assert whats(reply) == {"passed": 17, "refused": 2, "missing": 1, "stranger": 1}
    assert not Payment.objects.exists() and fall_due(at=LATER) == 0  # nothing is entered yet
    reply = entered(reply, approver)
    assert (reply.state, reply.position) == (ReplyState.TAKEN, 20)
    states = Counter(Application.objects.values_list("status", flat=True))
    assert states == {Status.APPROVED: 17, Status.REFUSED: 2, Status.SUBMITTED: 1}
    assert Counter(exchange.rows.values_list("state", flat=True)) == {
        "passed": 17,
        "refused": 2,
        "missing": 1,
    }
    assert fall_due(at=LATER) == 17
    assert set(Payment.objects.values_list("payer", "amount_fen")) == {("xiaoshan-union", 600_00)}
    decision = decision_of(Application.objects.get(pk=cases[0].pk))
    assert decision is not None and (decision.by, decision.at) == (approver, LATER)
    words = cases[0].opinions.last()
    assert words is not None and words.text == "杭州市总工会2025年6月12日同意（杭工发〔2025〕9号）"
    refused = cases[17].opinions.last()
    assert refused is not None and "所在单位没有建会" in refused.text

    again = outside.export(
        city, by=reviewer, at=LATER
    )  # what was missing goes out once more, and nothing else
    assert [row.reference for row in again.rows.all()] == [cases[19].number]

    money = outside.bring(city, ReplyKind.PAYMENTS, sheet(*map(paid, cases[:18])), by=reviewer, at=LATER)
    assert whats(money) == {"paid": 17, "not-there": 1}  # the refused one was never approved
    entered(money, approver)
    assert EarlierPayment.objects.filter(amount_fen=600_00, source__startswith="市总工会").count() == 17
    assert fall_due(at=LATER + timedelta(days=9)) == 0  # the city's share never falls due here
    city_share = next(share for share in shares_of(cases[0]) if share.payer == city)
    assert city_share.elsewhere is not None and city_share.on == date(2025, 6, 12)
    assert exchange.rows.filter(state=RowState.PAID).count() == 17


def test_each_row_that_does_not_count_says_why(desk: Desk) -> None:
    city, reviewer, _approver = desk
    a, b, c, d, e, never = handed_over(6, reviewer)
    outside.export(city, by=reviewer, at=LATER)
    never.exchange_rows.all().delete()
    content = sheet(
        yes(a, 姓名="测试辛"),
        yes(b, 证书编号="S000033010099999"),
        yes(c, **{"金额(元)": "800"}),
        yes(d),
        yes(d),
        yes(e),
        no(e),
        yes(never),
        no(a, 审核结果="待定"),
    )
    reply = outside.bring(city, ReplyKind.APPROVALS, content, by=reviewer, at=LATER)
    found = [(row.what, row.say) for row in reply.rows.all()]
    assert [what for what, _say in found] == [
        "contradictory", "certificate", "amount", "passed", "repeated", "contradictory", "contradictory",
        "not-there", "contradictory",
    ]  # fmt: skip
    assert "800" in found[2][1] and "600" in found[2][1]
    assert reply.total == 1

    other = sheet(yes(a, 姓名="测试辛"), no(b, 原因=""), yes(c, 日期="2025-07-01"), yes(e, 审核结果="待定"))
    later = outside.bring(city, ReplyKind.APPROVALS, other, by=reviewer, at=LATER)
    assert [row.what for row in later.rows.all()] == ["name", "unreadable", "unreadable", "unreadable"]
    with pytest.raises(Refused, match="没有"):
        outside.take(later, by=officer("xiaoshan-union", Role.APPROVER), at=LATER)


def test_a_second_answer_changes_nothing(desk: Desk) -> None:
    city, reviewer, approver = desk
    (case,) = handed_over(1, reviewer)
    outside.export(city, by=reviewer, at=LATER)
    first = sheet(yes(case))
    entered(outside.bring(city, ReplyKind.APPROVALS, first, by=reviewer, at=LATER), approver)
    with pytest.raises(Refused):  # the same file
        outside.bring(city, ReplyKind.APPROVALS, first, by=reviewer, at=LATER)
    same = outside.bring(city, ReplyKind.APPROVALS, sheet(yes(case, 原因="同意")), by=reviewer, at=LATER)
    assert whats(same) == {"known": 1}
    other = outside.bring(city, ReplyKind.APPROVALS, sheet(no(case)), by=reviewer, at=LATER)
    row = other.rows.get()
    assert row.what == What.CONFLICT and "通过" in row.say
    assert Application.objects.get(pk=case.pk).status == Status.APPROVED


def test_two_answers_that_were_both_looked_at_count_once(desk: Desk) -> None:
    city, reviewer, approver = desk
    (case,) = handed_over(1, reviewer)
    outside.export(city, by=reviewer, at=LATER)
    first = outside.bring(city, ReplyKind.APPROVALS, sheet(yes(case)), by=reviewer, at=LATER)
    second = outside.bring(city, ReplyKind.APPROVALS, sheet(no(case)), by=reviewer, at=LATER)
    assert whats(second) == {"refused": 1}  # nothing was entered yet
    entered(first, approver)
    assert whats(entered(second, approver)) == {"conflict": 1}
    assert case.decisions.count() == 1 and fall_due(at=LATER) == 1


def test_a_worker_that_is_killed_between_rows_goes_on_where_it_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, reviewer, approver = desk
    cases = handed_over(3, reviewer)
    outside.export(city, by=reviewer, at=LATER)
    reply = outside.bring(city, ReplyKind.APPROVALS, sheet(*map(yes, cases)), by=reviewer, at=LATER)
    outside.take(reply, by=approver, at=LATER)
    enter, calls = tasks.taking.enter_row, []

    def killed(reply: Reply, row: ReplyRow, *, at: datetime) -> None:
        enter(reply, row, at=at)
        calls.append(row.number)
        if len(calls) == 2:
            raise SystemExit  # after the act, before its transaction ends

    with monkeypatch.context() as patch:
        patch.setattr(tasks.taking, "enter_row", killed)
        with pytest.raises(SystemExit):
            tasks.work.call(str(reply.pk))
    assert Application.objects.filter(status=Status.APPROVED).count() == 1
    assert tasks.remind(at=LATER + timedelta(minutes=2)) in (0, 1)
    tasks.work.call(str(reply.pk))
    tasks.work.call(str(reply.pk))  # and once more
    assert Application.objects.filter(status=Status.APPROVED).count() == 3
    assert fall_due(at=LATER) == 3


def test_what_can_no_longer_go_on_is_held_and_tried_again(desk: Desk) -> None:
    city, reviewer, approver = desk
    (case,) = handed_over(1, reviewer)
    outside.export(city, by=reviewer, at=LATER)
    reply = outside.bring(city, ReplyKind.APPROVALS, sheet(yes(case)), by=reviewer, at=LATER)
    Application.objects.filter(pk=case.pk).update(account_name="测试别人")
    entered(reply, approver)
    row = reply.rows.get()
    assert (row.what, row.wanted) == (What.HELD, What.PASSED) and row.say
    assert Application.objects.get(pk=case.pk).status == Status.SUBMITTED
    Application.objects.filter(pk=case.pk).update(account_name=case.account_name)
    entered(Reply.objects.get(pk=reply.pk), approver)
    assert Application.objects.get(pk=case.pk).status == Status.APPROVED


def test_one_answer_is_keyed_in_by_one_and_confirmed_by_another(desk: Desk) -> None:
    city, reviewer, approver = desk
    (case,) = handed_over(1, reviewer)  # it went out on paper
    said: dict[str, Any] = {
        "on": date(2025, 6, 12),
        "document": "杭工发〔2025〕9号",
        "scan": photograph(),
    }
    key: Callable[..., Reply] = outside.enter
    with pytest.raises(Refused):  # no reason
        key(case, city, ReplyKind.APPROVALS, What.REFUSED, **said, by=reviewer, at=LATER)
    reply = key(case, city, ReplyKind.APPROVALS, What.PASSED, **said, by=approver, at=LATER)
    with pytest.raises(Refused):  # one waits already
        key(case, city, ReplyKind.APPROVALS, What.PASSED, **said, by=reviewer, at=LATER)
    for who in (approver, reviewer):  # whoever keyed it in; no approver
        with pytest.raises(Refused):
            outside.take(reply, by=who, at=LATER)
    entered(reply, officer("xiaoshan-union", Role.APPROVER))
    assert Application.objects.get(pk=case.pk).status == Status.APPROVED
    assert fall_due(at=LATER) == 1


def test_money_that_came_back_there_is_noted_and_paid_later(desk: Desk) -> None:
    city, reviewer, approver = desk
    (case,) = handed_over(1, reviewer)
    outside.export(city, by=reviewer, at=LATER)
    entered(outside.bring(city, ReplyKind.APPROVALS, sheet(yes(case)), by=reviewer, at=LATER), approver)
    back = sheet(paid(case, 审核结果="退票", 原因="账号户名不符"))
    entered(outside.bring(city, ReplyKind.PAYMENTS, back, by=reviewer, at=LATER), approver)
    share = next(share for share in shares_of(case) if share.payer == city)
    assert share.elsewhere is not None and share.elsewhere.trouble == "账号户名不符"
    assert not EarlierPayment.objects.filter(source__startswith="市总工会").exists()
    wrong = outside.bring(
        city, ReplyKind.PAYMENTS, sheet(paid(case, **{"金额(元)": "1200"})), by=reviewer, at=LATER
    )
    assert whats(wrong) == {"amount": 1}
    right = sheet(paid(case, 日期="2025-06-13"))
    entered(outside.bring(city, ReplyKind.PAYMENTS, right, by=reviewer, at=LATER), approver)
    assert EarlierPayment.objects.filter(source__startswith="市总工会").count() == 1
    twice = outside.bring(
        city, ReplyKind.PAYMENTS, sheet(paid(case, 日期="2025-06-11")), by=reviewer, at=LATER
    )
    assert whats(twice) == {"conflict": 1}


def test_the_sheet_has_the_columns_of_the_body_and_is_fetched_with_a_reason(desk: Desk) -> None:
    city, reviewer, _approver = desk
    (case,) = handed_over(1, reviewer)
    exchange = outside.export(city, by=reviewer, at=LATER)
    with pytest.raises(Refused, match="做什么"):
        outside.fetch(exchange, reason=" ", by=reviewer, at=LATER)
    with pytest.raises(Refused):
        outside.fetch(exchange, reason="报送", by=officer("xiaoshan-union", Role.CASHIER), at=LATER)
    content = outside.fetch(exchange, reason="报送市总工会", by=reviewer, at=LATER)
    book = python_calamine.load_workbook(io.BytesIO(content))
    title, head, row = book.get_sheet_by_index(0).to_python()
    assert title[0] == "2025年度杭州市职工高技能人才奖励人员汇总表"
    assert head[:5] == ["序号", "姓名", "性别", "工作单位", "身份证号"]
    said = dict(zip(head, row, strict=True))
    assert case.claimant is not None and said["身份证号"] == case.claimant.id_number
    assert (said["技术等级"], said["金额(元)"], said["受理编号"]) == ("技师", "600.00", case.number)
    assert Event.objects.get(name="exchange.fetched").details == {"reason": "报送市总工会"}
    over = LATER + timedelta(days=31)
    assert outside.expire(at=over) == 1 and outside.expire(at=over) == 0
    with pytest.raises(Refused):
        outside.fetch(Exchange.objects.get(pk=exchange.pk), reason="报送", by=reviewer, at=over)


def test_a_case_goes_out_once_and_again_when_the_body_has_not_got_it(desk: Desk) -> None:
    city, reviewer, _approver = desk
    case, gone = handed_over(2, reviewer)
    exchange = outside.export(city, by=reviewer, at=LATER)
    with pytest.raises(Refused):
        outside.export(city, by=reviewer, at=LATER)
    assert gone.claimant is not None and gone.claimant.account is not None
    applications.withdraw(gone, by=gone.claimant.account, at=LATER)
    reply = outside.bring(city, ReplyKind.APPROVALS, sheet(yes(gone)), by=reviewer, at=LATER)
    assert whats(reply) == {"not-there": 1}
    assert tasks.let_go(at=LATER) == 1
    assert outside.say_missing(exchange, by=reviewer, at=LATER) == 1
    assert list(to_export("xiaoshan-union", "hangzhou-union")) == [case]


def test_an_installation_brings_its_own_columns(db: None, tmp_path: Any) -> None:
    the_law(NOON)
    file = tmp_path / "bodies.toml"
    file.write_text('[hangzhou-union]\ncolumns = [{title = "号", value = "number"}]\n', "utf-8")
    call_command("bodies", file)
    file.write_text('[hangzhou-union]\ncolumns = [{title = "号", value = "phone number"}]\n', "utf-8")
    with pytest.raises(CommandError, match="phone number"):
        call_command("bodies", file)
