"""See a case without signing in: identity number and query password."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from jiangli.accounts.actions import count_attempt
from jiangli.accounts.models import User
from jiangli.applications.actions.moves import locked
from jiangli.applications.actions.submission import PASSWORD_LETTERS
from jiangli.applications.models import Application, Visit
from jiangli.applications.permissions import cannot_renew_password
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.registers.queries import identity_index

VISIT = timedelta(minutes=30)
TRIES, WITHIN = 5, timedelta(minutes=15)


def look_in(id_number: str, password: str, *, at: datetime) -> Visit:
    """A visit to the newest case that both words open. Refused otherwise, never saying which was wrong.

    Slowed by identity number: five tries in a quarter of an hour, whether or not such a person exists.
    """
    index = identity_index(id_number)
    count_attempt("look-in", index, limit=TRIES, within=WITHIN, at=at)
    cases = Application.objects.filter(claimant__id_number_index=index).exclude(query_password="")
    for application in cases.order_by("-first_filed_at"):
        if check_password(password.strip().upper(), application.query_password):
            return Visit.objects.create(application=application, until=at + VISIT)
    check_password(password, make_password(None))
    raise Refused(
        _("The identity number and the query password do not go together. Check both and try again.")
    )


@transaction.atomic
def renew_query_password(application: Application, *, by: User, at: datetime) -> str:
    """A new query password for someone who proved their phone; the old one ends. Shown once."""
    application = locked(application)
    if reason := cannot_renew_password(application, by):
        raise Refused(reason)
    password = "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(8))
    application.query_password = make_password(password)
    application.save(update_fields=["query_password"])
    record("application.query_password_renewed", application, by=by, at=at)
    return password
