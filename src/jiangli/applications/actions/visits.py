"""See a case without signing in: identity number and query password."""

from datetime import datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from jiangli.accounts.actions import count_attempt
from jiangli.accounts.models import User
from jiangli.applications.actions.moves import locked
from jiangli.applications.actions.submission import give_query_password
from jiangli.applications.models import Application, Visit
from jiangli.applications.permissions import cannot_renew_password
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.registers.queries import identity_index

VISIT = timedelta(minutes=30)
TRIES, WITHIN = 5, timedelta(minutes=15)
CASES = 3  # the newest of a person; as many words are tried for somebody unknown, so that time tells nothing


@cache
def _nobodys() -> str:
    return make_password("no such case")


def look_in(id_number: str, password: str, *, at: datetime) -> Visit:
    """A visit to the newest case that both words open. Refused otherwise, never saying which was wrong.

    Slowed by identity number: five tries in a quarter of an hour, whether or not such a person exists.
    """
    index = identity_index(id_number)
    count_attempt("look-in", index, limit=TRIES, within=WITHIN, at=at)
    cases = Application.objects.filter(claimant__id_number_index=index).exclude(query_password="")
    newest = [*cases.order_by("-first_filed_at")[:CASES]]
    hashes = [case.query_password for case in newest] + [_nobodys()] * (CASES - len(newest))
    right = [check_password(password.strip().upper(), hashed) for hashed in hashes]
    if True in right[: len(newest)]:
        return _open(newest[right.index(True)], at=at)
    raise Refused(
        _("The identity number and the query password do not go together. Check both and try again.")
    )


@transaction.atomic
def _open(application: Application, *, at: datetime) -> Visit:
    visit = Visit.objects.create(application=application, until=at + VISIT)
    record("application.looked_up", application, by=None, at=at)
    return visit


@transaction.atomic
def renew_query_password(application: Application, *, by: User, at: datetime) -> str:
    """A new query password for someone who proved their phone; the old one ends. Shown once."""
    application = locked(application)
    if reason := cannot_renew_password(application, by):
        raise Refused(reason)
    password = give_query_password(application)
    application.save(update_fields=["query_password"])
    Visit.objects.filter(application=application).delete()
    record("application.query_password_renewed", application, by=by, at=at)
    return password
