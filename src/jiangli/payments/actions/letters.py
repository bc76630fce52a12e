"""What the claimant is told about their money. The texts are in ``correspondence/texts``."""

from datetime import datetime

from jiangli.correspondence import actions as correspondence
from jiangli.payments.models import Payment
from jiangli.payments.money import yuan


def tell_paid(payment: Payment, *, at: datetime) -> None:
    _tell("payment.paid", payment, at=at, card=payment.account_number[-4:])


def tell_returned(payment: Payment, *, at: datetime) -> None:
    _tell("payment.returned", payment, at=at, reason=payment.trouble)


def _tell(event: str, payment: Payment, *, at: datetime, **values: str) -> None:
    application = payment.entitlement.decision.application
    correspondence.tell(
        event,
        person=application.claimant,
        about=str(application.pk),
        once=f"{event}:{payment.pk}",
        at=at,
        amount=yuan(payment.amount_fen),
        payer=payment.payer.name,
        **values,
    )
