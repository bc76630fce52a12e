"""A condition that two officers waive in one case counts as met, is marked, and changes nothing else."""

from __future__ import annotations

from limited import DAY, ROSTER, limited, paid
from small_law import programme

from jiangli.rules import Outcome, assess, waivable

CONDITION = '[claim.E2]\ntitle = "两个"\nwhen = "b.yes"\nquote = "甲等应当如此。"\n'
OF_A_LINE = '[line.L1]\ntitle = "丙"\nwhen = "c.yes"\nquote = "甲等应当如此。"\n'
ONCE = '[[limits]]\nid = "X1"\nonce_per = ["person"]\nquote = "一个证书只发一次。"\n'


def law(more: str = CONDITION, **change: str):
    return programme(more, **change).programmes["test-one"]


def test_what_is_waived_counts_as_met_and_says_so():
    found = assess(law(), {"a.yes": True, "b.yes": False}, on=DAY, waived=["E2"])
    assert (found.outcome, found.amount_fen, found.failed) == (Outcome.ELIGIBLE, 10000, ())
    finding = found.finding("E2")
    assert (finding.state, finding.waived) == (True, True)
    assert finding.tell() == "两个（经两人批准不要求）"
    assert "approved by two officers" in finding.tell("en")
    assert finding.as_json()["waived"] is True


def test_what_is_unknown_can_be_waived_and_other_unknowns_stay_unknown():
    both = assess(law(), {}, on=DAY, waived=["E2"])
    assert (both.outcome, both.unknown) == (Outcome.UNDETERMINED, ("a.yes",))
    assert assess(law(), {"a.yes": True}, on=DAY, waived=["E2"]).outcome is Outcome.ELIGIBLE


def test_what_is_met_anyway_is_not_marked():
    found = assess(law(), {"a.yes": True, "b.yes": True}, on=DAY, waived=["E2"])
    assert not found.finding("E2").waived
    assert found.as_json() == assess(law(), {"a.yes": True, "b.yes": True}, on=DAY).as_json()


def test_nothing_waived_leaves_the_answer_as_it_was():
    told = {"a.yes": True, "b.yes": False}
    plain = assess(law(), told, on=DAY).as_json()
    assert assess(law(), told, on=DAY, waived=(), waived_lines={}).as_json() == plain
    assert "waived" not in str(plain)


def test_no_limit_and_no_rate_is_ever_waived():
    once = limited('id = "X1"\nonce_per = ["person"]')
    told = {"a.yes": True, "person.id": "p"}
    found = assess(once, told, on=DAY, history=[paid(100, person="p")], waived=["X1", "rate", "nothing"])
    assert found.failed == ("X1",)
    assert waivable(once) == ("E1",)


def test_a_line_is_excused_alone_and_the_claim_for_all():
    roster = law(CONDITION + OF_A_LINE, **ROSTER)
    rows = [{"a.yes": True, "person.id": "p", "c.yes": False}, {"person.id": "q", "c.yes": False}]
    told = {"a.yes": True, "b.yes": False}
    assert waivable(roster) == ("E1", "E2", "L1")
    found = assess(roster, told, on=DAY, lines=rows, waived=["E2"], waived_lines={2: ["L1", "E1"]})
    assert found.lines is not None
    assert [line.outcome for line in found.lines] == [Outcome.INELIGIBLE, Outcome.ELIGIBLE]
    assert [f.waived for line in found.lines for f in line.findings] == [False, True]
    everybody = assess(roster, told, on=DAY, lines=rows, waived=["E2", "L1"])
    assert everybody.amount_fen == 20000
