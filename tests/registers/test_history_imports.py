"""What was paid before comes in by a sheet: read, looked at, taken over; twice changes nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.audit.models import Event
from jiangli.refused import Refused
from jiangli.registers.history import actions as history
from jiangli.registers.history import tasks
from jiangli.registers.history.models import HistoryImport, StagedRow
from jiangli.registers.history.scopes import scopes
from jiangli.registers.history.status import ImportState, StagedState
from jiangli.registers.models import Certificate, EarlierPayment, Person
from jiangli.registers.queries import earlier_payments, find_person
from past import PAID, paid, read, sheet, taken, the_series
from stories import SERIES, TECHNICIAN, identity_number, library, member, officer, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def clerk(at: datetime) -> User:
    the_law(at)
    return officer("xiaoshan-union", Role.REGISTRAR)


def faults(imported: HistoryImport) -> list[tuple[int, str, str]]:
    return [
        (row.number, fault["field"], fault["remedy"])
        for row in imported.rows.filter(state=StagedState.FAULTY)
        for fault in row.faults
    ]


def test_rows_become_earlier_payments_only_once_somebody_looked_at_them(clerk: User, at: datetime) -> None:
    content = sheet(paid(501), paid(502, 姓名="测试乙", 批次="", 年度=""))
    imported = read(content, by=clerk, at=at, period="2022", batch="补发")
    assert (imported.state, imported.good, imported.good_fen) == (ImportState.STAGED, 2, 200_000)
    assert EarlierPayment.objects.count() == 0
    history.take_over(imported, by=clerk, at=at)
    tasks.work.func(str(imported.pk))
    imported.refresh_from_db()
    assert (imported.state, imported.taken, imported.good_fen) == (ImportState.TAKEN, 2, 200_000)
    person = find_person(identity_number(502))
    assert person is not None and person.name == "测试乙" and not person.in_register
    (entry,) = earlier_payments([person.pk])
    assert (entry["series"], entry["period"], entry["amount"]) == (SERIES, "2022", "1000.00")
    row = EarlierPayment.objects.get(person=person)
    assert (row.source, row.history_import) == ("区总工会 2022 补发", imported)


def test_the_personal_numbers_are_sealed_while_they_wait_and_gone_when_it_is_done(
    clerk: User, at: datetime
) -> None:
    number = identity_number(501)
    imported = read(sheet(paid(501), paid(502, 发放日期="")), by=clerk, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cells, faults FROM registers_stagedrow")
        stored = str(cursor.fetchall())
    assert number not in stored and identity_number(502) not in stored
    assert "501" in imported.rows.get(number=2).cells  # opened again by its key
    history.take_over(imported, by=clerk, at=at)
    tasks.work.func(str(imported.pk))
    assert set(StagedRow.objects.values_list("cells", "fingerprint")) == {("", "")}
    told = str(list(Event.objects.values_list("details", flat=True)))
    assert number not in told


@pytest.mark.parametrize(
    "changes, field, says",
    [
        ({"姓名": ""}, "姓名", "请填上"),
        ({"身份证号": 339999198501010000}, "身份证号", "末尾"),
        ({"身份证号": "3.39999E+17"}, "身份证号", "末尾"),
        ({"身份证号": "339999198513010011"}, "身份证号", "身份证"),
        ({"证书编号": 3300000000012345678}, "证书编号", "末尾"),
        ({"证书编号": "12"}, "证书编号", "证书"),
        ({"身份证号": "", "证书编号": ""}, "身份证号", "证书"),
        ({"发放日期": "去年"}, "发放日期", "2024-08-20"),
        ({"发放日期": "2099-01-01"}, "发放日期", "1990"),
        ({"金额(元)": "一千"}, "金额(元)", "1000.00"),
        ({"金额(元)": "1000.005"}, "金额(元)", "1000.00"),
        ({"金额(元)": "-5"}, "金额(元)", "1000.00"),
        ({"年度": "三年前"}, "年度", "2024"),
        ({"项目": "不认识的项目"}, "项目", "名称"),
    ],
)
def test_a_fault_names_row_field_and_remedy(
    clerk: User, at: datetime, changes: dict[str, Any], field: str, says: str
) -> None:
    imported = read(sheet(paid(501), paid(502, **changes)), by=clerk, at=at)
    assert (imported.good, imported.faulty) == (1, 1)
    ((number, where, remedy),) = faults(imported)
    assert (number, where) == (3, field) and says in remedy
    assert identity_number(502)[:17] not in remedy


def test_days_and_sums_are_read_as_people_write_them(clerk: User, at: datetime) -> None:
    days = ("2023-11-20", "2023/11/20", "2023.11.20", "2023年11月20日", "20231120", 20231120)
    rows = [paid(510 + n, 发放日期=day) for n, day in enumerate(days)]
    rows += [
        paid(520 + n, **{"金额(元)": fen}) for n, fen in enumerate((1000, 1000.0, "1000元", "￥1，000.00"))
    ]
    imported = taken(sheet(*rows), by=clerk, at=at)
    assert faults(imported) == []
    assert set(EarlierPayment.objects.values_list("paid_on", "amount_fen")) == {(date(2023, 11, 20), 100_000)}


def test_a_programme_is_named_by_title_or_id_and_one_of_another_series_is_sent_there(
    clerk: User, at: datetime
) -> None:
    title = library().programmes[TECHNICIAN].title.zh
    other = next(
        found for key, found in scopes().items() if "xiaoshan-union" in found.parties and not found.series
    )
    rows = (
        paid(501, 项目=title), paid(502, 项目=TECHNICIAN), paid(503), paid(504, 项目="hangzhou-union-2019"),
        paid(505, 项目=other.laws[0].title.zh),
    )  # fmt: skip
    imported = taken(sheet(*rows), by=clerk, at=at)
    codes = EarlierPayment.objects.order_by("certificate__number").values_list("programme_code", flat=True)
    assert list(codes) == [TECHNICIAN, TECHNICIAN, SERIES, "hangzhou-union-2019"]
    ((number, field, remedy),) = faults(imported)
    assert (number, field) == (6, "项目") and other.title in remedy


def test_what_is_there_already_is_said_and_not_taken_twice(clerk: User, at: datetime) -> None:
    taken(sheet(paid(501), paid(502)), by=clerk, at=at)
    again = taken(sheet(paid(501), paid(501), paid(503, 姓名="测试丙")), by=clerk, at=at)
    assert (again.taken, again.duplicate) == (1, 2)
    assert EarlierPayment.objects.count() == 3


def test_the_same_row_twice_in_a_sheet_is_one_payment(clerk: User, at: datetime) -> None:
    imported = read(sheet(paid(501), paid(501)), by=clerk, at=at)
    assert (imported.good, imported.duplicate) == (1, 1)


def test_two_sums_for_one_person_in_one_batch_are_a_question_for_the_officer(
    clerk: User, at: datetime
) -> None:
    taken(sheet(paid(501)), by=clerk, at=at)
    rows = (
        paid(501, **{"金额(元)": "2000"}),
        paid(502),
        paid(502, 发放日期="2023-12-01"),
        paid(502, 批次="第二批"),
    )
    imported = read(sheet(*rows), by=clerk, at=at)
    assert [(row, field) for row, field, _remedy in faults(imported)] == [(2, "批次"), (4, "批次")]
    assert "1,000.00" in faults(imported)[0][2]
    assert (imported.good, imported.faulty) == (2, 2)


def test_a_number_known_under_another_name_is_shown_with_both(clerk: User, at: datetime) -> None:
    known = member("欧阳测试")
    imported = read(sheet(paid(501, 身份证号=known.id_number, 姓名="测试丁")), by=clerk, at=at)
    ((_row, field, remedy),) = faults(imported)
    assert field == "姓名" and "欧阳测试" in remedy


def test_a_certificate_alone_is_enough(clerk: User, at: datetime) -> None:
    taken(sheet(paid(501, 身份证号="")), by=clerk, at=at)
    row = EarlierPayment.objects.get()
    assert row.person is None and row.certificate == Certificate.objects.get()


@pytest.mark.parametrize("content", [b"PK nothing", sheet(paid(), headings=("姓名", "金额(元)")), sheet()])
def test_what_is_no_sheet_is_refused_with_the_remedy(clerk: User, at: datetime, content: bytes) -> None:
    with pytest.raises(Refused):
        history.bring(the_series(), PAID, content, by=clerk, at=at)
    assert not HistoryImport.objects.exists()


def test_the_same_file_is_taken_once_unless_it_was_thrown_away(clerk: User, at: datetime) -> None:
    content = sheet(paid(501))
    first = read(content, by=clerk, at=at)
    with pytest.raises(Refused, match="导入过"):
        read(content, by=clerk, at=at)
    history.throw_away(first, by=clerk, at=at)
    assert not StagedRow.objects.exists()
    assert read(content, by=clerk, at=at).state == ImportState.STAGED


def test_only_list_clerks_of_agencies_that_take_part(clerk: User, at: datetime) -> None:
    content = sheet(paid(501))
    strangers = (officer("xiaoshan-union", Role.APPROVER), officer("xiaoshan-hrss", *Role))
    for stranger in strangers:
        with pytest.raises(Refused):
            history.bring(the_series(), PAID, content, by=stranger, at=at)
    imported = read(content, by=clerk, at=at)
    city = officer("hangzhou-union", Role.REGISTRAR)
    for act in (history.take_over, history.throw_away):
        for other in (city, *strangers):
            with pytest.raises(Refused):
                act(imported, by=other, at=at)
    assert imported in HistoryImport.objects.visible_to(city)
    assert not HistoryImport.objects.visible_to(strangers[1]).exists()


def test_a_killed_worker_loses_one_batch_and_the_next_goes_on_where_it_was(
    clerk: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed twice while reading and twice while taking over; nothing is missing and nothing there twice."""
    monkeypatch.setattr(tasks, "AT_A_TIME", 3)
    content = sheet(*[paid(601 + n, 姓名=f"测试{n}") for n in range(10)], paid(601, 姓名="测试0"))
    imported = history.bring(the_series(), PAID, content, by=clerk, at=at)
    one_batch = tasks._one_batch

    def killed_after(batches: int) -> None:
        left = [batches]

        def one(*args: Any, **named: Any) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            one_batch(*args, **named)

        monkeypatch.setattr(tasks, "_one_batch", one)
        with pytest.raises(KeyboardInterrupt):
            tasks.work.func(str(imported.pk))

    killed_after(1)
    imported.refresh_from_db()
    assert (imported.state, imported.position, imported.percent) == (ImportState.READING, 3, 27)
    killed_after(2)
    monkeypatch.setattr(tasks, "_one_batch", one_batch)
    tasks.work.func(str(imported.pk))
    history.take_over(imported, by=clerk, at=at)
    killed_after(1)
    assert EarlierPayment.objects.count() == 3
    killed_after(1)
    monkeypatch.setattr(tasks, "_one_batch", one_batch)
    for _twice in range(2):
        tasks.work.func(str(imported.pk))
    imported.refresh_from_db()
    assert (imported.state, imported.taken, imported.duplicate) == (ImportState.TAKEN, 10, 1)
    assert EarlierPayment.objects.count() == Person.objects.count() == 10


def test_an_import_whose_job_was_lost_is_queued_again(clerk: User, at: datetime) -> None:
    history.bring(the_series(), PAID, sheet(paid(501)), by=clerk, at=at)
    later = at + timedelta(minutes=2)
    assert (tasks.remind(at=at), tasks.remind(at=later), tasks.remind(at=later)) == (0, 1, 0)
    assert DBTaskResult.objects.filter(task_path=tasks.work.module_path).count() == 1
