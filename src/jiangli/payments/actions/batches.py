"""Payments that wait are frozen into a batch, and another person lets it go."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from jiangli.accounts.models import Agency, User
from jiangli.applications.actions import next_number
from jiangli.audit.actions import record
from jiangli.clock import day_of
from jiangli.payments.holding import held
from jiangli.payments.models import Batch, Payment
from jiangli.payments.moves import move, move_all, move_batch, take_turn
from jiangli.payments.permissions import cannot_dissolve, cannot_freeze, cannot_release, to_people
from jiangli.payments.seals import check_seals
from jiangli.payments.status import BatchStatus, PaymentStatus
from jiangli.refused import Refused


@transaction.atomic
def freeze(payer: Agency, *, by: User, at: datetime, payments: Collection[Payment] | None = None) -> Batch:
    """Put ``payments``, or all that wait, into a batch whose count and total stay as they are now.

    Payments to the officer themself, and those that are held back, stay behind when all are taken, and are refused
    when they are named.
    """
    take_turn(payer)
    if reason := cannot_freeze(payer.pk, by, on=day_of(at), payments=payments):
        raise Refused(reason)
    lines = _waiting(payer, payments, by, at=at)
    check_seals(lines)
    batch = Batch.objects.create(
        number=next_number(f"{payer.prefix}-P", on=day_of(at)),
        payer=payer,
        count=len(lines),
        total_fen=sum(line.amount_fen for line in lines),
        frozen_at=at,
        frozen_by=by,
    )
    for line in lines:
        move(line, PaymentStatus.FROZEN, batch=batch)
    record("batch.frozen", batch, by=by, at=at, count=batch.count, total_fen=batch.total_fen)
    return batch


@transaction.atomic
def dissolve(batch: Batch, *, by: User, at: datetime) -> Batch:
    """Take a frozen batch apart again; its payments wait for another one."""
    batch = locked(batch)
    if reason := cannot_dissolve(batch, by, on=day_of(at)):
        raise Refused(reason)
    move_all(batch, PaymentStatus.DUE, batch=None)
    move_batch(batch, BatchStatus.DISSOLVED)
    record("batch.dissolved", batch, by=by, at=at, count=batch.count, total_fen=batch.total_fen)
    return batch


@transaction.atomic
def release(batch: Batch, *, by: User, at: datetime) -> Batch:
    """Let a frozen batch go to the bank. Its payments must still add up to what was frozen."""
    batch = locked(batch)
    if reason := cannot_release(batch, by, on=day_of(at)):
        raise Refused(reason)
    check_totals(batch)
    move_all(batch, PaymentStatus.RELEASED)
    move_batch(batch, BatchStatus.RELEASED, released_at=at, released_by=by)
    record("batch.released", batch, by=by, at=at, count=batch.count, total_fen=batch.total_fen)
    return batch


def check_totals(batch: Batch) -> None:
    """Refused if count or total are no longer those that were frozen, or a payment is not as it was made."""
    found = batch.payments.aggregate(count=Count("pk"), total=Sum("amount_fen"))
    if (found["count"], found["total"]) != (batch.count, batch.total_fen):
        raise Refused(
            _("This batch no longer adds up to what was frozen. Dissolve it and ask who changed it.")
        )
    check_seals(batch.payments.all())


def locked(batch: Batch) -> Batch:
    """The batch as it is now, for this act alone until the transaction ends."""
    take_turn(batch.payer)
    return Batch.objects.select_for_update(of=("self",)).select_related("payer").get(pk=batch.pk)


def _waiting(payer: Agency, payments: Collection[Payment] | None, by: User, *, at: datetime) -> list[Payment]:
    waiting = Payment.objects.select_for_update().filter(payer=payer, status=PaymentStatus.DUE)
    if payments is None:
        own = Payment.objects.filter(to_people({by})).values("pk")
        back = held(Payment.objects.filter(payer=payer, status=PaymentStatus.DUE), on=day_of(at))
        return list(waiting.exclude(pk__in=own).exclude(pk__in=back).order_by("due_at", "reference"))
    keys = {payment.pk for payment in payments}
    lines = list(waiting.filter(pk__in=keys).order_by("due_at", "reference"))
    if not lines or len(lines) != len(keys):
        raise Refused(_("Some of these payments no longer wait. Look at the list again and choose anew."))
    return lines
