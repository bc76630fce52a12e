"""The check: which questions come, in which order, and how the result is worded."""

import random
from datetime import date
from typing import Any

import pytest
from django.conf import settings as settings_of_django
from django.test import Client
from django.urls import reverse

from jiangli import clock
from jiangli.public import checking
from jiangli.public.checking import MOST
from jiangli.public.listing import Entry, entries
from jiangli.rules.facts import Fact
from public.conftest import page
from stories import library

NOT_CHOSEN = ("_date", "_in_year", "_rating")  # facts that are written, not chosen

ORDER = [
    "about.who",
    "membership.union_area",
    "membership.real_name_verified",
    "certificate.kind",
    "certificate.level",
    "certificate.issue_date",
    "certificate.issuer_kind",
    "certificate.filing_area",
]
GOOD = {
    "about.who": "worker",
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
        given = answers.get(name, "unclear")
        data = {"unclear": "on"} if given == "unclear" and name.endswith(NOT_CHOSEN) else {name: given}
        response = client.post(url, data)
        assert response.status_code == 302, page(response)
        url = client.get(response.url).url
    return asked


def result(client: Client) -> str:
    return page(client.get(reverse("public:check-result")))


def test_questions_begin_with_who_one_is_and_stop_when_nothing_can_change(client: Client) -> None:
    asked = ask(client, GOOD | {"insurance.area": "330109"})
    assert asked[0] == "about.who" and sorted(asked) == sorted([*ORDER, "insurance.area"])


def test_every_question_can_be_answered_not_sure_and_that_decides_nothing(client: Client) -> None:
    assert len(ask(client, {"about.who": "worker"})) <= MOST
    words = result(client)
    assert "不符合" not in words and "差一点" not in words
    assert "现在知道的还太少" in words and "可以申请，估计能领" not in words
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
    ask(client, GOOD | {"certificate.issue_date": day, "insurance.area": "330109"})
    words = result(client)
    assert word in words.split("一条一条看")[0]
    if word == "不符合":
        assert "2023 年 11 月 30 日" in words
        assert "且证书发证时间为2023年12月1日至2025年11月30日" in words


def test_one_certain_no_ends_the_questions_about_a_programme(client: Client) -> None:
    asked = ask(client, GOOD | {"certificate.level": "junior"})
    assert "membership.union_area" not in asked and len(asked) < len(ORDER)


def test_a_chief_technician_is_told_that_nobody_applies(client: Client) -> None:
    ask(client, GOOD | {"certificate.level": "chief_technician"})
    words = result(client)
    assert "不用申请" in words and "3,000" in words
    assert reverse("public:apply", args=["xiaoshan-union-2025-chief-technician"]) not in words


def test_answers_stay_when_one_stops_and_can_be_forgotten(client: Client) -> None:
    first = client.get(reverse("public:check")).url
    response = client.post(first, {"about.who": "worker", "stop": "1"})
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
    session["check"] = {"about.who": "worker", "certificate.level": "grand_wizard"}
    session.save()
    assert "certificate.level" in ask(client, GOOD)


def test_somebody_unheard_of_is_asked_again_who_they_are(client: Client) -> None:
    client.get(reverse("public:check"))
    session = client.session
    session["check"] = {"about.who": "emperor"}
    session.save()
    assert client.get(reverse("public:check")).url.endswith("/about.who/")


# --- everybody else


def draws(found: list[Entry]) -> list[tuple[str | None, random.Random]]:
    codes = [choice.id for choice in checking.who_question(found).choices]
    return [(who, random.Random(seed)) for who in [*codes, None] for seed in range(40)]


def test_no_way_through_asks_more_than_promised() -> None:
    today = clock.today()
    found = entries(today)
    for who, draw in draws(found):
        answers: dict[str, Any] = {checking.WHO: who}
        while ahead := checking.still_to_ask(answers, on=today, found=found):
            answers[ahead[0].name] = drawn(ahead[0], draw)
        assert len(answers) <= MOST
        assert [one.group for one in checking.look(answers, on=today, found=found)]


def drawn(fact: Fact, draw: random.Random) -> Any:
    """Some answer; often the first one, so that ways go on."""
    if fact.choices:
        return draw.choice([fact.choices[0].id, draw.choice(fact.choices).id, None])
    return {"bool": draw.random() < 0.8, "int": draw.choice([4, 5, 60])}.get(
        fact.kind, draw.choice(["2024-09-20", "2025-04-20", None])
    )


def test_an_employer_is_asked_about_itself_and_shown_what_one_person_brings(client: Client) -> None:
    asked = ask(
        client, {"about.who": "employer", "organisation.kind": "enterprise", "organisation.area": "330109"}
    )
    assert not [name for name in asked if name.startswith(("certificate.", "person.", "employment."))]
    words = result(client)
    assert "名单上一个人能领多少" in words and "元/人" in words
    assert "请把材料交到窗口" not in words and 'govuk-button" href="/programme/' in words


def test_a_monthly_allowance_is_shown_for_one_month(client: Client) -> None:
    ask(client, {"about.who": "honoured", "selection.title": "district_chief_technician"})
    words = result(client)
    assert "区首席技师" in words and "元/月" in words and "这是一个月的数" in words


def test_a_draft_is_told_as_an_estimate(client: Client) -> None:
    ask(
        client,
        {"about.who": "honoured", "selection.title": "qiantang_gold_technician", "contest.prize": "none"},
    )
    words = result(client)
    assert "征求意见稿和试算：只是估算，还不能发放" in words or "现在只是征求意见稿" in words
    assert "2,000" in words


def test_what_another_system_decides_says_where(client: Client) -> None:
    ask(client, {"about.who": "insured", "medical.enrolled": "yes", "medical.event": "hospital_stay"})
    words = result(client)
    assert "在别的系统办，不在这里" in words and "浙里办" in words


def test_a_near_miss_says_from_which_day_it_would_pass(client: Client, settings: Any) -> None:
    settings.DEMO_DAY = date(2025, 4, 1)
    ask(client, GOOD)
    assert "2025 年 4 月 15 日起就符合了" in result(client) or "4 月 15 日" in result(client)


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_check_asks_the_database_little(
    client: Client, lang: str, django_assert_max_num_queries: Any
) -> None:
    ask(client, GOOD)
    client.cookies[settings_of_django.LANGUAGE_COOKIE_NAME] = lang
    result(client)
    with django_assert_max_num_queries(12):
        result(client)
    with django_assert_max_num_queries(8):
        client.get(reverse("public:check-question", args=["certificate.level"]))


# --- never more than the law allows


@pytest.mark.parametrize(
    "code, facts, fen",
    [
        (
            "xiaoshan-hrss-2025-07a-self-certification",
            {"organisation.certifications_in_year": 200},
            5_000_000,
        ),
        ("xiaoshan-hrss-2025-07a-self-certification", {"organisation.certifications_in_year": 60}, 3_500_000),
        (
            "qiantang-01-award-competition",
            {
                "selection.title": "china_skill_award",
                "award.higher_grant_amount": "800000.00",
                "award.matching_percent": 100,
                "officer.legal_basis": "测试〔2025〕1号",
            },
            50_000_000,
        ),
    ],
)
def test_an_estimate_keeps_every_ceiling_and_leaves_what_was_paid_before_aside(
    code: str, facts: dict[str, Any], fen: int
) -> None:
    law = library().programmes[code]
    found = checking.estimate(law, law.dictionary.parse(facts), on=clock.today())
    assert found.amount_fen == fen == sum(one.amount_fen for one in found.payments)


def test_an_employer_is_not_promised_more_than_the_ceiling(client: Client) -> None:
    law = library().programmes["xiaoshan-hrss-2025-07a-self-certification"]
    found = checking.look(
        {checking.WHO: "employer", "organisation.certifications_in_year": 200}, on=clock.today()
    )
    (one,) = [one for one in found if one.row.code == law.id]
    assert one.estimate.amount_fen == 5_000_000
