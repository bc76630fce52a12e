"""The counter's pages: key a paper form in, lose nothing, hand over a slip, serve whoever shows the card."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.actions import Paper
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.queries import current_evidence
from jiangli.registers.models import Person
from stories import TECHNICIAN, _answers, certificate, member, officer, photograph, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
UNION = "xiaoshan-union"
ACCOUNT = {
    "account_name": "测试甲", "account_number": "6217 0000 0000 0000 000", "account_bank": "测试银行萧山支行",
}  # fmt: skip


@pytest.fixture
def clerk(at: datetime) -> User:
    the_law(at)
    return officer(UNION, Role.COUNTER)


@pytest.fixture
def desk(clerk: User, client: Client) -> Client:
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_first_page_asks_for_a_programme_and_not_for_a_list(desk: Client) -> None:
    words = desk.get(reverse("staff:new-paper")).content.decode()
    assert "哪个项目的名单" not in words
    assert "项目" in words.split('for="id_programme"')[1].split("</label>")[0]


def begun(desk: Client, person: Person, **more: str) -> Application:
    """A paper form whose first page was filled in."""
    given = {"programme": TECHNICIAN, "name": person.name, "id_number": person.id_number, **more}
    answer = desk.post(reverse("staff:new-paper"), given)
    case = Application.objects.get(claimant=person)
    assert answer.url == reverse("staff:keyed", args=[case.pk])  # type: ignore[attr-defined]
    return case


def written(case: Application, person: Person) -> dict[str, Any]:
    """What the clerk types: every answer as it stands on the paper."""
    held = person.certificates.first() or certificate(person)
    said = {**_answers(case, person), "certificate.number": held.number}
    return typed(said) | ACCOUNT


def typed(said: dict[str, Any]) -> dict[str, str]:
    """Facts as one types them into the page."""
    words = {
        name: ("yes" if value else "no") if isinstance(value, bool) else str(value)
        for name, value in said.items()
    }
    return {f"fact:{name}": value for name, value in words.items()}


def scans(case: Application) -> dict[str, Any]:
    ids = [material.id for material in programme_of(case).materials] + ["paper-form", "paper-consent"]
    return {f"file:{id}": SimpleUploadedFile("扫描.jpg", photograph()) for id in ids}


def keyed_in(desk: Client) -> tuple[Application, Person]:
    person = member("测试甲")
    case = begun(desk, person)
    address = reverse("staff:keyed", args=[case.pk])
    desk.post(address, {**written(case, person), **scans(case), "do": "save"})
    desk.post(address, {**written(Application.objects.get(), person), "do": "save"})
    return Application.objects.get(), person


def test_from_the_paper_to_the_slip(desk: Client) -> None:
    case, person = keyed_in(desk)
    data = typed(case.stated)
    answer = desk.post(reverse("staff:keyed", args=[case.pk]), {**data, **ACCOUNT, "do": "submit"})
    case.refresh_from_db()
    assert answer.url == reverse("staff:slip", args=[case.pk])  # type: ignore[attr-defined]
    slip = desk.get(answer.url).content.decode()  # type: ignore[attr-defined]
    password = slip.split('class="secret">')[1].split("<")[0]
    assert str(case.number) in slip and len(password) == 8
    for personal in (person.name, person.id_number, person.phone, case.account_number):
        assert personal not in slip
    again = desk.get(reverse("staff:slip", args=[case.pk])).content.decode()
    assert password not in again and str(case.number) in again


def test_what_can_be_read_is_kept_and_the_rest_stays_as_typed(desk: Client) -> None:
    person = member("测试甲")
    case = begun(desk, person)
    data = {
        "fact:certificate.issue_date": "去年九月",
        "fact:certificate.occupation": "焊工",
        "fact:certificate.number": "甲",
        **ACCOUNT,
        "account_number": "6217-ABC",
    }  # fmt: skip
    files = {"file:paper-form": SimpleUploadedFile("表.exe", b"MZ not a picture")}
    page = desk.post(reverse("staff:keyed", args=[case.pk]), {**data, **files, "do": "save"})
    words = page.content.decode()
    assert page.status_code == 200 and "去年九月" in words and "6217-ABC" in words and "表.exe" in words
    case.refresh_from_db()
    assert case.stated == {"certificate.occupation": "焊工"}
    assert case.account_bank == ACCOUNT["account_bank"] and case.account_number == ""


def test_what_is_not_on_the_page_is_not_taken_away(desk: Client) -> None:
    case = begun(desk, member("测试甲"))
    address = reverse("staff:keyed", args=[case.pk])
    desk.post(address, {"fact:certificate.occupation": "焊工"})
    desk.post(address, ACCOUNT)
    case.refresh_from_db()
    assert case.stated == {"certificate.occupation": "焊工"}
    desk.post(address, {"fact:certificate.occupation": ""})
    case.refresh_from_db()
    assert case.stated == {} and case.account_name == ACCOUNT["account_name"]


def test_a_day_may_be_typed_without_its_dashes(desk: Client) -> None:
    case = begun(desk, member("测试甲"))
    desk.post(reverse("staff:keyed", args=[case.pk]), {"fact:certificate.issue_date": "20240920"})
    case.refresh_from_db()
    assert case.stated["certificate.issue_date"] == "2024-09-20"


def test_handing_in_too_early_names_what_is_missing(desk: Client) -> None:
    case = begun(desk, member("测试甲"))
    words = desk.post(reverse("staff:keyed", args=[case.pk]), {"do": "submit"}).content.decode()
    assert "签了字的同意书" in words.split("govuk-error-summary__list")[1].split("</ul>")[0]
    case.refresh_from_db()
    assert case.status == "draft"


def test_a_scan_is_taken_away_again(desk: Client) -> None:
    case, _person = keyed_in(desk)
    scan = current_evidence(case).get(material="paper-consent")
    desk.post(reverse("staff:remove-scan", args=[case.pk, scan.pk]))
    assert not current_evidence(case).filter(material="paper-consent").exists()


def test_the_day_on_the_paper_is_noted_with_its_reason(desk: Client) -> None:
    case = begun(desk, member("测试甲"), received_on="2025-06-03", why="6 月 3 日邮戳")
    assert case.received_on.isoformat() == "2025-06-03"  # type: ignore[union-attr]
    address = reverse("staff:received", args=[case.pk])
    desk.post(address, {"received_on": "2025-06-05", "why": ""})
    desk.post(address, {"received_on": "nonsense"})
    case.refresh_from_db()
    assert case.received_on.isoformat() == "2025-06-03"  # type: ignore[union-attr]
    desk.post(address, {"received_on": "2025-06-05", "why": "收件章"})
    case.refresh_from_db()
    assert case.received_on.isoformat() == "2025-06-05"  # type: ignore[union-attr]


def test_the_list_shows_what_is_being_entered_and_refuses_what_it_does_not_know(desk: Client) -> None:
    begun(desk, member("测试甲"))
    assert "测试甲" in desk.get(reverse("staff:counter")).content.decode()
    assert desk.get(reverse("staff:counter-export")).content.startswith(b"PK")
    for strange in ({"state": "approved"}, {"colour": "red"}, {"page": "7"}):
        assert desk.get(reverse("staff:counter"), strange).status_code == 400
    assert desk.get(reverse("staff:counter-export"), {"state": "approved"}).status_code == 400


def test_a_draft_is_discarded_on_its_page(desk: Client) -> None:
    case = begun(desk, member("测试甲"))
    address = reverse("staff:discard", args=[case.pk])
    assert desk.post(address, {}).status_code == 200
    assert desk.post(address, {"reason": "twice"}).status_code == 302
    case.refresh_from_db()
    assert case.status == "withdrawn" and desk.get(address).status_code == 404


def test_a_name_that_does_not_fit_is_said_without_the_other_one(desk: Client) -> None:
    person = member("欧阳测试")
    given = {"programme": TECHNICIAN, "name": "样例乙", "id_number": person.id_number}
    words = desk.post(reverse("staff:new-paper"), given).content.decode()
    assert "govuk-error-summary" in words and "欧阳测试" not in words


def test_what_is_missing_is_said_at_its_field_and_not_shown_as_optional(desk: Client) -> None:
    answer = desk.post(
        reverse("staff:new-paper"), {"programme": TECHNICIAN, "id_number": "", "name": "测试甲"}
    )
    form = answer.context["form"]
    assert list(form.errors) == ["id_number"]
    assert form.fields["name"].required and form.fields["id_number"].required


def test_only_the_counters_post_opens_the_form(desk: Client, client: Client) -> None:
    reviewer = Client()
    reviewer.force_login(officer(UNION, Role.REVIEWER), backend="django.contrib.auth.backends.ModelBackend")
    assert 'name="id_number"' not in reviewer.get(reverse("staff:new-paper")).content.decode()
    person = member("测试甲")
    given = {"programme": TECHNICIAN, "name": person.name, "id_number": person.id_number}
    assert reviewer.post(reverse("staff:new-paper"), given).status_code == 200
    assert not Application.objects.exists()


def test_ones_own_paper_form_is_not_there(desk: Client, clerk: User, at: datetime) -> None:
    person = member("测试甲")
    colleague = officer(UNION, Role.COUNTER)
    paper = Paper(name=person.name, id_number=person.id_number)
    case = applications.enter(TECHNICIAN, paper, by=colleague, at=at)
    person.officer = clerk
    person.save()
    assert desk.get(reverse("staff:keyed", args=[case.pk])).status_code == 404


def test_whoever_shows_the_card_gets_a_new_password_or_has_a_phone_noted(desk: Client) -> None:
    case, person = keyed_in(desk)
    data = typed(case.stated)
    desk.post(reverse("staff:keyed", args=[case.pk]), {**data, **ACCOUNT, "do": "submit"})
    first = desk.get(reverse("staff:slip", args=[case.pk])).content.decode()
    card = {"name": person.name, "id_number": person.id_number, "seen": "on"}
    page = desk.post(reverse("staff:card"), {**card, "seen": "", "do": "password"})
    assert page.status_code == 200
    answer = desk.post(reverse("staff:card"), {**card, "do": "password"})
    second = desk.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert second.split('class="secret">')[1][:8] != first.split('class="secret">')[1][:8]
    desk.post(reverse("staff:card"), {**card, "phone": "13900000777", "do": "phone"})
    person.refresh_from_db()
    case.refresh_from_db()
    assert person.contact == "13900000777" and case.query_password == ""
    wrong = desk.post(reverse("staff:card"), {**card, "phone": "123", "do": "phone"})
    assert wrong.status_code == 200
