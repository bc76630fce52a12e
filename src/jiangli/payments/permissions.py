"""Why not: each function gives the sentence that stands in the way, or None. Serves button and guard alike.

Freezing, writing sheets, reading them back and giving a returned payment another card (as the claimant may)
is the payment clerk's; releasing is the releaser's. The
releaser is another person than the one who froze, and had no part in any case of the batch. A deputy is
bound by what they did themselves and by what the person they stand in for did. Nothing is released in a series
before two officers have declared that its history is complete.
"""

from collections.abc import Collection
from datetime import date
from typing import TypeGuard

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jiangli.accounts.models import Agency, Post, User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role
from jiangli.applications.permissions import acts_for
from jiangli.payments.holding import held
from jiangli.payments.models import Batch, Payment
from jiangli.payments.queries import undeclared
from jiangli.payments.status import BatchStatus, PaymentStatus
from jiangli.reviews.adopted import is_bound


def cannot_freeze(
    payer_code: str, user: User | None, *, on: date, payments: Collection[Payment] | None = None
) -> str | None:
    """Asked without ``payments``, whether anything waits that this officer may put into a batch."""
    if reason := _not_clerk(payer_code, user, on=on):
        return reason
    assert user is not None  # as _not_clerk has seen
    if payments is not None:
        keys = [payment.pk for payment in payments]
        if Payment.objects.filter(pk__in=keys).filter(to_people({user})).exists():
            return _("One of these payments is to yourself. A colleague must put it into a batch.")
        return _held_back(Payment.objects.filter(pk__in=keys), on=on)
    due = Payment.objects.filter(payer=payer_code, status=PaymentStatus.DUE)
    others = due.exclude(to_people({user}))
    if others.exclude(pk__in=held(others, on=on)).exists():
        return None
    if others.exists():
        return _("Only payments that are held back are waiting. The list says why.")
    if due.exists():
        return _("Only payments to yourself are waiting. A colleague must put them into a batch.")
    return _("No payment is waiting. New ones appear here once a case is approved.")


def cannot_dissolve(batch: Batch, user: User | None, *, on: date) -> str | None:
    if reason := _not_clerk(batch.payer_id, user, on=on):
        return reason
    if batch.status == BatchStatus.FROZEN:
        return None
    if batch.status == BatchStatus.RELEASED and held(batch.payments.all(), on=on):
        return None  # its sheet is not written: nothing has left
    return _("Only a batch that waits for release can be dissolved.")


def cannot_release(batch: Batch, user: User | None, *, on: date) -> str | None:
    if not _of(user, batch.payer_id) or Role.RELEASER not in roles_of(user, on=on):
        return _("Only a releaser of the paying body can release a batch.")
    if batch.status != BatchStatus.FROZEN:
        return _("This batch does not wait for release.")
    reasons = [_part_taken(batch, {user, holder}) for holder in _holders(user, Role.RELEASER, on=on)]
    if None not in reasons:
        return reasons[0]
    lines = batch.payments.all()
    return _held_in_batch(lines, on=on) or history_lacks(batch.payer, lines)


def _held_back(payments: QuerySet[Payment], *, on: date) -> str | None:
    """The first reason why one of these must not go out."""
    found = held(payments, on=on)
    row = payments.filter(pk__in=found).order_by("due_at", "reference").first()
    if row is None:
        return None
    return _("Payment %(reference)s is held back: %(why)s") % {
        "reference": row.reference,
        "why": found[row.pk],
    }


def _held_in_batch(payments: QuerySet[Payment], *, on: date) -> str | None:
    if reason := _held_back(payments, on=on):
        return _("%(why)s Dissolve the batch, and freeze the others anew.") % {"why": reason}
    return None


def history_lacks(payer: Agency, payments: QuerySet[Payment]) -> str | None:
    """What this payer has to declare before these payments can be released; None if nothing."""
    missing = undeclared(payer, payments)
    if not missing:
        return None
    return _(
        "What was paid before is not declared complete for: %(series)s. A list clerk or approver of %(payer)s "
        "declares it under “History”, another officer confirms it; then this can be released."
    ) % {"series": "；".join(scope.title for scope in missing), "payer": payer.short_name}


def cannot_write_sheet(batch: Batch, user: User | None, *, on: date) -> str | None:
    """Once written, the sheet can be fetched again for as long as one likes."""
    if reason := _not_clerk(batch.payer_id, user, on=on):
        return reason
    if batch.status == BatchStatus.FROZEN:
        return _("The batch must be released first, by another person than the one who froze it.")
    if batch.status == BatchStatus.DISSOLVED:
        return _("This batch was dissolved. Its payments wait for another one.")
    if batch.status == BatchStatus.RELEASED and (stopped := held(batch.payments.all(), on=on)):
        return _("A payment of this batch must not go out any more: %(why)s Dissolve the batch.") % {
            "why": next(iter(stopped.values()))
        }
    return None


def cannot_read_returned(payer_code: str, user: User | None, *, on: date) -> str | None:
    return _not_clerk(payer_code, user, on=on)


def cannot_correct_account(payment: Payment, user: User | None, *, on: date) -> str | None:
    """The claimant may, and a payment clerk of the payer, but not for themself."""
    application = payment.entitlement.decision.application
    if user is None or not user.is_authenticated:
        return _("Please prove your phone first, then give another card.")
    if not acts_for(application, user) and _not_clerk(payment.payer_id, user, on=on):
        return _("Only the claimant, or a payment clerk of the paying body, can give another card.")
    if user.is_officer and application.claimant and application.claimant.officer_id == user.pk:
        return _("This payment is to yourself. A colleague must correct it.")
    if payment.status != PaymentStatus.RETURNED:
        return _("Only a payment that the bank returned needs another card.")
    if payment.entitlement.stopped_at:
        return _("What is owed on this case was stopped. Nothing is paid on it.")
    if is_bound(payment.entitlement.decision):
        return _("This was decided by a draft. Nothing is paid on it until it is decided anew.")
    if Payment.objects.filter(instead_of=payment).exists():
        return _("Another card was given already. The money goes out again with the next batch.")
    return None


def _not_clerk(payer_code: str, user: User | None, *, on: date) -> str | None:
    if not _of(user, payer_code) or Role.CASHIER not in roles_of(user, on=on):
        return _("Only a payment clerk of the paying body can do this.")
    return None


def _of(user: User | None, agency: str) -> TypeGuard[User]:
    return user is not None and user.is_authenticated and user.agency_id == agency


def _holders(user: User, role: Role, *, on: date) -> list[User]:
    """Whose post ``user`` may use: their own, else those of the people they stand in for."""
    people = stands_in_for(user, on=on)
    holders = {post.user for post in Post.objects.filter(user__in=people, role=role).select_related("user")}
    return [user] if user in holders else sorted(holders, key=lambda holder: str(holder.pk))


def _part_taken(batch: Batch, people: set[User]) -> str | None:
    if batch.frozen_by in people:
        return _("Whoever froze a batch cannot release it, nor can their deputy. A colleague must do it.")
    lines = batch.payments
    if lines.filter(to_people(people)).exists():
        return _("A payment in this batch is to yourself, or to the person you stand in for.")
    if lines.filter(corrected_by__in=people).exists():
        return _("You changed the account of a payment in this batch. A colleague must release it.")
    decision = "entitlement__decision"
    opinion = f"{decision}__application__opinions"
    part = (
        Q(**{f"{decision}__by__in": people})
        | Q(**{f"{opinion}__by__in": people})
        | Q(**{f"{opinion}__on_behalf_of__in": people})
        | Q(**{f"{decision}__application__look_ups__by__in": people})
        | Q(**{f"{decision}__application__overrides__asked_by__in": people})
        | Q(**{f"{decision}__application__overrides__confirmed_by__in": people})
    )
    if case := lines.filter(part).values_list(f"{decision}__application__number", flat=True).first():
        return _("You took part in case %(number)s of this batch. A colleague must release it.") % {
            "number": case
        }
    return None


def to_people(people: set[User]) -> Q:
    """Payments whose claimant is one of these officers."""
    claimant = "entitlement__decision__application__claimant"
    return Q(**{f"{claimant}__officer__in": people}) | Q(**{f"{claimant}__account__in": people})
