"""The only place where a payment or a batch changes its state, and the turn that one payer's acts take."""

from typing import Any

from jiangli.accounts.models import Agency
from jiangli.payments.models import Batch, Payment
from jiangli.payments.status import NEXT, NEXT_BATCH, BatchStatus, PaymentStatus


class ForbiddenMove(Exception):
    """The table of states has no such step. A fault of ours: a permission should have said no before."""


def take_turn(payer: Agency) -> None:
    """Wait until no other act on this payer's money is under way; held until the transaction ends.

    Rows that point to the agency can still be written meanwhile (``no_key``).
    """
    Agency.objects.select_for_update(no_key=True).get(pk=payer.pk)


def move_batch(batch: Batch, to: BatchStatus, /, **fields: Any) -> None:
    """Take a locked batch to ``to`` and set ``fields`` with it."""
    if to not in NEXT_BATCH[BatchStatus(batch.status)]:
        raise ForbiddenMove(f"{batch.number}: {batch.status} to {to}")
    _set(batch, {"status": to, **fields})


def move(payment: Payment, to: PaymentStatus, /, **fields: Any) -> None:
    """Take a locked payment to ``to`` and set ``fields`` with it."""
    if to not in NEXT[PaymentStatus(payment.status)]:
        raise ForbiddenMove(f"{payment.reference}: {payment.status} to {to}")
    _set(payment, {"status": to, **fields})


def move_all(batch: Batch, to: PaymentStatus, /, **fields: Any) -> None:
    """Take every payment of a locked batch to ``to``, or none."""
    for status in set(batch.payments.select_for_update().values_list("status", flat=True)):
        if to not in NEXT[PaymentStatus(status)]:
            raise ForbiddenMove(f"{batch.number}: a payment from {status} to {to}")
    batch.payments.update(status=to, **fields)


def _set(row: Batch | Payment, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
