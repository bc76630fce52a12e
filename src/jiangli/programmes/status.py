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
    BACK_ENTRY = "back_entry", _("Past cases at the counter")
    DRAFT = "draft", _("Draft for comments")
    SIMULATION = "simulation", _("Only to be tried out")
    ELSEWHERE = "elsewhere", _("In another system")
    CLOSED = "closed", _("Closed")


def standing(row: Programme, law: "rules.Programme", *, on: date) -> Standing:
    """How the programme stands on the day ``on``: by its mode, then by its days.

    What is over is over, wherever it was decided; but past cases can still be entered. A draft that an officer
    opened stands as any other.
    """
    match row.mode:
        case Mode.CLOSED:
            return Standing.CLOSED
        case Mode.SIMULATION:
            return Standing.DRAFT if law.document.status == "draft" else Standing.SIMULATION
        case Mode.BACK_ENTRY:
            return Standing.BACK_ENTRY
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
