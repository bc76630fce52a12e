"""From when, until when: exactly what a search day by day would find, without searching day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_law import programme

from deep import examples
from jiangli.rules import Outcome, PastPayment, assess
from jiangli.rules.opening import opening

DAY = date(2025, 6, 10)
E1 = 'when  = "a.yes"'


def law(when: str, more: str = ""):
    """The small programme with another condition."""
    return programme(more, was=E1, now=f'when  = "{when}"').programmes["test-one"]


def found(rule, facts, on=DAY, **more):
    answer = opening(rule, facts, on=on, **more)
    return answer.first, answer.last, [finding.id for finding in answer.decided_by]


def test_a_window_opens_and_closes():
    rule = law("application.applied_on BETWEEN DATE '2025-07-01' AND DATE '2025-08-31'")
    assert found(rule, {}) == (date(2025, 7, 1), date(2025, 8, 31), ["E1"])
    assert found(rule, {}, on=date(2025, 8, 1)) == (date(2025, 8, 1), date(2025, 8, 31), [])
    assert found(rule, {}, on=date(2025, 9, 1)) == (None, None, ["E1"])


def test_a_waiting_time_is_reckoned_from_the_facts():
    rule = law("months_after(a.day, a.count) <= application.applied_on")
    assert found(rule, {"a.day": date(2025, 1, 31), "a.count": 6}) == (date(2025, 7, 31), None, ["E1"])
    assert found(rule, {"a.day": date(2025, 1, 31)}) == (None, None, ["E1"])  # who knows


def test_undetermined_asks_when_nothing_is_false():
    rule = law("a.yes AND application.applied_on >= DATE '2025-07-01'")
    assert found(rule, {})[0] is None
    assert found(rule, {}, outcome=Outcome.UNDETERMINED) == (date(2025, 7, 1), None, ["E1"])
    assert found(rule, {"a.yes": False}, outcome=Outcome.UNDETERMINED) == (None, None, ["E1"])


def test_two_conditions_that_never_meet_are_both_named():
    rule = programme(
        was=E1, now="""when = "application.applied_on <= DATE '2025-07-01'"
quote = "甲等应当如此。"
[claim.E2]
when = "application.applied_on > DATE '2025-07-01'\""""
    ).programmes["test-one"]  # fmt: skip
    assert found(rule, {}) == (None, None, ["E2"])
    assert found(rule, {}, on=date(2025, 7, 2)) == (None, None, ["E1"])


def test_a_year_that_is_paid_already_passes_by():
    more = """
[record]
period = "year_of(application.applied_on)"
[[limits]]
once_per = ["person", "period"]
quote = "一个证书只发一次。"
at = "一、条件"
"""
    rule = programme(more).programmes["test-one"]
    paid = [PastPayment("test-one", date(2025, 3, 1), 10000, person="k", period="2025")]
    facts = {"a.yes": True, "person.id": "k"}
    assert found(rule, facts, history=paid) == (date(2026, 1, 1), None, ["once"])
    assert found(rule, facts) == (DAY, None, [])


def test_lines_of_a_list_wait_each_for_its_own_day():
    rule = programme(
        was='claimant = "person"\n\n[claim.E1]', now='claimant = "person"\nlines = "person"\n\n[line.E1]',
    ).programmes["test-one"]  # fmt: skip
    assert found(rule, {}, lines=[{"a.yes": False}, {"a.yes": True}])[0] == DAY
    rule = programme(
        was='claimant = "person"\n\n[claim.E1]\ntitle = "甲等"\nwhen  = "a.yes"',
        now='claimant = "person"\nlines = "person"\n\n[line.E1]\nwhen  = "a.day < application.applied_on"',
    ).programmes["test-one"]
    lines = [{"a.day": date(2025, 8, 1)}, {"a.day": date(2025, 7, 1)}]
    assert found(rule, {}, lines=lines) == (date(2025, 7, 2), None, ["E1"])


RULES = [
    "application.applied_on BETWEEN a.day AND months_after(b.day, a.count)",
    "application.applied_on = a.day OR application.applied_on <> b.day AND b.yes",
    "NOT (application.applied_on < days_after(a.day, a.count)) AND application.applied_on < b.day",
    "calendar_months(a.day, application.applied_on) BETWEEN 2 AND a.count",
    "calendar_months(application.applied_on, a.day) IN (1, 3)",
    "year_of(application.applied_on) - year_of(a.day) = 1 AND month_end(application.applied_on) > b.day",
    "2 * year_of(application.applied_on) - a.count * 2 >= 4000 OR same(application.applied_on, a.day)",
    "GREATEST(application.applied_on, a.day) <= LEAST(days_after(application.applied_on, 30), b.day)",
    "application.applied_on >= first_known(a.day, b.day)",
    "months_after(application.applied_on, 1) > days_after(application.applied_on, a.count)",
    "years_after(application.applied_on, 1) >= b.day AND a.count * b.count >= 4",
    "(year_of(application.applied_on) - 2020) * (b.count - 2) >= a.count",
    "a.count * year_of(application.applied_on) - year_of(application.applied_on) >= 4050",
    "(year_of(application.applied_on) - 2025) * (year_of(application.applied_on) - 2027) > 0",
]  # fmt: skip
COMPILED = {when: law(when) for when in RULES}
BY_DATE = programme(
    was='when  = "a.yes"\nquote = "甲等应当如此。"',
    now="""by_date = [
  { to = 2025-07-31, when = "a.yes", quote = "甲等应当如此。" },
  { from = 2025-08-01, to = 2025-12-31, when = "application.applied_on > a.day", quote = "甲等应当如此。" },
  { from = 2026-01-01, when = "b.yes", quote = "甲等应当如此。" },
]""",
).programmes["test-one"]
RATES = programme(
    was="yuan  = 100\n",
    now="""rates = [
  { when = "application.applied_on < a.day", yuan = "100 * (calendar_months(application.applied_on, b.day) - 1)" },
  { when = "application.applied_on >= a.day", yuan = 50 },
]
""",
).programmes["test-one"]
TRIED = {**COMPILED, "by_date": BY_DATE, "rates": RATES}
NEAR = st.dates(date(2025, 1, 1), date(2026, 12, 31))
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "a.yes": st.booleans(), "b.yes": st.booleans(), "a.day": NEAR, "b.day": NEAR,
        "a.count": st.integers(0, 40), "b.count": st.integers(0, 4),
    },
)  # fmt: skip


def day_by_day(rule, facts, on, wanted, days):
    """First and last day of the first run, by trying each."""
    tried = [on + timedelta(n) for n in range(days)]
    passes = [assess(rule, facts, on=day).outcome in wanted for day in tried]
    if True not in passes:
        return None, None
    first = passes.index(True)
    rest = passes[first:]
    return tried[first], tried[first + rest.index(False) - 1] if False in rest else None


@settings(max_examples=examples(120), deadline=None)
@given(st.sampled_from(sorted(TRIED)), FACTS, NEAR, st.booleans())
def test_it_finds_what_a_search_day_by_day_finds(name, facts, on, sure):
    rule = TRIED[name]
    wanted = {Outcome.ELIGIBLE} if sure else {Outcome.ELIGIBLE, Outcome.UNDETERMINED}
    outcome = Outcome.ELIGIBLE if sure else Outcome.UNDETERMINED
    answer = opening(rule, facts, on=on, outcome=outcome, years=3)
    days = (on.replace(year=on.year + 3, day=min(on.day, 28)) - on).days - 3
    first, last = day_by_day(rule, facts, on, wanted, days)
    if first is None:
        assert answer.first is None or answer.first >= on + timedelta(days)
    else:
        assert answer.first == first
        assert answer.last == last or (last is None and answer.last >= on + timedelta(days - 1))
    if answer.first != on and name != "rates":  # an amount may wait for a fact while every condition holds
        assert answer.decided_by


@pytest.mark.parametrize("when", RULES)
def test_every_rule_above_is_read(when):
    assert "application.applied_on" in COMPILED[when].facts_read
