"""Calendar arithmetic of the law: months end where they end, and years are twelve months."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date


def months_after(day: date, months: int) -> date:
    """The same day ``months`` later, else the last day of that month; the calendar's last day beyond it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return date.max if year > MAXYEAR else date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """The same day ``years`` later; 28 February where there is no 29th."""
    return months_after(day, 12 * years)


def days_after(day: date, days: int) -> date:
    """``days`` later; the calendar's last day beyond it."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def year_of(day: date) -> int:
    return day.year


def calendar_months(first: date, second: date) -> int:
    """Months from the month of ``first`` to that of ``second``, days ignored; negative if it is earlier."""
    return 12 * (second.year - first.year) + second.month - first.month


def percent_of(amount_fen: int, percent: int) -> int:
    """``percent`` hundredths of an amount in fen, half up to the fen."""
    return (amount_fen * percent + 50) // 100


def raised_to(amount_fen: int, least_fen: int) -> int:
    """An amount above zero, raised to ``least_fen``; nothing stays nothing."""
    return max(amount_fen, least_fen) if amount_fen > 0 else amount_fen
