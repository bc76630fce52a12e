"""What conditions say together: never, never reached, twice at once, said already; and silence where unsure."""

import pytest
from small_law import PROGRAMME, TRIED, changed

from jiangli.rules.checking import check


def conditions(*whens: str, table: str = "claim", letter: str = "E") -> str:
    """Conditions E1, E2 … of a table, each inferred; one that begins with any or by_date stands as it is."""
    lines = []
    for at, when in enumerate(whens, 1):
        rule = when if when.startswith(("any", "by_date")) else f'when = "{when}"'
        lines.append(f'[{table}.{letter}{at}]\n{rule}\ninferred = "so"\n')
    return "".join(lines)


def law(*whens: str, amount: str = "yuan = 100", more: str = "", lines: str = "") -> str:
    """The small programme with other conditions of the claim (``more`` of them), and another amount."""
    head, rest = PROGRAMME.split("[claim.E1]")
    money = rest.split("[amount]")[1].replace("yuan  = 100", amount)
    return f"{head}{lines}\n{conditions(*whens)}{more}[amount]{money}"


def report(*whens: str, **more: str):
    return check(changed(one=law(*whens, **more)), TRIED)


def problems(*whens: str, **more: str) -> str:
    return "\n".join(map(str, report(*whens, **more).problems))


def notes(*whens: str, **more: str) -> list[str]:
    """What is noted of the programme file, without the line and what is noted of everything."""
    found = report(*whens, **more)
    assert found.problems == []
    told = [one for one in found.warnings if one.startswith("test/one.toml:")]
    return [one for one in told if "English" not in one and "no case is eligible" not in one]


@pytest.mark.parametrize(
    "when",
    [
        "a.level = 'low' AND a.level = 'high'",
        "a.level < 'low'",
        "a.level IN ('low', 'middle') AND a.level > 'middle'",
        "a.colour = 'red' AND a.colour <> 'red'",
        "a.day > DATE '2025-06-30' AND a.day < DATE '2025-07-01'",
        "year_of(a.day) = 2024 AND a.day >= DATE '2025-01-01'",
        "year_of(a.day) < 2024 AND 2024 <= year_of(a.day)",
        "a.count > 5 AND 6 > a.count",
        "a.count < 0",
        "a.money > 100 AND a.money <= 100.00",
        "in_area(a.place, '330100') AND in_area(a.place, '330200')",
        "in_area(a.place, '330100') AND a.place = 'none'",
        "a.place = '330109' AND NOT in_area(a.place, '330000')",
        "a.yes AND NOT (a.yes OR b.yes)",
        "a.yes = TRUE AND a.yes = FALSE",
        "a.day <= b.day AND a.day > b.day",
        "same(a.text, b.text) AND NOT same(a.text, b.text)",
    ],
)
def test_a_condition_that_can_never_be_true_is_a_problem(when):
    found = problems(when)
    assert "条件 E1 永远不成立。" in found
    assert "Condition E1 can never be true." in found
    assert found.startswith("test/one.toml:")


@pytest.mark.parametrize(
    "when",
    [
        "a.level = 'low' OR a.level = 'high'",
        "a.day BETWEEN DATE '2025-07-01' AND DATE '2025-07-01'",
        "a.text = 'x' AND a.text <> 'y'",
        "a.text IN ('x', 'y') AND a.text = 'z'",
        "a.count + 1 > 5 AND a.count < 2",
        "a.day <= b.day AND a.day >= b.day",
        "in_area(a.place, '330100') AND a.place <> '330100'",
        "first_known(a.day, b.day) < DATE '2025-01-01' AND a.day > DATE '2025-01-01'",
        "year_of(a.day) = 99999 AND a.yes",
    ],
)
def test_nothing_is_said_of_what_can_be_true_or_is_beyond_exact_reasoning(when):
    assert problems(when) == ""


def test_two_conditions_that_never_meet_name_both_and_what_they_speak_of():
    found = problems("a.level = 'low'", "b.yes", "a.level > 'middle'")
    assert "E1 和 E3 不可能同时成立（都说到a.level）。" in found
    assert "E1 and E3 can never both be true." in found
    assert found.count("can never") == 1


def test_windows_that_do_not_meet():
    assert "can never both" in problems(
        "a.day BETWEEN DATE '2023-12-01' AND DATE '2024-11-30'", "a.day >= DATE '2024-12-01'"
    )


def test_conditions_that_only_together_are_never_true():
    found = problems("a.yes OR b.yes", "NOT a.yes", "NOT b.yes")
    assert "All together can never be true: E1 E2 E3." in found
    assert "never both" not in found


def test_the_lines_of_a_roster_have_facts_of_their_own():
    roster = 'lines = "person"'
    line = conditions("a.level = 'low'", table="line", letter="L")
    assert problems("a.level = 'high'", more=line, lines=roster) == ""
    line = conditions("application.applied_on > DATE '2025-01-01'", table="line", letter="L")
    found = problems("application.applied_on < DATE '2025-01-01'", more=line, lines=roster)
    assert "E1 and L1 can never both be true" in found


def test_what_another_condition_says_already_is_noted():
    assert "E2 is true whenever E1 is." in notes("a.level = 'high'", "a.level >= 'middle'")[0]
    assert "E1 is always true." in notes("a.level >= 'low'")[0]
    found = notes("a.yes OR b.yes", "a.yes OR NOT b.yes", "a.yes")
    assert [one.split("。 ")[1] for one in found] == [
        "E1 is true whenever E3 is.",
        "E2 is true whenever E3 is.",
        "E3 is true whenever all the others are.",
    ]


def test_what_all_others_together_say_already_is_noted():
    found = notes("a.yes OR b.yes", "NOT b.yes OR c.yes", "a.yes OR c.yes")
    assert found == [
        "test/one.toml:15: 其他条件都成立时 E3 总是成立，不必再写。 E3 is true whenever all the others are."
    ]


def test_what_the_law_itself_says_twice_is_not_noted():
    quoted = (
        conditions("a.yes OR b.yes")
        .replace('inferred = "so"', 'quote = "一个证书只发一次。"')
        .replace("E1", "E2")
    )
    assert notes("a.yes", more=quoted) == []


def test_a_condition_that_a_parameter_switches_off_is_not_called_always_true():
    parameter = '[parameters]\nlimited = { value = false, reason = "not said" }\n'
    assert notes("NOT parameter.limited OR a.yes", more=parameter) == []


def test_alternatives_and_regimes_that_are_never_reached_are_noted():
    ways = """any = [{ when = "a.level = 'low'" }, { when = "a.level = 'middle'" }]"""
    assert "Alternative 1 of E2 never holds" in notes("a.level > 'low'", ways)[0]
    days = """by_date = [{ to = 2025-03-31, when = "a.yes" }, { from = 2025-04-01, when = "b.yes" }]"""
    found = notes("application.applied_on >= DATE '2025-04-15'", days)
    assert "E2 的第 1 种情形和其他条件不会同时成立，用不到。" in found[0]
    assert notes("application.applied_on >= DATE '2025-03-15'", days) == []


def test_a_regime_counts_with_its_days():
    days = """by_date = [{ to = 2025-03-31, when = "a.yes" }, { from = 2025-04-01, when = "b.yes" }]"""
    assert (
        "E3 is true whenever all"
        in notes("application.applied_on > DATE '2025-04-15'", days, "b.yes OR c.yes")[-1]
    )


RATES = """by = "a.level"
rates = [
  { is = "low", when = "a.count < 10", yuan = 1 },
  { is = "low", when = "a.count >= %d", yuan = 2 },
  { is = ["middle", "high"], no_rate = true },
]"""


def test_two_rates_that_are_true_at_once_are_a_problem_with_an_example():
    assert problems("a.yes", amount=RATES % 10) == ""
    found = problems("a.yes", amount=RATES % 9)
    assert "Rates 1 and 2 can both be true, for example a.level = low, a.count = 9." in found
    assert "第 1 行和第 2 行金额会同时成立" in found


def test_rates_without_conditions_overlap_whatever_the_facts_are():
    assert "for example …" in problems("a.yes", amount="rates = [{ yuan = 1 }, { yuan = 2 }]")


@pytest.mark.parametrize(
    "value", ["a.yes", "a.place = 'none'", "a.colour = 'blue'", "a.day > DATE '2025-01-01'"]
)
def test_the_example_is_written_as_facts_are(value):
    found = problems(
        "b.yes", amount=f'rates = [{{ when = "{value}", yuan = 1 }}, {{ when = "{value}", yuan = 2 }}]'
    )
    fact = value.split(" ")[0]
    shown = {"a.yes": "True", "a.place": "none", "a.colour": "blue", "a.day": "2025-01-02"}[fact]
    assert f"for example {fact} = {shown}." in found


def test_rates_that_compare_two_facts_may_or_may_not_overlap_so_nothing_is_said():
    rows = 'rates = [{ when = "a.day < b.day", yuan = 1 }, { when = "b.day < a.day", yuan = 2 }]'
    assert problems("a.yes", amount=rows) == ""


def test_rates_and_supplements_that_are_never_reached_are_noted():
    rows = 'by = "a.level"\nrates = [{ is = "low", yuan = 1 }, { is = ["middle", "high"], yuan = 2 }]'
    assert "Rate 2 never holds" in notes("a.level = 'low'", amount=rows)[0]
    extra = 'yuan = 1\nsupplements = [{ when = "a.count > 5", yuan = 1, inferred = "x" }, { yuan = 1, inferred = "y" }]'
    found = notes("a.count < 5", amount=extra)
    assert len(found) == 1
    assert "Supplement 1 never holds" in found[0]


def test_expressions_too_large_to_reason_about_are_passed_over():
    wide = " AND ".join(f"(a.count >= {at} OR b.count >= {at})" for at in range(12))
    assert problems(f"{wide} AND a.count = 1") == ""
    many = " OR ".join(f"a.count = {at}" for at in range(450))
    assert problems(f"({many}) AND a.count = 1000") == ""
    assert (
        problems("c.yes", amount=f'rates = [{{ when = "{many}", yuan = 1 }}, {{ when = "a.yes", yuan = 2 }}]')
        == ""
    )
