"""How a programme stands on a day: whether claims are taken, by whom, or why not."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangli import rules
from jiangli.programmes.models import Mode, Programme
from jiangli.rules.lasting import is_over


class Standing(models.TextChoices):
    OPEN = "open", _("In force")
    COMING = "coming", _("Not open yet")
    DRAFT = "draft", _("Draft for comments")
    ELSEWHERE = "elsewhere", _("In another system")
    CLOSED = "closed", _("Closed")


def standing(row: Programme, law: "rules.Programme", *, on: date) -> Standing:
    """How the programme stands on the day ``on``. What is over is over, wherever it was decided."""
    if row.mode == Mode.CLOSED:
        return Standing.CLOSED
    if law.document.status == "draft":
        return Standing.DRAFT
    if is_over(law, on):
        return Standing.CLOSED
    if row.mode == Mode.REFERENCE:
        return Standing.ELSEWHERE
    first, _last = filing_days(law)
    return Standing.COMING if first is not None and on < first else Standing.OPEN


def filing_days(law: "rules.Programme") -> tuple[date | None, date | None]:
    """First and last day of filing: those of its own condition.

    Without it the first is that of the document. The last is only where the document has expired: one in force
    pays for what came by its last day, whenever that is filed.
    """
    first, last = law.window() or (None, None)
    ends = law.document.last_day if law.document.status == "expired" else None
    return first or law.document.first_day, last or ends
