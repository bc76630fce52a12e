"""Requests as JSON: what is read, and what is answered as invalid, at which key and in which words."""

from datetime import date

import pytest
from small_law import programme

from jiangli.rules import FactError, answer, parse_fact, read_request, yuan
from jiangli.rules.facts import money_text, plain

GOOD = {"programme": "test-one", "applied_on": "2025-06-10", "facts": {"a.yes": True}}
PAID = {"programme": "elsewhere", "series": "s", "paid_on": "2025-01-02", "amount": "1.00"}


def test_an_answer_carries_the_keys_of_the_contract_and_its_reasons(small):
    found = answer(small, GOOD)
    assert {key: found[key] for key in ("outcome", "amount", "payments", "failed", "unknown")} == {
        "outcome": "eligible", "amount": "100.00", "payments": [{"payer": "test-agency", "amount": "100.00"}],
        "failed": [], "unknown": [],
    }  # fmt: skip
    assert "lines" not in found
    assert found["findings"][0]["clause"] == "一、条件"
    assert answer(small, GOOD | {"id": "X", "note": "y", "history": [PAID]})["outcome"] == "eligible"
    assert answer(small, GOOD | {"facts": {}})["unknown"] == ["a.yes"]


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"programme": "nothing"}, "programme"),
        ({"programme": ["x"]}, "programme"),
        ({"applied_on": "2025-02-30"}, "applied_on"),
        ({"applied_on": "10.6.2025"}, "applied_on"),
        ({"applied_on": 20250610}, "applied_on"),
        ({"surprise": 1}, "surprise"),
        ({"facts": []}, "facts"),
        ({"facts": {"a.nothing": 1}}, "a.nothing"),
        ({"facts": {"application.applied_on": "2025-06-10"}}, "application.applied_on"),
        ({"facts": {"a.yes": "yes"}}, "a.yes"),
        ({"facts": {"a.yes": None}}, "a.yes"),
        ({"facts": {"a.count": True}}, "a.count"),
        ({"facts": {"a.count": -1}}, "a.count"),
        ({"facts": {"a.count": 1.0}}, "a.count"),
        ({"facts": {"a.money": "1,200.00"}}, "a.money"),
        ({"facts": {"a.money": 1200}}, "a.money"),
        ({"facts": {"a.day": "2025-13-01"}}, "a.day"),
        ({"facts": {"a.day": "20250101"}}, "a.day"),
        ({"facts": {"a.text": 3}}, "a.text"),
        ({"facts": {"a.level": "top"}}, "a.level"),
        ({"facts": {"a.level": ["low"]}}, "a.level"),
        ({"facts": {"a.place": "33010"}}, "a.place"),
        ({"facts": {"a.place": 330109}}, "a.place"),
        ({"lines": []}, "lines"),
        ({"history": {}}, "history"),
        ({"history": [1]}, "history"),
        ({"history": [{**PAID, "amount": "1"}]}, "history"),
        ({"history": [{**PAID, "amount": 1}]}, "history"),
        ({"history": [{**PAID, "paid_on": "never"}]}, "history"),
        ({"history": [{**PAID, "period": "2025-13"}]}, "history"),
        ({"history": [{**PAID, "horse": "x"}]}, "history"),
        ({"history": [{**PAID, "programme": ""}]}, "history"),
        ({"history": [{**PAID, "series": ""}]}, "history"),
    ],
)
def test_invalid_requests(small, change, at):
    found = answer(small, GOOD | change)
    assert set(found) == {"error", "at", "message"}
    assert (found["error"], found["at"]) == ("invalid", at)


def test_something_else_than_an_object_is_invalid(small):
    assert answer(small, [1])["at"] == "request"


def test_lines_only_where_the_programme_takes_them():
    library = programme(was='claimant = "person"', now='claimant = "person"\nlines = "person"')
    assert answer(library, GOOD)["at"] == "lines"
    for lines in ([], {}, [{"facts": {}, "more": 1}], [{}], ["x"], [{"facts": 1}]):
        assert answer(library, GOOD | {"lines": lines})["error"] == "invalid"
    assert answer(library, GOOD | {"lines": [{"facts": {}}]})["lines"][0]["amount"] == "100.00"


def test_an_earlier_payment_of_a_known_programme_needs_no_series(small):
    history = [{"programme": "test-one", "paid_on": "2025-01-02", "amount": "12.50", "person": "p"}]
    paid = read_request(small, GOOD | {"history": history}).history[0]
    assert (paid.series, paid.amount_fen, paid.paid_on, paid.person) == (
        "test-series",
        1250,
        date(2025, 1, 2),
        "p",
    )


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("a.yes", False, False),
        ("a.count", 0, 0),
        ("a.money", "1200.05", 120005),
        ("a.day", "2024-02-29", date(2024, 2, 29)),
        ("a.text", " x ", " x "),
        ("a.text", "  ", None),
        ("a.level", "low", "low"),
        ("a.place", "none", "none"),
        ("a.place", "330109", "330109"),
    ],
)
def test_facts_are_read_by_one_function(small, name, raw, value):
    assert parse_fact(small.facts, name, raw) == value


def test_an_answer_that_cannot_be_read_says_what_to_write(small):
    with pytest.raises(FactError) as error:
        parse_fact(small.facts, "a.level", "top")
    assert error.value.words.zh == "a.level要从这些里选：low middle high。"
    assert str(error.value).endswith("must be one of: low middle high.")


def test_none_is_a_place_only_where_the_dictionary_says_so(law):
    assert parse_fact(law.facts, "certificate.filing_area", "none") == "none"
    with pytest.raises(FactError):
        parse_fact(law.facts, "certificate.issuer_area", "none")


def test_choices_of_an_area_are_codes_that_never_decide_wrongly(law):
    """Elsewhere in Zhejiang is neither Hangzhou nor the province itself; outside is in no area of ours."""
    for name in ("membership.union_area", "certificate.issuer_area", "certificate.filing_area"):
        fact = law.facts[name]
        for choice in fact.choices:
            assert parse_fact(law.facts, name, choice.id) == choice.id
            assert choice.label.en
        assert fact.question.en


def test_every_question_of_the_form_is_asked_in_both_languages(law):
    for found in law.programmes.values():
        for ask in found.form:
            assert ask.fact.question.zh.endswith("？")
            assert ask.fact.question.en.endswith("?")
            assert not ask.fact.hint or ask.fact.hint.en


def test_values_in_words(law):
    assert law.facts["certificate.level"].value_label("technician") == "技师"
    assert law.facts["certificate.level"].value_label("technician", "en") == "technician (level 2)"
    assert law.facts["membership.union_area"].value_label("330109") == "萧山区"
    assert law.facts["membership.union_area"].value_label("310000") == "310000"
    assert law.facts["officer.approved_amount"].value_label(120050) == "1,200.50 元"
    assert (yuan(120000), yuan(120000, "en"), money_text(5)) == ("1,200 元", "1,200 yuan", "0.05")
    assert (plain(True), plain(False), plain(True, "en"), plain(False, "en")) == ("是", "否", "Yes", "No")
    assert plain(date(2025, 6, 3)) == "2025 年 6 月 3 日"


def test_a_programme_known_by_name_only_may_have_paid(law, small):
    paid = {
        "programme": "hangzhou-union-2022",
        "paid_on": "2022-12-01",
        "amount": "600.00",
        "certificate": "c",
    }
    request = {"programme": "xiaoshan-union-2025-technician", "applied_on": "2025-06-10", "history": [paid]}
    assert answer(law, request | {"facts": {"certificate.id": "c"}})["failed"] == ["E8"]
    request["history"] = [paid | {"programme": "qiantang-04-skill-upgrade"}]
    assert answer(law, request | {"facts": {"certificate.id": "c"}})["failed"] == []
    assert answer(small, GOOD | {"history": [paid]})["at"] == "history"
