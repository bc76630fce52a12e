"""The queue: tabs, filters that are refused when unknown, pages, export without personal numbers."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.reviews import actions as reviews
from stories import SENIOR, certificate, filed, member, officer, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def reviewer(at: datetime) -> User:
    the_law(at)
    return officer("xiaoshan-union", Role.REVIEWER, name="测试审核员")


@pytest.fixture
def cases(reviewer: User, at: datetime) -> list[Application]:
    """Three that wait, filed on three days: all met, something unknown, a senior worker's."""
    first, second, third = member("测试甲"), member("买买提江·测试·阿不都热合曼·努尔买买提"), member("测试丙")
    return [
        filed(first, certificate(first), at=at - timedelta(days=2)),
        filed(second, certificate(second, filing_area=""), at=at - timedelta(days=1)),
        filed(third, certificate(third, level="senior"), at=at, programme=SENIOR),
    ]


@pytest.fixture
def client(reviewer: User) -> Client:
    client = Client()
    client.force_login(reviewer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def names(client: Client, **query: Any) -> list[str]:
    answer = client.get(reverse("staff:queue"), query)
    assert answer.status_code == 200
    return [row.case.claimant.name for row in answer.context["rows"]]


@pytest.mark.usefixtures("cases")
def test_the_earliest_filed_comes_first(client: Client) -> None:
    assert names(client, tab="预审") == ["测试甲", "买买提江·测试·阿不都热合曼·努尔买买提"]


def test_each_filter_narrows(client: Client, cases: list[Application], reviewer: User, at: datetime) -> None:
    reviews.take(cases[0], by=reviewer, at=at)
    second = cases[1].claimant.name
    assert names(client, tab="预审", check="met") == ["测试甲"]
    assert names(client, tab="预审", check="unknown") == [second]
    assert names(client, tab="预审", assignee="me") == ["测试甲"]
    assert names(client, tab="预审", assignee="none") == [second]
    assert names(client, tab="预审", assignee=["me", "none"]) == ["测试甲", second]
    assert names(client, tab="预审", q="提江") == [second]
    assert names(client, tab="预审", q=cases[0].number) == ["测试甲"]
    assert names(client, tab="预审", programme=SENIOR) == []
    assert names(client, tab="预审", filed_from="2025-06-09") == [second]
    assert names(client, tab="预审", filed_to="2025-06-08") == ["测试甲"]
    assert names(client, tab="mine") == ["测试甲"]


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize(
    "query",
    ["sort=name", "check=green", "tab=nowhere", "programme=none-such", "assignee=you", "filed_from=yesterday",
     "filed_to=2025-02-30", "filed_to=9999-12-31", "filed_from=0001-01-01",
     "page=0", "page=99", "page=x", "q=" + "a" * 61],
)  # fmt: skip
def test_what_the_queue_does_not_know_is_refused_with_a_sentence(client: Client, query: str) -> None:
    for name in ("staff:queue", "staff:queue-export"):
        if name.endswith("export") and query.startswith("page"):
            continue
        answer = client.get(f"{reverse(name)}?{query}")
        assert answer.status_code == 400
        assert "这一列不能这样看" in answer.content.decode()


def test_the_export_holds_what_the_filter_left_and_no_personal_number(
    client: Client, cases: list[Application]
) -> None:
    answer = client.get(reverse("staff:queue-export"), {"tab": "预审", "check": "met"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["测试甲"]
    assert rows[1][3] == 1200.0
    written = str(rows)
    for case in cases:
        assert case.claimant.id_number not in written
        assert case.account_number not in written


def test_a_look_up_changes_the_result_in_the_queue(
    client: Client, cases: list[Application], reviewer: User, at: datetime
) -> None:
    found = {"certificate.filing_area": "330100"}
    reviews.look_up(cases[1], found=found, place="证书查询网", by=reviewer, at=at)
    assert len(names(client, tab="预审", check="met")) == 2


def test_twenty_six_cases_have_two_pages(client: Client, reviewer: User, at: datetime) -> None:
    people = [member(f"测试{number}") for number in range(26)]
    for person in people:
        filed(person, certificate(person), at=at)
    assert len(names(client, tab="预审")) == 25
    assert len(names(client, tab="预审", page="2")) == 1
