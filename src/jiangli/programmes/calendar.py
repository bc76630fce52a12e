"""China's working days: weekdays, less the days off of each year's announcement, plus the weekends worked for them.

The built-in announcements come from the library ``chinesecalendar``; an officer can bring in a year that it does not
have yet (国办通知 of November) and change a single day. A year that nobody announced is planned on Monday to Friday,
and ``not_announced`` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from chinese_calendar.constants import Holiday
from chinese_calendar.constants import holidays as _DAYS_OFF
from chinese_calendar.constants import workdays as _WORKED
from django.utils.translation import gettext as _

from jiangli.programmes.models import CalendarDay, CalendarYear, Source

BUILT_IN = frozenset(day.year for day in _DAYS_OFF)
FRIDAY = 4
LONGEST = 366  # working days that anybody may ask for; a typing error is not counted to the end of time
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """One day as it is planned, and whose word it is. ``note``: the announcement, or the officer's reason."""

    day: date
    works: bool
    name: str
    source: Source
    note: str = ""

    @property
    def is_special(self) -> bool:
        return self.source is not Source.WEEKDAY


@dataclass(frozen=True)
class Calendar:
    """All that is known of working days at one moment: read once with ``calendar()``, asked often."""

    brought: dict[int, str]  # year → the announcement an officer brought in
    announced_days: dict[date, Day]  # of the years brought in
    changed: dict[date, Day]  # single days, by officers

    def of(self, day: date) -> Day:
        if found := self.changed.get(day) or self.announced_days.get(day):
            return found
        if day.year in BUILT_IN and day.year not in self.brought:
            return _built_in(day)
        return _weekday(day)

    def is_working(self, day: date) -> bool:
        return self.of(day).works

    def announced(self, year: int) -> bool:
        """Whether the days off of this year are known."""
        return year in self.brought or year in BUILT_IN

    def working_days_after(self, start: date, count: int, *, count_posting_day: bool = False) -> date:
        """The day on which ``count`` (at least 1) working days since ``start`` are full.

        ``start`` itself counts only with ``count_posting_day``, and only if it is worked.
        """
        if not 1 <= count <= LONGEST:
            raise ValueError(f"{count} working days: from 1 to {LONGEST} can be counted.")
        day = start - ONE if count_posting_day else start
        while count:
            day += ONE
            count -= self.is_working(day)
        return day

    def last_day(self, posted_on: date, days: int, kind: str, *, count_posting_day: bool = False) -> date:
        """The last day, included, of ``days`` since a posting. ``kind``: working | days, as stages name it.

        Days of the calendar that would end on a day off end on the next working day (《民法典》第二百零三条).
        """
        if kind == "working":
            return self.working_days_after(posted_on, days, count_posting_day=count_posting_day)
        if kind != "days" or not 1 <= days <= LONGEST:
            raise ValueError(f"{days} {kind!r}: a stage counts 1 to {LONGEST} 'working' or 'days'.")
        return self.working_day_from(posted_on + timedelta(days=days - 1 if count_posting_day else days))

    def working_day_from(self, day: date) -> date:
        """This day if it is worked, else the next one that is."""
        while not self.is_working(day):
            day += ONE
        return day

    def days_of(self, year: int) -> list[Day]:
        return [self.of(day) for day in _every(date(year, 1, 1), date(year, 12, 31))]

    def not_announced(self, first: date, last: date) -> str | None:
        """The sentence that belongs to a period over a year whose days off are not announced; None if all are."""
        years = [str(year) for year in range(first.year, last.year + 1) if not self.announced(year)]
        if not years:
            return None
        return _("The days off of %(years)s are not announced yet; they are planned on Monday to Friday.") % {
            "years": "、".join(years)
        }


def calendar() -> Calendar:
    """The calendar of now, with two queries."""
    brought = {row.year: row.notice for row in CalendarYear.objects.all()}
    announced: dict[date, Day] = {}
    changed: dict[date, Day] = {}
    for row in CalendarDay.objects.all():
        note = row.reason if row.source == Source.OFFICER else brought[row.arrangement_id or 0]
        day = Day(row.day, row.works, row.name, Source(row.source), note)
        (changed if row.source == Source.OFFICER else announced)[row.day] = day
    return Calendar(brought, announced, changed)


def is_working(day: date) -> bool:
    return calendar().is_working(day)


def announced(year: int) -> bool:
    return calendar().announced(year)


def working_days_after(start: date, count: int, count_posting_day: bool = False) -> date:
    return calendar().working_days_after(start, count, count_posting_day=count_posting_day)


def last_day(posted_on: date, days: int, kind: str, count_posting_day: bool = False) -> date:
    """As ``Calendar.last_day``; ``kind`` is what the stage says: working | days."""
    return calendar().last_day(posted_on, days, kind, count_posting_day=count_posting_day)


def _built_in(day: date) -> Day:
    off, worked = _DAYS_OFF.get(day), _WORKED.get(day)
    notice = f"国务院办公厅关于{day.year}年部分节假日安排的通知"
    if off:
        return Day(day, False, Holiday(off).chinese, Source.ANNOUNCED, notice)
    if worked:
        return Day(day, True, f"{Holiday(worked).chinese}调休上班", Source.ANNOUNCED, notice)
    return _weekday(day)


def _weekday(day: date) -> Day:
    works = day.weekday() <= FRIDAY
    return Day(day, works, "" if works else "周末", Source.WEEKDAY)


def _every(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
