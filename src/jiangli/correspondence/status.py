"""The states of a message, and which may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")  # handed to a gateway; only its clear "not taken" leads back
    SENT = "sent", _("Sent")  # the gateway accepted it
    DELIVERED = "delivered", _("Delivered")  # the carrier's receipt says that the phone has it
    FAILED = "failed", _("Not delivered")
    KEPT = "kept", _("To be read here only")  # no phone is known


M = MessageState
NEXT: dict[MessageState, set[MessageState]] = {
    M.WAITING: {M.SENDING, M.DELIVERED, M.FAILED},  # a receipt ends it even if the gateway took nothing
    M.SENDING: {M.WAITING, M.SENT, M.DELIVERED, M.FAILED},
    M.SENT: {M.DELIVERED, M.FAILED},
    M.DELIVERED: set(),
    M.FAILED: {M.DELIVERED},  # it was in doubt, and then the receipt came
    M.KEPT: set(),
}
