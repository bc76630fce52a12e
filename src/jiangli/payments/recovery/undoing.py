"""Set a confirmed finding aside because an objection was right: one officer asks, another of the agency confirms.

At once, or not at all: its bans end, what it stopped is owed again, and its orders to pay back are cancelled. What
came back already is noted on the order: the payer owes it again.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import Agency, User
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.applications.permissions import is_own
from jiangli.audit.actions import record
from jiangli.correspondence.actions import tell_all
from jiangli.payments.moves import take_turn
from jiangli.payments.recovery.models import RecoveryCase, RecoveryLine
from jiangli.payments.recovery.status import NEXT_RECOVERY, RecoveryState
from jiangli.refused import Refused
from jiangli.registers.bans import actions as bans
from jiangli.registers.bans.models import Ban
from jiangli.registers.bans.permissions import ASK, acts_only_for
from jiangli.reviews.fraud import actions as fraud
from jiangli.reviews.fraud.models import Finding, FindingState
from jiangli.reviews.fraud.permissions import owed_of

STANDS = (FindingState.CONFIRMED, FindingState.CLOSED)


def cannot_ask_to_undo(finding: Finding, user: User, *, on: date) -> str | None:
    """Why this officer cannot ask that the finding be set aside."""
    if reason := _cannot_at_all(finding, user, on=on):
        return reason
    if finding.undo_asked_at:
        return _("A colleague asked already. An approver confirms it, or leaves it.")
    return None


def cannot_undo(finding: Finding, user: User, *, on: date) -> str | None:
    """Why this officer cannot confirm that the finding is set aside."""
    if reason := _cannot_at_all(finding, user, on=on):
        return reason
    first = finding.undo_asked_by
    if first is None:
        return _("Somebody has to ask first, with a reason.")
    if Role.APPROVER not in roles_of(user, on=on):
        return _("Only an approver can confirm this.")
    if first == user or acts_only_for(first, user, {Role.APPROVER}, on=on):
        return _("Whoever asked cannot confirm, nor can their deputy. A colleague must do it.")
    return None


@transaction.atomic
def ask_to_undo(finding: Finding, *, reason: str, by: User, at: datetime) -> Finding:
    """The first officer's word that the objection is right, with the reason."""
    finding = fraud.locked_finding(finding)
    if why := cannot_ask_to_undo(finding, by, on=clock.day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say in a sentence why the objection is right."))
    _ask(finding, reason.strip()[:300], by, at)
    record("finding.undo_asked", finding, by=by, at=at)
    return finding


@transaction.atomic
def leave_found(finding: Finding, *, by: User, at: datetime) -> Finding:
    """The second officer does not agree, or the first takes it back: the finding stands as before."""
    finding = fraud.locked_finding(finding)
    if finding.undone_at or not finding.undo_asked_at:
        raise Refused(_("Nobody asks to set this finding aside."))
    if finding.undo_asked_by_id != by.pk and (why := cannot_undo(finding, by, on=clock.day_of(at))):
        raise Refused(why)
    _ask(finding, "", None, None)
    record("finding.left_standing", finding, by=by, at=at)
    return finding


@transaction.atomic
def undo(finding: Finding, *, by: User, at: datetime) -> Finding:
    """The second officer's word: the finding has no effect any more, and the claimant is told."""
    for payer in Agency.objects.filter(pk__in=owed_of(finding).values("payer")).order_by("pk"):
        take_turn(payer)
    finding = fraud.locked_finding(finding)
    if why := cannot_undo(finding, by, on=clock.day_of(at)):
        raise Refused(why)
    fraud.undo(finding, by=by, at=at)
    for ban in Ban.objects.filter(finding=finding.pk, lifted_at=None).order_by("pk"):
        bans.end_with_finding(
            ban, because=finding.undo_because, asked_by=finding.undo_asked_by, asked_at=finding.undo_asked_at,
            by=by, at=at,
        )  # fmt: skip
    for entitlement in owed_of(finding).filter(decision__set_aside_at=None).exclude(stopped_at=None):
        fraud.free(entitlement, finding, by=by, at=at)
    for recovery in RecoveryCase.objects.select_for_update().filter(finding=finding).order_by("pk"):
        _cancel(recovery, by=by, at=at)
    _tell(finding, at=at)
    return finding


def _cancel(recovery: RecoveryCase, *, by: User, at: datetime) -> None:
    """Nothing has to come back of it; its payments can be ordered back anew, by another finding."""
    if RecoveryState.CANCELLED not in NEXT_RECOVERY[RecoveryState(recovery.state)]:
        return
    recovery.state = RecoveryState.CANCELLED
    recovery.save(update_fields=["state"])
    RecoveryLine.objects.filter(recovery=recovery).update(cancelled_at=at)
    record("recovery.cancelled", recovery, by=by, at=at, recovered_fen=recovery.recovered_fen)


def _tell(finding: Finding, *, at: datetime) -> None:
    for row in finding.cases.select_related("application"):
        tell_all(
            "finding.undone",
            fraud.readers(finding.party),
            about=row.application.pk,
            once=f"finding.undone:{finding.pk}:{row.application.pk}",
            at=at,
            number=row.application.number,
            agency=finding.agency.names,
        )


def _ask(finding: Finding, because: str, by: User | None, at: datetime | None) -> None:
    finding.undo_because, finding.undo_asked_by, finding.undo_asked_at = because, by, at
    finding.save(update_fields=["undo_because", "undo_asked_by", "undo_asked_at"])


def _cannot_at_all(finding: Finding, user: User, *, on: date) -> str | None:
    if user.agency_id != finding.agency_id or not roles_of(user, on=on) & ASK:
        return _("Only officers who deal with cases at the agency that records it can do this.")
    if any(is_own(row.application, [user]) for row in finding.cases.select_related("application")):
        return _("Nobody handles their own case. A colleague has to take it.")
    if finding.state not in STANDS:
        return _("Only a confirmed finding can be set aside.")
    if RecoveryCase.objects.filter(finding=finding).exclude(freed_at=None).exists():
        return _(
            "What came back bars nothing any more by a decision of two. A new decision has to put this right."
        )
    return None
