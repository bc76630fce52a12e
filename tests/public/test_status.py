"""Following a case: look-ups, what the page of a case says, who may see it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.public.people import BACKEND
from jiangli.registers.models import Person
from jiangli.reviews import actions as reviews
from public.conftest import page
from stories import approved, certificate, draft, filed, identity_number, member, officer

SignedIn = Callable[[Person], Client]


def test_a_look_up_shows_the_case_and_lets_nobody_act(client: Client, at: datetime) -> None:
    person = member("测试甲", serial=601)
    done = applications.submit(draft(person, certificate(person), at=at), by=person.account, at=at)
    given = {"id_number": identity_number(601), "password": done.query_password.lower()}
    response = client.post(reverse("public:status"), given)
    assert response.url == reverse("public:visit")
    words = page(client.get(response.url))
    assert done.application.number in words and "现在不用您做什么" in words
    assert reverse("public:withdraw", args=[done.application.pk]) not in words
    assert client.get(reverse("public:application", args=[done.application.pk])).status_code == 302


def test_wrong_words_are_never_told_apart_and_are_slowed(client: Client, at: datetime) -> None:
    person = member("测试甲", serial=602)
    applications.submit(draft(person, certificate(person), at=at), by=person.account, at=at)
    known, unknown = identity_number(602), identity_number(603)
    pages = []
    for number in (known, unknown):
        response = client.post(reverse("public:status"), {"id_number": number, "password": "AAAAAAAA"})
        pages.append(page(response).split("govuk-error-summary__list")[1].split("</ul>")[0])
    assert pages[0] == pages[1]
    for _try in range(5):
        response = client.post(reverse("public:status"), {"id_number": known, "password": "AAAAAAAA"})
    assert "分钟" in page(response) or "minutes" in page(response)


def test_a_visit_ends(client: Client) -> None:
    assert client.get(reverse("public:visit")).url == reverse("public:status")


def test_a_returned_case_leads_to_each_thing_to_correct(as_person: SignedIn, at: datetime) -> None:
    person = member()
    case = filed(person, certificate(person), at=at)
    fields = [
        {"field": "material:certificate", "reason": "少一角"},
        {"field": "account", "reason": "请写到支行"},
    ]
    reviews.send_back(
        case, fields=fields, text="请看一下", by=officer("xiaoshan-union", Role.REVIEWER), at=at
    )
    client = as_person(person)
    words = page(client.get(reverse("public:application", args=[case.pk])))
    photos = reverse("public:photos", args=[case.pk, "certificate"])
    assert "少一角" in words and photos in words
    assert reverse("public:section", args=[case.pk, "card"]) in words
    assert "少一角" in page(client.get(photos))
    response = client.post(reverse("public:answers", args=[case.pk]), {"note": ""})
    assert response.url == reverse("public:done", args=[case.pk])
    again = Application.objects.get(pk=case.pk)
    assert (again.status, again.first_filed_at) == ("submitted", case.first_filed_at)


def test_a_decided_case_carries_the_stamp_and_both_payments(as_person: SignedIn, at: datetime) -> None:
    person = member()
    case = approved(person, certificate(person), at=at)
    words = page(as_person(person).get(reverse("public:application", args=[case.pk])))
    assert 'class="stamp"' in words and "同意发放" in words
    assert words.count("等待发放") >= 2
    assert words.count("600.00") == 2


CASE_PAGES = ["application", "answers", "done", "withdraw", "confirm-card"]


def addresses(case: Application) -> list[str]:
    found = [reverse(f"public:{name}", args=[case.pk]) for name in CASE_PAGES]
    found.append(reverse("public:section", args=[case.pk, "card"]))
    found.append(reverse("public:photos", args=[case.pk, "certificate"]))
    found.append(reverse("public:evidence", args=[case.pk, case.evidence.first().pk]))
    return found


def test_a_case_is_its_claimants_alone(client: Client, as_person: SignedIn, at: datetime) -> None:
    person = member()
    case = filed(person, certificate(person), at=at)
    other = as_person(member("测试乙"))
    desk = Client()
    desk.force_login(officer("xiaoshan-union", Role.REVIEWER), backend=BACKEND)
    for url in addresses(case):
        for method in ("get", "post"):
            assert getattr(client, method)(url).status_code in (302, 405), url
            assert getattr(other, method)(url).status_code in (404, 405), url
            assert getattr(desk, method)(url).status_code in (404, 405), url


def test_an_old_page_of_a_filed_case_leads_back_to_it(as_person: SignedIn, at: datetime) -> None:
    person = member()
    case = filed(person, certificate(person), at=at)
    client, home = as_person(person), reverse("public:application", args=[case.pk])
    for name, part in (("section", "card"), ("section", "person"), ("photos", "certificate")):
        assert client.get(reverse(f"public:{name}", args=[case.pk, part])).url == home
    assert client.get(reverse("public:answers", args=[case.pk])).url == home


@pytest.mark.parametrize("name", ["home", "phone", "status"])
def test_open_pages_are_open(client: Client, name: str) -> None:
    page(client.get(reverse(f"public:{name}")))


def test_texts_and_programmes_are_open(client: Client) -> None:
    words = page(client.get(reverse("public:home")))
    assert "1,200–1,600" in words and "12 月 1 日截止" in words and "还有 174 天" in words
    assert "按名单发放" in words and "全部项目" in words
    assert "晋级技师的,每人激励600元" in page(client.get("/programme/xiaoshan-union-2025-technician/"))
    assert "(1)萧山区所属工会实名认证会员;" in page(client.get("/text/xiaoshan-union-2025/"))
    assert client.get("/programme/nothing/").status_code == 404
    assert client.get("/text/nothing/").status_code == 404


@pytest.mark.parametrize("name", ["my"])
def test_ones_own_pages_need_a_sign_in(client: Client, as_person: SignedIn, name: str) -> None:
    assert client.get(reverse(f"public:{name}")).status_code == 302
    page(as_person(member()).get(reverse(f"public:{name}")))


def test_signing_out(as_person: SignedIn) -> None:
    client = as_person(member())
    assert client.get(reverse("public:sign-out")).status_code == 405
    assert client.post(reverse("public:sign-out")).url == reverse("public:home")
    assert client.get(reverse("public:my")).status_code == 302
