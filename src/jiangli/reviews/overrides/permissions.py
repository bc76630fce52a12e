"""Why not: ask for an exception, confirm it, take it back.

An approver of the agency where the case stands in review asks; another approver or the supervisor of that agency
confirms. A deputy is bound by what the person they stand in for did. Nobody does either on their own case.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role
from jiangli.applications.assessing import Assessed, programme_of
from jiangli.applications.models import Application, Line
from jiangli.applications.permissions import is_own
from jiangli.applications.queries import keyed_in_by
from jiangli.applications.sheet import has_roster
from jiangli.applications.status import Status
from jiangli.registers.bans.permissions import acts_only_for
from jiangli.reviews.overrides.models import LIVE, Override, OverrideState
from jiangli.reviews.permissions import brought_in_by
from jiangli.reviews.stages import is_outside, is_review

ASK = {Role.APPROVER}
CONFIRM = {Role.APPROVER, Role.SUPERVISOR}


def cannot_ask_at_all(application: Application, user: User, *, on: date) -> str | None:
    """Why this officer cannot ask for any exception in this case now."""
    if reason := _not_here(application, user, on=on):
        return reason
    if not ASK & roles_of(user, on=on):
        return _("Only an approver can ask for an exception.")
    return None


def cannot_ask(
    application: Application, user: User, assessed: Assessed, condition: str, line: Line | None, *, on: date
) -> str | None:
    """Why not for this condition: a limit, met already, of a line or of the case, or asked already."""
    if reason := cannot_ask_at_all(application, user, on=on):
        return reason
    if condition not in rules.waivable(assessed.programme):
        return _("No exception can be made from this: it guards what is paid once or at most.")
    if reason := _not_its_place(application, assessed, condition, line):
        return reason
    if _state(assessed, condition, line):
        return _("This condition is met. It needs no exception.")
    if Override.objects.filter(
        application=application, line=line, condition=condition, state__in=LIVE
    ).exists():
        return _("This was asked already. A colleague confirms it, or it is withdrawn first.")
    return None


def cannot_confirm(override: Override, user: User, *, on: date) -> str | None:
    """Why this officer cannot confirm or refuse what a colleague asked."""
    if override.state != OverrideState.ASKED:
        return _("This exception is settled already.")
    if reason := _not_here(override.application, user, on=on):
        return reason
    if not CONFIRM & roles_of(user, on=on):
        return _("Only an approver or the supervisor can confirm this.")
    asked = override.asked_by
    if asked in stands_in_for(user, on=on) | {user} or acts_only_for(asked, user, CONFIRM, on=on):
        return _("Whoever asked cannot confirm, nor can their deputy. A colleague must do it.")
    return None


def cannot_withdraw(override: Override, user: User, *, on: date) -> str | None:
    """Why this officer cannot take the exception back: only before the decision."""
    if override.state not in LIVE:
        return _("This exception is settled already.")
    if reason := _not_here(override.application, user, on=on):
        return reason
    if not CONFIRM & roles_of(user, on=on):
        return _("Only an approver or the supervisor can do this.")
    return None


def _not_here(application: Application, user: User, *, on: date) -> str | None:
    if application.status != Status.SUBMITTED:
        return _("This case is not waiting for a review.")
    stage = programme_of(application).stages[application.stage]
    if not is_review(stage) or is_outside(stage):
        return _("An exception is made while officers here review the case.")
    if stage.agency != user.agency_id:
        return _("The case is with another agency at this stage.")
    people = stands_in_for(user, on=on) | {user}
    if is_own(application, people):
        return _("Nobody handles their own case. A colleague has to take it.")
    if brought_in_by(application, people) or keyed_in_by(application, people):
        return _("You brought this case in. Another officer has to do this.")
    return None


def _not_its_place(
    application: Application, assessed: Assessed, condition: str, line: Line | None
) -> str | None:
    roster = has_roster(assessed.programme)
    of_lines = {each.id for each in assessed.programme.line}
    if line is not None and (not roster or line.application_id != application.pk):
        return _("This case has no such line.")
    if roster and line is None and condition in of_lines:
        return _("This condition is of a line. Ask on the page of the line.")
    if roster and line is not None and condition not in of_lines:
        return _("This condition is of the whole claim. Ask on the page of the case.")
    return None


def _state(assessed: Assessed, condition: str, line: Line | None) -> bool | None:
    """How the condition stands; of a line in an answer for it alone."""
    found = assessed.answer.findings
    if line is not None:
        found = tuple(f for result in assessed.answer.lines or () for f in result.findings)
    return next((finding.state for finding in found if finding.id == condition), None)
