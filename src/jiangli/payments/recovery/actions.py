"""Confirm a finding and order the money back; enter what came back; free what it barred, if two so decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from jiangli import clock, rules
from jiangli.accounts.models import Agency, User
from jiangli.applications.actions import next_number
from jiangli.applications.actions.moves import locked
from jiangli.applications.assessing import programme_of
from jiangli.applications.commitments import free_after_recovery
from jiangli.audit.actions import record
from jiangli.correspondence.actions import tell_all
from jiangli.payments.models import Payment
from jiangli.payments.moves import take_turn
from jiangli.payments.queries import payments_of
from jiangli.payments.recovery.models import RecoveryCase, RecoveryLine, Repayment
from jiangli.payments.recovery.permissions import (
    cannot_ask_to_free,
    cannot_close,
    cannot_enter_repayment,
    cannot_free,
)
from jiangli.payments.recovery.status import NEXT_RECOVERY, RecoveryState
from jiangli.payments.status import PaymentStatus
from jiangli.refused import Refused
from jiangli.reviews.fraud import actions as fraud
from jiangli.reviews.fraud.models import Finding, FindingState
from jiangli.reviews.fraud.permissions import owed_of
from jiangli.rules.errors import Words

NOTHING_BARRED = Words("本文件没有规定禁止再申请。", "This document bars no further claim.")
BARRED = Words(
    "同一文件下不得再次申请，期限请登录查看。", "No further claim under it; sign in to see until when."
)


@transaction.atomic
def confirm(finding: Finding, *, by: User, at: datetime) -> Finding:
    """The second officer's word. At once, or not at all: what is owed is stopped, bans are laid, money is ordered back.

    The claimant is told what was found, by which clause, how much has to come back and how to object.
    """
    for payer in Agency.objects.filter(pk__in=owed_of(finding).values("payer")).order_by("pk"):
        take_turn(payer)
    finding = fraud.locked_finding(finding)
    laid = fraud.uphold(finding, by=by, at=at)
    for entitlement in owed_of(finding).exclude(payments__status=PaymentStatus.PAID):
        fraud.stop(entitlement, finding, by=by, at=at)
    opened = _order(finding, by=by, at=at)
    barred = [ban for ban in laid if ban.party == finding.party]
    for row in finding.cases.select_related("application"):
        law = programme_of(row.application)
        here = [ban for ban in barred if ban.document == law.document.id]
        tell_all(
            "finding.confirmed",
            fraud.readers(finding.party),
            about=row.application.pk,
            once=f"finding.confirmed:{finding.pk}:{row.application.pk}",
            at=at,
            number=row.application.number,
            amount_fen=sum(one.amount_fen for one in opened if one.application_id == row.application_id),
            clause=here[0].clause if here else law.title,
            ban=BARRED if here else NOTHING_BARRED,
            agency=Words(
                f"{finding.agency.name} {finding.agency.phone}".strip(),
                f"{finding.agency.name_en} {finding.agency.phone}".strip(),
            ),
        )
    return finding


def order_back(*, at: datetime) -> int:
    """Order back what reached its payee after the finding was confirmed; says how many payments. Safe to run twice."""
    findings = Finding.objects.filter(state=FindingState.CONFIRMED).order_by("pk")
    return sum(_order_late(finding, at=at) for finding in findings if _paid(finding).exists())


@transaction.atomic
def enter_repayment(
    recovery: RecoveryCase, *, amount_fen: int, received_on: date, reference: str, by: User, at: datetime
) -> Repayment:
    """Note money that came back, from the bank statement. Refused above what is open, or for a line entered before."""
    recovery = _locked(recovery)
    today, reference = clock.day_of(at), reference.strip()
    if reason := cannot_enter_repayment(recovery, by, on=today):
        raise Refused(reason)
    if amount_fen <= 0:
        raise Refused(_("The amount has to be more than nothing."))
    if amount_fen > recovery.open_fen:
        raise Refused(
            _("Only %(open)s is open. More cannot be entered here; find out what the rest is for.")
            % {"open": rules.yuan(recovery.open_fen)}
        )
    if not reference:
        raise Refused(_("Give the reference of the bank statement."))
    if received_on > today or received_on < recovery.ordered_on:
        raise Refused(_("The money came in between the order and today. Look at the day again."))
    if Repayment.objects.filter(payer=recovery.payer_id, reference=reference).exists():
        raise Refused(_("The bank's reference %(reference)s was entered before.") % {"reference": reference})
    row = Repayment.objects.create(
        recovery=recovery,
        payer=recovery.payer,
        amount_fen=amount_fen,
        received_on=received_on,
        reference=reference,
        entered_by=by,
        entered_at=at,
    )
    recovery.recovered_fen += amount_fen
    _settle(recovery)
    record("recovery.repaid", recovery, by=by, at=at, amount_fen=amount_fen, repayment=str(row.pk))
    return row


@transaction.atomic
def ask_to_free(recovery: RecoveryCase, *, reason: str, by: User, at: datetime) -> RecoveryCase:
    """The first officer's word that what is back shall bar nothing any more, with the reason."""
    recovery = _locked(recovery)
    if why := cannot_ask_to_free(recovery, by, on=clock.day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say in a sentence why it shall bar nothing any more."))
    recovery.free_because, recovery.free_asked_by, recovery.free_asked_at = reason.strip()[:300], by, at
    recovery.save(update_fields=["free_because", "free_asked_by", "free_asked_at"])
    record("recovery.free_asked", recovery, by=by, at=at)
    return recovery


@transaction.atomic
def free(recovery: RecoveryCase, *, by: User, at: datetime) -> RecoveryCase:
    """The second officer's word: keys, ceilings and history of the case are freed. Without it they stay taken."""
    application = locked(recovery.application)
    recovery = _locked(recovery)
    if why := cannot_free(recovery, by, on=clock.day_of(at)):
        raise Refused(why)
    sources = list(payments_of(application).values_list("reference", flat=True))
    free_after_recovery(application, sources=sources, on=clock.day_of(at), at=at)
    recovery.freed_by, recovery.freed_at = by, at
    recovery.save(update_fields=["freed_by", "freed_at"])
    record("recovery.freed", recovery, by=by, at=at)
    return recovery


@transaction.atomic
def close_finding(finding: Finding, *, reason: str, by: User, at: datetime) -> Finding:
    """Nothing has to come back any more. Bans go on; they are lifted on their own."""
    finding = fraud.locked_finding(finding)
    if why := cannot_close(finding, by, on=clock.day_of(at)):
        raise Refused(why)
    return fraud.end(finding, FindingState.CLOSED, reason=reason, by=by, at=at)


def _paid(finding: Finding):  # type: ignore[no-untyped-def]
    """Payments of its cases that arrived and are not ordered back yet."""
    return Payment.objects.filter(
        entitlement__in=owed_of(finding), status=PaymentStatus.PAID, recovery_line=None
    )


@transaction.atomic
def _order_late(finding: Finding, *, at: datetime) -> int:
    finding = fraud.locked_finding(finding)
    count: int = _paid(finding).count()
    for recovery in _order(finding, by=None, at=at):
        tell_all(
            "recovery.ordered",
            fraud.readers(finding.party),
            about=recovery.application_id,
            once=f"recovery.ordered:{recovery.pk}:{recovery.amount_fen}",
            at=at,
            number=recovery.application.number,
            amount_fen=recovery.open_fen,
            by_on=recovery.due_on,
            agency=recovery.payer.names,
        )
    return count


def _order(finding: Finding, *, by: User | None, at: datetime) -> list[RecoveryCase]:
    """A line for each payment that arrived, in the recovery case of its case and payer; those that changed."""
    rows = _paid(finding).select_related("payer", "entitlement__decision__application").order_by("reference")
    changed: dict[str, RecoveryCase] = {}
    for payment in rows:
        recovery = _recovery_of(finding, payment, at=at)
        RecoveryLine.objects.create(recovery=recovery, payment=payment, amount_fen=payment.amount_fen)
        recovery.amount_fen += payment.amount_fen
        _settle(recovery)
        record("recovery.ordered", recovery, by=by, at=at, amount_fen=payment.amount_fen)
        changed[str(recovery.pk)] = recovery
    return _worded(changed.values(), finding)


def _recovery_of(finding: Finding, payment: Payment, *, at: datetime) -> RecoveryCase:
    application, today = payment.entitlement.decision.application, clock.day_of(at)
    key: dict[str, Any] = {"finding": finding, "application": application, "payer": payment.payer}
    if (there := RecoveryCase.objects.select_for_update().filter(**key).first()) is not None:
        return there
    return RecoveryCase.objects.create(
        number=next_number(f"{payment.payer.prefix}-R", on=today),
        ordered_on=today,
        due_on=finding.pay_back_by or today,
        order_text="",
        **key,
    )


def _worded(recoveries: Iterable[RecoveryCase], finding: Finding) -> list[RecoveryCase]:
    """The words of the order, with the sum as it is now."""
    found = list(recoveries)
    for recovery in found:
        law = programme_of(recovery.application)
        ban = law.document.ban
        with override("zh-hans"):
            recovery.order_text = _(
                "In case %(number)s (%(programme)s) a false claim was found (%(finding)s). %(clause)s The %(amount)s "
                "that %(payer)s paid have to be paid back by %(day)s."
            ) % {
                "number": recovery.application.number,
                "programme": law.title.zh,
                "finding": finding.number,
                "clause": f"{ban.basis.clause}：“{ban.basis.quote}”" if ban else "",
                "amount": rules.yuan(recovery.amount_fen),
                "payer": recovery.payer.name,
                "day": recovery.due_on.isoformat(),
            }
        recovery.save(update_fields=["order_text"])
    return found


def _settle(recovery: RecoveryCase) -> None:
    """The state that follows from the sums."""
    if recovery.recovered_fen == recovery.amount_fen:
        to = RecoveryState.RECOVERED
    else:
        to = RecoveryState.PART if recovery.recovered_fen else RecoveryState.ORDERED
    if to != recovery.state:
        if to not in NEXT_RECOVERY[RecoveryState(recovery.state)]:
            raise RuntimeError(f"{recovery} cannot go from {recovery.state} to {to}.")
        recovery.state = to
    recovery.save(update_fields=["amount_fen", "recovered_fen", "state"])


def _locked(recovery: RecoveryCase) -> RecoveryCase:
    rows = RecoveryCase.objects.select_for_update(of=("self",))
    return rows.select_related("payer", "finding__agency", "application").get(pk=recovery.pk)
