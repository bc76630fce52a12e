"""A forgotten query password: a code to the known phone, a new one shown once, and nothing told to strangers."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from jiangli.accounts.models import PhoneCode
from jiangli.applications import actions as applications
from jiangli.applications.actions import Submitted
from jiangli.audit.models import Event
from jiangli.correspondence.models import Message
from jiangli.refused import Refused
from jiangli.registers.models import Person
from public.conftest import page
from stories import certificate, draft, identity_number, member

PHONE = "13900000801"


@pytest.fixture
def person() -> Person:
    return member("测试甲", serial=801, phone=PHONE)


@pytest.fixture
def case(person: Person, at: datetime) -> Submitted:
    return applications.submit(draft(person, certificate(person), at=at), by=person.account, at=at)


def asked(client: Client, id_number: str, phone: str) -> str:
    """The page that asks for the code, as somebody sees it who gave this number and this phone."""
    response = client.post(reverse("public:forgotten"), {"id_number": id_number, "phone": phone})
    assert response.url == reverse("public:forgotten-code")
    return page(client.get(response.url))


def code_sent() -> str:
    """The six digits of the newest message."""
    text = Message.objects.filter(event="phone.code").latest("written_at").text
    return next(word for word in text.replace("，", " ").split() if word.isdigit() and len(word) == 6)


def test_a_code_brings_a_new_password_shown_once(client: Client, case: Submitted, at: datetime) -> None:
    asked(client, identity_number(801), PHONE)
    response = client.post(reverse("public:forgotten-code"), {"code": code_sent()})
    assert response.url == reverse("public:renewed")
    words = page(client.get(response.url))
    password = words.split('<b class="code">')[1].split("<")[0]
    assert case.application.number in words and PHONE not in words
    assert client.get(reverse("public:renewed")).status_code == 302
    assert applications.look_in(identity_number(801), password, at=at).application == case.application
    with pytest.raises(Refused):
        applications.look_in(identity_number(801), case.query_password or "", at=at)
    told = Message.objects.get(event="query_password.reset")
    assert told.phone == PHONE and str(case.application.number) in told.text and password not in told.text
    assert Event.objects.about(case.application).filter(name="application.query_password_renewed").exists()


def test_strangers_learn_nothing(client: Client, case: Submitted) -> None:
    pages, wrong = set(), set()
    known, nobody = identity_number(801), identity_number(802)
    for number, phone in ((known, PHONE), (known, "13900000899"), (nobody, PHONE), (nobody, "13900000898")):
        browser = Client()
        words = asked(browser, number, phone)
        pages.add(words.split("<h1")[1].split("<form")[0])
        words = page(browser.post(reverse("public:forgotten-code"), {"code": "000000"}))
        wrong.add(words.split("govuk-error-summary__list")[1].split("</ul>")[0])
    assert len(pages) == len(wrong) == 1
    assert Message.objects.filter(event="phone.code").count() == 1  # only where number and phone go together
    assert PhoneCode.objects.count() == 4


def test_even_the_right_code_opens_nothing_for_a_stranger(
    client: Client, case: Submitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _most: 123456)
    asked(client, identity_number(801), "13900000899")
    words = page(client.post(reverse("public:forgotten-code"), {"code": "123456"}))
    assert "govuk-error-summary" in words
    assert not Message.objects.filter(event="query_password.reset").exists()


def test_asking_is_slowed(client: Client, case: Submitted) -> None:
    for serial in range(5):
        asked(client, identity_number(801), f"1390000081{serial}")
    response = client.post(reverse("public:forgotten"), {"id_number": identity_number(801), "phone": PHONE})
    assert "分钟" in page(response)


def test_an_old_proof_is_of_no_use(person: Person, case: Submitted, at: datetime) -> None:
    other = PhoneCode.objects.create(
        phone="13900000899", phone_index="x", code_hash="x", sent_at=at, expires_at=at, proved_at=at
    )
    unproved = PhoneCode.objects.create(
        phone=PHONE, phone_index="x", code_hash="x", sent_at=at, expires_at=at
    )
    for proof in (other, unproved):
        with pytest.raises(Refused):
            applications.reset_query_passwords(person, proof=proof, at=at)


def test_the_page_of_looking_up_leads_here(client: Client) -> None:
    assert reverse("public:forgotten") in page(client.get(reverse("public:status")))
    assert client.get(reverse("public:forgotten-code")).url == reverse("public:forgotten")
