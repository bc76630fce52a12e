"""The file that goes to the bank: written once, then only fetched."""

import hashlib
from datetime import datetime

from django.db import transaction

from jiangli import files
from jiangli.accounts.models import User
from jiangli.audit.actions import record
from jiangli.clock import day_of
from jiangli.payments.actions.batches import check_totals, locked
from jiangli.payments.actions.letters import tell_sent
from jiangli.payments.channels import CHANNELS
from jiangli.payments.channels.contract import Order, Orders
from jiangli.payments.models import Batch, Payment
from jiangli.payments.moves import move_all, move_batch
from jiangli.payments.permissions import cannot_write_sheet
from jiangli.payments.status import BatchStatus, PaymentStatus
from jiangli.programmes import queries as programmes
from jiangli.refused import Refused


@transaction.atomic
def write_sheet(batch: Batch, *, by: User, at: datetime) -> str:
    """Write the file of a released batch and mark it as sent; says the file's name in ``files``.

    Safe to run twice: a batch has one file. Should all stop between file and mark, the file is an orphan
    that nobody was handed, and the next run writes another.
    """
    batch = locked(batch)
    if reason := cannot_write_sheet(batch, by, on=day_of(at)):
        raise Refused(reason)
    if batch.sheet:
        return batch.sheet
    check_totals(batch)
    content = CHANNELS[batch.channel].write(_orders(batch, at))
    move_all(batch, PaymentStatus.SENT, sent_at=at)
    sheet, digest = files.keep(content), hashlib.sha256(content).hexdigest()
    move_batch(batch, BatchStatus.SENT, sheet=sheet, sheet_hash=digest, sent_at=at)
    for payment in batch.payments.all():
        tell_sent(payment, at=at)
    record("batch.sent", batch, by=by, at=at, count=batch.count, total_fen=batch.total_fen, hash=digest)
    return sheet


def _orders(batch: Batch, at: datetime) -> Orders:
    lines = batch.payments.select_related("entitlement__decision__version").order_by("reference")
    return Orders(
        payer=batch.payer.name, number=batch.number, written_at=at, orders=tuple(map(_order, lines))
    )


def _order(payment: Payment) -> Order:
    return Order(
        reference=payment.reference,
        name=payment.payee_name,
        account=payment.account_number,
        bank=payment.account_bank,
        amount_fen=payment.amount_fen,
        purpose=programmes.rule(payment.entitlement.decision.version).title.say("zh"),
    )
