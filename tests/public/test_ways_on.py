"""Where something does not go as wished, each page says what to do next."""

import re
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from jiangli.applications import actions as applications
from jiangli.registers.models import Person
from public.conftest import page
from stories import TECHNICIAN, certificate, draft, filed, identity_number, member

SignedIn = Callable[[Person], Client]


def answers(application: object) -> str:
    return reverse("public:answers", args=[application.pk])  # type: ignore[attr-defined]


def test_a_level_the_register_has_otherwise_is_said_with_both_words(
    as_person: SignedIn, at: datetime
) -> None:
    person = member()
    application = draft(person, certificate(person, level="senior"), at=at)
    applications.save_answers(
        application, stated={"certificate.level": "technician"}, by=person.account, at=at
    )
    words = page(as_person(person).get(answers(application)))
    assert "证书登记里写的是高级工，您填的是技师" in words
    assert words.index("您填的是技师") < words.index("这一项只给技师"), "the problem comes first"
    assert "核对证书编号" in words and "tel:" in words


def test_a_difference_that_stops_nothing_is_a_remark(as_person: SignedIn, at: datetime) -> None:
    person = member()
    application = draft(person, certificate(person, issue_date=date(2024, 9, 20)), at=at)
    said = {"certificate.issue_date": "2024-09-21"}
    applications.save_answers(application, stated=said, by=person.account, at=at)
    words = page(as_person(person).get(answers(application)))
    assert (
        "证书登记里写的是2024 年 9 月 20 日" in words.replace("是 2024", "是2024")
        and "审核按登记的算" in words
    )
    assert 'aria-disabled="true"' not in words


def test_the_certificate_of_another_is_not_shown(as_person: SignedIn, at: datetime) -> None:
    other, person = member("测试乙"), member("测试甲")
    application = draft(person, certificate(person), at=at)
    held = certificate(other, level="special_technician")
    applications.save_answers(
        application, stated={"certificate.number": held.number}, by=person.account, at=at
    )
    words = page(as_person(person).get(answers(application)))
    assert "测试乙" not in words and "特级技师" not in words
    assert 'aria-disabled="true"' in words and "核对证书编号" in words


def test_only_the_certificate_differs_so_the_card_stays(as_person: SignedIn, at: datetime) -> None:
    person = member("阿卜杜·测试")
    application = draft(person, certificate(person, holder_name="阿卜杜•测试"), at=at)
    client = as_person(person)
    words = page(client.get(answers(application)))
    assert "卡也不用换" in words and "换一张本人的卡" not in words
    words = page(client.post(answers(application), {"note": ""}))
    assert 'href="#id_note"' in words and "写一句才能提交" in words and "换一张本人的卡" not in words


def test_a_second_claim_is_led_to_the_first(as_person: SignedIn, at: datetime) -> None:
    person = member()
    case = filed(person, certificate(person), at=at)
    client = as_person(person)
    url = reverse("public:apply", args=[TECHNICIAN])
    words = page(client.get(url))
    assert case.number in words and "开始填" not in words
    assert page(client.post(url)) == page(client.get(url)) or person.applications.count() == 1
    applications.withdraw(case, by=person.account, at=at)
    assert "开始填" in page(client.get(url))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_address_that_is_not_there_shows_a_way_on(client: Client, language: str) -> None:
    client.cookies["django_language"] = language
    response = client.get("/nowhere/")
    words = response.content.decode()
    assert response.status_code == 404
    assert ("没有这个页面" if language == "zh-hans" else "This page is not here") in words
    assert "tel:" in words and 'href="/"' in words


def test_a_form_without_its_token_says_what_to_do() -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("public:check"))
    assert response.status_code == 403 and "请把这一页重新打开" in response.content.decode()


def test_a_page_that_breaks_stands_alone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("jiangli.public.listing.published", lambda: 1 / 0)
    response = client.get("/")
    assert response.status_code == 500 and "请过几分钟再试" in response.content.decode()


def test_too_many_tries_name_the_other_way(client: Client) -> None:
    given = {"id_number": identity_number(501), "password": "ABCDEFGH"}
    for _try in range(5):
        client.post(reverse("public:status"), given)
    words = page(client.post(reverse("public:status"), given))
    assert "15 分钟后再试，或用手机号登录" in words and "先改好" not in words


def test_every_fault_of_a_long_page_can_be_reached(as_person: SignedIn, at: datetime) -> None:
    person = member()
    number = {"certificate.number": "S000033019999999"}
    application = applications.start(person, TECHNICIAN, by=person.account, at=at, stated=number)
    url = reverse("public:section", args=[application.pk, "certificate"])
    words = page(as_person(person).post(url, {}))
    targets = re.findall(r'<li><a href="#([^"]+)"', words)
    assert targets and all(f'id="{target}"' in words for target in targets)
    assert "审核的人会查" in words and "先往下答" not in words


def test_after_the_bank_sent_it_back_the_other_card_comes_first(
    as_person: SignedIn, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = member()
    case = filed(person, certificate(person), at=at)
    back = {
        "name": "杭州市总工会",
        "amount_fen": 60000,
        "reason": "户名不符",
        "on": at.date(),
        "url": "/other/",
    }
    monkeypatch.setattr("jiangli.public.story.bank_failures", lambda told: [back])
    words = page(as_person(person).get(reverse("public:application", args=[case.pk])))
    assert (
        words.index("请换一张银行卡")
        < words.index('class="govuk-button" href="/other/"')
        < words.index(case.number)
    )
    assert words.count("<h1") == 1 and "600 元退回来了：户名不符" in words
