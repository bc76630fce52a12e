"""States of an import, of its rows and of a case elsewhere, and what may follow what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportKind(models.TextChoices):
    PAID = "paid", _("Paid before")
    ELSEWHERE = "elsewhere", _("In progress elsewhere")


class ImportState(models.TextChoices):
    READING = "reading", _("Being read")
    STAGED = "staged", _("To be looked at")
    TAKING = "taking", _("Being taken over")
    TAKEN = "taken", _("Entered")
    DISCARDED = "discarded", _("Thrown away")


NEXT = {
    ImportState.READING: {ImportState.STAGED},
    ImportState.STAGED: {ImportState.TAKING, ImportState.DISCARDED},
    ImportState.TAKING: {ImportState.TAKEN},
}
AT_WORK = (ImportState.READING, ImportState.TAKING)  # the worker's turn
UNFINISHED = (*AT_WORK, ImportState.STAGED)


class StagedState(models.TextChoices):
    GOOD = "good", _("Good")
    DUPLICATE = "duplicate", _("There already")
    FAULTY = "faulty", _("Cannot be taken")
    TAKEN = "taken", _("Entered")


class ElsewhereState(models.TextChoices):
    OPEN = "open", _("In progress there")
    PAID = "paid", _("Paid there")
    REFUSED = "refused", _("Refused there")
