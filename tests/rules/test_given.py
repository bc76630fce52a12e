"""What people write, as facts: every value of every fact, the way a form, a roster and a machine write it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangli import rules
from jiangli.rules.facts import APPLIED_ON, Fact
from jiangli.rules.given import EXACT_DIGITS

DICTIONARY = next(iter(rules.load().programmes.values())).dictionary
ASKED = [DICTIONARY[name] for name in DICTIONARY if name != APPLIED_ON]


def values_of(fact: Fact) -> st.SearchStrategy[tuple[Any, list[Any]]]:
    """A value of the contract, and the ways in which people write it."""
    match fact.kind:
        case "bool":
            return st.sampled_from(
                [(True, [True, "yes", "是", "TRUE"]), (False, [False, "no", "否", "False"])]
            )
        case "enum" | "code":
            ways = [(c.id, [c.id, c.label.say("zh"), f" {c.label.say('en').upper()} "]) for c in fact.choices]
            return st.sampled_from(ways or [("330109", ["330109", 330109, 330109.0, "３３０１０９"])])
        case "date":
            days = st.dates(date(1950, 1, 1), date(2100, 1, 1))
            return days.map(lambda day: (day.isoformat(), _days(day)))
        case "int":
            return st.integers(0, 10**12 - 1).map(lambda n: (n, [n, float(n), str(n), f"{n:,}", f" {n} "]))
        case "money":
            fen = st.integers(0, 10**13)
            return fen.map(
                lambda n: (
                    f"{n // 100}.{n % 100:02d}",
                    [f"{n // 100}.{n % 100:02d}", f"{n // 100:,}.{n % 100:02d}元"],
                )
            )
    names = st.sampled_from(["测试甲", "阿卜杜拉·测试", "测试䶮", "测试•古丽", "㐂测试"])
    return names.map(lambda name: (name, [name, f" {name} "]))


def _days(day: date) -> list[Any]:
    plain = f"{day.year}/{day.month}/{day.day}"
    noon = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001  as spreadsheets give it
    return [
        day,
        noon,
        day.isoformat(),
        plain,
        plain.replace("/", "."),
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
    ]


@given(st.data())
def test_however_a_value_is_written_it_is_the_same_fact(data: st.DataObject) -> None:
    fact = data.draw(st.sampled_from(ASKED))
    value, ways = data.draw(values_of(fact))
    for way in ways:
        found = rules.facts_from(DICTIONARY, {fact.name: way})
        assert not found.slips, (way, found.slips)
        assert found.facts == {fact.name: value}, way
        assert rules.parse_fact(DICTIONARY, fact.name, found.facts[fact.name]) is not None


@given(st.sampled_from(ASKED), st.sampled_from(["", "  ", None, "不清楚", "unclear", "Not sure", "—"]))
def test_a_blank_is_an_absent_fact_never_false(fact: Fact, blank: Any) -> None:
    assert rules.facts_from(DICTIONARY, {fact.name: blank}) == rules.Given({}, ())


@given(st.sampled_from(ASKED), st.one_of(st.text(min_size=1), st.floats(), st.integers()))
def test_whatever_is_written_becomes_a_value_or_a_slip(fact: Fact, raw: Any) -> None:
    found = rules.facts_from(DICTIONARY, {fact.name: raw})
    assert len(found.facts) + len(found.slips) <= 1
    for name, value in found.facts.items():
        assert rules.parse_fact(DICTIONARY, name, value) is not None
    for slip in found.slips:
        assert slip.fact == fact.name
        assert slip.words.say("zh").endswith("。") and slip.words.say("en").endswith(".")


@pytest.mark.parametrize("raw", [3.3010919850101e17, 10**EXACT_DIGITS, -6.2e18])
def test_a_number_that_a_spreadsheet_rounded_is_named_as_such(raw: float) -> None:
    (slip,) = rules.facts_from(DICTIONARY, {"certificate.number": raw}).slips
    assert "文本" in slip.words.say("zh") and "text" in slip.words.say("en")


def test_a_choice_that_is_none_names_all_there_are() -> None:
    (slip,) = rules.facts_from(DICTIONARY, {"certificate.level": "大师"}).slips
    assert "初级工、中级工" in slip.words.say("zh")


def test_what_is_not_asked_is_refused_and_the_rest_is_kept() -> None:
    found = rules.facts_from(
        DICTIONARY, {"person.sex": "女", "person.shoe": 42, "person.name": "甲"}, only=["person.sex"]
    )
    assert found.facts == {"person.sex": "female"}
    assert [slip.fact for slip in found.slips] == ["person.shoe", "person.name"]


def test_no_day_is_no_day() -> None:
    far = date(2024, 2, 28) + timedelta(days=1)
    assert rules.facts_from(DICTIONARY, {"certificate.issue_date": far}).facts
    (slip,) = rules.facts_from(DICTIONARY, {"certificate.issue_date": "2023-02-29"}).slips
    assert "2024-08-20" in slip.words.say("en")
