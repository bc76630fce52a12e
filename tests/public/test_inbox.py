"""The claimant's messages: their own, newest first, in their language, page by page."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jiangli.correspondence.actions import tell
from jiangli.correspondence.models import Message, MessageState
from jiangli.registers.models import Person
from public.conftest import page
from stories import certificate, filed, member

SignedIn = Callable[[Person], Client]


def test_what_was_told_about_a_case_stands_here_in_both_languages(as_person: SignedIn, at: datetime) -> None:
    person, other = member("测试甲"), member("测试乙")
    application, foreign = (filed(who, certificate(who), at=at) for who in (person, other))
    browser = as_person(person)
    assert reverse("public:letters") in page(browser.get(reverse("public:my")))
    words = page(browser.get(reverse("public:letters")))
    assert f"受理编号 {application.number}" in words and str(foreign.number) not in words
    assert reverse("public:application", args=[application.pk]) in words
    browser.cookies["django_language"] = "en"
    for address in (
        reverse("public:letters"),
        reverse("public:application", args=[application.pk]),
    ):
        words = page(browser.get(address))
        assert f"[Jiangli] Handed in. Your number is {application.number}" in words
        assert "District" in words and "受理编号" not in words


def test_the_newest_comes_first_and_what_did_not_arrive_is_said(as_person: SignedIn, at: datetime) -> None:
    person = member("测试甲")
    for number in range(21):
        moment = at + timedelta(minutes=number)
        tell("query_password.reset", person=person, once=f"m{number}", at=moment, number=f"XS-{number:02d}")
    Message.objects.filter(once="m20").update(state=MessageState.FAILED)
    browser, address = as_person(person), reverse("public:letters")
    first, second = page(browser.get(address)), page(browser.get(address, {"page": "2"}))
    assert first.index("XS-20") < first.index("XS-01") and "XS-00" not in first
    assert "XS-00" in second and "XS-01" not in second
    assert "没有发到您的手机" in first and "没有发到您的手机" not in second


@pytest.mark.parametrize("query", ["page=2", "page=0", "page=x", "colour=red"])
def test_an_address_that_asks_for_something_else_is_refused(as_person: SignedIn, query: str) -> None:
    answer = as_person(member("测试甲")).get(f"{reverse('public:letters')}?{query}")
    assert answer.status_code == 400 and reverse("public:letters") in answer.content.decode()


def test_nobody_reads_without_signing_in(client: Client) -> None:
    assert client.get(reverse("public:letters")).status_code == 302
