"""Which claim follows a decided one, as the files say it."""

from datetime import date

import pytest

from jiangli import rules
from jiangli.rules.errors import PolicyError
from jiangli.rules.library import default_folder, read_sources
from stories import library

STAY = "qiantang/11-graduate-stay.toml"
GOLD = "qiantang/02-gold-technician.toml"


def changed(path: str, was: str, now: str) -> str:
    sources = read_sources(default_folder())
    assert was in sources[path]
    with pytest.raises(PolicyError) as found:
        rules.build({**sources, path: sources[path].replace(was, now, 1)})
    return str(found.value)


def test_the_second_instalment_follows_when_twelve_months_are_complete_and_lapses_two_years_later():
    law = library().programmes["qiantang-11-graduate-stay"]
    assert law.again is not None and law.again.due is not None and law.again.last_day is not None
    assert law.again.follow == {"first": "second"}
    told = {"insurance.first_month": date(2025, 3, 1)}
    assert law.again.due.run(told) == date(2026, 3, 1)
    assert law.again.last_day.run(told) == date(2028, 2, 28)


def test_monthly_allowances_are_claimed_by_the_half_year_until_their_last_month():
    law = library().programmes["qiantang-02-gold-technician"]
    assert law.again is not None and law.again.until is not None
    assert law.again.months == 6
    assert law.again.until.run({"selection.document_date": date(2025, 12, 10)}) == date(2027, 12, 10)
    assert law.again.basis.quote


@pytest.mark.parametrize(
    ("path", "was", "now", "says"),
    [
        (GOLD, "again  = { months = 6,", "again  = { month = 6,", "month"),
        (GOLD, "again  = { months = 6,", "again  = { months = 0,", "按月一行"),
        (GOLD, 'lines    = "month"', 'lines    = "person"', "按月一行"),
        (GOLD, "again  = { months = 6,", "again  = { months = 6, due = \"DATE '2025-01-01'\",", "分笔的写"),
        (GOLD, ', quote = "每半年提交技能津贴申请" }\nstages', " }\nstages", "没有依据"),
        (STAY, 'parts = { both = ["first", "second"] }', "parts = {}", "没有写有哪几笔"),
        (STAY, 'again  = { part = "application.instalment",', "again  = {", "要写 part"),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(path: str, was: str, now: str, says: str) -> None:
    assert says in changed(path, was, now)
