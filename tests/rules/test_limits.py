"""Limits on the small law: once only, the difference to what was paid, ceilings, and what is only told."""

from datetime import date

import pytest
from small_law import PROGRAMME, changed, programme

from jiangli.rules import (
    FactError,
    Outcome,
    PastPayment,
    PolicyError,
    answer,
    assess,
    build,
    count_rows,
    parts_of,
)
from jiangli.rules.cases import differences

DAY = date(2025, 6, 10)
MONEY = {"was": "yuan  = 100", "now": 'yuan = "a.money"'}
ROSTER = {"was": 'claimant = "person"', "now": 'claimant = "person"\nlines = "person"'}


def limited(limit: str, **change: str):
    """The small programme, 100 yuan or a.money, with one more limit."""
    found = programme(f'[[limits]]\ninferred = "试"\n{limit}', **change)
    return found.programmes["test-one"]


def paid(yuan: int, **columns: str) -> PastPayment:
    return PastPayment("test-one", date(2025, 1, 2), yuan * 100, **columns)


def ask(law, facts=None, history=(), **more):
    return assess(law, {"a.yes": True, "person.id": "p", **(facts or {})}, on=DAY, history=history, **more)


# --- a ceiling: at_most


CEILING = 'at_most = 250\nper = ["person"]'


@pytest.mark.parametrize(
    ("before", "amount", "failed"),
    [
        ([], 10000, ()),
        ([150], 10000, ()),
        ([151], 9900, ()),
        ([100, 149], 100, ()),
        ([250], 0, ("cap",)),
        ([300], 0, ("cap",)),
    ],
)
def test_a_ceiling_leaves_what_was_not_paid_yet(before, amount, failed):
    found = ask(limited(CEILING), history=[paid(yuan, person="p") for yuan in before])
    assert (found.amount_fen, found.failed) == (amount, failed)


def test_a_ceiling_says_what_it_cut():
    found = ask(limited(CEILING + '\ntitle = "每人 250 元"'), history=[paid(151, person="p")])
    finding = found.finding("cap")
    assert (finding.cut_fen, finding.used_fen) == (10000, 15100)
    assert finding.tell() == "每人 250 元：原来 100 元，已经用去 151 元，按所剩发放。"
    assert finding.as_json()["cut_from"] == "100.00"
    assert finding.as_json()["used"] == "151.00"


def test_a_ceiling_used_up_says_so():
    found = ask(limited(CEILING + '\ntitle = "每人 250 元"'), history=[paid(250, person="p")])
    assert found.finding("cap").tell() == "每人 250 元：已经用去 250 元，没有剩余。"


def test_the_payments_of_others_do_not_count():
    history = [paid(250, person="q"), paid(250), PastPayment("other", DAY, 25000, person="p")]
    assert ask(limited(CEILING), history=history).amount_fen == 10000


def test_a_ceiling_may_be_shared_between_programmes():
    history = [PastPayment("other", DAY, 20000, person="p")]
    assert ask(limited(CEILING + '\nacross = ["test-one", "oth*"]'), history=history).amount_fen == 5000


def test_a_budget_is_one_ceiling_for_everybody():
    history = [paid(100, person="q"), paid(100, organisation="o")]
    assert ask(limited("at_most = 250\nper = []"), history=history).amount_fen == 5000


def test_a_ceiling_for_one_claim_knows_no_history():
    law = limited('at_most = 60\nper = ["claim"]')
    assert ask(law, history=[paid(60, person="p")]).amount_fen == 6000


def test_a_ceiling_may_be_computed():
    law = limited('at_most = "b.money"\nper = ["person"]')
    assert ask(law, {"b.money": 3000}).amount_fen == 3000
    found = ask(law)
    assert (found.outcome, found.unknown) == (Outcome.UNDETERMINED, ("b.money",))


def test_lines_without_a_key_use_a_ceiling_up_together():
    law = limited(CEILING, **ROSTER)
    found = assess(law, {"a.yes": True}, on=DAY, lines=[{}] * 4)
    assert [line.outcome for line in found.lines] == [Outcome.ELIGIBLE] * 2 + [Outcome.UNDETERMINED] * 2
    assert found.lines[2].unknown == ("person.id",)
    assert assess(law, {"a.yes": True}, on=DAY, lines=[{}] * 2).amount_fen == 20000


def test_a_line_is_open_where_an_earlier_one_without_a_key_may_be_the_same():
    law = limited('at_most = 150\nper = ["person"]', **ROSTER)
    nobody, known = {"a.yes": True}, {"a.yes": True, "person.id": "p"}
    found = assess(law, {}, on=DAY, lines=[nobody, known, known])
    assert [line.outcome for line in found.lines] == [Outcome.ELIGIBLE] + [Outcome.UNDETERMINED] * 2
    assert found.lines[1].unknown == ("person.id",)
    used_up = assess(law, {}, on=DAY, lines=[nobody, known], history=[paid(150, person="p")])
    assert used_up.lines[1].failed == ("cap",)


def test_nothing_left_refuses_whatever_else_is_unknown():
    history = [paid(250, person="p")]
    assert ask(limited(CEILING, **MONEY), history=history).failed == ("cap",)
    assert ask(limited(CEILING, **MONEY)).unknown == ("a.money",)


def test_a_false_condition_is_said_alone():
    found = ask(limited(CEILING), {"a.yes": False}, history=[paid(250, person="p")])
    assert found.failed == ("E1",)


def test_an_unknown_key_matters_only_where_something_could_be_cut():
    law = limited(CEILING)
    facts = {"a.yes": True}
    assert assess(law, facts, on=DAY, history=[paid(150, person="p")]).amount_fen == 10000
    found = assess(law, facts, on=DAY, history=[paid(151, person="p")])
    assert (found.outcome, found.unknown) == (Outcome.UNDETERMINED, ("person.id",))


# --- in a roster


def amounts(law, lines, history=(), **facts):
    found = ask(law, facts, history, lines=lines)
    return [None if line.amount_fen is None else line.amount_fen // 100 for line in found.lines]


def test_a_roster_is_filled_in_its_order_and_the_line_that_crosses_is_cut():
    law = limited(CEILING, **ROSTER)
    found = ask(law, lines=[{}, {}, {}, {}])
    assert [line.amount_fen for line in found.lines] == [10000, 10000, 5000, 0]
    assert found.lines[2].outcome is Outcome.ELIGIBLE
    assert found.lines[3].failed == ("cap",)
    assert found.amount_fen == 25000


def test_each_key_has_a_ceiling_of_its_own():
    law = limited('at_most = 150\nper = ["person"]', **ROSTER)
    assert amounts(law, [{"person.id": key} for key in "pqpq"]) == [100, 100, 50, 50]


def test_undetermined_lines_take_nothing():
    law = limited("at_most = 150\nper = []", was=ROSTER["was"], now=ROSTER["now"])
    lines = [{"a.count": 1}, {}, {"a.count": 1}]
    judged = programme(
        '[line.L1]\nwhen = "a.count = 1"\ninferred = "x"\n[[limits]]\nat_most = 150\nper = []\ninferred = "x"',
        **ROSTER,
    ).programmes["test-one"]
    assert amounts(judged, lines) == [100, None, 50]
    assert amounts(law, lines) == [100, 50, 0]


def test_a_line_without_key_is_open_where_it_could_be_one_with_an_earlier_line():
    law = limited('at_most = 150\nper = ["certificate"]', **ROSTER)
    found = ask(law, lines=[{"certificate.id": "c"}, {}])
    assert [line.outcome for line in found.lines] == [Outcome.ELIGIBLE, Outcome.UNDETERMINED]
    assert found.lines[1].unknown == ("certificate.id",)


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


# --- amounts that an officer enters


FACT = """
[facts."officer.amount"]
type = "money"
zh = "核定金额"
en = "amount"
description = "x"
source = "officer"
"""


def by_officer(limit: str, amount: str = 'yuan = "officer.amount"'):
    text = PROGRAMME.replace("yuan  = 100", amount) + f'[[limits]]\ninferred = "x"\n{limit}'
    return build(changed(one=text, own=FACT))


@pytest.mark.parametrize(("fen", "left"), [(25000, None), (25001, "250 元")])
def test_an_officers_amount_above_the_ceiling_is_refused_and_never_cut(fen, left):
    law = by_officer(CEILING).programmes["test-one"]
    if left is None:
        assert ask(law, {"officer.amount": fen}).amount_fen == fen
    else:
        with pytest.raises(FactError, match=left) as error:
            ask(law, {"officer.amount": fen})
        assert error.value.at == "officer.amount"


def test_it_is_refused_before_all_conditions_and_counts_what_was_paid():
    law = by_officer(CEILING)
    facts = {"a.yes": False, "person.id": "p", "officer.amount": "100.01"}
    before = {"programme": "test-one", "person": "p", "paid_on": "2025-01-02", "amount": "150.00"}
    request = {"programme": "test-one", "applied_on": "2025-06-10", "facts": facts, "history": [before]}
    assert answer(law, request)["at"] == "officer.amount"
    request["history"] = []
    assert answer(law, request)["failed"] == ["E1"]


def test_an_officers_amount_that_no_row_reads_is_not_looked_at():
    rows = 'rates = [{ when = "b.yes", yuan = "officer.amount" }, { when = "NOT b.yes", yuan = 5 }]'
    law = by_officer(CEILING, rows).programmes["test-one"]
    assert ask(law, {"b.yes": False, "officer.amount": 99999999}).amount_fen == 500
    with pytest.raises(FactError):
        ask(law, {"officer.amount": 99999999})


def test_a_ceiling_that_only_warns_refuses_no_amount():
    law = by_officer(CEILING + '\neffect = "warn"').programmes["test-one"]
    found = ask(law, {"officer.amount": 25001})
    assert found.amount_fen == 25001
    assert [finding.id for finding in found.warnings] == ["cap"]


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
