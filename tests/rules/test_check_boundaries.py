"""Cases made from hand-written ones: both sides of each boundary, what must hold of any answer, and who pins it."""

import json
from dataclasses import replace
from datetime import date

import pytest
from small_law import PROGRAMME, changed
from test_check_logic import conditions, law

from jiangli.rules import Outcome, build, read_request
from jiangli.rules.cases import read_cases
from jiangli.rules.checking import boundary_table, check, generated
from jiangli.rules.checking.boundaries import Seen, boundaries, rules
from jiangli.rules.checking.folder import trials_of

FILE = "test/one.cases.jsonl"


def case(facts: dict, lines: list | None = None, on: str = "2025-06-10", **more) -> str:
    """A line of a cases file that expects nothing."""
    request = {"programme": "test-one", "applied_on": on, "facts": facts, **more}
    if lines is not None:
        request["lines"] = [{"facts": line} for line in lines]
    return json.dumps({"id": f"c{len(facts)}", "note": "made up", "request": request, "expect": {}})


def trial(text: str, *cases: str):
    """What the generated cases of the small law with another programme showed."""
    library = build(changed(one=text))
    (found,) = trials_of(library, read_cases("\n".join(cases), FILE))
    return found


def met(text: str, *cases: str) -> list[tuple]:
    """Condition, fact, value inside and value outside of each boundary that an eligible case meets."""
    found = trial(text, *cases)
    assert found.problems == []
    return [(one.rule.condition.id, one.fact, one.inside, one.outside) for _, one in found.met.values()]


@pytest.mark.parametrize(
    ("when", "facts", "expected"),
    [
        ("a.yes", {"a.yes": True}, [(True, False)]),
        ("NOT a.yes", {"a.yes": False}, [(False, True)]),
        ("a.count >= 6", {"a.count": 9}, [(6, 5)]),
        ("a.count + b.count > 10", {"a.count": 6, "b.count": 8}, [(3, 2), (5, 4)]),
        ("a.count = 7", {"a.count": 7}, [(7, 6), (7, 8)]),
        ("a.count = b.count", {"a.count": 8, "b.count": 7}, [(7, 6), (7, 8), (8, 7), (8, 9)]),
        ("a.count = b.count", {"a.count": 0, "b.count": 9}, [(0, 1)]),
        ("a.count <> 7", {"a.count": 9}, [(6, 7), (8, 7)]),
        ("a.money <= 100", {"a.money": "50.00"}, [(10000, 10001)]),
        ("a.level >= 'middle'", {"a.level": "high"}, [("middle", "low")]),
        ("a.level = 'middle'", {"a.level": "middle"}, [("middle", "low"), ("middle", "high")]),
        ("a.colour = 'red'", {"a.colour": "red"}, [("red", "blue")]),
        ("a.place = '330109'", {"a.place": "330109"}, [("330109", "none"), ("330109", "110000")]),
        ("a.place <> 'none'", {"a.place": "none"}, [("110000", "none")]),
        (
            "in_area(a.place, '330100')",
            {"a.place": "330109"},
            [("330109", "330000"), ("330109", "330200"), ("330109", "none"), ("330109", "110000")],
        ),
        ("a.text = 'x'", {"a.text": "x"}, [("x", "x＊")]),
        ("a.text <> 'x'", {"a.text": "y"}, [("y", "x")]),
        ("same(a.text, b.text)", {"a.text": "x", "b.text": "x"}, [("x", "x＊"), ("x", "x＊")]),
    ],
)
def test_values_just_inside_and_just_outside(when, facts, expected):
    library = build(changed(one=law(when)))
    programme = library.programmes["test-one"]
    request = json.loads(case(facts))["request"]
    seen = Seen(read_request(library, request), None)
    found = [(one.inside, one.outside) for one in boundaries(next(rules(programme)), programme, seen)]
    assert found == expected


def test_dates_that_hang_on_another_date_turn_on_the_day_the_calendar_says():
    text = law("months_after(a.day, 6) <= b.day")
    found = met(text, case({"a.day": "2024-08-31", "b.day": "2025-06-01"}))
    assert found == [
        ("E1", "a.day", date(2024, 12, 1), date(2024, 12, 2)),
        ("E1", "b.day", date(2025, 2, 28), date(2025, 2, 27)),
    ]


def test_only_what_turns_the_whole_condition_is_a_boundary():
    text = law('any = [{ when = "a.yes" }, { when = "b.yes" }]')
    assert met(text, case({"a.yes": True, "b.yes": True})) == []
    assert met(text, case({"a.yes": True, "b.yes": False})) == [("E1", "a.yes", True, False)]


def test_what_is_open_has_no_boundary():
    text = law("a.yes", "b.yes OR c.yes")
    assert met(text, case({"a.yes": True, "c.yes": True})) == [("E1", "a.yes", True, False)]
    text = law("a.yes AND a.count <= b.count OR c.yes")
    assert met(text, case({"a.yes": True, "a.count": 1, "c.yes": True})) == []


def test_regimes_turn_on_their_first_day():
    days = 'by_date = [{ to = 2025-03-31, when = "a.yes" }, { from = 2025-04-01, when = "b.yes" }]'
    found = met(law(days), case({"a.yes": False, "b.yes": True}))
    assert ("E1", "application.applied_on", date(2025, 4, 1), date(2025, 3, 31)) in found


def test_rates_and_supplements_have_boundaries_too():
    amount = """by = "a.level"
rates = [
  { is = "low", yuan = 1 },
  { is = "middle", when = "a.count >= 5", yuan = 2 },
  { is = "middle", when = "a.count < 5", yuan = 3 },
  { is = "high", no_rate = true },
]
supplements = [{ when = "b.yes", yuan = 1, inferred = "x" }]"""
    found = met(
        law("a.yes", amount=amount), case({"a.yes": True, "a.level": "middle", "a.count": 7, "b.yes": True})
    )
    assert [one[1:] for one in found if one[0] == "rate"] == [
        ("a.level", "low", "middle"),
        ("a.level", "middle", "high"),
        ("a.count", 5, 4),
        ("b.yes", True, False),
    ]


def test_a_boundary_that_no_case_stands_at_is_noted_on_the_side_where_none_does():
    text = law("a.count >= 6")
    notes = [list(trial(text, *cases).notes()) for cases in (
        [case({"a.count": 9})],
        [case({"a.count": 9}), case({"a.count": 6})],
        [case({"a.count": 9}), case({"a.count": 6}), case({"a.count": 5})],
    )]  # fmt: skip
    assert notes == [
        [
            "E1: 没有案例踩在界内（a.count 6） no case just inside: a.count = 6",
            "E1: 没有案例踩在界外（a.count 5） no case just outside: a.count = 5",
        ],
        ["E1: 没有案例踩在界外（a.count 5） no case just outside: a.count = 5"],
        [],
    ]
    assert trial(text, case({"a.count": 6}), case({"a.count": 5})).pinned == 1


def test_a_case_that_leaves_out_what_is_settled_stands_at_the_boundary_too():
    text = law("a.yes AND a.count >= 6")
    found = trial(text, case({"a.yes": True, "a.count": 6}), case({"a.yes": False}))
    assert found.outside == {("E1", "a.yes", 0, None)}
    assert list(found.notes()) == ["E1: 没有案例踩在界外（a.count 5） no case just outside: a.count = 5"]
    assert trial(text, case({"a.yes": True})).inside == set()
    assert trial(law("a.yes OR a.count >= 6"), case({"a.yes": True})).inside == {("E1", "a.yes", 0, None)}


def test_where_only_the_month_counts_any_day_of_it_stands_at_the_boundary():
    text = law("calendar_months(a.day, b.day) <= 1")
    facts = {"a.day": "2025-01-31", "b.day": "2025-02-01"}
    cases = [case(facts), case(facts | {"b.day": "2025-03-20"}), case(facts | {"a.day": "2024-12-05"})]
    assert list(trial(text, *cases).notes()) == []


def test_every_side_of_every_boundary_is_run_and_so_is_each_fact_left_out():
    assert trial(law("a.count >= 6", "b.yes"), case({"a.count": 9, "b.yes": True})).count == 6
    assert trial(law("a.count >= 6", "b.yes"), case({"a.count": 9, "b.yes": False})).count == 0
    assert trial(law("a.yes"), json.dumps({"id": "x", "note": "", "request": 3, "expect": {}})).count == 0


def test_two_rates_found_on_one_side_are_a_problem():
    amount = 'rates = [{ when = "a.count <= b.count", yuan = 1 }, { when = "a.count >= b.count", yuan = 2 }]'
    report = check(
        changed(one=law("a.yes", amount=amount)), {FILE: case({"a.yes": True, "a.count": 1, "b.count": 5})}
    )
    (problem,) = report.problems
    assert "由案例 c3 生成的一例：算不出来：有两行金额同时成立。" in str(problem)
    assert "Generated from case c3: cannot be assessed: Two rates are true at once." in str(problem)
    assert str(problem).startswith("test/one.cases.jsonl:1:1: ")


def test_an_amount_above_its_ceiling_is_refused_which_is_no_problem():
    text = (
        law("a.yes", amount='yuan = "officer.money"')
        + '[[limits]]\nat_most = 10\nper = ["claim"]\ninferred = "x"\n'
    )
    facts = changed()["facts.toml"].replace('[facts."a.money"]', '[facts."officer.money"]')
    library = build(changed(one=text, facts=facts))
    (found,) = trials_of(library, read_cases(case({"a.yes": True, "officer.money": "20.00"}), FILE))
    assert (found.problems, found.met) == ([], {})


ROSTER = 'lines = "person"'


def test_a_roster_is_tried_at_one_line_of_each_kind():
    text = law("a.yes", more=conditions("b.count >= 6", table="line", letter="L"), lines=ROSTER)
    lines = [{"b.count": 3}, {"b.count": 5}, {"b.count": 7}, {"b.count": 8}]
    found = trial(text, case({"a.yes": True}, lines))
    assert found.problems == []
    assert [(one.fact, one.inside, one.outside) for _, one in found.met.values()] == [
        ("a.yes", True, False), ("b.count", 6, 5),
    ]  # fmt: skip
    assert found.count == 6
    assert found.outside == {("L1", "b.count", 0, True)}


def test_a_line_waits_for_what_is_open_of_the_claim():
    text = law("a.yes", more=conditions("b.yes", table="line", letter="L"), lines=ROSTER)
    found = trial(text, case({}, [{"b.yes": True}]))
    assert (found.problems, found.met) == ([], {})
    assert trial(text, case({"a.yes": False}, [{"b.yes": True}])).met == {}


def test_a_fact_that_first_known_reads_may_turn_an_answer():
    text = law("first_known(a.day, b.day) >= DATE '2025-01-01'")
    found = trial(text, case({"a.day": "2025-02-01", "b.day": "2025-03-01"}))
    assert found.problems == []
    assert found.count == 2


ONCE = '[[limits]]\nid = "E8"\nonce_per = ["person"]\ninferred = "once"\n'


@pytest.mark.parametrize(
    "limit",
    [
        ONCE,
        ONCE.replace("once_per", "less_paid_per"),
        ONCE + 'across = ["series:test-series"]',
        ONCE + 'across = ["test-*"]',
    ],
)
def test_the_same_facts_are_not_paid_twice(limit):
    found = trial(PROGRAMME + limit, case({"a.yes": True, "person.id": "p"}))
    assert (found.problems, found.count) == ([], 4)


@pytest.mark.parametrize(
    "limit",
    [
        ONCE + 'across = ["test-two"]',
        ONCE + 'within = "roster"',
        ONCE + 'effect = "hold"',
        ONCE + "from = 2025-01-01",
        ONCE.replace('["person"]', '["claim"]'),
        ONCE.replace('"person"', '"certificate"'),
        '[[limits]]\nat_most = 1000\nper = ["person"]\ninferred = "x"',
    ],
)
def test_a_limit_that_does_not_look_at_its_own_programme_lets_it_pay_again(limit):
    found = trial(PROGRAMME + limit, case({"a.yes": True, "person.id": "p"}))
    assert (found.problems, found.count) == ([], 3)


# --- A wrong engine is found out


def test_a_payment_twice_is_found(monkeypatch):
    honest = generated.assess

    def forgetful(*given, history=(), **named):
        return honest(*given, **named)

    monkeypatch.setattr(generated, "assess", forgetful)
    found = trial(PROGRAMME + ONCE, case({"a.yes": True, "person.id": "p"}))
    assert [one.message.en for one in found.problems] == [
        "Generated from case c2: it is paid a second time (E8)."
    ]


def test_a_condition_that_does_not_turn_is_found(monkeypatch):
    honest = generated.assess

    def stubborn(programme, facts, **named):
        return honest(programme, {**facts, "a.yes": True}, **named)

    monkeypatch.setattr(generated, "assess", stubborn)
    found = trial(PROGRAMME, case({"a.yes": True}))
    assert "Generated from case c1: a.yes = No: E1 did not turn." in [
        one.message.en for one in found.problems
    ]


def test_an_outcome_that_does_not_follow_and_one_that_knowing_turns_are_found(monkeypatch):
    honest = generated.assess

    def generous(*given, **named):
        return replace(honest(*given, **named), outcome=Outcome.ELIGIBLE)

    def mean(programme, facts, **named):
        found = honest(programme, facts, **named)
        return found if facts else replace(found, outcome=Outcome.INELIGIBLE)

    for engine, says in ((generous, "the outcome does not follow"), (mean, "is turned by knowing it")):
        monkeypatch.setattr(generated, "assess", engine)
        assert says in " ".join(one.message.en for one in trial(PROGRAMME, case({"a.yes": True})).problems)


def test_a_condition_that_is_wrong_by_its_values_is_found(monkeypatch):
    monkeypatch.setattr(generated, "_allowed", lambda programme: [("E1", ({"a.count": ((7, 9),)},))])
    found = trial(law("a.count >= 6"), case({"a.count": 8}))
    assert [one.message.en for one in found.problems] == ["Generated from case c1: a.count = 6: E1 is wrong."]


def test_an_engine_that_breaks_is_found_and_the_check_goes_on(monkeypatch):
    def broken(*given, **named):
        raise ZeroDivisionError("x")

    monkeypatch.setattr(generated, "assess", broken)
    cases = [case({"a.yes": True}).replace("c1", f"c{at}") for at in range(50)]
    found = trial(PROGRAMME, *cases)
    assert "cannot be assessed: ZeroDivisionError('x')" in found.problems[0].message.en
    assert len(found.problems) == 40


# --- The table


@pytest.fixture
def folder(tmp_path):
    text = law("a.count >= 6", more=conditions("b.yes", table="line", letter="L"), lines=ROSTER)
    files = changed(one=text.replace("[claim.E1]", '[claim.E1]\ntitle = "满六个"')) | {
        FILE: case({"a.count": 9}, [{"b.yes": True}])
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_the_table_shows_both_sides_with_outcome_and_amount(folder):
    assert list(boundary_table(folder)) == [
        "测试项目 (test-one)",
        "条件\t事实\t界内\t结果\t界外\t结果",
        "E1 满六个\ta.count\t6\t可领 100 元\t5\t不可领 (E1)",
        "L1\tb.yes\t是\t可领 100 元\t否\t不可领 (L1)",
        "",
    ]
    assert (
        list(boundary_table(folder, "en"))[2]
        == "E1 满六个\ta.count\t6\teligible 100 yuan\t5\tnot eligible (E1)"
    )
    assert next(iter(boundary_table(None))).endswith(")")
