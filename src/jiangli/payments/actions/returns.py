"""What the bank sent back is read: what was paid is remembered, what came back waits for another card."""

import hashlib
from collections import Counter
from datetime import date, datetime

from django.db import transaction

from jiangli import files
from jiangli.accounts.models import Agency, User
from jiangli.applications.commitments import move_to_history
from jiangli.audit.actions import record
from jiangli.clock import day_of
from jiangli.payments.actions.letters import tell_paid, tell_returned
from jiangli.payments.channels import CHANNELS
from jiangli.payments.channels.contract import Answer
from jiangli.payments.matching import Verdict, What, match, reason_of
from jiangli.payments.models import Batch, Payment, ReturnedSheet
from jiangli.payments.moves import move, move_batch, take_turn
from jiangli.payments.permissions import cannot_read_returned
from jiangli.payments.status import BatchStatus, PaymentStatus
from jiangli.refused import Refused


def read_returned(
    payer: Agency, content: bytes, *, by: User, at: datetime, channel: str = "bank-sheet"
) -> ReturnedSheet:
    """Read a sheet from the bank; each of its rows is explained in ``rows`` of what is returned.

    Safe to run twice: the same file changes nothing and gives what was read from it the first time.
    """
    if reason := cannot_read_returned(payer.pk, by, on=day_of(at)):
        raise Refused(reason)
    answers = CHANNELS[channel].read(content)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        take_turn(payer)
        if known := ReturnedSheet.objects.filter(payer=payer, file_hash=digest).first():
            return known
        return _take(payer, answers, content, digest, by=by, at=at)


def _take(
    payer: Agency, answers: list[Answer], content: bytes, digest: str, *, by: User, at: datetime
) -> ReturnedSheet:
    batches = list(_batches(payer, answers))
    verdicts = match(answers, _payments(payer, answers, batches), today=day_of(at))
    for verdict in verdicts:
        _apply(verdict, by=by, at=at)
    for batch in batches:
        _close(batch, by=by, at=at)
    sheet = ReturnedSheet.objects.create(
        payer=payer,
        file=files.keep(content),
        file_hash=digest,
        rows=[verdict.as_row() for verdict in verdicts],
        read_at=at,
        read_by=by,
    )
    counts = Counter(str(verdict.what) for verdict in verdicts)
    record("sheet.read", sheet, by=by, at=at, rows=dict(counts))
    return sheet


def _batches(payer: Agency, answers: list[Answer]) -> list[Batch]:
    """The batches that the sheet speaks of, locked."""
    named = Payment.objects.filter(payer=payer, reference__in=[answer.reference for answer in answers])
    return list(Batch.objects.select_for_update().filter(pk__in=named.values("batch")).order_by("pk"))


def _payments(payer: Agency, answers: list[Answer], batches: list[Batch]) -> list[Payment]:
    """Everything in those batches, and what was named though it is in none, locked."""
    payments = Payment.objects.select_for_update(of=("self",)).filter(payer=payer)
    named = payments.filter(batch=None, reference__in=[answer.reference for answer in answers])
    return [*payments.filter(batch__in=batches), *named]


def _apply(verdict: Verdict, *, by: User, at: datetime) -> None:
    payment, answer = verdict.payment, verdict.answer
    if payment is None or answer is None:
        return
    if verdict.what is What.PAID:
        assert answer.day is not None  # a day is part of the verdict
        move(payment, PaymentStatus.PAID, paid_on=answer.day)
        _remember(payment, answer.day)
        record("payment.paid", payment, by=by, at=at, amount_fen=payment.amount_fen, row=answer.row)
        tell_paid(payment, at=at)
    elif verdict.what is What.RETURNED:
        day = answer.day or day_of(at)
        move(payment, PaymentStatus.RETURNED, returned_on=day, trouble=reason_of(answer))
        record("payment.returned", payment, by=by, at=at, amount_fen=payment.amount_fen, row=answer.row)
        tell_returned(payment, at=at)
    elif verdict.what is What.QUERIED:
        move(payment, PaymentStatus.UNKNOWN)
        record("payment.queried", payment, by=by, at=at, row=answer.row)


def _remember(payment: Payment, day: date) -> None:
    """Write it into the history, line by line, where the limits of later claims look."""
    move_to_history(
        payment.entitlement.decision.application,
        payer=payment.payer_id,
        fen=payment.amount_fen,
        on=day,
        source=payment.reference,
    )


def _close(batch: Batch, *, by: User, at: datetime) -> None:
    settled = {PaymentStatus.PAID, PaymentStatus.RETURNED}
    if batch.status == BatchStatus.SENT and not batch.payments.exclude(status__in=settled).exists():
        move_batch(batch, BatchStatus.CLOSED, closed_at=at)
        record("batch.closed", batch, by=by, at=at)
