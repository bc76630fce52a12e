"""What would change a refusal: told only when read, and true for every rule of the house."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_law import programme
from test_rule_properties import LAW, claims, values

from deep import examples
from jiangli.rules import assess
from jiangli.rules.changing import representatives, say, ways, ways_of
from jiangli.rules.facts import APPLIED_ON

DAY = date(2025, 6, 10)
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))  # the days among which changes are looked for


def told(when, lang="zh", on=DAY, **facts):
    """What would change the small programme's condition; facts as a__day."""
    rule = programme(was='when  = "a.yes"', now=f'when  = "{when}"').programmes["test-one"]
    named = {name.replace("__", "."): value for name, value in facts.items()}
    return assess(rule, named, on=on).finding("E1").change(lang)


@pytest.mark.parametrize(
    ("when", "facts", "zh", "en"),
    [
        ("a.yes", {"a__yes": False}, "a.yes：是", "a.yes: Yes"),
        ("NOT a.yes", {"a__yes": True}, "a.yes：否", "a.yes: No"),
        ("a.count >= 50", {"a__count": 3}, "a.count不少于 50", "a.count is at least 50"),
        ("a.count < 50", {"a__count": 50}, "a.count不多于 49", "a.count is at most 49"),
        ("a.count = 7", {"a__count": 3}, "a.count是 7", "a.count is 7"),
        ("a.money <= 50", {"a__money": 6000}, "a.money不多于 50 元", "a.money is at most 50 yuan"),
        (
            "a.day BETWEEN DATE '2025-01-01' AND DATE '2025-02-01'", {"a__day": DAY},
            "a.day在 2025 年 1 月 1 日 到 2025 年 2 月 1 日 之间", "a.day is from 1 January 2025 to 1 February 2025",
        ),
        (
            "a.day = DATE '2025-01-01'", {"a__day": DAY}, "a.day在 2025 年 1 月 1 日", "a.day is on 1 January 2025",
        ),
        (
            "months_after(a.day, 6) <= application.applied_on", {"a__day": DAY},
            "a.day不晚于 2024 年 12 月 10 日；或者不早于 2025 年 12 月 10 日申请",
            "a.day is on or before 10 December 2024; or you apply on or after 10 December 2025",
        ),
        ("a.level = 'high'", {"a__level": "low"}, "a.level是高", "a.level is high"),
        ("a.level >= 'middle'", {"a__level": "low"}, "a.level是中或高", "a.level is middle or high"),
        ("b.level <> 'none'", {"b__level": "none"}, "b.level不低于低", "b.level is at least 低"),
        ("b.level <> 'high'", {"b__level": "high"}, "b.level不高于中", "b.level is at most 中"),
        ("b.level <> 'low'", {"b__level": "low"}, "b.level是无或中或高", "b.level is 无 or 中 or 高"),
        ("a.text = 'x'", {"a__text": "y"}, "a.text是“x”", "a.text is “x”"),
        ("a.text <> 'x'", {"a__text": "x"}, "a.text不是x", "a.text is not x"),
        ("in_area(a.place, '330100')", {"a__place": "990000"}, "a.place在330100", "a.place is within 330100"),
        ("a.place <> 'none'", {"a__place": "none"}, "a.place不是none", "a.place is not none"),
        (
            "a.place IN ('330109', 'none')", {"a__place": "990000"},
            "a.place在330109或none", "a.place is within 330109 or none"),
        ("a.colour = 'red'", {"a__colour": "blue"}, "a.colour是红", "a.colour is 红"),
        ("a.yes AND b.yes", {"a__yes": False}, "a.yes：是", "a.yes: Yes"),
        ("a.yes AND b.yes", {"a__yes": False, "b__yes": False},
            "a.yes：是，并且b.yes：是", "a.yes: Yes, and b.yes: Yes"),
        ("a.yes OR b.yes", {"a__yes": False, "b__yes": False}, "a.yes：是；或者b.yes：是", "a.yes: Yes; or b.yes: Yes"),
        (
            "a.yes AND b.yes OR b.yes AND c.yes AND a.count > 1",
            {"a__yes": False, "b__yes": False, "c__yes": False, "a__count": 2},
            "a.yes：是，并且b.yes：是；或者b.yes：是，并且c.yes：是",
            "a.yes: Yes, and b.yes: Yes; or b.yes: Yes, and c.yes: Yes",
        ),
        ("same(a.text, b.text)", {"a__text": "甲", "b__text": "乙"},
            "a.text是“乙”；或者b.text是“甲”", "a.text is “乙”; or b.text is “甲”"),
        (
            "same(a.text, b.text, person.name)", {"a__text": "甲", "b__text": "乙", "person__name": "丙"},
            "a.text、b.text、person.name一致", "these are the same: a.text, b.text, person.name",
        ),
        ("NOT (a.yes OR b.yes)", {"a__yes": True, "b__yes": True}, "", ""),
        ("1 = 2", {}, "", ""),
        ("a.count > 1 AND a.count < 1", {"a__count": 1}, "", ""),
    ],
)  # fmt: skip
def test_a_change_in_words(when, facts, zh, en):
    assert told(when, **facts) == zh
    assert told(when, "en", **facts) == en


def test_many_values_of_a_choice_are_told_as_all_but_one(law):
    node = law.programmes["xiaoshan-union-2025-senior-worker"]
    fact = next(
        fact
        for name in law.facts
        if (fact := law.facts[name]).enum and not fact.enum.ordered and len(fact.choices) > 4
    )
    first = fact.choices[0].id
    rule = programme_of(law, f"{fact.name} <> '{first}'")
    assert say(ways(rule, {fact.name: first}, law.facts)) == f"{fact.label.zh}不是{fact.choices[0].label.zh}"
    assert node.id


def programme_of(law, text):
    from jiangli.rules.errors import Place
    from jiangli.rules.grammar import parse
    from jiangli.rules.types import Checker

    place = Place("here")
    return Checker(law.facts, {}, place).check(parse(text, place), "bool")


def test_regimes_are_changed_within_the_one_that_holds():
    rule = programme(
        was='when  = "a.yes"\nquote = "甲等应当如此。"',
        now="""by_date = [
  { to = 2025-07-31, when = "a.yes AND b.yes", quote = "甲等应当如此。" },
  { from = 2025-08-01, when = "a.yes AND c.yes", quote = "甲等应当如此。" },
]""",
    ).programmes["test-one"]
    finding = assess(rule, {"a.yes": False, "b.yes": False, "c.yes": False}, on=DAY).finding("E1")
    assert finding.change() == "a.yes：是，并且b.yes：是"
    finding = assess(rule, {"a.yes": True, "b.yes": False, "c.yes": True}, on=DAY).finding("E1")
    assert finding.change() == "不早于 2025 年 8 月 1 日申请；或者b.yes：是"


def test_a_missing_rate_names_the_values_that_have_one():
    rule = programme(
        was="yuan  = 100\n",
        now='by = "a.level"\nrates = [ { is = "low", no_rate = true }, { is = ["middle", "high"], yuan = 1 } ]\n',
    ).programmes["test-one"]
    finding = assess(rule, {"a.yes": True, "a.level": "low"}, on=DAY).finding("rate")
    assert finding.change() == "a.level是中或高"
    assert ways_of(rule.amount.rate_condition, {}, rule) == ()


def test_without_a_quote_or_a_way_the_refusal_says_what_it_read():
    rule = programme(
        was='when  = "a.yes"\nquote = "甲等应当如此。"',
        now='when  = "a.count > b.count + 1"\ninferred = "想来如此"',
    ).programmes["test-one"]
    finding = assess(rule, {"a.count": 1, "b.count": 1}, on=DAY).finding("E1")
    assert finding.tell() == "不符合：甲等；a.count：1；b.count：1。要这样才符合：a.count不少于 3。"
    rule = programme(was='when  = "a.yes"', now='when  = "a.count < a.count"').programmes["test-one"]
    finding = assess(rule, {"a.count": 1}, on=DAY).finding("E1")
    assert finding.tell() == "不符合：甲等；a.count：1。原文：“甲等应当如此。”"


def test_what_holds_or_is_open_needs_no_change():
    assert told("a.yes", a__yes=True) == told("a.yes") == ""


def changed(finding, change):
    """The condition's state with one value of each range or choice put in."""
    tried = list(change.values) + [low if low is not None else high for low, high in change.spans]
    return [finding.condition.rule.run({**finding.given, change.fact.name: value}) for value in tried]


@settings(max_examples=examples(150), deadline=None)
@given(claims(), st.data())
def test_a_single_change_does_what_it_says_and_nothing_else_would(claim, data):
    rule, facts, on, _ = claim
    facts = {name: value for name, value in facts.items() if name != "officer.approved_amount"}
    for finding in assess(rule, facts, on=on).findings:
        if finding.state is not False or not finding.condition.rule:
            continue
        found = ways_of(finding.condition, finding.given, rule)
        alone = {way[0].fact.name: way[0] for way in found if len(way) == 1 and not way[0].agree}
        for change in alone.values():
            assert False not in changed(finding, change)
        for name in finding.facts:
            if name in facts and name not in alone and not (found and len(found[0]) > 1):
                value = data.draw(DAYS if LAW.facts[name].kind == "date" else values(name))
                assert finding.condition.rule.run({**finding.given, name: value}) is False


def test_few_values_stand_for_all(law):
    rule = law.programmes["xiaoshan-union-2025-technician"]
    node = rule.condition("window").rule.node
    days = representatives(node, law.facts[APPLIED_ON], {})
    assert days == [
        date(1900, 1, 1),
        date(2025, 4, 15),
        date(2025, 4, 16),
        date(2025, 12, 1),
        date(2025, 12, 2),
    ]
