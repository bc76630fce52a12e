"""What a list shows: names in full, units, what it is for, amounts; never a number of anybody."""

from __future__ import annotations

import random
from dataclasses import asdict

import pytest

import hiding
from jiangli import rules
from jiangli.refused import Refused
from jiangli.reviews.publicity.masks import SHOWN, Row, alike, columns_of, row_of
from stories import library

FACTS = {
    "certificate.level": "technician",
    "person.id": "339999199001010012",
    "account.number": "6222020202021234567",
    "certificate.number": "S000033011234",
    "person.name": "测试甲",
}


def law(code: str) -> rules.Programme:
    return library().programmes[code]


@pytest.mark.parametrize("code", sorted(library().programmes))
def test_every_programme_has_columns_and_none_of_a_number(code: str) -> None:
    for lines in (False, True):
        columns = columns_of(law(code), lines=lines)
        assert set(columns.facts) <= set(SHOWN)
        row = row_of(
            law(code), columns, name="测试甲", unit="测试公司", facts=FACTS, people=3, amount_fen=200
        )
        assert not any(c.isdecimal() for _fact, value in row.details for c in value)
        assert set(asdict(row)) == {"name", "unit", "details", "people", "amount_fen"}


def test_a_person_is_shown_with_unit_level_and_amount() -> None:
    code = "qiantang-01-award-competition"
    columns = columns_of(law(code))
    row = row_of(law(code), columns, name=" 测试甲 ", unit="杭州测试机械有限公司",
                 facts={"contest.prize": "first", "contest.level": "province"}, amount_fen=2_000_000)  # fmt: skip
    assert (row.name, row.unit, row.amount_fen, row.people) == (
        "测试甲",
        "杭州测试机械有限公司",
        2_000_000,
        None,
    )
    assert "一等奖" in dict(row.details)["contest.prize"]


def test_an_organisation_is_shown_with_its_number_of_people_and_its_lines_only_if_wanted() -> None:
    code = "qiantang-05-enterprise-cultivation"
    whole, lines = columns_of(law(code)), columns_of(law(code), lines=True)
    assert (whole.whose, whole.unit, whole.people) == ("organisation", False, True)
    assert (lines.whose, lines.unit, lines.people) == ("person", True, False)
    assert "certificate.level" in lines.facts and "certificate.level" not in whole.facts


def test_a_list_of_applicants_shows_no_amounts() -> None:
    code = "qiantang-11-graduate-stay"
    row = row_of(law(code), columns_of(law(code)), name="测试甲", facts={}, amount_fen=100)
    assert row.amount_fen is None


@pytest.mark.parametrize("where", ["name", "unit"])
@pytest.mark.parametrize("kind", sorted(hiding.NUMBERS))
def test_a_number_in_a_free_text_stops_the_list(where: str, kind: str) -> None:
    number = hiding.NUMBERS[kind](random.Random(3))
    code = "qiantang-01-award-competition"
    given = {"name": "测试甲", "unit": "测试公司"} | {where: f"测试 {number}"}
    with pytest.raises(Refused) as refusal:
        row_of(law(code), columns_of(law(code)), facts={}, **given)
    assert number[:6] not in str(refusal.value)


def test_namesakes_are_told_apart_by_unit() -> None:
    rows = [Row("测试甲", "一厂"), Row("测试甲", "二厂"), Row("测试乙", "一厂"), Row("测试甲", "一厂")]
    assert alike(rows) == {("测试甲", "一厂"): 2}
