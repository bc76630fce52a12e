"""Fields by type, and the way back from a form to facts."""

import pytest

from jiangli import rules
from jiangli.public.names import comparison
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


@pytest.mark.parametrize("typed", ["99999999999999999999", "-1", "1e9", "151", "五"])
def test_years_that_cannot_be_are_named_at_their_field(typed: str) -> None:
    fact = dictionary()["person.years_in_hangzhou"]
    for form in (FactForm([fact], {fact.name: typed}), QuestionForm(fact, {fact.name: typed})):
        assert form.errors == {fact.name: ["请填 0 到 150 的整数，只写数字。"]}


def test_what_the_dictionary_does_not_take_is_an_error_of_the_field() -> None:
    fact = dictionary()["membership.union_area"]
    form = FactForm([fact], {fact.name: "33"})
    assert fact.name in form.errors


def test_a_year_of_twenty_figures_is_no_day() -> None:
    fact = dictionary()["certificate.issue_date"]
    parts = {"year": "9" * 20, "month": "1", "day": "1"}
    assert not FactForm([fact], {f"{fact.name}_{part}": typed for part, typed in parts.items()}).is_valid()


def test_a_name_with_more_in_the_middle_is_told_where_it_parts() -> None:
    (remark,) = comparison({"here": "测试甲", "there": "测小试甲"})["remarks"]
    assert remark["remark"] == "第 2 个字：只有一个有 “小”。"


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
    told = comparison({"here": one, "there": other})
    assert [remark["remark"].endswith("审核的人可以认定。") for remark in told["remarks"]] == [True]


def test_other_names_are_other_names() -> None:
    told = comparison({"here": "测试甲", "there": "测试乙", "third": "测试甲"})
    assert [row.get("differs", False) for row in told["rows"]] == [False, True, False]
