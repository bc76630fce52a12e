"""What time does to a returned case: a reminder, then the end. The first filing day is never touched by it.

The law names no period for corrections, so each programme may have its own, else its agency's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.actions.letters import tell_party
from jiangli.applications.actions.moves import locked, move
from jiangli.applications.assessing import programme_of
from jiangli.applications.commitments import close
from jiangli.applications.models import Application
from jiangli.applications.permissions import cannot_extend
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.programmes.models import Programme
from jiangli.refused import Refused

log = logging.getLogger(__name__)

REMINDER = timedelta(days=7)  # before the last day
LONGEST = timedelta(days=365)


def correct_by(application: Application, *, at: datetime) -> date:
    """The last day to correct a case that is returned at this moment."""
    programme = Programme.objects.with_law().get(pk=application.programme_code)
    days = programme.correct_within_days or programme.agency.correct_within_days
    return clock.day_of(at) + timedelta(days=days)


@transaction.atomic
def extend(application: Application, *, to: date, reason: str, by: User, at: datetime) -> Application:
    """Give a returned case more time, with a reason. Refused for a day that is not later, or a year away."""
    application = locked(application)
    if why_not := cannot_extend(application, by, on=clock.day_of(at)):
        raise Refused(why_not)
    today, before = clock.day_of(at), application.correct_by
    if to <= max(today, before or today) or to > today + LONGEST:
        raise Refused(_("Choose a day after the last day that holds now, within a year."))
    if not reason.strip():
        raise Refused(_("Say in a sentence why more time is given."))
    application.correct_by = to
    application.save(update_fields=["correct_by"])
    record(
        "application.extended", application, by=by, at=at, to=to.isoformat(), reason=reason.strip(),
        before=before.isoformat() if before else "",
    )  # fmt: skip
    return application


def remind_of_corrections(*, at: datetime) -> int:
    """Remind everyone whose last day is near, once for each last day; says of how many. Safe to run twice."""
    today = clock.day_of(at)
    near = Application.objects.filter(
        status=Status.RETURNED, correct_by__gte=today, correct_by__lte=today + REMINDER
    ).exclude(reminded_of=models.F("correct_by"))
    return _each(_remind, near.values_list("pk", flat=True)[:1000], at=at)


def _each(do: Callable[..., bool], cases: Iterable[UUID], *, at: datetime) -> int:
    """For how many of these cases it was done. One that cannot be dealt with goes to the log, the others go on."""
    done = 0
    for pk in cases:
        try:
            done += do(pk, at=at)
        except Exception:
            log.exception("application %s: %s failed", pk, do.__name__)
    return done


@transaction.atomic
def _remind(pk: UUID, *, at: datetime) -> bool:
    application = Application.objects.select_for_update(of=("self",)).get(pk=pk)
    last = application.correct_by
    if application.status != Status.RETURNED or application.reminded_of == last or last is None:
        return False
    application.reminded_of = last
    application.save(update_fields=["reminded_of"])
    record("application.reminded", application, by=None, at=at, correct_by=last.isoformat())
    tell_party(
        "application.reminded",
        application,
        once=f"reminded:{pk}:{last.isoformat()}",
        at=at,
        number=application.number,
        programme=programme_of(application).title,
        by_on=last,
    )
    return True


def lapse(*, at: datetime) -> int:
    """End the cases that were not corrected by their last day; says how many. Safe to run twice.

    What they had reserved is free again, so that one may apply anew while the window is open.
    """
    late = Application.objects.filter(status=Status.RETURNED, correct_by__lt=clock.day_of(at))
    return _each(_lapse, late.values_list("pk", flat=True)[:1000], at=at)


@transaction.atomic
def _lapse(pk: UUID, *, at: datetime) -> bool:
    application = Application.objects.select_for_update(of=("self",)).get(pk=pk)
    last = application.correct_by
    if application.status != Status.RETURNED or last is None or last >= clock.day_of(at):
        return False
    move(application, Status.LAPSED)
    application.closed_at = at
    application.save(update_fields=["status", "closed_at"])
    close(application, at=at)
    record("application.lapsed", application, by=None, at=at, correct_by=last.isoformat())
    tell_party(
        "application.lapsed",
        application,
        once=f"lapsed:{pk}",
        at=at,
        number=application.number,
        programme=programme_of(application).title,
    )
    return True
