"""Show a personal number that the case page masks. Each look is remembered."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.audit.actions import record
from jiangli.refused import Refused


class Shown(models.TextChoices):
    ID_NUMBER = "id_number", pgettext_lazy("officer", "Identity number")
    ACCOUNT_NUMBER = "account_number", pgettext_lazy("officer", "Card number")
    PHONE = "phone", pgettext_lazy("officer", "Phone number")


@transaction.atomic
def reveal(application: Application, *, what: Shown, by: User, at: datetime) -> str:
    """The number in full, for an officer of an agency that has the case.

    The event says who saw which number of which case, never the number itself.
    """
    if not by.is_officer or not application.agencies.filter(pk=by.agency_id).exists():
        raise Refused(_("Only officers who deal with this case can see this number."))
    record("application.number_shown", application, by=by, at=at, what=what.value)
    person = application.claimant
    numbers: dict[Shown, str] = {
        Shown.ID_NUMBER: person.id_number,
        Shown.PHONE: person.phone,
        Shown.ACCOUNT_NUMBER: application.line.account_number,
    }
    return numbers[what]
