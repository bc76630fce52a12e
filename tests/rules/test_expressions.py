"""What an expression may say, what it means while facts are missing, and what is refused."""

from datetime import date
from itertools import product

import pytest
from small_law import SMALL

from jiangli.rules import types
from jiangli.rules.closures import Expression, compile_node
from jiangli.rules.errors import BadExpression, Place
from jiangli.rules.facts import read_facts
from jiangli.rules.grammar import parse

FACTS = read_facts(SMALL["facts.toml"], "facts.toml")
PARAMETERS = {"flag": True, "count": 3, "day": date(2025, 4, 1), "word": "red"}
PLACE = Place("test.toml", 7, 9)


def compiled(text: str, *wanted: str) -> Expression:
    checker = types.Checker(FACTS, PARAMETERS, PLACE)
    return compile_node(checker.check(parse(text, PLACE), *(wanted or ("bool", "int", "money", "date"))))


def value(text: str, facts: dict | None = None):
    return compiled(text).run(facts or {})


def known(**values):
    """Facts of these values; None means absent."""
    return {name.replace("_", ".", 1): value for name, value in values.items() if value is not None}


@pytest.mark.parametrize(("a", "b"), list(product([True, False, None], repeat=2)))
def test_and_or_not_follow_kleene(a, b):
    facts = known(a_yes=a, b_yes=b)
    both = False if False in (a, b) else None if None in (a, b) else True
    one = True if True in (a, b) else None if None in (a, b) else False
    assert value("a.yes AND b.yes", facts) is both
    assert value("a.yes OR b.yes", facts) is one
    assert value("NOT a.yes", facts) is (None if a is None else not a)


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("a.count = 3", {"a.count": 3}, True),
        ("a.count <> 3", {"a.count": 3}, False),
        ("a.count < b.count", {"a.count": 3, "b.count": 4}, True),
        ("a.count < b.count", {"a.count": 3}, None),
        ("a.count BETWEEN 3 AND 5", {"a.count": 5}, True),
        ("a.count BETWEEN 3 AND 5", {"a.count": 6}, False),
        ("a.count BETWEEN 3 AND b.count", {"a.count": 2}, False),
        ("a.count BETWEEN 3 AND b.count", {"a.count": 4}, None),
        ("a.count IN (1, 2)", {"a.count": 2}, True),
        ("a.count NOT IN (1, 2)", {"a.count": 2}, False),
        ("a.count IN (1, 2)", {}, None),
        ("a.colour IN ('red')", {"a.colour": "blue"}, False),
        ("a.level >= 'middle'", {"a.level": "high"}, True),
        ("a.level >= 'middle'", {"a.level": "low"}, False),
        ("'middle' <= a.level", {"a.level": "high"}, True),
        ("a.level > b.level", {"a.level": "low", "b.level": "none"}, True),
        ("b.level < a.level", {"a.level": "low", "b.level": "high"}, False),
        ("a.level = b.level", {"a.level": "low", "b.level": "low"}, True),
        ("a.money < 5000", {"a.money": 499999}, True),
        ("a.money < 5000", {"a.money": 500000}, False),
        ("a.money = 1200.50", {"a.money": 120050}, True),
        ("5000 > a.money", {"a.money": 499999}, True),
        ("a.money >= a.count", {"a.money": 300, "a.count": 3}, True),
        ("a.day >= DATE '2025-04-01'", {"a.day": date(2025, 4, 1)}, True),
        ("a.day >= parameter.day", {"a.day": date(2025, 3, 31)}, False),
        ("NOT parameter.flag OR a.yes", {"a.yes": True}, True),
        ("a.yes = FALSE", {"a.yes": False}, True),
        ("a.text = 'x'", {"a.text": "x"}, True),
        ("a.place = '330109'", {"a.place": "330109"}, True),
        ("a.place <> 'none'", {"a.place": "none"}, False),
        ("a.colour = parameter.word", {"a.colour": "red"}, True),
        ("TRUE", {}, True),
    ],
)
def test_comparisons(text, facts, expected):
    assert value(text, facts) is expected


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("30000 + 500 * (a.count - 50)", {"a.count": 52}, 31000),
        ("a.count - 5", {"a.count": 3}, -2),
        ("a.money + 10", {"a.money": 5}, 1005),
        ("10 + a.money", {"a.money": 5}, 1005),
        ("2 * a.money", {"a.money": 5}, 10),
        ("LEAST(a.count, 3)", {"a.count": 5}, 3),
        ("GREATEST(a.count, 3)", {"a.count": 5}, 5),
        ("LEAST(a.count, 3)", {}, None),
        ("LEAST(a.money, 3)", {"a.money": 500}, 300),
        ("percent_of(a.money, 50)", {"a.money": 101}, 51),
        ("year_of(a.day)", {"a.day": date(2024, 2, 29)}, 2024),
        ("years_after(a.day, 1)", {"a.day": date(2024, 2, 29)}, date(2025, 2, 28)),
        ("months_after(a.day, 13)", {"a.day": date(2024, 12, 31)}, date(2026, 1, 31)),
        ("months_after(a.day, 2)", {"a.day": date(2024, 12, 31)}, date(2025, 2, 28)),
        ("days_after(a.day, 30)", {"a.day": date(2024, 12, 31)}, date(2025, 1, 30)),
        ("months_after(a.day, a.count)", {"a.day": date(9999, 12, 1), "a.count": 10**11}, date.max),
        ("months_after(a.day, 0 - a.count)", {"a.day": date(9999, 12, 1), "a.count": 10**11}, date.min),
        ("days_after(a.day, a.count)", {"a.day": date(9999, 12, 1), "a.count": 10**11}, date.max),
        ("month_end(a.day)", {"a.day": date(2024, 2, 3)}, date(2024, 2, 29)),
        ("calendar_months(a.day, b.day)", {"a.day": date(2024, 11, 30), "b.day": date(2025, 1, 1)}, 2),
        ("first_known(a.day, b.day)", {"b.day": date(2025, 1, 1)}, date(2025, 1, 1)),
        (
            "first_known(a.day, b.day)",
            {"a.day": date(2024, 1, 1), "b.day": date(2025, 1, 1)},
            date(2024, 1, 1),
        ),
        ("first_known(a.day, b.day)", {}, None),
    ],
)
def test_arithmetic_and_functions(text, facts, expected):
    assert value(text, facts) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("x", "x"), True),
        (("x", "y"), False),
        (("x", None), None),
        ((None, None), None),
    ],
)
def test_same_is_false_as_soon_as_two_differ(names, expected):
    facts = known(person_name=names[0], a_text=names[1])
    assert value("same(person.name, a.text)", facts) is expected
    assert value("same(person.name, a.text, b.text)", facts) is (False if expected is False else None)


@pytest.mark.parametrize(
    ("place", "area", "expected"),
    [
        ("330109", "330109", True),
        ("330109", "330100", True),
        ("330109", "330000", True),
        ("330000", "330100", False),
        ("330200", "330100", False),
        ("339900", "330000", True),
        ("339900", "330100", False),
        ("990000", "330000", False),
        ("000000", "330000", False),
        ("none", "330000", False),
        (None, "330000", None),
    ],
)
def test_in_area_begins_with_the_code_less_its_zeros(place, area, expected):
    assert value(f"in_area(a.place, '{area}')", known(a_place=place)) is expected


def test_unknown_names_only_what_still_decides():
    rule = compiled("(a.yes AND b.yes) OR (c.yes AND a.count > 3)")
    assert rule.open({"a.yes": False}) == ("c.yes", "a.count")
    assert rule.open({"a.yes": True, "c.yes": True}) == ("b.yes", "a.count")
    assert compiled("NOT a.yes").open({}) == ("a.yes",)
    assert rule.facts == ("a.yes", "b.yes", "c.yes", "a.count")


@pytest.mark.parametrize(
    "text",
    [
        "CASE WHEN a.yes THEN TRUE END",
        "a.yes IS NULL",
        "COALESCE(a.count, 0) = 1",
        "a.text LIKE 'x'",
        "a.count / 2 = 1",
        "a.count = (SELECT 1)",
        "CURRENT_DATE > a.day",
        "a.count == 1",
        "a.count != 1",
        "a.yes -- hidden",
        "CAST('2025-01-01' AS DATE) = a.day",
        "-1 = a.count",
        "a.money = 1.5",
        "a.count = 1e3",
        '"a"."yes"',
        "a.b.yes",
        "yes",
        "A.YES",
        "a.yes b",
        "a.yes = ",
        "a.text = 'x",
        "(a.yes",
        "a.count IN (b.count)",
        "a.count IN ()",
        "foo(a.yes)",
        "same(a.text)",
        "month_end(a.day, 1) = a.day",
        "DATE '2025-02-30' = a.day",
        "DATE = a.day",
        "least(a.count, 1) = 1 OR SAME(a.text, b.text)",
        "a.yes; a.yes",
        "*",
        "",
    ],
)
def test_anything_else_is_refused_with_its_place(text):
    with pytest.raises(BadExpression) as refusal:
        compiled(text, "bool")
    assert refusal.value.file == "test.toml"
    assert refusal.value.line == 7
    assert refusal.value.remedy.zh
    assert refusal.value.remedy.en


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a.level = 'highest'", "low middle high"),
        ("a.count = 'x'", "'x' is not a value of int"),
        ("a.count = a.day", "do not fit together"),
        ("a.level = a.colour", "different values"),
        ("a.colour < 'red'", "has no order"),
        ("a.text > 'x'", "has no order"),
        ("a.place = '33'", "not a value of code"),
        ("a.nothing = 1", "no fact a.nothing"),
        ("parameter.nothing = 1", "no parameter nothing"),
        ("a.money * b.money = 1", "cannot be multiplied"),
        ("a.day + 1 = a.day", "do not fit together"),
        ("a.text + b.text = 'x'", "cannot be added"),
        ("a.count AND a.yes", "must be bool"),
        ("a.count", "must be bool"),
        ("in_area(a.place, 'Hangzhou')", "needs an area code"),
        ("in_area(a.place, 'none')", "needs an area code"),
        ("in_area(a.place, a.place)", "needs an area code"),
        ("LEAST(a.text, b.text) = 'x'", "has no order"),
        ("first_known(a.day, DATE '2025-01-01') = a.day", "facts only"),
        ("month_end(a.count) = a.day", "must be date"),
        ("parameter.word = a.level", "low middle high"),
    ],
)
def test_types_are_checked(text, says):
    with pytest.raises(BadExpression, match=says):
        compiled(text, "bool")


def test_the_column_points_at_the_part_that_is_wrong():
    with pytest.raises(BadExpression) as refusal:
        compiled("a.yes AND a.nothing", "bool")
    assert refusal.value.place.column == PLACE.column + len("a.yes AND ") + 1


def test_a_whole_number_as_an_amount_is_yuan():
    assert compiled("1000 + 200 * a.count", "money").run({"a.count": 2}) == 140000
    assert compiled("100", "money").run({}) == 10000
