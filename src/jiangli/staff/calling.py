"""A case as one tells it to somebody who calls: how far it is, why, what they do next, by when, what of the money.

Nothing here that a caller must not hear: no numbers, no names of officers, no notes between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import Agency
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.stages import agency_at, answer_by, waits_for_claimant
from jiangli.applications.status import Status
from jiangli.correspondence.models import Message
from jiangli.looks.templatetags.looks import written_day
from jiangli.payments.queries import Share, shares_of
from jiangli.payments.status import PaymentStatus
from jiangli.reviews.models import Act, Opinion
from jiangli.reviews.queries import decision_of
from jiangli.staff.words import language, pair, part_label, say, stage_title, status_word

PAYMENT = {
    None: "waiting",
    PaymentStatus.DUE: "waiting",
    PaymentStatus.FROZEN: "waiting",
    PaymentStatus.RELEASED: "waiting",
    PaymentStatus.SENT: "sent",
    PaymentStatus.PAID: "paid",
    PaymentStatus.RETURNED: "returned",
    PaymentStatus.UNKNOWN: "querying",
}


@dataclass(frozen=True)
class Told:
    """``code`` and ``word`` are its state, ``why`` sentences, ``todo`` the next step in plain words."""

    case: Application
    title: str
    code: str
    word: str
    stage: str
    why: list[str]
    todo: str
    by_on: date | None


@dataclass(frozen=True)
class Money:
    payer: str
    amount_fen: int
    code: str
    says: str


def state_of(case: Application) -> tuple[str, str]:
    """The state's code in the table of states, and its word here."""
    status = Status(case.status)
    if status == Status.SUBMITTED:
        return "reviewing", stage_title(case)
    if status == Status.LAPSED:
        return "withdrawn", str(status.label)
    return status.value, status_word(status)


def told_of(case: Application, *, on: date) -> Told:
    """How far a case is, for the list and for the page of a caller."""
    code, word = state_of(case)
    stage = stage_title(case) if case.status == Status.SUBMITTED else ""
    todo, by_on = _next(case, on)
    return Told(case, say(programme_of(case).title), code, word, stage, _why(case), todo, by_on)


def _why(case: Application) -> list[str]:
    """Why it was returned, or not approved, or only in part; in the words that its claimant was told."""
    programme = programme_of(case)
    if case.status == Status.RETURNED:
        last = Opinion.objects.filter(application=case, act=Act.RETURN).last()
        if last is None:
            return []
        fields = [pair(part_label(programme, row["field"]), row["reason"]) for row in last.fields]
        return [*fields, *([last.text] if last.text else [])]
    if case.status in (Status.REFUSED, Status.APPROVED):  # not approved, or approved in part
        decision = decision_of(case)
        said = [str(reason.get("tell", "")) for reason in decision.reasons] if decision else []
        last = None
        if case.status == Status.REFUSED:
            last = Opinion.objects.filter(application=case, act=Act.REFUSE).last()
        return [words for words in (*said, last.text if last else "") if words]
    return []


def _next(case: Application, on: date) -> tuple[str, date | None]:
    """What the caller does next, and by when, or by when they hear."""
    match Status(case.status):
        case Status.DRAFT:
            return _("Nothing now. The counter is still entering the paper form."), None
        case Status.SUBMITTED if waits_for_claimant(case):
            return _(
                "Tell us the bank account: on the website, or at the counter with the identity card."
            ), None
        case Status.SUBMITTED:
            return _in_review(case, on)
        case Status.RETURNED:
            return _(
                "Correct the points above and hand it in again: online, or at the counter."
            ), case.correct_by
        case Status.REFUSED:
            return _("Ask for the reasons at the office, or apply anew once they are gone."), None
        case Status.LAPSED:
            return _("The time to correct it is over. Apply anew if the programme still takes claims."), None
        case Status.WITHDRAWN:
            return _("Nothing. It was withdrawn; one can apply anew while the programme takes claims."), None
    return _of_money(case), None


def _in_review(case: Application, on: date) -> tuple[str, date | None]:
    agency, day = _name(agency_at(case)), answer_by(case)
    if day is not None and day < on:
        return _("Nothing. %(agency)s should have answered by now; pass it on to whoever deals with it.") % {
            "agency": agency
        }, day
    return _("Nothing now. %(agency)s is looking at it and sends a message when there is news.") % {
        "agency": agency
    }, day


def _name(agency: Agency) -> str:
    return agency.name_en if language() == "en" else agency.short_name


def _of_money(case: Application) -> str:
    states = {share.status for share in shares_of(case)}
    if PaymentStatus.RETURNED in states:
        return _(
            "The bank sent the money back. Give another account: online, or at the counter with the card."
        )
    if states and states <= {PaymentStatus.PAID}:
        return _("Nothing. Everything has been paid.")
    return _("Nothing now. A message comes when the money is with the bank, and when it has arrived.")


def money_of(case: Application, *, on: date) -> list[Money]:
    """Each payer's sum and how far it is: paid on, with the bank, in a batch, waiting."""
    return [
        Money(_name(share.payer), share.amount_fen, PAYMENT[share.status], _says(share, on))
        for share in shares_of(case)
    ]


def _says(share: Share, on: date) -> str:
    payment = share.payment
    if payment is None or share.status == PaymentStatus.DUE:
        return _("Waits for the next batch")
    if share.status in {PaymentStatus.FROZEN, PaymentStatus.RELEASED}:
        return _("In a batch, goes to the bank next")
    if share.status == PaymentStatus.PAID:
        return _("Arrived on %(day)s") % {"day": written_day(payment.paid_on, on)}
    if share.status == PaymentStatus.RETURNED:
        return _("The bank sent it back: %(why)s") % {"why": payment.trouble}
    if share.status == PaymentStatus.UNKNOWN:
        return _("We are asking the bank")
    sent = clock.day_of(payment.sent_at) if payment.sent_at else None
    return _("With the bank since %(day)s") % {"day": written_day(sent, on)}


def letters_of(case: Application) -> Iterable[Message]:
    """What was sent about the case, the newest first."""
    return Message.objects.about(case.pk).order_by("-written_at")


def question_of(case: Application) -> dict[str, Any]:
    """What to ask a caller, to know that it is they."""
    if case.claimant_id:
        return {
            "name": _("your full name"),
            "tail": _("the last four characters of your identity card number"),
        }
    return {
        "name": _("the full name of the organisation, and who you are there"),
        "tail": _("the last four characters of its unified social credit code"),
    }
