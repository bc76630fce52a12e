"""The seal of a payment: whose it is, how much and to which account, as it was when it was made.

A row whose payee, amount or account was changed outside the program has another seal, and never goes out. Its
state and its batch are not sealed: against those stand the constraints and the trail of events.
"""

from collections.abc import Iterable
from hmac import compare_digest

from django.utils.translation import gettext as _

from jiangli.fields import mac
from jiangli.payments.models import Payment
from jiangli.refused import Refused


def seal_of(payment: Payment) -> str:
    """The seal that the payment must have."""
    return mac(
        "payment",
        payment.pk,
        payment.reference,
        payment.entitlement_id,
        payment.payer_id,
        payment.amount_fen,
        payment.payee_name,
        payment.account_number,
        payment.account_bank,
    )


def check_seals(payments: Iterable[Payment]) -> None:
    """Refused if one of them is no longer as it was made."""
    for payment in payments:
        if not compare_digest(payment.seal, seal_of(payment)):
            raise Refused(
                _(
                    "Payment %(reference)s is not as it was made. Send nothing, "
                    "and ask the administrator who changed it."
                )
                % {"reference": payment.reference}
            )
