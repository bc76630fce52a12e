"""Every write of the ratings: rating, one remark, looking into a bad one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.actions.letters import tell_party
from jiangli.applications.models import Application, Visit
from jiangli.audit.actions import record
from jiangli.programmes.calendar import working_days_after
from jiangli.programmes.models import Programme
from jiangli.refused import Refused
from jiangli.reviews.ratings.models import Finding, Grade, LookInto, Rating, Reason
from jiangli.reviews.ratings.permissions import cannot_look_into, cannot_rate, cannot_remark

LONGEST = 500  # characters


@transaction.atomic
def rate(
    application: Application,
    grade: Grade,
    *,
    reasons: Collection[Reason] = (),
    words: str = "",
    by: User | None = None,
    visit: Visit | None = None,
    at: datetime,
) -> Rating:
    """Rate a closed case, once: signed in (``by``), or by a look-up with its query password (``visit``).

    A bad grade opens a task for the agency, which looks into it within its working days and answers.
    """
    application = Application.objects.select_for_update().get(pk=application.pk)
    if reason := cannot_rate(application, by=by, visit=visit, at=at):
        raise Refused(reason)
    agency = Programme.objects.select_related("agency").get(pk=application.programme_code).agency
    today = clock.day_of(at)
    rating = Rating.objects.create(
        application=application,
        agency=agency,
        programme_code=application.programme_code,
        grade=Grade(grade),
        reasons=[str(one) for one in Reason if one in reasons],
        words=_short(words),
        rated_at=at,
        rated_on=today,
    )
    record("rating.given", rating, by=None, at=at, grade=int(grade), agency=agency.pk)
    if rating.is_bad:
        LookInto.objects.create(rating=rating, due_on=working_days_after(today, agency.ratings_within_days))
    return rating


def _short(words: str) -> str:
    said = words.strip()
    if len(said) > LONGEST:
        raise Refused(_("Write at most %(most)s characters.") % {"most": LONGEST})
    return said


@transaction.atomic
def remark(
    rating: Rating, words: str, *, by: User | None = None, visit: Visit | None = None, at: datetime
) -> Rating:
    """Add something later, once; the grade stays as it was given."""
    rating = Rating.objects.select_for_update().get(pk=rating.pk)
    if reason := cannot_remark(rating, by=by, visit=visit, at=at):
        raise Refused(reason)
    if not words.strip():
        raise Refused(_("Write something first."))
    rating.remark, rating.remarked_at = _short(words), at
    rating.save(update_fields=["remark", "remarked_at"])
    record("rating.remarked", rating, by=None, at=at)
    return rating


@transaction.atomic
def look_into(task: LookInto, finding: Finding, answer: str, *, by: User, at: datetime) -> LookInto:
    """Note what came of a bad rating, and answer whoever gave it."""
    task = LookInto.objects.select_for_update().get(pk=task.pk)
    if reason := cannot_look_into(task, by, on=clock.day_of(at)):
        raise Refused(reason)
    if not answer.strip():
        raise Refused(_("Write the answer: whoever rated reads it."))
    task.finding, task.answer = Finding(finding), _short(answer)
    task.answered_by, task.answered_at = by, at
    task.save()
    record("rating.looked_into", task.rating, by=by, at=at, finding=str(finding))
    case = task.rating.application
    tell_party(
        "rating.looked_into", case, once=f"rating.looked_into:{task.pk}", at=at,
        agency=task.rating.agency.names, number=case.number,
    )  # fmt: skip
    return task
