"""Messages: what was written to whom, once, and how it went out.

Personal fields: Message.phone, Message.text (encrypted).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import User
from jiangli.fields import EncryptedField
from jiangli.registers.models import Person


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")  # handed to a gateway; never handed over again from here
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not delivered")
    KEPT = "kept", _("To be read here only")  # no phone is known


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> MessageQuerySet:
        """A claimant reads their own; an officer reads those of a case they see, with ``about``."""
        return self.none() if user.is_officer else self.filter(person__account=user)

    def about(self, case: object) -> MessageQuerySet:
        """The messages of one case, by its key: for somebody who sees that case."""
        return self.filter(about=str(case))


class Message(models.Model):
    """A text to one phone about one case. ``once`` keeps it from being written twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.CharField(max_length=60)
    about = models.CharField(max_length=40, blank=True, db_index=True)  # opaque id of the case, if any
    once = models.CharField(max_length=120, unique=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="messages")
    phone = EncryptedField(blank=True)
    text = EncryptedField(blank=True)  # emptied once sent where it held a secret
    written_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.WAITING)
    sent_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=timezone.now)  # next try; like sending_at the machine's own time
    sending_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["written_at"]
        indexes = [models.Index(fields=["state", "due_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False) | ~models.Q(state="sent"),
                name="sent_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.id}"
