"""What the claimant is told about their money. The texts are in ``correspondence/texts``."""

from datetime import datetime
from typing import Any

from jiangli.applications.actions.letters import account_in_words, tell_party
from jiangli.payments.models import Payment


def tell_sent(payment: Payment, *, at: datetime) -> None:
    _tell("payment.sent", payment, {}, at=at)


def tell_paid(payment: Payment, *, at: datetime) -> None:
    _tell("payment.paid", payment, {"card": payment.account_number[-4:]}, at=at)


def tell_returned(payment: Payment, *, at: datetime) -> None:
    account = account_in_words(payment.entitlement.decision.application)
    more = {"reason": payment.trouble, "account": account}
    _tell("payment.returned", payment, more, at=at)


def tell_card_changed(payment: Payment, *, at: datetime) -> None:
    """On every change, also by an officer: whoever did not ask for it hears of it in time."""
    _tell("payment.card_changed", payment, {"card": payment.account_number[-4:]}, at=at)


def _tell(event: str, payment: Payment, more: dict[str, Any], *, at: datetime) -> None:
    application = payment.entitlement.decision.application
    tell_party(
        event,
        application,
        once=f"{event}:{payment.pk}",
        at=at,
        payer=payment.payer.names,
        amount_fen=payment.amount_fen,
        **more,
    )
