"""States of what went out to another body, of what it answered, and what may follow what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RowState(models.TextChoices):
    """Of a case in an export."""

    OUT = "out", _("With the body")
    PASSED = "passed", _("Passed there")
    REFUSED = "refused", _("Refused there")
    PAID = "paid", _("Paid there")
    MISSING = "missing", _("Missing from its answer")
    GONE = "gone", _("No longer waits")  # withdrawn here meanwhile


ROW_NEXT = {
    RowState.OUT: {RowState.PASSED, RowState.REFUSED, RowState.MISSING, RowState.GONE},
    RowState.MISSING: {RowState.PASSED, RowState.REFUSED, RowState.GONE},
    RowState.PASSED: {RowState.PAID},
}


class ReplyKind(models.TextChoices):
    APPROVALS = "approvals", _("What it decided")
    PAYMENTS = "payments", _("What it paid")


class ReplyState(models.TextChoices):
    STAGED = "staged", _("To be confirmed")
    TAKING = "taking", _("Being entered")
    TAKEN = "taken", _("Entered")
    DISCARDED = "discarded", _("Thrown away")


REPLY_NEXT = {
    ReplyState.STAGED: {ReplyState.TAKING, ReplyState.DISCARDED},
    ReplyState.TAKING: {ReplyState.TAKEN},
    ReplyState.TAKEN: {ReplyState.TAKING},  # once more for rows that were held
}


class What(models.TextChoices):
    """What became of a row of an answer. The first four change something, no other does."""

    PASSED = "passed", _("Passed")
    REFUSED = "refused", _("Refused")
    PAID = "paid", _("Paid")
    RETURNED = "returned", _("Came back from the bank")
    HELD = "held", _("Held here")  # the answer counts, but our case cannot go on by it
    KNOWN = "known", _("Known already")
    REPEATED = "repeated", _("Said twice")
    MISSING = "missing", _("Missing from the sheet")
    STRANGER = "stranger", _("Not ours")
    NOT_THERE = "not-there", _("Not waiting there")
    NAME = "name", _("Another name")
    CERTIFICATE = "certificate", _("Another certificate")
    AMOUNT = "amount", _("Another amount")
    CONFLICT = "conflict", _("Answered otherwise before")
    CONTRADICTORY = "contradictory", _("Two rows differ")
    UNREADABLE = "unreadable", _("Cannot be read")


ANSWERS = (What.PASSED, What.REFUSED, What.PAID, What.RETURNED)
QUIET = (What.KNOWN, What.REPEATED)  # nothing to do about them
