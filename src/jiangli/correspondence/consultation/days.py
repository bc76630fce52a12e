"""Working days of a promise. Weekdays, until the calendar of the year's holidays is asked here instead."""

from datetime import date, timedelta


def working_days_after(day: date, days: int) -> date:
    """The last of ``days`` working days that follow ``day``, which itself does not count."""
    left = days
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day
