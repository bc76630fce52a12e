"""Set what the bank says beside what was asked of it, row by row. Decides, and changes nothing.

A row counts only if reference, name and amount are those of a payment that is with the bank; the dot in
a name may be written another way.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.clock import day_of
from jiangli.payments.channels.contract import Answer, Result
from jiangli.payments.models import Payment
from jiangli.payments.status import PaymentStatus
from jiangli.registers.names import same_name


class What(StrEnum):
    """What became of a row. The first three change a payment, no other does."""

    PAID = "paid"
    RETURNED = "returned"
    QUERIED = "queried"
    KNOWN = "known"
    FOREIGN = "foreign"
    CONTRADICTORY = "contradictory"
    REPEATED = "repeated"
    NOT_SENT = "not-sent"
    NAME = "name"
    AMOUNT = "amount"
    WORD = "word"
    OTHERWISE = "otherwise"
    DAY = "day"
    MISSING = "missing"


@dataclass(frozen=True)
class Verdict:
    """``answer`` is None for a payment that the sheet says nothing of."""

    what: What
    say: str
    payment: Payment | None = None
    answer: Answer | None = None

    def as_row(self) -> dict[str, object]:
        """The row that is kept: without anything that could be an account number."""
        reference = (
            self.payment.reference
            if self.payment
            else hide(self.answer.reference)[:20]
            if self.answer
            else ""
        )
        return {
            "row": self.answer.row if self.answer else None,
            "reference": reference,
            "what": str(self.what),
            "say": hide(self.say),
        }


def hide(text: str) -> str:
    """Long runs of digits, but for the last four: a bank may write an account number anywhere."""
    return re.sub(r"\d[\d -]{6,}(\d{4})", r"…\1", text)


def match(answers: list[Answer], payments: Iterable[Payment], *, today: date) -> list[Verdict]:
    """A verdict per row, in the order of the file, then one per payment that the file left out.

    ``payments``: those of the payer in every batch that the file speaks of.
    """
    known = {payment.reference: payment for payment in payments}
    rows_of: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        rows_of[answer.reference].append(answer)
    verdicts = [_verdict(answer, known.get(answer.reference), rows_of, today) for answer in answers]
    return verdicts + [
        _missing(known[key]) for key in sorted(known.keys() - rows_of.keys()) if _open(known[key])
    ]


def _verdict(
    answer: Answer, payment: Payment | None, rows_of: dict[str, list[Answer]], today: date
) -> Verdict:
    if payment is None:
        say = _("This reference is not one of yours. Nothing was changed; ask the bank whose it is.")
        return Verdict(What.FOREIGN, say, None, answer)
    rows = rows_of[answer.reference]
    if len({row.said for row in rows}) > 1:
        places = _(", ").join(str(row.row) for row in rows)
        say = _("Rows %(rows)s say different things of this payment. Nothing was changed; ask the bank.")
        return Verdict(What.CONTRADICTORY, say % {"rows": places}, payment, answer)
    if answer is not rows[0]:
        say = _("The same as row %(row)s. It was read once.") % {"row": rows[0].row}
        return Verdict(What.REPEATED, say, payment, answer)
    what, say = _fault(answer, payment) or _result(answer, payment, today)
    return Verdict(what, say, payment, answer)


def _fault(answer: Answer, payment: Payment) -> tuple[What, str] | None:
    if payment.sent_at is None:
        return What.NOT_SENT, _("This payment never went to the bank. Nothing was changed; ask the bank.")
    if not same_name(answer.name, payment.payee_name):
        names = {"sheet": answer.name[:60], "payment": payment.payee_name}
        return What.NAME, _(
            "The sheet names “%(sheet)s”, the payment “%(payment)s”. Nothing was changed; ask the bank."
        ) % names
    if answer.amount_fen is None:
        return What.AMOUNT, _("The amount cannot be read. Nothing was changed; ask the bank.")
    if answer.amount_fen != payment.amount_fen:
        amounts = {"sheet": _yuan(answer.amount_fen), "payment": _yuan(payment.amount_fen)}
        return What.AMOUNT, _(
            "The sheet says %(sheet)s, the payment is %(payment)s. Nothing was changed; ask the bank."
        ) % amounts
    if answer.result is None:
        return What.WORD, _(
            "“%(word)s” is no result that we know. Nothing was changed; the payment stays with the bank."
        ) % {"word": answer.word[:40]}
    return None


AS_RESULT = {
    PaymentStatus.PAID: Result.PAID,
    PaymentStatus.RETURNED: Result.RETURNED,
    PaymentStatus.UNKNOWN: Result.PENDING,
}


def _result(answer: Answer, payment: Payment, today: date) -> tuple[What, str]:
    if AS_RESULT.get(PaymentStatus(payment.status)) is answer.result:
        return What.KNOWN, _("Known from an earlier sheet. Nothing was changed.")
    if not _open(payment):
        return What.OTHERWISE, _(
            "The bank now says “%(word)s”, an earlier sheet said “%(before)s”. Nothing was changed; ask the bank."
        ) % {"word": answer.word[:40], "before": payment.get_status_display()}
    if answer.result is Result.PENDING:
        return What.QUERIED, _("The bank does not know yet. It will be asked, and nothing is sent again.")
    if not _day_fits(answer, payment, today):
        return What.DAY, _(
            "The day is missing, or lies before the sheet went out or after today. Nothing was changed; ask the bank."
        )
    if answer.result is Result.PAID:
        return What.PAID, _("Paid.")
    return What.RETURNED, _("Returned by the bank: %(reason)s") % {"reason": reason_of(answer)}


def reason_of(answer: Answer) -> str:
    """The bank's reason in its words, without account numbers."""
    return hide(answer.reason)[:200] or _("no reason given")


def _yuan(fen: int) -> str:
    return rules.yuan(fen, get_language() or "zh")


def _day_fits(answer: Answer, payment: Payment, today: date) -> bool:
    """A bank may leave out the day of what it returned, never the day on which it paid."""
    if answer.day is None:
        return answer.result is Result.RETURNED
    return payment.sent_at is not None and day_of(payment.sent_at) <= answer.day <= today


def _open(payment: Payment) -> bool:
    return payment.status in {PaymentStatus.SENT, PaymentStatus.UNKNOWN}


def _missing(payment: Payment) -> Verdict:
    return Verdict(
        What.MISSING, _("The sheet says nothing of this payment. It stays with the bank."), payment
    )
