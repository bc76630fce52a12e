"""What the engine answers: the union's incentive by hand, then each construct on the small law."""

import json
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest
from small_law import programme

from jiangli.rules import Outcome, PastPayment, Payment, PolicyError, answer, assess
from jiangli.rules.cases import differences, read_cases

ROOT = Path(__file__).parents[2]
DAY = date(2025, 6, 10)
GOLDEN = [json.loads(line) for line in (ROOT / "tests/golden.jsonl").read_text("utf-8").splitlines()]
FILES = sorted((ROOT / "policies").glob("*/*.cases.jsonl"))
CASES = [case for path in FILES for case in read_cases(path.read_text("utf-8"), path.name)]


@pytest.mark.parametrize("case", GOLDEN, ids=[case["id"] for case in GOLDEN])
def test_golden(law, case):
    assert differences(case["expect"], answer(law, case["request"])) == {}


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_cases_beside_the_programmes(law, case):
    assert differences(case.expect, answer(law, case.request)) == {}


@pytest.fixture(scope="module")
def technician(law):
    return law.programmes["xiaoshan-union-2025-technician"]


@pytest.fixture
def worker(law):
    return law.facts.parse(GOLDEN[0]["request"]["facts"])


@pytest.mark.parametrize(
    ("day", "good"),
    [
        (date(2023, 11, 30), False),
        (date(2023, 12, 1), True),
        (date(2025, 11, 30), True),
        (date(2025, 12, 1), False),
    ],
)
def test_certificate_dates_by_hand(technician, worker, day, good):
    found = assess(technician, worker | {"certificate.issue_date": day}, on=DAY)
    assert found.failed == (() if good else ("E4",))


@pytest.mark.parametrize(("day", "good"), [(date(2025, 12, 1), True), (date(2025, 12, 2), False)])
def test_the_window_includes_its_last_day(technician, worker, day, good):
    assert assess(technician, worker, on=day).failed == (() if good else ("window",))


def test_both_unions_pay_the_full_standard(technician, worker):
    found = assess(technician, worker, on=DAY)
    assert found.outcome is Outcome.ELIGIBLE
    assert found.amount_fen == 120000
    assert found.payments == (Payment("hangzhou-union", 60000), Payment("xiaoshan-union", 60000))
    assert [finding.id for finding in found.findings] == ["window", *(f"E{n}" for n in range(1, 10))]
    assert found.hash == technician.hash
    assert found.lines is None
    assert not found.only_faults


def test_a_name_that_does_not_match_is_a_fault_said_with_the_names(technician, worker):
    found = assess(technician, worker | {"account.holder_name": "测试乙"}, on=DAY)
    finding = found.finding("E6")
    assert found.only_faults
    assert finding.fault
    assert finding.quote == "1.申报人姓名、证书持有人姓名、银行卡户名三者应完全一致"
    assert finding.clause == "注意事项"
    assert "银行卡的户名是“测试乙”" in finding.tell()
    assert "the bank card “测试乙”" in finding.tell("en")
    with pytest.raises(KeyError):
        found.finding("E99")


def test_a_series_payment_bars_and_is_named(technician, worker):
    paid = PastPayment(
        "hangzhou-union-2024", date(2024, 11, 20), 60000, "union-skill-incentive", certificate="T-C0001"
    )
    found = assess(technician, worker, on=DAY, history=[paid])
    assert found.failed == ("E8",)
    assert found.finding("E8").paid == paid
    assert found.finding("E8").tell() == "这本证书 2024 年 11 月 20 日领过 600 元，同一本只能领一次。"
    shown = {
        "programme": "hangzhou-union-2024",
        "paid_on": "2024-11-20",
        "amount": "600.00",
        "period": "2024",
    }
    assert found.as_json()["findings"][8]["paid"] == shown


def test_a_stored_programme_knows_its_own_series(technician, worker):
    paid = PastPayment(technician.id, date(2025, 5, 20), 60000, certificate="T-C0001", person="someone else")
    assert assess(technician, worker, on=DAY, history=[paid]).failed == ("E8",)
    other = PastPayment("elsewhere", date(2025, 5, 20), 60000, certificate="T-C0001")
    assert assess(technician, worker, on=DAY, history=[other]).failed == ()


def test_what_is_not_known_yet_is_said_by_name(technician, worker):
    del worker["certificate.level"]
    found = assess(technician, worker, on=DAY)
    assert (found.outcome, found.amount_fen, found.payments) == (Outcome.UNDETERMINED, None, ())
    assert found.unknown == ("certificate.level",)
    assert found.finding("E3").tell() == "还要查：技能等级。"
    assert found.finding("E3").tell("en") == "Still to be found out: level."
    assert found.finding("E2").tell() == "是职业技能等级证书或职业资格证书"


def test_an_absent_name_is_said_to_be_unknown(technician, worker):
    del worker["account.holder_name"]
    found = assess(technician, worker | {"certificate.holder_name": "测试丙"}, on=DAY)
    assert "银行卡的户名是“还不知道”" in found.finding("E6").tell()


def test_nothing_in_an_answer_can_be_changed(technician, worker):
    found = assess(technician, worker, on=DAY)
    with pytest.raises(FrozenInstanceError):
        found.amount_fen = 1
    with pytest.raises(AttributeError):
        found.findings[0].state = False


# --- constructs on the small law


def one(more="", *, was="", now=""):
    return programme(more, was=was, now=now).programmes["test-one"]


def test_alternatives_cite_the_words_of_each():
    rows = '{ when = "a.yes", quote = "甲等" }, { when = "b.yes", inferred = "补充" }'
    found = one(was='when  = "a.yes"\nquote = "甲等应当如此。"', now=f"any = [ {rows} ]")
    basis = found.condition("E1").basis
    assert (basis.quote, basis.clause, basis.inferred) == ("甲等", "一、条件", "补充")
    assert assess(found, {"b.yes": True}, on=DAY).amount_fen == 10000
    assert assess(found, {"a.yes": False}, on=DAY).unknown == ("b.yes",)


RATES = """by = "a.level"
rates = [
  { is = "low", yuan = 100 },
  { is = "middle", no_rate = true },
  { is = "high", when = "b.yes", yuan = 300.50, needs = ["a.text"] },
  { is = "high", when = "NOT b.yes", yuan = "100 * a.count" },
]"""


@pytest.mark.parametrize(
    ("facts", "amount", "failed", "unknown"),
    [
        ({"a.level": "low"}, 10000, (), ()),
        ({"a.level": "middle"}, 0, ("rate",), ()),
        ({"a.level": "middle", "a.yes": False}, 0, ("E1", "rate"), ()),
        ({}, None, (), ("a.level", "b.yes")),
        ({"a.level": "high"}, None, (), ("b.yes",)),
        ({"a.level": "high", "b.yes": True}, None, (), ("a.text",)),
        ({"a.level": "high", "b.yes": True, "a.text": "x"}, 30050, (), ()),
        ({"a.level": "high", "b.yes": False}, None, (), ("a.count",)),
        ({"a.level": "high", "b.yes": False, "a.count": 2}, 20000, (), ()),
        ({"a.level": "high", "b.yes": False, "a.count": 0}, 0, ("rate",), ()),
        ({"b.yes": False}, None, (), ("a.level",)),
    ],
)
def test_rates(facts, amount, failed, unknown):
    found = assess(one(was="yuan  = 100", now=RATES), {"a.yes": True} | facts, on=DAY)
    assert (found.amount_fen, found.failed, found.unknown) == (amount, failed, unknown)


def test_a_claim_that_meets_all_conditions_and_no_row_has_no_rate():
    found = one(was="yuan  = 100", now='rates = [{ when = "b.yes", yuan = 1 }]')
    answer = assess(found, {"a.yes": True, "b.yes": False}, on=DAY)
    assert answer.failed == ("rate",)
    assert answer.finding("rate").tell() == "这个等级没有写金额。"
    assert assess(found, {"a.yes": False, "b.yes": False}, on=DAY).failed == ("E1",)


def test_two_rates_at_once_are_an_error_of_the_file():
    found = one(was="yuan  = 100", now='rates = [{ yuan = 1 }, { when = "b.yes", yuan = 2 }]')
    with pytest.raises(PolicyError, match="Two rates"):
        assess(found, {"a.yes": True, "b.yes": True}, on=DAY)


SUPPLEMENTS = """yuan = 100
supplements = [
  { when = "b.yes", percent = 20, quote = "甲等" },
  { yuan = "10 * a.count", quote = "甲等" },
]"""


@pytest.mark.parametrize(
    ("facts", "amount", "unknown"),
    [
        ({"b.yes": True, "a.count": 1}, 13000, ()),
        ({"b.yes": False, "a.count": 0}, 10000, ()),
        ({"b.yes": False}, None, ("a.count",)),
        ({"a.count": 1}, None, ("b.yes",)),
    ],
)
def test_supplements_are_added_to_the_rate(facts, amount, unknown):
    found = assess(one(was="yuan  = 100", now=SUPPLEMENTS), {"a.yes": True} | facts, on=DAY)
    assert (found.amount_fen, found.unknown) == (amount, unknown)


def test_a_supplement_that_does_not_apply_asks_nothing():
    now = 'yuan = 100\nsupplements = [{ when = "b.yes", yuan = "10 * a.count", quote = "甲等" }]'
    assert (
        assess(one(was="yuan  = 100", now=now), {"a.yes": True, "b.yes": False}, on=DAY).amount_fen == 10000
    )


def test_shares_by_percent_leave_the_odd_fen_to_the_last():
    now = 'yuan = 100.01\npayers = [{ payer = "x", percent = 50 }, { payer = "y", percent = 50 }]'
    found = assess(one(was="yuan  = 100", now=now), {"a.yes": True}, on=DAY)
    assert found.payments == (Payment("x", 5001), Payment("y", 5000))


def test_ratios_multiply_the_amount_and_nobody_pays_nothing():
    now = 'yuan = 100\npayers = [{ payer = "x", ratio = 2 }, { payer = "y", ratio = 0 }, { payer = "z" }]'
    found = assess(one(was="yuan  = 100", now=now), {"a.yes": True}, on=DAY)
    assert found.payments == (Payment("x", 20000), Payment("z", 10000))


def limited(per, *more):
    record = 'record = { subject = "a.text", period = "a.day" }\nclaimant = "person"'
    text = "\n".join(["[[limits]]", f"once_per = {json.dumps(per)}", 'inferred = "x"', *more])
    return one("\n" + text, was='claimant = "person"', now=record)


PAID = PastPayment("test-one", date(2025, 3, 4), 10000, person="p", subject="s", period="2025-03")


@pytest.mark.parametrize(
    ("per", "facts", "failed", "unknown"),
    [
        (["person"], {"person.id": "p"}, ("once",), ()),
        (["person"], {"person.id": "q"}, (), ()),
        (["person"], {}, (), ("person.id",)),
        (["person", "subject"], {"person.id": "p", "a.text": "s"}, ("once",), ()),
        (["person", "subject"], {"person.id": "p"}, (), ("a.text",)),
        (["person", "subject"], {"person.id": "q"}, (), ()),
        (["period"], {"a.day": date(2025, 3, 1)}, ("once",), ()),
        (["period"], {"a.day": date(2025, 4, 1)}, (), ()),
        (["certificate"], {"certificate.id": "p"}, (), ()),
        (["certificate"], {}, (), ()),
        (["claim"], {"person.id": "p"}, (), ()),
        ([], {}, ("once",), ()),
    ],
)
def test_the_key_of_a_limit(per, facts, failed, unknown):
    found = assess(limited(per), {"a.yes": True} | facts, on=DAY, history=[PAID])
    assert (found.failed, found.unknown) == (failed, unknown)


def test_a_payment_without_period_has_the_year_it_was_paid_in():
    assert PastPayment("x", date(2024, 1, 2), 1).column("period") == "2024"
    assert PAID.column("period") == "2025-03"


def test_across_a_series_a_payment_of_this_programme_counts_by_itself():
    found = limited(["person"], 'across = ["series:test-series"]')
    facts = {"a.yes": True, "person.id": "p"}
    assert assess(found, facts, on=DAY, history=[PAID]).failed == ("once",)
    other = PastPayment("elsewhere", DAY, 1, person="p")
    assert assess(found, facts, on=DAY, history=[other]).failed == ()


def test_a_limit_within_the_roster_ignores_history():
    found = assess(
        limited(["person"], 'within = "roster"'), {"a.yes": True, "person.id": "p"}, on=DAY, history=[PAID]
    )
    assert found.failed == ()


def test_without_words_of_its_own_a_limit_names_the_payment():
    found = assess(limited(["person"]), {"a.yes": True, "person.id": "p"}, on=DAY, history=[PAID])
    assert found.finding("once").tell() == "2025 年 3 月 4 日 已经发过 100 元（测试项目）。"
    assert found.finding("once").tell("en") == "100 yuan was paid on 4 March 2025 (测试项目)."
    own = limited(["person"], 'tell = "{payment.period} {person.id}"')
    found = assess(own, {"a.yes": True, "person.id": "p"}, on=DAY, history=[PAID])
    assert found.finding("once").tell() == "2025-03 p"


def test_without_words_of_its_own_a_condition_lists_what_it_read():
    finding = assess(one(), {"a.yes": False}, on=DAY).finding("E1")
    assert finding.tell() == "不符合：甲等；a.yes：否。原文：“甲等应当如此。”要这样才符合：a.yes：是。"
    assert (
        finding.tell("en")
        == "Not met: 甲等; a.yes: No. The text says (in Chinese): “甲等应当如此。” It would hold if: a.yes: Yes."
    )


# --- rosters


def roster(more=""):
    return one(
        '\n[line.L1]\nwhen = "b.yes"\nquote = "甲等"\n' + more,
        was='claimant = "person"',
        now='claimant = "person"\nlines = "person"',
    )


def outcomes(found):
    return [(line.outcome.value, line.amount_fen, line.failed, line.unknown) for line in found.lines]


def test_a_false_condition_of_the_claim_leaves_no_lines():
    found = assess(roster(), {"a.yes": False}, on=DAY, lines=[{"b.yes": True}])
    assert (found.outcome, found.failed, found.lines) == ("ineligible", ("E1",), ())


def test_an_open_claim_keeps_the_decided_lines():
    found = assess(roster(), {}, on=DAY, lines=[{"b.yes": True}, {"b.yes": False}])
    assert (found.outcome, found.unknown, found.amount_fen) == ("undetermined", ("a.yes",), None)
    assert outcomes(found) == [("eligible", 10000, (), ()), ("ineligible", 0, ("L1",), ())]


def test_the_facts_of_a_line_win():
    found = assess(roster(), {"a.yes": True, "b.yes": False}, on=DAY, lines=[{"b.yes": True}, {}])
    assert [line.outcome for line in found.lines] == ["eligible", "ineligible"]
    assert found.as_json()["lines"][0]["amount"] == "100.00"


def test_lines_of_one_person_are_told_apart_from_unknown_ones():
    found = roster('[[limits]]\nid = "P"\nonce_per = ["person"]\ninferred = "x"')
    lines = [{"person.id": "p"}, {"person.id": "p"}, {}, {"person.id": "q", "b.yes": False}]
    answer = assess(found, {"a.yes": True, "b.yes": True}, on=DAY, lines=lines)
    assert [line.outcome.value for line in answer.lines] == [
        "eligible",
        "ineligible",
        "undetermined",
        "ineligible",
    ]
    assert answer.lines[1].failed == ("P",)
    assert answer.lines[1].findings[-1].line == 1
    assert answer.lines[1].findings[-1].tell() == "名单第 1 行已经算了这一份。"
    assert answer.lines[1].as_json()["findings"][-1]["line"] == 1
    assert answer.lines[2].unknown == ("person.id",)


def test_a_line_without_key_is_decided_where_no_other_could_be_the_same():
    found = roster('[[limits]]\nonce_per = ["person", "certificate"]\ninferred = "x"')
    lines = [{"person.id": "p", "certificate.id": "c"}, {"person.id": "q"}]
    answer = assess(found, {"a.yes": True, "b.yes": True}, on=DAY, lines=lines)
    assert answer.amount_fen == 20000


def test_the_day_of_filing_is_never_taken_from_the_facts():
    found = one(was='"a.yes"', now="\"application.applied_on >= DATE '2025-06-10'\"")
    assert assess(found, {"application.applied_on": date(2020, 1, 1)}, on=DAY).outcome == "eligible"
