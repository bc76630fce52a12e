"""Reasons why not, for officers. One function serves the button, its tooltip and the guard."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.applications.assessing import Assessed, programme_of
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.reviews.models import Act
from jiangli.reviews.stages import is_review, role_at


def is_own(application: Application, user: User) -> bool:
    """True if the case is the officer's own claim."""
    person = application.claimant
    return user.pk in {person.account_id, person.officer_id}


def cannot_review(application: Application, user: User, *, on: date) -> str | None:
    """Why this officer cannot act on this case at the stage where it stands."""
    if application.status != Status.SUBMITTED:
        return _("This case is not waiting for a review.")
    programme = programme_of(application)
    stage = programme.stages[application.stage]
    if not is_review(stage):
        return _("The case is waiting for the applicant's card.")
    if stage.agency != user.agency_id:
        return _("The case is with another agency at this stage.")
    if is_own(application, user):
        return _("Nobody handles their own case. A colleague has to take it.")
    if role_at(programme, application.stage) not in roles_of(user, on=on):
        return _("Your post does not include this stage.")
    return _taken_by_others(application, user, on=on)


def _taken_by_others(application: Application, user: User, *, on: date) -> str | None:
    passed_earlier = application.opinions.filter(act=Act.PASS, by=user).exclude(stage=application.stage)
    if passed_earlier.exists():
        return _("You passed this case at an earlier stage. Another officer has to decide here.")
    assignment = application.assignments.filter(stage=application.stage).select_related("officer").first()
    if assignment and assignment.officer not in stands_in_for(user, on=on):
        return _("%(name)s is dealing with this case.") % {"name": assignment.officer.name}
    return None


def cannot_pass(application: Application, user: User, assessed: Assessed, *, on: date) -> str | None:
    """Why the case cannot be passed: by whom, or because something in it is false or not settled."""
    if reason := cannot_review(application, user, on=on):
        return reason
    if assessed.wrong:
        return _("%(ids)s: not met. Refuse the case, or return it.") % {"ids": _ids(assessed.wrong)}
    if assessed.faults:
        return _("%(ids)s: to be corrected. Return the case.") % {"ids": _ids(assessed.faults)}
    if assessed.open:
        return _("%(ids)s: look up what is not known yet, then pass.") % {"ids": _ids(assessed.open)}
    if not assessed.answer.amount_fen:
        return _("The amount is not settled yet.")
    return None


def _ids(findings: list) -> str:  # type: ignore[type-arg]
    return "、".join(finding.id for finding in findings)


def cannot_look_up(application: Application, user: User, *, on: date) -> str | None:
    """Why the officer cannot record a look-up for this case now."""
    return cannot_review(application, user, on=on)


def acting_for(application: Application, user: User, *, at: datetime) -> User | None:
    """The absent officer that ``user`` stands in for on this case, if it is one's."""
    assignment = application.assignments.filter(stage=application.stage).select_related("officer").first()
    if assignment and assignment.officer_id != user.pk:
        return assignment.officer
    programme = programme_of(application)
    role = role_at(programme, application.stage)
    if user.posts.filter(role=role).exists():
        return None
    others = stands_in_for(user, on=clock.day_of(at)) - {user}
    return next((other for other in others if other.posts.filter(role=role).exists()), None)
