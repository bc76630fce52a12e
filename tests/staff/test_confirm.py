"""What only the applicant stated waits for an officer's look; one's own claim is nobody's case."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.registers.models import Certificate, Person
from jiangli.reviews import actions as reviews
from jiangli.reviews.models import LookUp, Opinion
from stories import certificate, draft, filed, member, officer, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]

STATED = {
    "certificate.kind": "skill_level_certificate",
    "certificate.level": "technician",
    "certificate.issue_date": "2024-09-20",
    "certificate.issuer_kind": "evaluation_body",
    "certificate.issuer_area": "330109",
    "certificate.filing_area": "330100",
}


@pytest.fixture
def reviewer(at: datetime) -> User:
    the_law(at)
    return officer("xiaoshan-union", Role.REVIEWER, name="测试审核员")


@pytest.fixture
def client(reviewer: User) -> Client:
    client = Client()
    client.force_login(reviewer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def filed_with(person: Person, held: Certificate, stated: dict[str, str], at: datetime) -> Application:
    by = person.account
    assert by
    pk = draft(person, held, at=at).pk
    applications.save_answers(Application.objects.get(pk=pk), stated=stated, account={}, by=by, at=at)
    return applications.submit(Application.objects.get(pk=pk), by=by, at=at).application


@pytest.fixture
def case(reviewer: User, at: datetime) -> Application:
    """Filed with a certificate that no register knows."""
    person = member("测试甲")
    stated = STATED | {"certificate.holder_name": person.name}
    return filed_with(person, certificate(person, looked_up_at=None), stated, at)


def address(name: str, case: Application, *more: str) -> str:
    return reverse(f"staff:{name}", args=[case.pk, *more])


def test_what_was_filled_in_is_confirmed_in_one_go(client: Client, case: Application) -> None:
    page = client.get(address("case", case))
    steps = [act for act in page.context["acts"] if act["kind"] == "main"]
    assert [step["url"] for step in steps] == [address("confirm", case)]
    rows = client.get(address("confirm", case)).context["rows"]
    assert {row["name"] for row in rows} == {*STATED, "certificate.holder_name"}
    keys = [row["key"] for row in rows]
    assert client.post(address("confirm", case), {"facts": keys}).status_code == 200  # where?
    assert client.post(address("confirm", case), {"place": "证书查询网"}).status_code == 200  # what?
    assert not LookUp.objects.exists()
    sent = {"facts": keys, "place": "证书查询网"}
    assert client.post(address("confirm", case), sent).status_code == 302
    assert {row.fact: row.value for row in LookUp.objects.all()}.items() >= STATED.items()
    assert client.get(address("case", case)).context["cannot_pass"] is None


def test_a_tick_confirms_only_the_value_one_saw(client: Client, case: Application) -> None:
    sent = {"facts": ["certificate.level=chief_technician"], "place": "证书查询网"}
    assert client.post(address("confirm", case), sent).status_code == 200
    assert not LookUp.objects.exists()


def test_the_queue_does_not_take_the_applicants_word(client: Client, case: Application) -> None:
    """No register has the certificate: it waits to be verified, whatever was stated of it."""
    rows = client.get(reverse("staff:queue"), {"tab": "预审", "check": "verifying"}).context["rows"]
    assert [row.case.pk for row in rows] == [case.pk]


def test_only_what_is_unmet_can_be_refused(
    client: Client, case: Application, reviewer: User, at: datetime
) -> None:
    page = client.get(address("refuse", case))
    assert page.context["form"].fields["conditions"].choices == []
    assert "先查并记一笔" in page.content.decode()
    reviews.look_up(case, found={"certificate.level": "junior"}, place="证书查询网", by=reviewer, at=at)
    choices = client.get(address("refuse", case)).context["form"].fields["conditions"].choices
    assert [id for id, _label in choices] == ["E3"]
    sent = {"conditions": "E1", "text": "不是会员"}
    assert client.post(address("refuse", case), sent).status_code == 200
    assert not Opinion.objects.exists()


def test_a_place_is_chosen_by_its_name_and_the_applicants_own_word_has_no_link(
    client: Client, case: Application
) -> None:
    page = client.get(address("look-up", case, "certificate.filing_area")).content.decode()
    assert 'type="radio"' in page
    assert "萧山区" in page
    assert address("look-up", case, "person.sex") not in client.get(address("case", case)).content.decode()


def test_the_register_block_says_where_it_differs(client: Client, reviewer: User, at: datetime) -> None:
    person = member("测试乙")
    case = filed_with(person, certificate(person), {"certificate.level": "senior_technician"}, at)
    row = client.get(address("case", case)).context["registers"][1]
    assert row.code == "mismatch"
    assert any("“技师”" in said and "“高级技师”" in said for said in row.differs)
    form = client.get(address("return", case)).context["form"]
    assert "pick:certificate.level" in [pick.name for pick, _why in form.rows]


def test_ones_own_claim_is_no_case(client: Client, reviewer: User, at: datetime) -> None:
    person = member("测试丙")
    person.officer = reviewer
    person.save()
    case = filed(person, certificate(person), at=at)
    for name in ("case", "return", "refuse", "pass", "confirm"):
        assert client.get(address(name, case)).status_code == 404, name


def test_a_search_says_in_which_list_it_found_something(client: Client, reviewer: User, at: datetime) -> None:
    person = member("测试丁")
    reviews.pass_on(filed(person, certificate(person), at=at), by=reviewer, at=at)
    page = client.get(reverse("staff:queue"), {"tab": "预审", "q": "测试丁"})
    assert page.context["rows"] == []
    assert "在「已办」里有 1 件" in page.content.decode()
