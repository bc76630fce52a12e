"""China's working days: days off, weekends worked for them, years nobody announced, and what officers change."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.audit.models import Event
from jiangli.programmes import calendar_changes as changes
from jiangli.programmes.calendar import Calendar, calendar, is_working, last_day, working_days_after
from jiangli.programmes.models import CalendarDay, Source
from jiangli.refused import Refused
from stories import agencies, officer

BUILT_IN = Calendar({}, {}, {})
NOTICE = "国办发明电〔2026〕9号"
NEW_YEAR_2027 = (
    "日期,放假或上班,名称\n2027-01-01,放假,元旦\n2027年1月2日,休,元旦\n2027/1/4,上班,元旦调休上班\n"
)


def day(text: str) -> date:
    return date.fromisoformat(text)


OFF = [  # as the State Council announced: 国庆 and 春节 of both years, both ends
    ("2025-10-01", "2025-10-08"), ("2026-10-01", "2026-10-07"),
    ("2025-01-28", "2025-02-04"), ("2026-02-15", "2026-02-23"),
    ("2026-01-01", "2026-01-03"), ("2025-05-01", "2025-05-05"),
]  # fmt: skip
WORKED = ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
          "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]  # fmt: skip


@pytest.mark.parametrize("first, last", OFF)
def test_no_day_of_a_holiday_is_worked_and_its_name_is_told(first: str, last: str) -> None:
    for number in range((day(last) - day(first)).days + 1):
        one = BUILT_IN.of(day(first) + timedelta(days=number))
        assert not one.works and one.source is Source.ANNOUNCED and one.name, one
    assert not BUILT_IN.of(day(last) + timedelta(days=1)).name.startswith(
        one.name[:2]
    ) or BUILT_IN.is_working(day(last) + timedelta(days=1))


@pytest.mark.parametrize("text", WORKED)
def test_weekends_worked_for_a_holiday_count(text: str) -> None:
    one = BUILT_IN.of(day(text))
    assert day(text).weekday() >= 5 and one.works and one.name.endswith("调休上班")


@pytest.mark.parametrize(
    "posted, not_counted, counted",
    [
        ("2025-06-10", "2025-06-17", "2025-06-16"),  # an ordinary week, as the printed sheet has it
        ("2025-06-14", "2025-06-20", "2025-06-20"),  # on a Saturday nothing is counted either way
        ("2025-09-26", "2025-10-10", "2025-10-09"),  # Sunday 28 September is worked, 1 to 8 October are off
        ("2025-09-30", "2025-10-14", "2025-10-13"),  # Saturday 11 October is worked
        ("2026-09-29", "2026-10-12", "2026-10-10"),
        ("2026-09-30", "2026-10-13", "2026-10-12"),
        ("2025-01-24", "2025-02-07", "2025-02-06"),  # Sunday 26 January is worked
        ("2026-02-13", "2026-02-27", "2026-02-26"),  # Saturday 14 February is worked
        ("2026-02-14", "2026-02-28", "2026-02-27"),  # ... and Saturday 28 February
        ("2025-12-29", "2026-01-06", "2026-01-05"),  # Sunday 4 January 2026 is worked
    ],
)
def test_five_working_days_from_a_posting(posted: str, not_counted: str, counted: str) -> None:
    assert BUILT_IN.working_days_after(day(posted), 5).isoformat() == not_counted
    assert BUILT_IN.working_days_after(day(posted), 5, count_posting_day=True).isoformat() == counted


def test_a_period_into_a_year_nobody_announced_is_planned_on_weekdays_and_says_so() -> None:
    """From 25 December 2026 to 8 January 2027, of which only the first days are announced."""
    assert BUILT_IN.announced(2026) and not BUILT_IN.announced(2027)
    assert BUILT_IN.working_days_after(day("2026-12-25"), 4) == day("2026-12-31")
    assert BUILT_IN.not_announced(day("2026-12-25"), day("2026-12-31")) is None
    assert BUILT_IN.working_days_after(day("2026-12-25"), 5) == day("2027-01-01")  # a Friday like any other
    assert BUILT_IN.working_days_after(day("2026-12-25"), 10) == day("2027-01-08")
    said = BUILT_IN.not_announced(day("2026-12-25"), day("2027-01-08"))
    assert said == "2027 年放假安排还没有公布，按周一至周五推算。"


def test_days_of_the_calendar_end_on_a_working_day() -> None:
    assert BUILT_IN.last_day(day("2025-06-10"), 5, "days") == day("2025-06-16")  # the 15th is a Sunday
    assert BUILT_IN.last_day(day("2025-06-11"), 5, "days") == day("2025-06-16")
    assert BUILT_IN.last_day(day("2025-06-12"), 5, "days", count_posting_day=True) == day("2025-06-16")
    assert BUILT_IN.last_day(day("2025-09-28"), 5, "days") == day("2025-10-09")
    for days, kind in ((5, "weeks"), (0, "days"), (0, "working"), (9999, "working")):
        with pytest.raises(ValueError, match=str(days)):
            BUILT_IN.last_day(day("2025-06-10"), days, kind)


@given(st.dates(date(2023, 1, 1), date(2028, 12, 31)), st.integers(1, 40), st.booleans())
def test_there_are_exactly_so_many_working_days_to_the_last_one(
    start: date, count: int, counted: bool
) -> None:
    last = BUILT_IN.working_days_after(start, count, count_posting_day=counted)
    first = start if counted else start + timedelta(days=1)
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    assert sum(map(BUILT_IN.is_working, span)) == count and BUILT_IN.is_working(last)


@pytest.fixture
def approver(db: None) -> User:
    agencies()
    return officer("xiaoshan-union", Role.APPROVER)


def test_an_officer_changes_one_day_with_a_reason(approver: User, at: datetime) -> None:
    storm = day("2025-06-12")
    assert working_days_after(at.date(), 5) == day("2025-06-17") and is_working(storm)
    changes.set_day(storm, works=False, name="台风停工", reason="区防指第 3 号令", by=approver, at=at)
    assert working_days_after(at.date(), 5) == day("2025-06-18") == last_day(at.date(), 5, "working")
    one = calendar().of(storm)
    assert (one.name, one.source, one.note) == ("台风停工", Source.OFFICER, "区防指第 3 号令")
    changes.set_day(storm, works=True, name="", reason="台风没有来", by=approver, at=at)
    assert is_working(storm) and CalendarDay.objects.count() == 1
    told = [event.details["reason"] for event in Event.objects.filter(name="calendar.day_set").order_by("pk")]
    assert told == ["区防指第 3 号令", "台风没有来"]


def test_only_approvers_and_only_with_a_reason(approver: User, at: datetime) -> None:
    reviewer = officer("xiaoshan-union", Role.REVIEWER)
    with pytest.raises(Refused, match="审批"):
        changes.set_day(at.date(), works=False, name="", reason="想休息", by=reviewer, at=at)
    with pytest.raises(Refused, match="审批"):
        changes.bring_year(2027, NEW_YEAR_2027.encode(), notice=NOTICE, by=reviewer, at=at)
    with pytest.raises(Refused, match="原因"):
        changes.set_day(at.date(), works=False, name="", reason=" ", by=approver, at=at)
    assert not CalendarDay.objects.exists()


def test_a_years_announcement_is_brought_in_once_or_twice_with_the_same_result(
    approver: User, at: datetime
) -> None:
    for _time in range(2):
        changes.bring_year(2027, NEW_YEAR_2027.encode(), notice=NOTICE, by=approver, at=at)
    known = calendar()
    assert known.announced(2027) and known.not_announced(day("2026-12-25"), day("2027-01-08")) is None
    assert [known.is_working(day(text)) for text in ("2027-01-01", "2027-01-02", "2027-01-04")] == [
        False, False, True,
    ]  # fmt: skip
    assert known.of(day("2027-01-01")).note == NOTICE
    assert known.working_days_after(day("2026-12-25"), 5) == day("2027-01-04")
    changes.set_day(day("2027-01-01"), works=True, name="值班", reason="迎检", by=approver, at=at)
    changes.bring_year(2027, NEW_YEAR_2027.encode(), notice=NOTICE, by=approver, at=at)
    assert is_working(day("2027-01-01"))  # the officer's word stays


def test_a_year_brought_in_replaces_the_built_in_one(approver: User, at: datetime) -> None:
    sheet = "日期,放假或上班,名称\n2026-10-01,放假,国庆节\n2025-12-31,放假,元旦\n"
    changes.bring_year(2026, sheet.encode("gb18030"), notice=NOTICE, by=approver, at=at)
    assert not is_working(day("2026-10-01")) and is_working(day("2026-10-02"))
    assert not is_working(day("2025-12-31"))  # 元旦 begins in the December before
    assert not is_working(day("2025-10-01"))  # and 2025 stays as it is built in


@pytest.mark.parametrize(
    "sheet, says",
    [
        ("日期,名称\n2027-01-01,元旦\n", "放假或上班"),
        ("日期,放假或上班,名称\n1 月 1 日,放假,元旦\n", "第 2 行，日期"),
        ("日期,放假或上班,名称\n2027-02-30,放假,春节\n", "第 2 行，日期"),
        ("日期,放假或上班,名称\n2028-01-01,放假,元旦\n", "2028-01-01 不在 2027"),
        ("日期,放假或上班,名称\n2027-01-01,也许,元旦\n", "第 2 行，放假或上班"),
        ("日期,放假或上班,名称\n2027-01-01,放假,\n", "第 2 行，名称"),
        ("日期,放假或上班,名称\n2027-01-01,放假,元旦\n2027-01-01,上班,元旦\n", "第 3 行，日期"),
        ("日期,放假或上班,名称\n", "没有一天放假"),
        ("PK\x03\x04", "打不开"),
    ],
)
def test_a_sheet_that_is_not_right_says_where_and_changes_nothing(
    approver: User, at: datetime, sheet: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        changes.bring_year(2027, sheet.encode(), notice=NOTICE, by=approver, at=at)
    assert not calendar().announced(2027)
