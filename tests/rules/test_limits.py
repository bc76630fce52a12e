"""Other limits on the small law: the difference to what was paid, what is only told, days, parts and counts."""

from datetime import date

import pytest
from limited import CEILING, DAY, MONEY, ROSTER, amounts, ask, limited, paid
from small_law import PROGRAMME, changed, programme

from jiangli.rules import Outcome, PolicyError, answer, assess, build, count_rows, parts_of
from jiangli.rules.cases import differences

# --- the difference: less_paid_per


TOP_UP = 'less_paid_per = ["person"]'


@pytest.mark.parametrize(
    ("before", "amount", "failed"), [(0, 100, ()), (30, 70, ()), (100, 0, ("once",)), (130, 0, ("once",))]
)
def test_a_top_up_pays_the_difference(before, amount, failed):
    found = ask(limited(TOP_UP), history=[paid(before, person="p")] if before else ())
    assert (found.amount_fen, found.failed) == (amount * 100, failed)


def test_two_lines_of_one_person_top_up_to_the_higher():
    rows = 'by = "a.level"\nrates = [{ is = "low", yuan = 30 }, { is = ["middle", "high"], yuan = 50 }]'
    text = PROGRAMME.replace("yuan  = 100", rows).replace(ROSTER["was"], ROSTER["now"])
    law = build(changed(one=f'{text}[[limits]]\ninferred = "x"\n{TOP_UP}')).programmes["test-one"]
    assert amounts(law, [{"a.level": "low"}, {"a.level": "high"}]) == [30, 20]
    assert amounts(law, [{"a.level": "high"}, {"a.level": "low"}]) == [50, 0]


def test_a_top_up_with_an_unknown_key_is_open_where_anything_was_paid():
    law = limited(TOP_UP)
    assert assess(law, {"a.yes": True}, on=DAY, history=[paid(1, person="p")]).unknown == ("person.id",)
    assert assess(law, {"a.yes": True}, on=DAY).amount_fen == 10000


def test_a_top_up_refuses_where_even_the_highest_rate_was_paid():
    law = limited(
        TOP_UP,
        was="yuan  = 100",
        now='by = "a.level"\nrates = [{ is = ["low", "middle"], yuan = 1 }, { is = "high", yuan = 3 }]',
    )
    assert ask(law, history=[paid(3, person="p")]).failed == ("once",)
    assert ask(law, history=[paid(2, person="p")]).unknown == ("a.level",)


def test_first_the_ceiling_then_the_difference():
    """A yearly sum of at most 50, of which 30 was paid: 20 more, and no more than that."""
    more = f'[[limits]]\nat_most = 50\nper = ["claim"]\ninferred = "x"\n[[limits]]\n{TOP_UP}\ninferred = "x"'
    law = programme(more).programmes["test-one"]
    assert ask(law, history=[paid(30, person="p")]).amount_fen == 2000
    assert ask(law, history=[paid(50, person="p")]).failed == ("once",)
    computed = programme(more, **MONEY).programmes["test-one"]
    assert ask(computed, history=[paid(50, person="p")]).failed == ("once",)


# --- limits that are only told


def test_a_limit_that_holds_never_fails_and_is_told():
    law = limited('once_per = ["person"]\neffect = "hold"\nid = "X5"')
    found = ask(law, history=[paid(1, person="p")])
    assert (found.amount_fen, found.failed) == (10000, ())
    assert [(finding.id, finding.state) for finding in found.holds] == [("X5", False)]
    assert ask(law).holds == ()
    assert assess(law, {"a.yes": True}, on=DAY, history=[paid(1, person="p")]).warnings[0].unknown == (
        "person.id",
    )


def test_a_warning_holds_nothing():
    law = limited('less_paid_per = ["person"]\neffect = "warn"\nid = "X8"')
    found = ask(law, history=[paid(1, person="p")])
    assert [finding.id for finding in found.warnings] == ["X8"]
    assert found.holds == ()


def test_in_a_roster_it_is_told_of_the_second_line():
    law = limited('once_per = ["person"]\neffect = "hold"\nid = "X5"', **ROSTER)
    found = ask(law, lines=[{}, {}])
    assert [[finding.line for finding in line.told] for line in found.lines] == [[], [1]]
    assert [finding.id for finding in found.holds] == ["X5"]
    assert found.as_json("en")["lines"][1]["warnings"][0]["id"] == "X5"


def test_lines_count_against_each_other_only_where_the_limit_looks_at_this_programme():
    for limit in ('once_per = ["person"]', 'at_most = 150\nper = ["person"]'):
        law = limited(f'{limit}\nacross = ["other-*"]\neffect = "warn"\nid = "X8"', **ROSTER)
        assert [line.told for line in ask(law, lines=[{}, {}]).lines] == [(), ()]
    shared = limited('at_most = 150\nper = ["person"]\neffect = "warn"', **ROSTER)
    assert [len(line.told) for line in ask(shared, lines=[{}, {}]).lines] == [0, 1]


def test_a_case_names_what_must_be_told():
    told = {"warnings": [{"id": "X8", "state": False}, {"id": "W1", "state": True}]}
    assert differences({"warnings": ["X8"]}, told) == {}
    assert "warnings" in differences({"warnings": []}, told)


def test_an_inferred_limit_holds_the_case_it_fails():
    found = ask(limited('once_per = ["person"]'), history=[paid(1, person="p")])
    assert found.failed == ("once",)
    assert [finding.id for finding in found.holds] == ["once"]


# --- days of a limit, and one claim that covers several parts


@pytest.mark.parametrize(("day", "amount"), [(date(2025, 6, 30), 10000), (date(2025, 7, 1), 0)])
def test_a_limit_may_begin_on_a_day(day, amount):
    for limit in ('once_per = ["person"]', 'at_most = 1\nper = ["person"]'):
        law = limited(f"{limit}\nfrom = 2025-07-01")
        assert (
            assess(law, {"a.yes": True, "person.id": "p"}, on=day, history=[paid(1, person="p")]).amount_fen
            == amount
        )


def test_a_limit_by_a_day_that_is_not_known_is_open():
    for limit in ('once_per = ["person"]', CEILING, CEILING + '\neffect = "warn"'):
        law = limited(
            f"{limit}\nto = 2025-07-01",
            was='claimant = "person"',
            now='claimant = "person"\ndecided_by = "a.day"',
        )
        found = ask(law, history=[paid(250, person="p")])
        assert found.unknown == (() if "warn" in limit else ("a.day",))


PARTS = """
[record]
subject = "a.text"
parts = { both = ["first", "second"] }
[[limits]]
once_per = ["person", "subject"]
inferred = "x"
"""


@pytest.mark.parametrize(
    ("subject", "before", "amount", "failed"),
    [
        ("first", [], 100, ()),
        ("both", [], 200, ()),
        ("both", ["first"], 100, ()),
        ("both", ["first", "second"], 0, ("once",)),
        ("second", ["first"], 100, ()),
        ("first", ["first"], 0, ("once",)),
    ],
)
def test_each_part_is_paid_once(subject, before, amount, failed):
    law = programme(PARTS).programmes["test-one"]
    history = [paid(100, person="p", subject=part) for part in before]
    found = ask(law, {"a.text": subject}, history)
    assert (found.amount_fen, found.failed) == (amount * 100, failed)
    assert parts_of(law, {"a.text": subject}) == (("first", "second") if subject == "both" else (None,))


def test_a_part_that_fell_away_is_told():
    law = programme(PARTS).programmes["test-one"]
    found = ask(law, {"a.text": "both"}, [paid(100, person="p", subject="first")])
    assert [(finding.id, finding.paid.subject) for finding in found.warnings] == [("once", "first")]


def test_which_part_is_claimed_must_be_known():
    law = programme(PARTS).programmes["test-one"]
    found = ask(law)
    assert (found.outcome, found.unknown) == (Outcome.UNDETERMINED, ("a.text",))


def test_parts_of_a_line():
    law = programme(PARTS, **ROSTER).programmes["test-one"]
    assert amounts(law, [{"a.text": "both"}, {"a.text": "first"}]) == [200, 0]


# --- facts counted over an attached list


def test_rows_are_counted_where_no_register_says_the_number():
    law = programme('[counts]\n"a.count" = "year_of(a.day) = 2025"').programmes["test-one"]
    rows = [{"a.day": date(2025, 3, 1)}, {"a.day": date(2024, 3, 1)}, {"a.day": date(2025, 9, 1)}]
    assert count_rows(law, {}, on=DAY, rows=rows) == {"a.count": 2}
    assert count_rows(law, {"a.count": 7}, on=DAY, rows=rows) == {"a.count": 7}
    assert count_rows(law, {}, on=DAY, rows=[*rows, {}]) == {}


def test_a_request_may_bring_the_rows_to_be_counted():
    text = '[counts]\n"a.count" = "a.yes"\n[claim.E2]\nwhen = "a.count >= 2"\ninferred = "x"'
    asked = {"programme": "test-one", "applied_on": "2025-06-10", "facts": {"a.yes": True}}
    rows = [{"facts": {}}, {"facts": {}}, {"facts": {"a.yes": False}}]
    assert answer(programme(text), asked | {"attached": rows})["outcome"] == "eligible"
    assert answer(programme(text), asked | {"attached": rows[1:]})["failed"] == ["E2"]
    assert answer(programme(text), asked)["unknown"] == ["a.count"]
    for law, attached in ((programme(), rows), (programme(text), []), (programme(text), [{"a.yes": True}])):
        assert answer(law, asked | {"attached": attached})["at"] == "attached"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[counts]\n"a.day" = "a.yes"', "is not a whole number"),
        ('[counts]\n"a.none" = "a.yes"', "no fact a.none"),
        ('[record]\nparts = { both = ["first"] }', "parts belongs to subject"),
        ('[[limits]]\nat_most = 5\ninferred = "x"', "per is missing"),
        ('[[limits]]\nonce_per = []\nat_most = 5\nper = []\ninferred = "x"', "exactly one of the three"),
        ('[[limits]]\nless_paid_per = []\nper = []\ninferred = "x"', "exactly one of the three"),
        ('[[limits]]\nless_paid_per = ["person"]\nkeep_highest = "a.level"\ninferred = "x"', "this is not once_per"),
        ('[[limits]]\nless_paid_per = []\ntell = "{payment.amount}"\ninferred = "x"', "tell names payment.amount"),
        ('[[limits]]\nonce_per = ["person"]\neffect = "shrug"\ninferred = "x"', 'cannot be "shrug"'),
    ],
)  # fmt: skip
def test_wrong_limits(text, says):
    with pytest.raises(PolicyError) as error:
        programme(text)
    assert says in str(error.value)
