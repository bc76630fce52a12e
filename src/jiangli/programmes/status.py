"""How a programme stands on a day: whether claims are taken, by whom, or why not."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangli import rules
from jiangli.programmes.models import Mode, Programme


class Standing(models.TextChoices):
    OPEN = "open", _("In force")
    COMING = "coming", _("Not open yet")
    DRAFT = "draft", _("Draft for comments")
    ELSEWHERE = "elsewhere", _("In another system")
    CLOSED = "closed", _("Closed")


def standing(row: Programme, law: "rules.Programme", *, on: date) -> Standing:
    """How the programme stands on the day ``on``. What has ended has ended, wherever it was decided."""
    first, last = filing_days(law)
    if law.document.status == "draft":
        return Standing.DRAFT
    if row.mode == Mode.CLOSED or law.document.status == "expired" or (last is not None and last < on):
        return Standing.CLOSED
    if law.elsewhere or row.mode == Mode.REFERENCE:
        return Standing.ELSEWHERE
    return Standing.COMING if first is not None and on < first else Standing.OPEN


def filing_days(law: "rules.Programme") -> tuple[date | None, date | None]:
    """First and last day of filing: those of its own condition, else those of its document."""
    own = law.window() or (None, None)
    return own[0] or law.document.first_day, own[1] or law.document.last_day
