"""Messages that reached no phone: whose they are, filters, pages, export; never a whole phone."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from jiangli.accounts.models import Agency, User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.correspondence.actions import tell
from jiangli.correspondence.models import Message, MessageState
from jiangli.registers.models import Person
from stories import certificate, filed, member, officer, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
PHONE = "13900000077"


@pytest.fixture
def case(at: datetime) -> Application:
    the_law(at)
    person = member("测试甲", phone=PHONE)
    return filed(person, certificate(person), at=at)


@pytest.fixture
def letters(case: Application, at: datetime) -> list[Message]:
    """One that failed, one that nobody can be sent, one that is on its way, one about no case at all."""
    silent = Person.objects.create(name="测试乙", id_number_index="y", id_number="y")
    values = {"number": case.number, "programme": "试验"}
    failed = tell(
        "application.withdrawn", person=case.claimant, about=case.pk, once="a", at=at - timedelta(days=3), **values
    )  # fmt: skip
    Message.objects.filter(pk=failed.pk).update(
        state=MessageState.FAILED, trouble="It is not known whether it went out."
    )
    kept = tell("application.lapsed", person=silent, about=case.pk, once="b", at=at, **values)
    tell("application.lapsed", person=silent, once="c", at=at, **values)
    return [failed, kept]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def client(case: Application) -> Client:
    return client_of(officer("xiaoshan-union", Role.REVIEWER))


def names(client: Client, **query: Any) -> list[str]:
    answer = client.get(reverse("staff:messages"), query)
    assert answer.status_code == 200
    return [row.name for row in answer.context["rows"]]


@pytest.mark.usefixtures("letters")
def test_each_filter_narrows(client: Client, case: Application) -> None:
    assert names(client) == ["测试乙", "测试甲"]
    assert names(client, state="failed") == ["测试甲"]
    assert names(client, state="kept") == ["测试乙"]
    assert names(client, state=["kept", "failed"]) == ["测试乙", "测试甲"]
    assert names(client, event="application.lapsed") == ["测试乙"]
    assert names(client, written_to="2025-06-09") == ["测试甲"]
    assert names(client, written_from="2025-06-10") == ["测试乙"]
    assert names(client, q="试乙") == ["测试乙"]
    assert names(client, q=case.number) == ["测试乙", "测试甲"]
    assert names(client, q="nobody") == []


@pytest.mark.usefixtures("letters")
def test_only_the_end_of_a_phone_and_the_reason_in_words(client: Client) -> None:
    page = client.get(reverse("staff:messages")).content.decode()
    assert PHONE not in page and "0077" in page
    assert "不清楚发出去没有。" in page and "当时没有手机号" in page


@pytest.mark.usefixtures("letters")
def test_nobody_else_sees_them(case: Application) -> None:
    Agency.objects.create(code="elsewhere", name="别处", short_name="别处", name_en="Elsewhere", prefix="BC")
    assert names(client_of(officer("elsewhere", *Role))) == []
    assert case.claimant.account
    assert client_of(case.claimant.account).get(reverse("staff:messages")).status_code == 404


@pytest.mark.usefixtures("letters")
def test_the_export_holds_what_the_filter_left(client: Client, case: Application) -> None:
    answer = client.get(reverse("staff:messages-export"), {"state": "failed"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    ((day, number, name, *_rest, how, why, tail),) = rows[1:]
    assert (str(day), number, name, how, tail) == ("2025-06-07", case.number, "测试甲", "没有发到", "0077")
    assert why == "不清楚发出去没有。" and PHONE not in str(rows)


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize(
    "query", ["colour=red", "state=sent", "event=none", "written_from=yesterday", "page=2", "q=" + "a" * 61]
)
def test_what_the_list_does_not_know_is_refused(client: Client, query: str) -> None:
    for name in ("messages", "messages-export"):
        if name == "messages" or not query.startswith("page"):
            assert client.get(f"{reverse(f'staff:{name}')}?{query}").status_code == 400


@pytest.mark.usefixtures("letters")
def test_the_case_shows_how_each_message_went(client: Client, case: Application) -> None:
    with translation.override("en"):
        client.cookies["django_language"] = "en"
        page = client.get(reverse("staff:case", args=[case.pk])).content.decode()
    assert "Not delivered" in page and "It is not known whether it went out." in page
    assert "[Jiangli] 试验" in page and PHONE not in page


def test_twenty_six_have_two_pages(client: Client, case: Application, at: datetime) -> None:
    for number in range(26):
        tell("application.withdrawn", about=case.pk, once=f"m{number}", at=at, number="1", programme="试验")
    assert (len(names(client)), len(names(client, page="2"))) == (25, 1)
