"""The check: which questions come, in which order, and how the result is worded."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from public.conftest import page

ORDER = [
    "membership.union_area",
    "membership.real_name_verified",
    "certificate.kind",
    "certificate.level",
    "certificate.issue_date",
    "certificate.issuer_kind",
    "certificate.filing_area",
]
GOOD = {
    "membership.union_area": "330109",
    "membership.real_name_verified": "yes",
    "certificate.kind": "skill_level_certificate",
    "certificate.level": "technician",
    "certificate.issue_date": "2024-09-20",
    "certificate.issuer_kind": "evaluation_body",
    "certificate.filing_area": "330100",
}


def ask(client: Client, answers: dict[str, str]) -> list[str]:
    """Answer until the result comes; the facts in the order they were asked."""
    asked: list[str] = []
    url = client.get(reverse("public:check")).url
    while "/result/" not in url:
        name = url.rstrip("/").split("/")[-1]
        assert name not in asked, "asked twice"
        asked.append(name)
        given = answers[name]
        data = {"unclear": "on"} if given == "unclear" and name.endswith("_date") else {name: given}
        response = client.post(url, data)
        assert response.status_code == 302, page(response)
        url = client.get(response.url).url
    return asked


def result(client: Client) -> str:
    return page(client.get(reverse("public:check-result")))


def test_questions_come_in_the_order_of_the_notice_and_stop_when_nothing_can_change(client: Client) -> None:
    assert sorted(ask(client, GOOD)) == sorted(ORDER)


def test_every_question_can_be_answered_not_sure_and_that_decides_nothing(client: Client) -> None:
    unsure = dict.fromkeys([*ORDER, "certificate.issuer_area"], "unclear")
    ask(client, unsure)
    words = result(client)
    assert "不符合" not in re.sub(r"别的也看了.*", "", words, flags=re.S)
    assert "您选了“不清楚”。没关系" in words
    assert "1,200–1,600" in words


def test_the_result_says_what_to_do_how_much_and_who_pays(client: Client) -> None:
    ask(client, GOOD)
    words = result(client)
    assert "可以申请，估计能领" in words
    assert "1,200" in words
    assert "杭州市总工会发" in words and "萧山区总工会发" in words
    assert "市总工会 600 元 + 区总工会 600 元" in words
    assert "12 月 1 日截止" in words and "83712123" in words
    assert reverse("public:programme", args=["xiaoshan-union-2025-technician"]) in words


def test_an_earlier_payment_is_not_said_to_be_met_before_anybody_looked(client: Client) -> None:
    ask(client, GOOD)
    before = result(client).split("这本证书没有领过")[1][:200]
    assert "待核" in before


@pytest.mark.parametrize("day, word", [("2023-11-30", "不符合"), ("2023-12-01", "可以申请")])
def test_the_first_day_of_the_certificate_counts(client: Client, day: str, word: str) -> None:
    ask(client, GOOD | {"certificate.issue_date": day})
    words = result(client)
    assert word in words.split("一条一条看")[0]
    if word == "不符合":
        assert "2023 年 11 月 30 日" in words
        assert "且证书发证时间为2023年12月1日至2025年11月30日" in words


def test_one_certain_no_ends_the_questions(client: Client) -> None:
    assert ask(client, GOOD | {"membership.union_area": "990000"}) == ["membership.union_area"]


def test_a_chief_technician_is_told_that_nobody_applies(client: Client) -> None:
    ask(client, GOOD | {"certificate.level": "chief_technician"})
    words = result(client)
    assert "不用申请" in words and "3,000" in words
    assert reverse("public:apply", args=["xiaoshan-union-2025-chief-technician"]) not in words


def test_answers_stay_when_one_stops_and_can_be_forgotten(client: Client) -> None:
    first = client.get(reverse("public:check")).url
    response = client.post(first, {"membership.union_area": "330109", "stop": "1"})
    assert response.url == reverse("public:home")
    assert client.get(reverse("public:check")).url != first
    assert client.post(reverse("public:check")).url == first


def test_a_question_needs_an_answer(client: Client) -> None:
    url = client.get(reverse("public:check")).url
    assert "请选一个" in page(client.post(url, {}))


def test_names_and_cards_are_not_asked(client: Client) -> None:
    for fact in ("person.name", "account.holder_name", "account.details_complete", "nothing.known"):
        assert client.get(reverse("public:check-question", args=[fact])).status_code == 404


def test_a_day_that_no_calendar_has_is_asked_again(client: Client) -> None:
    parts = {"year": "9" * 20, "month": "1", "day": "1"}
    data = {f"certificate.issue_date_{part}": typed for part, typed in parts.items()}
    url = reverse("public:check-question", args=["certificate.issue_date"])
    assert "请" in page(client.post(url, data))
    assert "check" not in client.session


def test_an_answer_that_the_law_no_longer_takes_is_asked_again(client: Client) -> None:
    client.get(reverse("public:check"))
    session = client.session
    session["check"] = {"membership.union_area": "330109", "certificate.level": "grand_wizard"}
    session.save()
    assert "certificate.level" in ask(client, GOOD)
