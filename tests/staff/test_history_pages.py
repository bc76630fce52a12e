"""What was paid before, as officers bring it in, look at it, close it and declare it complete on their pages."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.payments import actions as paying
from jiangli.registers.history.models import ElsewhereCase, HistoryDeclaration, HistoryImport
from jiangli.registers.history.tasks import work
from jiangli.registers.models import EarlierPayment
from past import ELSEWHERE, filed_there, paid, read, sheet, taken, the_series
from stories import SENIOR, approved, certificate, filed, identity_number, library, member, officer, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
DISTRICT = "xiaoshan-union"


@pytest.fixture
def clerk(at: datetime) -> User:
    the_law(at)
    return officer(DISTRICT, Role.REGISTRAR)


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def cells(content: bytes) -> list[list[Any]]:
    return list(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())


def test_a_sheet_is_brought_in_looked_at_and_taken_over(clerk: User) -> None:
    client = enter(clerk)
    file = SimpleUploadedFile("往年.xlsx", sheet(paid(501), paid(502, 发放日期="去年"), paid(501)))
    data = {"scope": the_series().key, "kind": "paid", "period": "2023", "batch": "第一批", "file": file}
    answer = client.post(reverse("staff:history"), data)
    imported = HistoryImport.objects.get()
    here = reverse("staff:import", args=[imported.pk])
    assert answer["Location"] == here
    page = client.get(here).content.decode()
    assert "已读 0 行，共 3 行" in page and 'http-equiv="refresh"' in page
    work.func(str(imported.pk))
    page = client.get(here).content.decode()
    assert "1 行可以入库，1 行已经有了，1 行不能入库" in page and "refresh" not in page
    assert identity_number(501) not in page and identity_number(502) not in page
    assert client.get(here, {"state": "faulty"}).context["page"].paginator.count == 1
    assert client.get(here, {"state": "strange"}).status_code == 400
    heading, row = cells(client.get(reverse("staff:import-errors", args=[imported.pk])).content)
    assert row[heading.index("身份证号")] == identity_number(502) and "2024-08-20" in row[-1]
    client.post(reverse("staff:import-take", args=[imported.pk]))
    work.func(str(imported.pk))
    page = client.get(here).content.decode()
    assert "已入库 1 行" in page and EarlierPayment.objects.count() == 1
    _heading, row = cells(client.get(reverse("staff:import-errors", args=[imported.pk])).content)
    assert identity_number(502) not in row  # they are gone
    assert len(cells(client.get(reverse("staff:import-export", args=[imported.pk])).content)) == 4


def test_the_rows_to_correct_hold_numbers_only_for_those_who_may_take_them_over(
    clerk: User, at: datetime
) -> None:
    imported = read(sheet(paid(501), paid(502, 发放日期="去年")), by=clerk, at=at)
    other = enter(officer("hangzhou-union", *Role))
    content = other.get(reverse("staff:import-errors", args=[imported.pk])).content
    assert identity_number(502) not in str(cells(content))


def test_the_list_of_sheets_is_narrowed_and_exported(clerk: User, at: datetime) -> None:
    taken(sheet(paid(501)), by=clerk, at=at, period="2023")
    read(sheet(paid(502)), by=clerk, at=at)
    client, here = enter(clerk), reverse("staff:history")
    for asked, count in (
        ({}, 2),
        ({"state": "taken"}, 1),
        ({"kind": "elsewhere"}, 0),
        ({"state": "reading"}, 0),
    ):
        assert client.get(here, asked).context["page"].paginator.count == count
    for wrong in ({"colour": "red"}, {"state": "gone"}, {"page": "9"}, {"scope": "x"}):
        assert client.get(here, wrong).status_code == 400
    assert len(cells(client.get(reverse("staff:history-export"), {"state": "taken"}).content)) == 2


def test_a_sheet_that_cannot_be_read_keeps_the_form(clerk: User) -> None:
    data = {
        "scope": the_series().key,
        "kind": "paid",
        "batch": "特别批",
        "file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04"),
    }
    answer = enter(clerk).post(reverse("staff:history"), data)
    assert answer.status_code == 200 and "特别批" in answer.content.decode()


def test_the_template_is_read_as_it_is(clerk: User) -> None:
    client = enter(clerk)
    for kind, heading in (("paid", "发放日期"), ("elsewhere", "受理机关")):
        sent = client.get(reverse("staff:history-template", args=[kind])).content
        assert heading in cells(sent)[0]
        about = CalamineWorkbook.from_filelike(io.BytesIO(sent)).get_sheet_by_index(1).to_python()
        assert {heading, library().programmes[SENIOR].title.zh} <= {cell for row in about for cell in row}
    assert client.get(reverse("staff:history-template", args=["other"])).status_code == 404


def test_a_reviewer_sees_that_another_system_has_the_case_until_it_is_closed(
    clerk: User, at: datetime
) -> None:
    person = member("测试甲", serial=501)
    case = filed(person, certificate(person, level="senior"), at=at, programme=SENIOR)
    taken(sheet(filed_there(501, 证书编号=""), kind=ELSEWHERE), by=clerk, at=at, kind=ELSEWHERE)
    reviewer = enter(officer(DISTRICT, Role.REVIEWER))
    address = reverse("staff:case", args=[case.pk])
    assert "CS-501" in reviewer.get(address).content.decode()
    one = ElsewhereCase.objects.get()
    here = reverse("staff:elsewhere-case", args=[one.pk])
    client = enter(clerk)
    early = client.post(here, {"which": "paid", "paid_on": "2025-01-01", "amount": "500"})
    assert early.status_code == 200 and "不早于受理日" in early.content.decode()
    assert client.post(here, {"which": "refused", "reason": ""}).status_code == 200
    client.post(here, {"which": "paid", "paid_on": "2025-05-01", "amount": "500.00"})
    assert EarlierPayment.objects.get().amount_fen == 50_000
    page = reviewer.get(address).content.decode()
    assert "别处在办" not in page and "测试街道总工会 CS-501" in page
    assert "已记为发放" in client.get(here).content.decode()


def test_the_cases_elsewhere_are_searched_narrowed_and_exported(clerk: User, at: datetime) -> None:
    rows = (filed_there(501), filed_there(502, 姓名="测试乙"))
    taken(sheet(*rows, kind=ELSEWHERE), by=clerk, at=at, kind=ELSEWHERE)
    client, here = enter(clerk), reverse("staff:elsewhere")
    for asked, count in (({}, 2), ({"q": "测试乙"}, 1), ({"q": "CS-501"}, 1), ({"state": "paid"}, 0)):
        assert client.get(here, asked).context["page"].paginator.count == count
    assert client.get(here, {"q": "x" * 61}).status_code == 400
    assert len(cells(client.get(reverse("staff:elsewhere-export"), {"q": "测试乙"}).content)) == 2


def test_two_officers_declare_on_their_pages_and_then_money_goes_out(clerk: User, at: datetime) -> None:
    worker = member("测试乙")
    approved(worker, certificate(worker, level="senior"), at=at, programme=SENIOR)
    paying.fall_due(at=at)
    cashier, releaser = officer(DISTRICT, Role.CASHIER), officer(DISTRICT, Role.RELEASER)
    assert "补录齐" in enter(cashier).get(reverse("staff:payments")).content.decode()
    batch = paying.freeze(clerk.agency, by=cashier, at=at)
    assert "还不能放行" in enter(releaser).get(reverse("staff:batch", args=[batch.pk])).content.decode()
    enter(releaser).post(reverse("staff:release", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.status == "frozen"
    imported = taken(sheet(paid(501)), by=clerk, at=at)
    client = enter(clerk)
    form = reverse("staff:declare", args=[the_series().key])
    empty = client.post(form, {"complete_up_to": "2025-06-09"})
    assert empty.status_code == 200 and not HistoryDeclaration.objects.exists()
    answer = client.post(form, {"complete_up_to": "2025-06-09", "imports": [str(imported.pk)]})
    one = HistoryDeclaration.objects.get()
    assert answer["Location"] == reverse("staff:declaration", args=[one.pk])
    confirm = reverse("staff:declaration-confirm", args=[one.pk])
    for visitor in (clerk, cashier, releaser):
        enter(visitor).post(confirm)
        one.refresh_from_db()
        assert bool(one.confirmed_at) == (visitor is releaser)
    listed = enter(clerk).get(reverse("staff:declarations"), {"state": "confirmed"}).context["page"]
    assert [row[2] for row in listed.object_list] == [one]
    assert len(cells(client.get(reverse("staff:declarations-export")).content)) > 2
    enter(releaser).post(reverse("staff:release", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.status == "released"
    revoke = reverse("staff:declaration-revoke", args=[one.pk])
    client.post(revoke, {"reason": ""})
    client.post(revoke, {"reason": "少了一批。"})
    one.refresh_from_db()
    assert one.revoked_because == "少了一批。"
