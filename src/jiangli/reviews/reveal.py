"""Show a personal number that the case page masks. Each look is remembered."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.models import Application, Line
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.reviews.permissions import cannot_see_numbers


class Shown(models.TextChoices):
    ID_NUMBER = "id_number", pgettext_lazy("officer", "Identity number")
    ACCOUNT_NUMBER = "account_number", pgettext_lazy("officer", "Card number")
    PHONE = "phone", pgettext_lazy("officer", "Phone number")


@transaction.atomic
def reveal(application: Application, *, what: Shown, line: Line | None = None, by: User, at: datetime) -> str:
    """The number in full, for an officer who works on the case or pays it; with ``line`` that of its person.

    The event says who saw which number of which case, never the number itself.
    """
    if reason := cannot_see_numbers(application, by, on=clock.day_of(at)):
        raise Refused(reason)
    if what is Shown.ACCOUNT_NUMBER and application.status == Status.RETURNED:
        raise Refused(_("The applicant is correcting the card. It is shown again once it is handed in."))
    if line is not None and (line.application_id != application.pk or what is Shown.ACCOUNT_NUMBER):
        raise Refused(_("This case has no such line."))
    where = {"line": line.number} if line else {}
    record("application.number_shown", application, by=by, at=at, what=what.value, **where)
    person = line.person if line else application.claimant
    numbers: dict[Shown, str] = {
        Shown.ID_NUMBER: person.id_number if person else "",
        Shown.PHONE: person.contact if person else "",
        Shown.ACCOUNT_NUMBER: application.account_number,
    }
    return numbers[what]
