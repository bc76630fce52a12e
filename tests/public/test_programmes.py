"""Every programme can be read in both languages, the list narrows and counts, and pages ask the database little."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings as settings_of_django
from django.test import Client
from django.urls import reverse

from jiangli import clock, rules
from jiangli.applications.models import Application
from jiangli.applications.permissions import cannot_apply_here
from jiangli.looks.states import STATES
from jiangli.programmes.models import Mode, Programme
from jiangli.public import amounts, formulas
from jiangli.public.audience import AUDIENCES, audiences_of
from jiangli.public.listing import entries
from jiangli.registers.models import Person
from public.conftest import page
from stories import library, member

SignedIn = Callable[[Person], Client]

CODES = sorted(library().programmes)
OF_UNIONS = ["xiaoshan-union-2025-technician", "xiaoshan-union-2025-senior-worker"]
HERE = [*OF_UNIONS, *(code for code in CODES if code.startswith("xiaoshan-hrss-2025-"))]
BY_ORGANISATIONS = {
    "xiaoshan-hrss-2025-05a-training-base-construction": "由单位为自己申请",
    "xiaoshan-hrss-2025-01b-teacher-training": "由用人单位为您申报",
}


def read(client: Client, name: str, *args: str, lang: str = "zh-hans", **query: str) -> str:
    client.cookies[settings_of_django.LANGUAGE_COOKIE_NAME] = lang
    return page(client.get(reverse(name, args=args), query))


def names(words: str) -> list[str]:
    return re.findall(r'/programme/([\w-]+)/[?"]', words)


# --- one programme


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_programme_can_be_read(client: Client, code: str, lang: str) -> None:
    words = read(client, "public:programme", code, lang=lang)
    programme = library().programmes[code]
    assert programme.title.say(lang[:2]).split("“")[0][:4] in words
    assert "None" not in re.sub(r"<[^>]+>", "", words)
    can = code in HERE
    assert (reverse("public:apply", args=[code]) in words) is can


@pytest.mark.parametrize(
    "code, said",
    [
        ("qiantang-10b-institution-special-ability", ["征求意见稿：可以试算", "二产培训项目：是", "200,000 元"]),
        ("qiantang-10a-institution-training", ["+20%", "元/人", "至少提前30天备案"]),
        ("hangzhou-mutual-aid-2025-hospital", ["浙里办", "这份通知没有写", "按拟用标准的估算", "65,200 元", "20%"]),
        ("hangzhou-union-2022", ["已经截止，不能再申请", "特级技师、首席技师"]),
        ("xiaoshan-hrss-2025-11b-chief-technician-allowance", ["元/月", "5 个工作日"]),
        ("xiaoshan-hrss-2025-07a-self-certification", ["30,000 + 500 × (年度自主认定人次 − 50) 元", "50,000 元"]),
        ("xiaoshan-hrss-2025-05a-training-base-construction", ["由经办人核定", "300,000 元", "先由经办人看一看"]),
        ("xiaoshan-union-2025-chief-technician", ["不用申请", "3,000"]),
        ("xiaoshan-union-2024-fee-refund", ["等于申报工会经费", "工会财务管理平台", "已经截止"]),
    ],
)  # fmt: skip
def test_each_shape_says_what_is_special_about_it(client: Client, code: str, said: list[str]) -> None:
    words = read(client, "public:programme", code)
    assert [part for part in said if part not in words] == []


def test_a_condition_that_a_reading_has_settled_is_not_told() -> None:
    law = library().programmes["qiantang-10a-institution-training"]
    (extra,) = amounts.supplements(law)
    assert extra["name"] == "钱塘区紧缺职业（工种）：是" and extra["figure"] == "+20%"


def test_brackets_are_read_as_brackets_and_nothing_else_is() -> None:
    estimated = library().estimated(
        "hangzhou-mutual-aid-2025-hospital", "hangzhou-mutual-aid-2025-hospital-standards-2021"
    )
    (rate,) = estimated.amount.rates
    fact, spans, floor = formulas.brackets(rate.amount.node)  # type: ignore[union-attr, misc]
    assert fact.name == "medical.own_share" and floor == 10000
    assert [span.percent for span in spans] == [20, 50, 90, 60] and spans[1][:2] == (100000, 1000000)
    other = library().programmes["xiaoshan-hrss-2025-07a-self-certification"].amount.rates[0]
    assert formulas.brackets(other.amount.node) is None  # type: ignore[union-attr]


def test_the_programme_page_asks_the_database_little(
    client: Client, django_assert_max_num_queries: object
) -> None:
    for code in CODES[::6]:
        read(client, "public:programme", code)
        with django_assert_max_num_queries(8):  # type: ignore[operator]
            read(client, "public:programme", code)


# --- for whom


def test_every_programme_is_for_somebody_and_everybody_has_one() -> None:
    found = {code: audiences_of(law) for code, law in library().programmes.items()}
    assert [code for code, who in found.items() if not who] == []
    assert {who for some in found.values() for who in some} == {audience.code for audience in AUDIENCES}


@pytest.mark.parametrize(
    "code, who",
    [
        ("xiaoshan-union-2025-technician", {"worker"}),
        ("qiantang-11-graduate-stay", {"student"}),
        ("xiaoshan-hrss-2025-01b-teacher-training", {"teacher"}),
        ("xiaoshan-hrss-2025-12b-district-competition-prize", {"honoured"}),
        ("hangzhou-mutual-aid-2025-women", {"insured"}),
        ("xiaoshan-hrss-2025-02-training-institution", {"training"}),
        ("xiaoshan-union-2024-fee-refund", {"body"}),
        ("xiaoshan-hrss-2025-12c-contest-project", {"employer", "body"}),
    ],
)
def test_for_whom_is_read_off_the_rules(code: str, who: set[str]) -> None:
    assert set(audiences_of(library().programmes[code])) == who


# --- the list


def test_the_list_holds_every_programme_over_its_pages(client: Client) -> None:
    found = names(read(client, "public:programmes")) + names(read(client, "public:programmes", page="2"))
    assert sorted(found) == CODES


def test_the_first_page_keeps_what_can_be_applied_for_on_top(client: Client) -> None:
    words = read(client, "public:home")
    assert [code for code in OF_UNIONS if code not in names(words)] == []
    assert f"全部 {len(CODES)} 项" in words
    assert "最多答 15 个问题" in words


@pytest.mark.parametrize("state", STATES["programme"])
def test_each_state_leaves_its_own(client: Client, state: str) -> None:
    wanted = sorted(one.row.code for one in entries(clock.today()) if one.state == state)
    assert sorted(set(names(read(client, "public:programmes", state=state)))) == wanted


@pytest.mark.parametrize(
    "query, some, none",
    [
        ({"who": "teacher"}, "01b-teacher-training", "union-2025"),
        ({"agency": "qiantang-hrss"}, "qiantang-01", "xiaoshan"),
        ({"agency": "qiantang-hrss", "who": "worker"}, "skill-upgrade", "gold-worker"),
        ({"q": "工作室"}, "04a-studio-setup", "union-2025-technician"),
        ({"q": "STUDIO 工作室"}, "08-studio-setup", "women"),
        ({"q": "高级技师 总工会"}, "union-2025-technician", "qiantang"),
    ],
)
def test_the_list_narrows(client: Client, query: dict[str, str], some: str, none: str) -> None:
    found = names(read(client, "public:programmes", **query))
    assert any(some in code for code in found) and not any(none in code for code in found)


def test_counts_say_what_a_filter_would_leave(client: Client) -> None:
    words = read(client, "public:programmes", agency="qiantang-hrss")
    drafts = sum(law.document.status == "draft" for law in library().programmes.values())
    assert f"征求意见稿 ({drafts})" in words
    assert len(set(names(read(client, "public:programmes", state="draft")))) == drafts


def test_nothing_found_shows_the_way_back(client: Client) -> None:
    assert "没有这样的项目" in read(client, "public:programmes", q="zzzz")


@pytest.mark.parametrize(
    "query",
    ["who=nobody", "agency=none-such", "state=zzz", "page=0", "page=9", "page=x", "sort=name", "q=" + "a" * 61,
     "state=draft&state=open", "page=99999999", "q=%00"],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_what_the_list_does_not_know_is_refused_with_a_page(client: Client, query: str, lang: str) -> None:
    client.cookies[settings_of_django.LANGUAGE_COOKIE_NAME] = lang
    response = client.get(f"{reverse('public:programmes')}?{query}")
    assert response.status_code == 400
    assert ("这张表显示不了" if lang != "en" else "We cannot show this list") in response.content.decode()


@pytest.mark.parametrize("name, most", [("home", 8), ("programmes", 6)])
def test_lists_ask_the_database_little_and_compile_nothing_again(
    client: Client,
    name: str,
    most: int,
    django_assert_max_num_queries: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read(client, f"public:{name}")
    monkeypatch.setattr(rules, "compile", lambda *_: pytest.fail("compiled again"))
    with django_assert_max_num_queries(most) as queries:  # type: ignore[operator]
        read(client, f"public:{name}")
    assert not any("sources" in one["sql"] for one in queries.captured_queries)


# --- applying


@pytest.mark.parametrize("code", CODES)
def test_what_is_in_force_and_decided_here_is_applied_for(code: str) -> None:
    reason = cannot_apply_here(Programme.objects.with_law().get(pk=code), on=clock.today())
    assert (reason is None) is (code in HERE)


@pytest.mark.parametrize("code", sorted(BY_ORGANISATIONS))
def test_where_organisations_apply_the_page_says_so_and_shows_the_way_in(
    client: Client, as_person: SignedIn, code: str
) -> None:
    said = BY_ORGANISATIONS[code]
    assert said in read(client, "public:programme", code)
    person = as_person(member())
    words = page(person.get(reverse("public:apply", args=[code])))
    assert said in words and "以单位" in words
    assert page(person.post(reverse("public:apply", args=[code])))
    assert not Application.objects.exists()


@pytest.mark.parametrize("day, said", [(date(2025, 4, 14), "还没到"), (date(2025, 12, 2), "已过")])
def test_outside_its_days_a_programme_is_not_applied_for(day: date, said: str) -> None:
    row = Programme.objects.with_law().get(pk=OF_UNIONS[0])
    assert said in (cannot_apply_here(row, on=day) or "")


def test_after_the_last_day_of_a_notice_its_page_says_what_is_still_payable(
    client: Client, settings: Any
) -> None:
    settings.DEMO_DAY = date(2028, 3, 10)
    words = read(client, "public:programme", "xiaoshan-hrss-2025-10-digital-skill")
    assert "到期，不再有新的；到期前的还能领" in words and "已经截止" not in words


def test_what_the_installation_closed_is_closed() -> None:
    Programme.objects.filter(pk=OF_UNIONS[0]).update(mode=Mode.CLOSED)
    row = Programme.objects.with_law().get(pk=OF_UNIONS[0])
    assert "已过" in (cannot_apply_here(row, on=clock.today()) or "")


@pytest.mark.parametrize(
    "code, said",
    [
        ("qiantang-04-skill-upgrade", "征求意见稿"),
        ("hangzhou-mutual-aid-2025-women", "在别的系统申请和审核"),
        ("hangzhou-union-2022", "申请时间已过"),
        ("xiaoshan-union-2025-chief-technician", "名单"),
    ],
)
def test_applying_elsewhere_is_refused_with_the_reason(as_person: SignedIn, code: str, said: str) -> None:
    client = as_person(member())
    response = client.post(reverse("public:apply", args=[code]))
    assert response.url == reverse("public:programme", args=[code])
    alert = page(client.get(response.url)).split("<h1")[0]
    assert said in alert
    assert not Application.objects.filter(programme_code=code).exists()
    assert client.get(reverse("public:apply", args=[code])).status_code == 302
