"""A payment that the bank returned goes out again, to another account of the same person."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.applications.permissions import payee_of
from jiangli.audit.actions import record
from jiangli.clock import day_of
from jiangli.payments.actions.due import new_payment
from jiangli.payments.actions.letters import tell_card_changed
from jiangli.payments.models import Payment
from jiangli.payments.moves import take_turn
from jiangli.payments.permissions import cannot_correct_account
from jiangli.payments.seals import check_seals, seal_of
from jiangli.payments.status import PaymentStatus
from jiangli.refused import Refused
from jiangli.registers.names import same_name


@transaction.atomic
def correct_account(payment: Payment, *, account: dict[str, str], by: User, at: datetime) -> Payment:
    """Give a returned payment another account; gives the payment that replaces it.

    ``account``: ``account_name``, ``account_number``, ``account_bank``. What the case's other payers have
    waiting goes to the new account too; what they have in a batch stays as it is. The claimant is told,
    whoever gave the account.
    """
    take_turn(payment.payer)
    payment = Payment.objects.select_for_update(of=("self",)).select_related("payer").get(pk=payment.pk)
    if reason := cannot_correct_account(payment, by, on=day_of(at)):
        raise Refused(reason)
    application = payment.entitlement.decision.application
    application = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    _set_account(application, _checked(account, payee_of(application).name))
    again = new_payment(payment.entitlement, application, at=at)
    again.instead_of, again.corrected_by = payment, by
    again.save(force_insert=True)
    record("payment.reissued", again, by=by, at=at, instead_of=payment.reference, payer=payment.payer_id)
    _redirect_waiting(again, application, by=by, at=at)
    tell_card_changed(again, at=at)
    return again


def _checked(account: dict[str, str], claimant: str) -> dict[str, str]:
    """The account without stray spaces. Refused if it is incomplete, or not the claimant's own.

    The name stays as it was typed, which is how the bank has it: a dot may be written another way there.
    """
    name, bank = account.get("account_name", "").strip(), account.get("account_bank", "").strip()
    number = re.sub(r"[\s-]", "", account.get("account_number", ""))
    if not same_name(name, claimant):
        raise Refused(
            _("The card is in the name of “%(card)s”, the case of “%(claimant)s”. Please give your own card.")
            % {"card": name, "claimant": claimant}
        )
    if not re.fullmatch(r"[0-9]{8,30}", number):
        raise Refused(_("Please type the whole card number, digits only."))
    if not bank:
        raise Refused(
            _("Please write the bank down to its branch. The money cannot find its way without it.")
        )
    return {"account_name": name, "account_number": number, "account_bank": bank}


def _set_account(row: Application, account: dict[str, str]) -> None:
    for field, value in account.items():
        setattr(row, field, value)
    row.save(update_fields=list(account))


def _redirect_waiting(again: Payment, application: Application, *, by: User, at: datetime) -> None:
    """Other payers' payments of the case that still wait would come back from the old account too."""
    waiting = Payment.objects.select_for_update().filter(
        status=PaymentStatus.DUE, entitlement__decision=again.entitlement.decision_id
    )
    others = list(waiting.exclude(pk=again.pk))
    check_seals(others)
    for other in others:
        other.payee_name, other.account_bank = application.account_name, application.account_bank
        other.account_number, other.corrected_by = application.account_number, by
        other.seal = seal_of(other)
        other.save(update_fields=["payee_name", "account_bank", "account_number", "corrected_by", "seal"])
        record("payment.redirected", other, by=by, at=at)
