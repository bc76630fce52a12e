"""The pages of other bodies: hand over, fetch the file, bring an answer in, confirm it, see it on the case."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiangli.accounts.models import Agency, User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.audit.models import Event
from jiangli.reviews import actions as reviews
from jiangli.reviews.outside.models import Exchange, Reply
from jiangli.reviews.outside.tasks import work
from stories import certificate, filed, member, officer, photograph, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
HEAD = ["受理编号", "姓名", "审核结果", "日期", "文号", "金额(元)"]


@pytest.fixture
def case(at: datetime) -> Application:
    """The district has passed it; it waits for the city, which has its own system."""
    the_law(at)
    Agency.objects.filter(pk="hangzhou-union").update(works_here=False)
    person, before = member(), at - timedelta(hours=3)
    found = filed(person, certificate(person), at=before)
    return reviews.pass_on(found, by=officer("xiaoshan-union", Role.REVIEWER), at=before)


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sheet(*rows: list[str]) -> SimpleUploadedFile:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate([HEAD, *rows]):
            page.write_row(number, 0, row)
    return SimpleUploadedFile("回单.xlsx", out.getvalue())


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_a_case_goes_to_the_city_and_comes_back_through_the_pages(case: Application) -> None:
    first = enter(officer("xiaoshan-union", Role.REVIEWER))
    second = enter(officer("xiaoshan-union", Role.APPROVER))
    assert "把 1 件报送市总工会" in text(first.get(reverse("staff:exchanges")))
    first.post(reverse("staff:exchange-make"), {"body": "hangzhou-union"})
    exchange = Exchange.objects.get()
    here = reverse("staff:exchange", args=[exchange.pk])
    assert case.claimant is not None and case.claimant.id_number not in text(first.get(here))
    file = reverse("staff:exchange-file", args=[exchange.pk])
    assert "做什么用" in text(first.post(file, {"reason": ""}))
    fetched = first.post(file, {"reason": "报送"})
    assert fetched["Content-Type"].endswith("sheet") and "no-store" in fetched["Cache-Control"]
    assert Event.objects.filter(name="exchange.fetched").count() == 1
    assert exchange.number in text(first.get(reverse("staff:case", args=[case.pk])))

    rows = [
        [str(case.number), case.party.name, "通过", "2025-06-10", "9号", "600"],
        ["XS-2025-99999", "", "通过", "2025-06-10"],
    ]
    said = {"body": "hangzhou-union", "kind": "approvals", "whole": "on", "file": sheet(*rows)}
    answer = first.post(reverse("staff:replies"), said)
    reply = Reply.objects.get()
    page = reverse("staff:reply", args=[reply.pk])
    assert answer["Location"] == page
    assert "将登记 1 行" in text(first.get(page)) and "不是本单位的" in text(
        first.get(page, {"what": "stranger"})
    )
    take = reverse("staff:reply-take", args=[reply.pk])
    first.post(take)  # not by who brought it in
    assert Reply.objects.get().state == "staged"
    second.post(take)
    assert "refresh" in text(second.get(page))
    work.call(str(reply.pk))
    assert Application.objects.get().status == Status.APPROVED
    shown = text(first.get(reverse("staff:case", args=[case.pk])))
    assert "市总工会发放，还没有告知" in shown
    public = enter(case.claimant.account) if case.claimant.account else Client()
    assert "由对方发放，对方还没有告知" in text(public.get(reverse("public:application", args=[case.pk])))

    paid = [[str(case.number), case.party.name, "成功", "2025-06-10", "", "600"]]
    first.post(reverse("staff:replies"), {"body": "hangzhou-union", "kind": "payments", "file": sheet(*paid)})
    money = Reply.objects.get(kind="payments")
    second.post(reverse("staff:reply-take", args=[money.pk]))
    work.call(str(money.pk))
    assert "市总工会已发放" in text(first.get(reverse("staff:case", args=[case.pk])))
    assert "已由对方发放" in text(public.get(reverse("public:application", args=[case.pk])))
    for name, keys in {
        "exchanges": [],
        "exchange": [exchange.pk],
        "replies": [],
        "reply": [reply.pk],
    }.items():
        assert first.get(reverse(f"staff:{name}-export", args=keys)).status_code == 200
    for name in ("exchanges", "replies"):
        assert first.get(reverse(f"staff:{name}"), {"colour": "red"}).status_code == 400
        assert first.get(reverse(f"staff:{name}"), {"body": "nobody"}).status_code == 400


def test_an_answer_on_paper_is_keyed_in_on_the_case(case: Application) -> None:
    reviewer = officer("xiaoshan-union", Role.REVIEWER)
    client, here = enter(reviewer), reverse("staff:enter-reply", args=[case.pk, "approvals"])
    assert here in text(client.get(reverse("staff:case", args=[case.pk])))
    said = {"outcome": "refused", "on": "2025-06-10", "document": "9号"}
    scan = SimpleUploadedFile("批文.jpg", photograph(), "image/jpeg")
    assert "原因" in text(client.post(here, {**said, "scan": scan}))  # a refusal says why
    scan = SimpleUploadedFile("批文.jpg", photograph(), "image/jpeg")
    client.post(here, {**said, "reason": "所在单位没有建会", "scan": scan})
    reply = Reply.objects.get()
    assert client.get(reverse("staff:reply-scan", args=[reply.pk, 1]))["Content-Type"] == "image/jpeg"
    assert client.get(reverse("staff:reply-scan", args=[reply.pk, 2])).status_code == 404
    enter(officer("xiaoshan-union", Role.APPROVER)).post(reverse("staff:reply-take", args=[reply.pk]))
    work.call(str(reply.pk))
    assert Application.objects.get().status == Status.REFUSED


def test_another_agency_sees_nothing_of_it(case: Application) -> None:
    client = enter(officer("xiaoshan-union", Role.REVIEWER))
    client.post(reverse("staff:exchange-make"), {"body": "hangzhou-union"})
    other = enter(officer("xiaoshan-hrss", Role.REVIEWER, Role.APPROVER))
    assert other.get(reverse("staff:exchange", args=[Exchange.objects.get().pk])).status_code == 404
    assert "其他机构" not in text(other.get(reverse("staff:queue")))
    other.post(reverse("staff:exchange-make"), {"body": "hangzhou-union"})
    assert Exchange.objects.count() == 1
