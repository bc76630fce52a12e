"""What officers change in the calendar: one day, with a reason, or a whole year's announcement from a small sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import sheets
from jiangli.accounts.models import User
from jiangli.audit.actions import record
from jiangli.clock import day_of
from jiangli.programmes.calendar import calendar
from jiangli.programmes.models import CalendarDay, CalendarYear, Source
from jiangli.programmes.permissions import cannot_change_calendar
from jiangli.refused import Refused

DAY, WORKS, NAME = "日期", "放假或上班", "名称"
COLUMNS = (DAY, WORKS, NAME)
WORDS = {"放假": False, "休": False, "上班": True, "班": True}
YEARS = range(2000, 2100)
MOST_ROWS, MOST_TOLD = 120, 8
DAYS = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


@transaction.atomic
def set_day(day: date, *, works: bool, name: str, reason: str, by: User, at: datetime) -> CalendarDay:
    """Make one day worked or free, whatever was announced. Periods that run now are counted anew from it."""
    if why := cannot_change_calendar(by, on=day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say why."))
    if day.year not in YEARS:
        raise Refused(_("Write a day between 2000 and 2099."))
    before = calendar().of(day)
    row, _made = CalendarDay.objects.update_or_create(
        day=day,
        source=Source.OFFICER,
        defaults={
            "works": works, "name": name.strip()[:40], "reason": reason.strip()[:300],
            "changed_at": at, "changed_by": by,
        },
    )  # fmt: skip
    record(
        "calendar.day_set", row, by=by, at=at, day=day.isoformat(), works=works, before=before.works,
        reason=row.reason,
    )  # fmt: skip
    return row


@transaction.atomic
def bring_year(year: int, content: bytes, *, notice: str, by: User, at: datetime) -> CalendarYear:
    """Take over a year's announcement: every day off and every weekend worked, nothing else of that year.

    It replaces what was built in or brought in before; single days that officers set stay. Safe to run twice.
    """
    if why := cannot_change_calendar(by, on=day_of(at)):
        raise Refused(why)
    if year not in YEARS:
        raise Refused(_("Write a day between 2000 and 2099."))
    if not notice.strip():
        raise Refused(_("Write the number of the announcement, such as 国办发明电〔2025〕7号."))
    found = read_year(year, content)
    row, _made = CalendarYear.objects.update_or_create(
        year=year, defaults={"notice": notice.strip()[:120], "brought_at": at, "brought_by": by}
    )
    row.days.all().delete()
    if taken := CalendarDay.objects.filter(source=Source.ANNOUNCED, day__in=[one.day for one in found]):
        raise Refused(_("The announcement of another year names %(day)s already.") % {"day": taken[0].day})
    CalendarDay.objects.bulk_create(
        CalendarDay(
            day=one.day, works=one.works, name=one.name, source=Source.ANNOUNCED, arrangement=row,
            changed_at=at, changed_by=by,
        )
        for one in found
    )  # fmt: skip
    off = sum(not one.works for one in found)
    record("calendar.year_brought", row, by=by, at=at, notice=row.notice, off=off, worked=len(found) - off)
    return row


@dataclass(frozen=True)
class Named:
    """A day as the sheet has it."""

    day: date
    works: bool
    name: str


def read_year(year: int, content: bytes) -> list[Named]:
    """The days of a sheet. Refused with every row that is not right: which, what, and what to write instead."""
    try:
        table = sheets.rows(content, heading=DAY)
    except sheets.NoSheet:
        raise Refused(_("This spreadsheet cannot be opened. Save it again as XLSX.")) from None
    head = next((n for n, cells in enumerate(table[:10]) if DAY in _texts(cells)), None)
    if head is None or (lacks := [name for name in COLUMNS if name not in _texts(table[head])]):
        missing = COLUMNS if head is None else lacks
        raise Refused(_("The sheet lacks the columns %(columns)s.") % {"columns": "、".join(missing)})
    if len(table) - head > MOST_ROWS:
        raise Refused(_("A year's announcement has at most %(most)d rows.") % {"most": MOST_ROWS})
    places = [_texts(table[head]).index(name) for name in COLUMNS]
    found: dict[date, Named] = {}
    faults: list[str] = []
    for number, cells in enumerate(table[head + 1 :], start=head + 2):
        values = [cells[place] if place < len(cells) else "" for place in places]
        if any(str(value).strip() for value in values):
            one = _named(number, values, year, found)
            if isinstance(one, str):
                faults.append(one)
            else:
                found[one.day] = one
    if faults:
        raise Refused("\n".join(faults[:MOST_TOLD]))
    if not any(not one.works for one in found.values()):
        raise Refused(_("The sheet names no day off. An announcement does."))
    return sorted(found.values(), key=lambda one: one.day)


def _named(number: int, values: Sequence[Any], year: int, found: dict[date, Named]) -> Named | str:
    """The day of one row, or what is wrong with the row."""
    day, word, name = _day(values[0]), str(values[1]).strip(), str(values[2]).strip()[:40]
    if day is None:
        return _("Row %(row)d, %(column)s: write a day such as 2027-01-01.") % {"row": number, "column": DAY}
    if day.year != year and not (day.year == year - 1 and day.month == 12):  # 元旦 may begin before
        return _("Row %(row)d, %(column)s: %(day)s is not in %(year)d.") % {
            "row": number, "column": DAY, "day": day, "year": year,
        }  # fmt: skip
    if day in found:
        return _("Row %(row)d, %(column)s: %(day)s stands above already.") % {
            "row": number, "column": DAY, "day": day,
        }  # fmt: skip
    if word not in WORDS:
        return _("Row %(row)d, %(column)s: write 放假 or 上班.") % {"row": number, "column": WORKS}
    if not name:
        return _("Row %(row)d, %(column)s: write the name of the holiday.") % {"row": number, "column": NAME}
    return Named(day, WORDS[word], name)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not (match := DAYS.fullmatch(str(value).strip())):
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def _texts(cells: Sequence[Any]) -> list[str]:
    return [str(cell).strip() for cell in cells]
