"""What every page is told: the day, and whether it is a demonstration's."""

from django.conf import settings
from django.http import HttpRequest

from jiangli import clock


def page(request: HttpRequest) -> dict[str, object]:
    """``today`` (a date), and ``demo_day`` (a date, or None outside a demonstration)."""
    return {"today": clock.today(), "demo_day": settings.DEMO_DAY}
