"""Filed classes on officers' pages: the list and its filters, examining trainees, papers; certificates that wait."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from filing_stories import BUREAU, TRAINING, class_filed, examiner, named, training_body
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.filings.actions import withdraw_class
from jiangli.applications.filings.models import Filing, PaperKind
from jiangli.applications.filings.papers import add_paper
from jiangli.applications.filings.tasks import make_paper_previews
from jiangli.correspondence.models import Message
from jiangli.registers.actions import certificate_for
from jiangli.registers.models import Certificate, Person
from jiangli.reviews import actions as reviews
from jiangli.reviews.verifying import is_verifying
from stories import adopted_law, clerk_of, draft, filed, member, officer, photograph, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def filing(at: datetime) -> Filing:
    adopted_law(at)
    return class_filed(training_body(), named(801, "测试甲"), named(802, "测试乙"), days_before=40, at=at)


def page(client: Client, address: str, **asked: str) -> str:
    response = client.get(address, asked)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_is_filtered_exported_and_refuses_strange_names(filing: Filing, at: datetime) -> None:
    late = class_filed(training_body("另一家学校"), named(803), days_before=10, at=at, why_late="刚接到任务")
    client, there = browser(examiner()), reverse("staff:filings")
    whole = page(client, there)
    assert filing.number in whole and late.number in whole and "2 人没看" in whole
    for asked, only in [
        ({"state": "late"}, late),
        ({"q": "另一家"}, late),
        ({"opens_from": "2025-07-01"}, filing),
    ]:
        found = page(client, there, **asked)
        other = filing if only == late else late
        assert only.number in found and other.number not in found
    assert filing.number in page(client, there, programme=TRAINING)
    for asked in ({"colour": "red"}, {"state": "x"}, {"page": "9"}, {"opens_to": "soon"}):
        assert client.get(there, asked).status_code == 400
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(reverse("staff:filings-export")).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert {row[0] for row in rows[1:]} == {filing.number, late.number} and any(
        "刚接到任务" in row for row in rows
    )


def test_trainees_are_confirmed_several_at_once_and_refused_with_a_reason(filing: Filing) -> None:
    client, there = browser(examiner()), reverse("staff:filing", args=[filing.pk])
    one, two = filing.trainees.values_list("pk", flat=True)
    assert "请先勾选学员" in client.post(there, {"confirm": "1"}).content.decode()
    missing = client.post(there, {"trainees": [one, two], "confirm": "1"})
    assert "写明在哪里查的" in missing.content.decode()
    client.post(there, {"trainees": [one], "confirm": "1", "where": "户籍系统，区内"})
    client.post(there, {"trainees": [two], "refuse": "1", "reason": "不在四类人员里"})
    assert list(filing.trainees.values_list("examined", flat=True)) == ["confirmed", "refused"]
    shown = page(client, there)
    assert "户籍系统，区内" in shown and "不在四类人员里" in shown
    assert Message.objects.filter(event="filing.examined").count() == 2
    assert "测试乙" not in page(client, there, state="confirmed")


def test_ones_own_name_has_no_tick_and_other_agencies_see_nothing(filing: Filing) -> None:
    own = examiner()
    Person.objects.filter(name="测试甲").update(officer=own)
    shown = page(browser(own), reverse("staff:filing", args=[filing.pk]))
    assert "由同事来看" in shown and shown.count('name="trainees"') == 1
    other = browser(officer("xiaoshan-hrss", Role.REVIEWER))
    assert other.get(reverse("staff:filing", args=[filing.pk])).status_code == 404
    assert filing.number not in page(other, reverse("staff:filings"))
    cashier = page(browser(officer(BUREAU, Role.CASHIER)), reverse("staff:filing", args=[filing.pk]))
    assert "岗位" in cashier and 'name="trainees"' not in cashier


def test_a_late_class_says_so_and_a_withdrawn_one_is_examined_no_more(filing: Filing, at: datetime) -> None:
    body = filing.organisation
    late = class_filed(body, named(804), days_before=0, at=at, why_late="忘了")
    client = browser(examiner())
    shown = page(client, reverse("staff:filing", args=[late.pk]))
    assert "开班以后不能再补" in shown and "忘了" in shown
    withdraw_class(filing, by=clerk_of(body), at=at)
    assert "不用审查" in page(client, reverse("staff:filing", args=[filing.pk]))
    assert late.number not in page(client, reverse("staff:filings"), state="withdrawn")


def test_papers_are_seen_as_pictures_only(filing: Filing, at: datetime) -> None:
    by = clerk_of(filing.organisation)
    paper = add_paper(filing, PaperKind.PLAN, "方案.jpg", photograph(), by=by, at=at, why="补照片")
    client = browser(examiner())
    there = reverse("staff:filing-paper", args=[filing.pk, paper.pk, 1])
    assert client.get(there).status_code == 404
    make_paper_previews.func(str(paper.pk))
    assert client.get(there)["Content-Type"] == "image/jpeg"
    assert "补照片" in page(client, reverse("staff:filing", args=[filing.pk]))


# Certificates that were issued and cannot be searched yet


@pytest.fixture
def unseen(at: datetime) -> Certificate:
    the_law(at)
    member("测试丁")
    return certificate_for("S000033010088888")


def test_a_case_waits_for_its_certificate_until_the_register_has_it(
    unseen: Certificate, at: datetime
) -> None:
    person = Person.objects.get(name="测试丁")
    case = filed(person, unseen, at=at)
    assert is_verifying(case)
    client, there = browser(officer("xiaoshan-union", Role.REVIEWER)), reverse("staff:queue")
    assert case.number in page(client, there, check="verifying") and "证书待查" in page(client, there)
    assert case.number not in page(client, there, check="unknown")
    Certificate.objects.filter(pk=unseen.pk).update(looked_up_at=at + timedelta(days=1), person=person)
    assert not is_verifying(case)
    assert case.number not in page(client, there, check="verifying")


def test_a_look_up_by_an_officer_ends_the_wait(unseen: Certificate, at: datetime) -> None:
    case = filed(Person.objects.get(name="测试丁"), unseen, at=at)
    by = officer("xiaoshan-union", Role.REVIEWER)
    reviews.look_up(
        case, found={"certificate.level": "technician"}, place="省职业技能等级证书查询", by=by, at=at
    )
    assert not is_verifying(case)


@pytest.mark.parametrize(("issued", "told"), [("2025-03-12", 1), ("2025-03-11", 0), ("2024-09-20", 0)])
def test_the_claimant_is_told_once_where_the_certificate_is_new(
    unseen: Certificate, at: datetime, issued: str, told: int
) -> None:
    person = Person.objects.get(name="测试丁")
    case = draft(person, unseen, at=at, stated={"certificate.issue_date": issued})
    for _time in range(2):
        applications.submit(case, by=person.account, at=at)
    assert Message.objects.filter(event="application.verifying").count() == told
