"""One way in: a field of the form, a cell of a roster and a machine's body that mean the same give the same facts."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deep import examples
from jiangli import rules
from jiangli.looks.widgets import DateParts
from jiangli.public.questions import FactForm, facts_from
from stories import library

DICTIONARY = library().programmes["xiaoshan-union-2025-technician"].dictionary
BY_KIND = {
    "bool": "person.migrant_worker",
    "enum": "certificate.level",
    "code": "membership.union_area",
    "date": "certificate.issue_date",
    "int": "person.years_in_hangzhou",
    "money": "officer.approved_amount",
    "text": "employment.employer_name",
    "key": "studio.id",
    "year": "application.claim_year",
}

# a meaning: what is posted, what stands in a cell, what a machine sends
Meaning = tuple[dict[str, str], Any, Any]
words = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=30)
days = st.dates(date(1990, 1, 1), date(2024, 12, 31))


def whole(day: date, name: str) -> dict[str, str]:
    return {f"{name}_{part}": str(getattr(day, part)) for part in DateParts.parts}


def meanings(kind: str) -> "st.SearchStrategy[Meaning]":
    name = BY_KIND[kind]
    fact = DICTIONARY[name]
    match kind:
        case "bool":
            yes: Meaning = ({name: "yes"}, "是", True)
            no: Meaning = ({name: "no"}, "否", False)
            return st.sampled_from([yes, no])
        case "enum" | "code":
            return st.sampled_from([({name: c.id}, f" {c.label.zh} ", c.id) for c in fact.choices])
        case "date":
            noon = timedelta(hours=12)
            cells = (date.isoformat, lambda d: f"{d.year}年{d.month}月{d.day}日",
                     lambda d: datetime.combine(d, datetime.min.time()) + noon)  # fmt: skip
            return st.builds(
                lambda d, cell: (whole(d, name), cell(d), d.isoformat()), days, st.sampled_from(cells)
            )
        case "int":
            return st.integers(0, 150).map(lambda n: ({name: str(n)}, float(n), n))
        case "year":
            return st.integers(2000, 2025).map(lambda n: ({name: str(n)}, f"{n}", n))
        case "money":
            fen = st.integers(0, 10**9).map(lambda n: Decimal(n) / 100)
            return fen.map(lambda d: ({name: f"{d}"}, f"{d:,.2f} 元", f"{d:.2f}"))
        case "key":
            return words.map(lambda w: ({name: f" {w} "}, f"{w[:1]} {w[1:]}", w))
    return words.map(lambda w: ({name: f" {w} "}, f"{w} ", w))


@pytest.mark.parametrize("kind", sorted(BY_KIND))
@settings(max_examples=examples(40), deadline=None)
@given(data=st.data())
def test_form_cell_and_body_agree(kind: str, data: Any) -> None:
    name = BY_KIND[kind]
    posted, cell, sent = data.draw(meanings(kind))
    form = FactForm([DICTIONARY[name]], posted)
    typed = rules.facts_from(DICTIONARY, {name: cell})
    body = rules.facts_from(DICTIONARY, {name: sent})
    if rules.facts_from(DICTIONARY, posted).facts == {} and kind in ("text", "key"):
        return  # a word for "not known" is no answer anywhere
    assert form.is_valid(), form.errors
    assert not typed.slips and not body.slips
    assert facts_from(form) == typed.facts == body.facts
    DICTIONARY.parse(body.facts)


@pytest.mark.parametrize("kind", sorted(BY_KIND))
@pytest.mark.parametrize("blank", ["", "  ", "不清楚", "-"])
def test_a_blank_is_no_fact_anywhere(kind: str, blank: str) -> None:
    name = BY_KIND[kind]
    assert rules.facts_from(DICTIONARY, {name: blank}) == rules.Given({}, ())
    if not FactForm([DICTIONARY[name]], {name: blank}).is_valid():
        return  # the field asks for an answer
    form = FactForm([DICTIONARY[name]], {name: blank})
    assert form.is_valid() and facts_from(form) == {name: None}


def test_a_key_has_one_writing() -> None:
    said = {"ａｂｂ 技能工作室", "ABB技能工作室 ", "Abb　技能 工作室"}
    facts = [rules.facts_from(DICTIONARY, {"studio.id": one}).facts["studio.id"] for one in said]
    assert set(facts) == {"ABB技能工作室"}


def test_our_own_keys_are_left_as_they_are() -> None:
    assert rules.facts_from(DICTIONARY, {"person.id": "t-p1"}).facts == {"person.id": "t-p1"}
