"""Rounds: the days in which a programme takes claims, as its agency announces them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.permissions import cannot_file_here
from jiangli.audit.models import Event
from jiangli.programmes import rounds
from jiangli.programmes.models import Programme, Round
from jiangli.programmes.queries import rule
from jiangli.refused import Refused
from stories import TECHNICIAN, member, officer, the_law

pytestmark = pytest.mark.django_db
ONCE_A_YEAR = "qiantang-07-school-enterprise"
JULY = {"name": "2025 年度第一次", "opens_on": date(2025, 7, 1), "closes_on": date(2025, 7, 31)}


@pytest.fixture(autouse=True)
def law(at: datetime) -> None:
    the_law(at)


def row_of(code: str = ONCE_A_YEAR) -> Programme:
    return Programme.objects.with_law().get(pk=code)


@pytest.fixture
def approver(law: None) -> User:
    return officer(row_of().agency_id, Role.APPROVER)


def reason_on(day: date, code: str = ONCE_A_YEAR) -> str | None:
    row = row_of(code)
    return rounds.cannot_file(row, rule(row.version), on=day)


def test_where_the_notice_names_rounds_nothing_is_filed_before_one_is_announced(
    approver: User, at: datetime
) -> None:
    assert "还没有公布" in str(reason_on(at.date()))
    rounds.open_round(row_of(), **JULY, by=approver, at=at)
    before = str(reason_on(date(2025, 6, 30)))
    assert "2025 年度第一次" in before and "2025-07-01" in before
    assert reason_on(date(2025, 7, 1)) is None and reason_on(date(2025, 7, 31)) is None
    assert "2025-07-31" in str(reason_on(date(2025, 8, 1)))


def test_a_programme_without_rounds_is_free_until_its_agency_announces_one(at: datetime) -> None:
    assert reason_on(at.date(), TECHNICIAN) is None
    by = officer("xiaoshan-union", Role.APPROVER)
    one = rounds.open_round(row_of(TECHNICIAN), **JULY, by=by, at=at)
    assert reason_on(at.date(), TECHNICIAN)
    assert cannot_file_here(row_of(TECHNICIAN), on=date(2025, 7, 5)) is None
    person = member()
    assert applications.start(person, TECHNICIAN, by=person.account, at=at)  # a draft may be begun
    rounds.close_round(one, reason="公布错了。", by=by, at=at)  # called off before it opened
    assert reason_on(at.date(), TECHNICIAN) is None


def test_past_cases_are_entered_outside_any_round(at: datetime) -> None:
    call_command("mode", ONCE_A_YEAR, "back_entry")
    assert reason_on(at.date()) is None


@pytest.mark.parametrize(
    "first, last", [((7, 31), (8, 5)), ((6, 1), (7, 1)), ((7, 5), (7, 6)), ((6, 1), (9, 1))]
)
def test_two_rounds_never_meet(
    approver: User, at: datetime, first: tuple[int, int], last: tuple[int, int]
) -> None:
    rounds.open_round(row_of(), **JULY, by=approver, at=at)
    other = {
        "opens_on": date(2025, *first),
        "closes_on": date(2025, *last),
        "name": "又一次",
        "reason": "追加",
    }
    with pytest.raises(Refused, match="2025 年度第一次"):
        rounds.open_round(row_of(), **other, by=approver, at=at)


def test_more_than_the_notice_names_needs_a_reason(approver: User, at: datetime) -> None:
    rounds.open_round(row_of(), **JULY, by=approver, at=at)
    autumn: dict[str, Any] = {"name": "第二次", "opens_on": date(2025, 9, 1), "closes_on": date(2025, 9, 30)}
    with pytest.raises(Refused, match="1"):
        rounds.open_round(row_of(), **autumn, by=approver, at=at)
    assert rounds.open_round(row_of(), **autumn, reason="名额还有剩。", by=approver, at=at).reason
    next_year = {"name": "2026 第一次", "opens_on": date(2026, 7, 1), "closes_on": date(2026, 7, 31)}
    assert rounds.open_round(row_of(), **next_year, by=approver, at=at)


def test_only_approvers_of_the_agency_and_only_days_in_order(approver: User, at: datetime) -> None:
    agency = row_of().agency_id
    for stranger in (
        officer(agency, Role.REVIEWER, Role.REGISTRAR),
        officer("xiaoshan-union", Role.APPROVER),
    ):
        with pytest.raises(Refused):
            rounds.open_round(row_of(), **JULY, by=stranger, at=at)
    for wrong in (
        {"closes_on": date(2025, 6, 30)}, {"name": " "},
        {"opens_on": date(2025, 5, 1), "closes_on": date(2025, 6, 9)},
    ):  # fmt: skip
        with pytest.raises(Refused):
            rounds.open_round(row_of(), **(JULY | wrong), by=approver, at=at)
    rounds.open_round(row_of(), **JULY, by=approver, at=at)
    with pytest.raises(Refused):
        rounds.open_round(
            row_of(),
            **(JULY | {"opens_on": date(2025, 9, 1), "closes_on": date(2025, 9, 2)}),
            by=approver,
            at=at,
        )


def test_the_end_is_moved_and_recorded(approver: User, at: datetime) -> None:
    one = rounds.open_round(row_of(), **JULY, by=approver, at=at)
    rounds.open_round(
        row_of(), name="八月", opens_on=date(2025, 8, 20), closes_on=date(2025, 8, 30), reason="追加",
        by=approver, at=at,
    )  # fmt: skip
    for wrong, why in ((date(2025, 8, 20), "延期"), (date(2025, 6, 30), "提前"), (date(2025, 8, 10), "")):
        with pytest.raises(Refused):
            rounds.move_end(one, closes_on=wrong, reason=why, by=approver, at=at)
    rounds.move_end(one, closes_on=date(2025, 8, 10), reason="企业还在准备。", by=approver, at=at)
    assert reason_on(date(2025, 8, 10)) is None
    event = Event.objects.about(one).get(name="round.end_moved")
    assert (event.details["before"], event.details["closes_on"]) == ("2025-07-31", "2025-08-10")


def test_a_round_closed_early_takes_nothing_from_that_day_on(approver: User, at: datetime) -> None:
    one = rounds.open_round(row_of(), **JULY, by=approver, at=at)
    inside = datetime.fromisoformat("2025-07-10T10:00+08:00")
    with pytest.raises(Refused):
        rounds.close_round(one, reason="", by=approver, at=inside)
    one = rounds.close_round(one, reason="资金已用完。", by=approver, at=inside)
    assert reason_on(date(2025, 7, 9)) is None and one.last_day == date(2025, 7, 9)
    assert "2025-07-09" in str(reason_on(date(2025, 7, 10)))
    for again in (
        lambda: rounds.close_round(one, reason="又", by=approver, at=inside),
        lambda: rounds.move_end(one, closes_on=date(2025, 8, 1), reason="又", by=approver, at=inside),
    ):
        with pytest.raises(Refused):
            again()
    # its remaining days are free for another one
    late: dict[str, Any] = {"name": "补", "opens_on": date(2025, 7, 10), "closes_on": date(2025, 7, 20)}
    assert rounds.open_round(row_of(), **late, reason="有了新资金。", by=approver, at=inside)


@given(
    first=st.integers(0, 40), length=st.integers(0, 40), closed=st.integers(-5, 90), day=st.integers(-5, 90)
)
def test_a_day_is_covered_when_it_lies_between_the_first_and_the_last(
    first: int, length: int, closed: int, day: int
) -> None:
    start = date(2025, 1, 1)
    days = [start + timedelta(days=n) for n in range(-10, 100)]
    one = Round(
        opens_on=start + timedelta(days=first), closes_on=start + timedelta(days=first + length),
        closed_on=start + timedelta(days=closed),
    )  # fmt: skip
    asked = start + timedelta(days=day)
    covered = [d for d in days if one.opens_on <= d <= one.closes_on and d < one.closed_on]
    assert one.covers(asked) == (asked in covered)
