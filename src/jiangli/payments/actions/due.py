"""What was approved becomes a payment that waits."""

import base64
import secrets
from datetime import datetime

from django.db import transaction

from jiangli.accounts.models import Agency
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.payments.models import Payment
from jiangli.payments.moves import take_turn
from jiangli.payments.seals import seal_of
from jiangli.programmes.models import Version
from jiangli.programmes.queries import drafts
from jiangli.reviews.adopted import confirmed, still_draft
from jiangli.reviews.models import DecisionOutcome, Entitlement, EntitlementQuerySet


def fall_due(*, at: datetime) -> int:
    """Make a payment for each approved entitlement that is due and has none yet; says how many.

    Safe to run twice, and at the same time: payers take turns. An entitlement whose case has no whole
    account yet waits for the next run. One that was decided by a draft does not fall due before the draft is
    adopted and the adopted text says the same of it (``reviews.adopted``); else it is decided anew.
    What a body with its own system owes never falls due here: it pays there, and tells us.
    """
    payers = Agency.objects.filter(pk__in=_unpaid(at).values("payer")).order_by("pk")
    return sum(_fall_due_of(payer, at=at) for payer in payers)


def entitled() -> EntitlementQuerySet:
    """What approved cases are owed."""
    return Entitlement.objects.filter(
        decision__set_aside_at=None, decision__application__status=Status.APPROVED
    ).exclude(decision__outcome=DecisionOutcome.REFUSED)


def new_payment(entitlement: Entitlement, application: Application, *, at: datetime) -> Payment:
    """A payment, sealed and not saved, to the account that the case has now."""
    payment = Payment(
        reference="P" + base64.b32encode(secrets.token_bytes(10)).decode(),
        entitlement=entitlement,
        payer=entitlement.payer,
        amount_fen=entitlement.amount_fen,
        payee_name=application.account_name,
        account_number=application.account_number,
        account_bank=application.account_bank,
        due_at=at,
    )
    payment.seal = seal_of(payment)
    return payment


def _unpaid(at: datetime) -> EntitlementQuerySet:
    due = entitled().filter(payments__isnull=True, due_at__lte=at, stopped_at=None, payer__works_here=True)
    due = due.exclude(decision__application__programme_code__in=drafts())
    versions = Version.objects.filter(pk__in=due.values("decision__version")).defer("sources")
    by_draft = due.filter(decision__version__in=still_draft(versions))
    bound = by_draft.exclude(decision__in=confirmed().values("decision"))
    return due.exclude(pk__in=bound.values("pk"))


@transaction.atomic
def _fall_due_of(payer: Agency, *, at: datetime) -> int:
    take_turn(payer)
    made = 0
    entitlements = _unpaid(at).filter(payer=payer).order_by("due_at", "pk")
    for entitlement in entitlements.select_related("payer", "decision__application"):
        application = entitlement.decision.application
        if not (application.account_name and application.account_number and application.account_bank):
            continue
        payment = new_payment(entitlement, application, at=at)
        payment.save(force_insert=True)
        record("payment.due", payment, by=None, at=at, amount_fen=payment.amount_fen, payer=payer.pk)
        made += 1
    return made
