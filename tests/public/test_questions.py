"""Fields by type, and the way back from a form to facts."""

import pytest

from jiangli import rules
from jiangli.public.names import comparison, differ_in_looks_only
from jiangli.public.questions import FactForm, QuestionForm, facts_from
from stories import library

FACTS = {
    "certificate.level": ("technician", "technician"),
    "membership.real_name_verified": ("no", False),
    "certificate.issue_date": ("2024-09-20", "2024-09-20"),
    "membership.union_area": ("330109", "330109"),
    "employment.employer_name": ("测试机械有限公司", "测试机械有限公司"),
    "person.years_in_hangzhou": ("5", 5),
}


def dictionary() -> rules.Dictionary:
    return library().programmes["xiaoshan-union-2025-technician"].dictionary


def test_a_form_goes_round() -> None:
    known = dictionary()
    form = FactForm([known[name] for name in FACTS], {name: typed for name, (typed, _fact) in FACTS.items()})
    assert form.is_valid(), form.errors
    facts = facts_from(form)
    assert facts == {name: fact for name, (_typed, fact) in FACTS.items()}
    known.parse(facts)
    again = FactForm([known[name] for name in FACTS], known=facts)
    shown = {name: again[name].value() for name in FACTS}
    assert shown["membership.real_name_verified"] == "no"
    assert shown["certificate.level"] == "technician"


def test_not_sure_is_no_fact() -> None:
    known = dictionary()
    form = FactForm([known["certificate.filing_area"]], {"certificate.filing_area": "unclear"})
    assert form.is_valid()
    assert facts_from(form) == {"certificate.filing_area": None}


def test_what_only_the_claimant_knows_cannot_be_left_open() -> None:
    known = dictionary()
    form = FactForm([known["person.migrant_worker"]], {"person.migrant_worker": "unclear"})
    assert not form.is_valid()


def test_a_day_may_be_unclear_in_the_check_but_not_wrong() -> None:
    fact = dictionary()["certificate.issue_date"]
    assert QuestionForm(fact, {"unclear": "on"}).is_valid()
    typed = {f"certificate.issue_date_{part}": value for part, value in
             (("year", "2024"), ("month", "13"), ("day", "1"))}  # fmt: skip
    assert not QuestionForm(fact, typed).is_valid()
    assert not QuestionForm(fact, {}).is_valid()


@pytest.mark.parametrize(
    "one, other", [("阿卜杜·测试", "阿卜杜•测试"), ("测试甲", "测试 甲"), ("ABC", "ＡＢＣ")]
)
def test_names_that_only_look_different(one: str, other: str) -> None:
    assert differ_in_looks_only(one, other)
    told = comparison({"here": one, "there": other})
    assert len(told["remarks"]) == 1


def test_other_names_are_other_names() -> None:
    assert not differ_in_looks_only("测试甲", "测试乙")
    told = comparison({"here": "测试甲", "there": "测试乙", "third": "测试甲"})
    assert [row.get("differs", False) for row in told["rows"]] == [False, True, False]
