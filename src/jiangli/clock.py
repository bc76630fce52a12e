"""The one clock. Views and the worker read it; everything below is handed the time.

In a demonstration the day is fixed (``JIANGLI_DEMO_DAY``) and the time of day runs on, so that a
window which is closed today can be walked through as if it were open.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The moment, aware, in Asia/Shanghai; in a demonstration on the demonstration's day."""
    moment = datetime.now(SHANGHAI)
    if settings.DEMO_DAY is None:
        return moment
    return datetime.combine(settings.DEMO_DAY, moment.timetz())


def today() -> date:
    """The calendar day in Asia/Shanghai."""
    return now().date()


def day_of(moment: datetime) -> date:
    """The calendar day in Asia/Shanghai on which an aware ``moment`` falls."""
    return moment.astimezone(SHANGHAI).date()
