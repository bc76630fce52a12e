"""Ceilings on the small law: of one claim, of a roster, and of an amount that an officer enters."""

import pytest
from limited import CEILING, DAY, MONEY, ROSTER, amounts, ask, limited, paid
from small_law import PROGRAMME, changed, programme

from jiangli.rules import FactError, Outcome, PastPayment, answer, assess, build

# --- a ceiling: at_most


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
