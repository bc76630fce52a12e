"""Reasons why not: who asks for a decision to be looked at again, and who settles that."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import Agency, User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.permissions import acts_for, cannot_use_counter, is_own
from jiangli.applications.queries import keyed_in_by
from jiangli.registers.bans.permissions import acts_only_for
from jiangli.reviews.models import Act, Decision, DecisionOutcome
from jiangli.reviews.permissions import brought_in_by
from jiangli.reviews.reconsidering.models import Reconsideration, ReconsiderationState
from jiangli.reviews.stages import is_outside, is_review


def returns_to(application: Application) -> int:
    """The stage at which a decided case is looked at again: the last review here, where it was decided or before.

    -1 if all reviews are another body's.
    """
    stages = programme_of(application).stages
    here = [
        index
        for index, stage in enumerate(stages[: application.stage + 1])
        if is_review(stage) and not is_outside(stage)
    ]
    return max(here, default=-1)


def agency_again(application: Application) -> Agency:
    """The agency that looks at a decision again."""
    programme = programme_of(application)
    stage = returns_to(application)
    return Agency.objects.get(pk=programme.stages[stage].agency if stage >= 0 else programme.agency)


def ask_until(decision: Decision) -> date:
    """The last day to ask for it: the agency's own rule."""
    return clock.day_of(decision.at) + timedelta(
        days=agency_again(decision.application).reconsider_within_days
    )


def cannot_ask(decision: Decision, user: User, *, on: date) -> str | None:
    """Why this decision cannot be asked to be looked at again: by whom, or because it is too late."""
    application = decision.application
    if user.is_officer:
        if reason := cannot_use_counter(user, on=on):
            return reason
        if not Application.objects.visible_to(user).filter(pk=application.pk).exists():
            return _("This case is with another agency.")
        if is_own(application, [user]):
            return _("Nobody handles their own case. A colleague has to take it.")
    elif not acts_for(application, user):
        return _("Only the applicant can do this.")
    return _cannot_be_asked(decision, on=on)


def _cannot_be_asked(decision: Decision, *, on: date) -> str | None:
    if decision.outcome == DecisionOutcome.APPROVED:
        return _("This was approved as claimed. There is nothing to look at again.")
    if decision.set_aside_at is not None:
        return _("This decision was set aside. The case is being looked at again.")
    if Reconsideration.objects.filter(decision=decision).exists():
        return _("This was asked for already. It is asked for once for a decision.")
    if returns_to(decision.application) < 0:
        return _("Another body decided this. Ask it there.")
    if decision.entitlements.filter(stopped_at__isnull=False).exists():
        return _("What is owed on this case was stopped. Nothing is paid on it.")
    if on > (last := ask_until(decision)):
        return _("It could be asked for until %(day)s.") % {"day": last}
    return None


def cannot_settle(row: Reconsideration, user: User, *, on: date) -> str | None:
    """Why this officer cannot say whether the decision is looked at again: the post, or they had a part in it."""
    if row.state != ReconsiderationState.ASKED:
        return _("This has been settled already.")
    application = row.decision.application
    if not user.is_officer or agency_again(application).pk != user.agency_id:
        return _("Another agency settles this.")
    if Role.APPROVER not in roles_of(user, on=on):
        return _("Your post does not include this. An approver of your agency settles it.")
    people = stands_in_for(user, on=on)
    if is_own(application, people):
        return _("Nobody handles their own case. A colleague has to take it.")
    firsts = {one for one in people if had_part(row.decision, one)}
    if user in firsts or (row.at_counter and row.asked_by_id == user.pk):
        return _("You had a part in this decision. Another approver has to settle this.")
    if any(acts_only_for(first, user, {Role.APPROVER}, on=on) for first in firsts):
        return _("You had a part in this decision. Another approver has to settle this.")
    return None


def had_part(decision: Decision, user: User) -> bool:
    """Whether the officer decided the case, passed or refused it, keyed it in or brought its list."""
    case = decision.application
    said = case.opinions.filter(act__in=[Act.PASS, Act.REFUSE])
    given = said.filter(by=user) | said.filter(on_behalf_of=user)
    return (
        decision.by_id == user.pk
        or given.exists()
        or bool(keyed_in_by(case, [user]))
        or brought_in_by(case, [user])
    )
