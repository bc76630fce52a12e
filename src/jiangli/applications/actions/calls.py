"""Somebody calls: search for their case, and check who they are before they are told anything. Both are recorded."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli.accounts.actions import count_attempt
from jiangli.accounts.models import User
from jiangli.applications.finding import find_cases, reachable
from jiangli.applications.models import Application
from jiangli.audit.actions import record
from jiangli.fields import blind_index
from jiangli.refused import Refused

MOST = 200  # cases that one search gives back
SEARCHES, SEARCHES_WITHIN = 60, timedelta(minutes=10)
CHECKS, CHECKS_WITHIN = 5, timedelta(minutes=30)


def cannot_tell_caller(application: Application, by: User) -> str | None:
    """None if the officer's agency deals with the case, so that they may tell a caller of it."""
    reach = reachable(by).filter(pk=application.pk).exists()
    return None if reach else _("This case is with another agency.")


def search(text: str, *, by: User, at: datetime) -> list[UUID]:
    """The keys of the cases that ``text`` finds, the newest first, at most ``MOST``.

    Recorded by its kind and number of hits, never by its words. Slowed: so many searches by one officer.
    """
    if not by.is_officer:
        raise Refused(_("Only officers search for cases."))
    key = blind_index(f"search:{by.pk}")
    count_attempt("search", key, limit=SEARCHES, within=SEARCHES_WITHIN, at=at)
    sought = find_cases(text, by)
    found = list(sought.cases.values_list("pk", flat=True)[: MOST + 1])
    with transaction.atomic():
        record("cases.searched", by, by=by, at=at, kind=str(sought.kind), hits=min(len(found), MOST))
    return found[:MOST]


def what_proves(application: Application) -> str:
    """The number whose last four characters a caller is asked for: of the person, or of the organisation."""
    if application.claimant is not None:
        return str(application.claimant.id_number)
    assert application.organisation is not None  # somebody_claims
    return application.organisation.credit_code


def check_caller(application: Application, tail: str, *, by: User, at: datetime) -> None:
    """Note that the caller could say the last four characters; Refused, and noted as well, if not.

    The officer types what the caller says and never sees the number. Slowed for each officer and case.
    """
    if reason := cannot_tell_caller(application, by):
        raise Refused(reason)
    key = blind_index(f"caller:{by.pk}:{application.pk}")
    count_attempt("caller", key, limit=CHECKS, within=CHECKS_WITHIN, at=at)
    right = hmac.compare_digest(what_proves(application)[-4:].encode(), tail.strip().upper().encode())
    with transaction.atomic():
        record("caller.checked" if right else "caller.not_known", application, by=by, at=at)
    if not right:
        raise Refused(
            _("That is not right. Tell the caller nothing; ask them to come with their identity card.")
        )


@transaction.atomic
def note_wrong_answers(application: Application, *, by: User, at: datetime) -> None:
    """The caller answered wrongly: noted of the case; they are told nothing. Refused of another agency's case."""
    if reason := cannot_tell_caller(application, by):
        raise Refused(reason)
    record("caller.not_known", application, by=by, at=at)
