"""For any facts: the engine never raises, and learning a fact never overturns a settled answer."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from small_law import ROOT

from deep import examples
from jiangli.rules import FactError, Outcome, PastPayment, assess, load

LAW = load(ROOT / "policies")
PROGRAMMES = sorted(LAW.programmes)
NAMES = ["测试甲", "测试乙", "测试丙"]
KEYS = ["k1", "k2", "k3"]
PLACES = ["330109", "330114", "330100", "330000", "330200", "000000", "990000"]
EDGES = [date(2023, 12, 1), date(2025, 11, 30), date(2025, 4, 15), date(2025, 12, 1)]
DAYS = st.sampled_from([edge + timedelta(n) for edge in EDGES for n in (-1, 0, 1)]) | st.dates()


def values(name):
    """Any valid value of a fact."""
    fact = LAW.facts[name]
    return {
        "bool": st.booleans(),
        "int": st.integers(0, 100),
        "money": st.integers(0, 10**8),
        "date": DAYS,
        "text": st.sampled_from(KEYS if name.endswith(".id") else NAMES),
        "enum": st.sampled_from(list(fact.enum.ranks)) if fact.enum else st.nothing(),
        "code": st.sampled_from(PLACES + ["none"] * fact.none),
    }[fact.kind]


def facts_of(programme):
    names = [name for name in programme.facts_read if name != "application.applied_on"]
    return st.fixed_dictionaries({}, optional={name: values(name) for name in names})


PAID = st.builds(
    PastPayment,
    programme=st.sampled_from([*PROGRAMMES, "elsewhere"]),
    paid_on=DAYS,
    amount_fen=st.integers(1, 10**6),
    series=st.sampled_from([None, "union-skill-incentive", "other"]),
    person=st.sampled_from([None, *KEYS]),
    organisation=st.sampled_from([None, *KEYS]),
    certificate=st.sampled_from([None, *KEYS]),
    subject=st.sampled_from([None, *KEYS, "first", "second"]),
    period=st.sampled_from([None, "2025", "2026-01"]),
)


@st.composite
def claims(draw):
    programme = LAW.programmes[draw(st.sampled_from(PROGRAMMES))]
    return programme, draw(facts_of(programme)), draw(DAYS), draw(st.lists(PAID, max_size=3))


@settings(max_examples=examples(150), deadline=None)
@given(claims())
def test_the_engine_never_raises_and_keeps_its_promises(claim):
    programme, facts, on, history = claim
    try:
        found = assess(programme, facts, on=on, history=history)
    except FactError as error:  # an officer's amount above its ceiling is invalid before all else
        assert error.at == "officer.approved_amount" in facts
        return
    assert found == found and found.as_json() == assess(programme, facts, on=on, history=history).as_json()
    assert (found.outcome is Outcome.INELIGIBLE) == bool(found.failed)
    assert (found.outcome is Outcome.UNDETERMINED) == bool(found.unknown) == (found.amount_fen is None)
    assert sum(payment.amount_fen for payment in found.payments) == (found.amount_fen or 0)
    assert not set(found.unknown) & set(facts)
    assert set(found.unknown) <= set(programme.facts_read)
    for finding in found.findings:
        assert finding.tell("zh") and finding.tell("en")


@settings(max_examples=examples(150), deadline=None)
@given(claims(), st.data())
def test_learning_a_fact_never_overturns_a_settled_answer(claim, data):
    programme, facts, on, history = claim
    facts = {name: value for name, value in facts.items() if name != "officer.approved_amount"}
    before = assess(programme, facts, on=on, history=history)
    absent = [name for name in programme.facts_read if name not in facts and name != "application.applied_on"]
    if programme.id.endswith(
        "chief-technician"
    ):  # first_known: a certificate's date takes the place of the list's
        absent = [name for name in absent if name != "certificate.issue_date"]
    if not absent:
        return
    name = data.draw(st.sampled_from(absent))
    try:
        after = assess(programme, facts | {name: data.draw(values(name))}, on=on, history=history)
    except FactError:
        return
    if before.outcome is not Outcome.UNDETERMINED:
        assert after.outcome is before.outcome
        assert after.amount_fen == before.amount_fen
    ceilings = {
        limit.id for limit in programme.limits if limit.kind != "once_per"
    }  # said while all else holds
    assert set(before.failed) - ceilings <= set(after.failed)


@settings(max_examples=examples(80), deadline=None)
@given(st.data())
def test_a_list_pays_nobody_and_no_certificate_twice(data):
    programme = LAW.programmes["xiaoshan-union-2025-chief-technician"]
    lines = data.draw(st.lists(facts_of(programme), min_size=1, max_size=5))
    history = data.draw(st.lists(PAID, max_size=2))
    found = assess(programme, {}, on=date(2025, 7, 15), history=history, lines=lines)
    assert len(found.lines) == len(lines)
    paid = [line for line, result in zip(lines, found.lines, strict=True) if result.amount_fen]
    for key in ("person.id", "certificate.id"):
        known = [line[key] for line in paid if key in line]
        assert len(known) == len(set(known))
    assert (found.amount_fen is None) == (found.outcome is Outcome.UNDETERMINED)


def test_first_known_is_the_one_way_an_answer_can_turn(law):
    programme = law.programmes["xiaoshan-union-2025-chief-technician"]
    listed = {"list.person_listed": True, "list.level": "chief_technician", "membership.union_area": "330109",
              "membership.real_name_verified": True, "list.document_date": date(2024, 11, 15)}  # fmt: skip
    assert assess(programme, listed, on=EDGES[0]).outcome == "eligible"
    late = listed | {"certificate.issue_date": date(2025, 12, 1)}
    assert assess(programme, late, on=EDGES[0]).failed == ("E4",)
