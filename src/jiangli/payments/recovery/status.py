"""The states of a recovery case, and which may follow which. Money found to have arrived later opens it again."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecoveryState(models.TextChoices):
    ORDERED = "ordered", _("Ordered back")
    PART = "part", _("Partly back")
    RECOVERED = "recovered", _("All back")
    WRITTEN_OFF = "written_off", _("Written off")
    CANCELLED = "cancelled", _("Cancelled")  # the finding was set aside


NEXT_RECOVERY: dict[RecoveryState, set[RecoveryState]] = {
    RecoveryState.ORDERED: {
        RecoveryState.PART,
        RecoveryState.RECOVERED,
        RecoveryState.WRITTEN_OFF,
        RecoveryState.CANCELLED,
    },
    RecoveryState.PART: {RecoveryState.RECOVERED, RecoveryState.WRITTEN_OFF, RecoveryState.CANCELLED},
    RecoveryState.RECOVERED: {RecoveryState.PART, RecoveryState.CANCELLED},
    RecoveryState.WRITTEN_OFF: {RecoveryState.CANCELLED},
    RecoveryState.CANCELLED: set(),
}
