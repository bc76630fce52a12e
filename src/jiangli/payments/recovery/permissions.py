"""Why not: enter what came back, free what it barred, close the finding."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.applications.permissions import is_own
from jiangli.payments.recovery.models import RecoveryCase
from jiangli.payments.recovery.status import RecoveryState
from jiangli.registers.bans.permissions import ASK, acts_only_for
from jiangli.reviews.fraud.models import Finding, FindingState

OPEN = (RecoveryState.ORDERED, RecoveryState.PART)


def cannot_enter_repayment(recovery: RecoveryCase, user: User, *, on: date) -> str | None:
    """The payer's payment clerks enter it, from the payer's own bank statement."""
    if user.agency_id != recovery.payer_id or Role.CASHIER not in roles_of(user, on=on):
        return _("Only a payment clerk of the paying body can do this.")
    if is_own(recovery.application, [user]):
        return _("Nobody handles their own case. A colleague has to take it.")
    if recovery.state not in OPEN:
        return _("Nothing is open of this any more.")
    return None


def cannot_ask_to_free(recovery: RecoveryCase, user: User, *, on: date) -> str | None:
    if reason := _cannot_free_at_all(recovery, user, on=on):
        return reason
    if recovery.free_asked_at:
        return _("A colleague asked already. An approver confirms it, or leaves it.")
    return None


def cannot_free(recovery: RecoveryCase, user: User, *, on: date) -> str | None:
    if reason := _cannot_free_at_all(recovery, user, on=on):
        return reason
    if recovery.free_asked_by is None:
        return _("Somebody has to ask first, with a reason.")
    if Role.APPROVER not in roles_of(user, on=on):
        return _("Only an approver can confirm this.")
    first = recovery.free_asked_by
    if first == user or acts_only_for(first, user, {Role.APPROVER}, on=on):
        return _("Whoever asked cannot confirm, nor can their deputy. A colleague must do it.")
    return None


def cannot_close(finding: Finding, user: User, *, on: date) -> str | None:
    """A finding is closed once nothing has to come back any more."""
    if user.agency_id != finding.agency_id or not roles_of(user, on=on) & ASK:
        return _("Only officers who deal with cases at the agency that records it can do this.")
    if finding.state != FindingState.CONFIRMED:
        return _("Only a confirmed finding is closed.")
    if RecoveryCase.objects.filter(finding=finding, state__in=OPEN).exists():
        return _("Money is still to come back. Close it when all is back or written off.")
    return None


def _cannot_free_at_all(recovery: RecoveryCase, user: User, *, on: date) -> str | None:
    if user.agency_id != recovery.finding.agency_id or not roles_of(user, on=on) & ASK:
        return _("Only officers who deal with cases at the agency that records it can do this.")
    if is_own(recovery.application, [user]):
        return _("Nobody handles their own case. A colleague has to take it.")
    if recovery.freed_at:
        return _("It bars nothing any more already.")
    if recovery.state == RecoveryState.CANCELLED:
        return _("The finding was set aside: it bars what it barred before it.")
    of_case = RecoveryCase.objects.filter(application=recovery.application_id)
    if of_case.exclude(state__in=[RecoveryState.RECOVERED, RecoveryState.CANCELLED]).exists():
        return _("Only once all that was paid on this case is back can it stop barring another claim.")
    return None
