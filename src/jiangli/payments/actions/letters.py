"""What the claimant is told about their money. The texts are in ``correspondence/texts``."""

from datetime import date, datetime
from typing import Any

from jiangli.correspondence.actions import tell
from jiangli.payments.models import Payment


def tell_sent(payment: Payment, *, at: datetime) -> None:
    _tell("payment.sent", payment, at=at)


def tell_paid(payment: Payment, *, day: date, at: datetime) -> None:
    _tell("payment.paid", payment, at=at, paid_on=day)


def tell_returned(payment: Payment, *, at: datetime) -> None:
    _tell("payment.returned", payment, at=at)


def _tell(event: str, payment: Payment, *, at: datetime, **values: Any) -> None:
    application = payment.entitlement.decision.application
    tell(
        event,
        person=application.claimant,
        about=str(application.pk),
        once=f"{event}:{payment.pk}",
        at=at,
        number=application.number,
        payer=payment.payer.name,
        amount_fen=payment.amount_fen,
        **values,
    )
