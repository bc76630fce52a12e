"""Lists in and money out, as officers do it on their pages."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.payments import actions as paying
from jiangli.payments import queries, simulated_bank
from jiangli.payments.models import Batch, Payment, ReturnedSheet
from jiangli.registers.models import PublishedList
from stories import (
    CHIEF,
    SENIOR,
    approved,
    certificate,
    history_declared,
    identity_number,
    member,
    officer,
    the_law,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
DISTRICT = "xiaoshan-union"


@pytest.fixture(autouse=True)
def law(at: datetime) -> None:
    the_law(at)
    history_declared(at=at)


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def listed(*rows: tuple[str, ...]) -> SimpleUploadedFile:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, row in enumerate([("姓名", "身份证号", "等级", "证书编号", "发证日期"), *rows]):
        for column, cell in enumerate(row):
            sheet.write_string(place, column, cell)
    book.close()
    return SimpleUploadedFile("名单.xlsx", out.getvalue())


def test_a_list_is_read_row_by_row_and_each_row_says_what_became_of_it() -> None:
    known = member("测试甲")
    file = listed(
        ("测试甲", known.id_number, "首席技师", "S000033010077001", "2024-09-20"),
        ("测试乙", identity_number(812), "特级技师", "S000033010077002", "2024-09-20"),
        ("测试丙", "330109199001010000", "特级技师", "", ""),
    )
    client = enter(officer("hangzhou-union", Role.REGISTRAR))
    data = {
        "programme": CHIEF, "document_number": "浙测发〔2025〕7号", "document_date": "2025-05-20", "file": file
    }  # fmt: skip
    answer = client.post(reverse("staff:lists"), data)
    published = PublishedList.objects.get()
    assert answer["Location"] == reverse("staff:list", args=[published.pk])
    states = [row.state for row in published.rows.all()]
    assert (states[0], states[2]) == ("taken", "faulty")
    page = client.get(answer["Location"]).content.decode()
    assert "测试丙" in page
    assert known.id_number not in page
    sheet = client.get(reverse("staff:list-export", args=[published.pk])).content
    assert known.id_number not in str(
        CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    )
    assert client.get(f"{answer['Location']}?state=strange").status_code == 400


def test_a_list_that_cannot_be_read_keeps_the_form() -> None:
    client = enter(officer("hangzhou-union", Role.REGISTRAR))
    data = {
        "programme": CHIEF, "document_number": "浙测发〔2025〕7号", "document_date": "2025-05-20",
        "file": SimpleUploadedFile("a.xlsx", b"PK nonsense"),
    }  # fmt: skip
    answer = client.post(reverse("staff:lists"), data)
    assert answer.status_code == 200
    assert "浙测发〔2025〕7号" in answer.content.decode()


def test_money_goes_out_and_one_comes_back(at: datetime) -> None:
    for name in ("测试甲", "测试乙", "测试丙"):
        person = member(name)
        approved(person, certificate(person, level="senior"), at=at, programme=SENIOR)
    paying.fall_due(at=at)
    clerk, releaser = officer(DISTRICT, Role.CASHIER), officer(DISTRICT, Role.RELEASER)
    chosen = list(Payment.objects.filter(payer=DISTRICT).order_by("payee_name")[:2])
    answer = enter(clerk).post(
        reverse("staff:freeze"), {"which": "chosen", "payment": [p.pk for p in chosen]}
    )
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("staff:batch", args=[batch.pk])
    assert (batch.count, batch.total_fen) == (2, 100000)
    enter(releaser).post(reverse("staff:release", args=[batch.pk]))
    enter(clerk).post(reverse("staff:write-sheet", args=[batch.pk]))
    batch.refresh_from_db()
    back = simulated_bank.answer(queries.sheet(batch), day=at.date().isoformat(), fail=1)
    answer = enter(clerk).post(
        reverse("staff:read-returned"), {"file": SimpleUploadedFile("回单.xlsx", back)}
    )
    sheet = ReturnedSheet.objects.get()
    assert answer["Location"] == reverse("staff:returned-sheet", args=[sheet.pk])
    page = enter(clerk).get(answer["Location"])
    assert (page.context["counts"]["paid"], page.context["counts"]["returned"]) == (1, 1)
    paid = Payment.objects.get(batch=batch, status="paid").entitlement.decision.application
    conditions = enter(clerk).get(reverse("staff:case", args=[paid.pk])).context["conditions"]
    assert {row.code for row in conditions} == {"met"}  # a paid case does not bar itself
    again = enter(clerk).post(reverse("staff:read-returned"), {"file": SimpleUploadedFile("回单.xlsx", back)})
    assert again["Location"] == answer["Location"]
    assert "银行退回" in enter(clerk).get(reverse("staff:payments"), {"state": "returned"}).content.decode()
    assert enter(clerk).get(reverse("staff:payments"), {"state": "all"}).status_code == 400
    assert enter(clerk).get(reverse("staff:payments"), {"programme": "none"}).status_code == 400


def test_nothing_chosen_freezes_nothing(at: datetime) -> None:
    person = member()
    approved(person, certificate(person, level="senior"), at=at, programme=SENIOR)
    paying.fall_due(at=at)
    clerk = officer(DISTRICT, Role.CASHIER)
    for data in ({"which": "chosen"}, {"which": "chosen", "payment": "not-a-key"}, {}):
        enter(clerk).post(reverse("staff:freeze"), data)
    assert not Batch.objects.exists()
