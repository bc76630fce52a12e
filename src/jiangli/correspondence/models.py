"""Messages: what was written to whom, in which words, once, and how it went out.

Personal fields: Message.phone, Message.text, Message.values (encrypted).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.correspondence.consultation.models import Answer, Entry, Question, Referral
from jiangli.correspondence.status import MessageState
from jiangli.correspondence.texts import filled, texts
from jiangli.correspondence.values import in_words, unpacked
from jiangli.fields import EncryptedField
from jiangli.registers.models import Person

__all__ = ["Answer", "Entry", "Message", "MessageState", "Question", "Referral", "Wording"]


class Wording(models.Model):
    """The words of an event in one version of its file, kept as long as a message used them."""

    event = models.CharField(max_length=60)
    version = models.CharField(max_length=12)
    values = models.JSONField(default=list)  # the names of the blanks, in order
    zh = models.TextField()
    en = models.TextField()
    first_used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "version"], name="one_wording_per_version")]

    def __str__(self) -> str:
        return f"{self.event} {self.version}"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> MessageQuerySet:
        """A claimant reads their own; an officer reads those of a case they see, with ``about``."""
        return self.none() if user.is_officer else self.filter(person__account=user)

    def about(self, case: uuid.UUID | str) -> MessageQuerySet:
        """The messages of one case, by its key: for somebody who sees that case."""
        return self.filter(about=case)

    def not_at_hand(self) -> MessageQuerySet:
        """Those that reached no phone: not delivered, or no phone is known."""
        return self.filter(state__in=[MessageState.FAILED, MessageState.KEPT])


class Message(models.Model):
    """A text to one phone about one case. ``once`` keeps it from being written twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.CharField(max_length=60)
    about = models.UUIDField(null=True, blank=True, db_index=True)  # key of the case, if any
    once = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="messages")
    phone = EncryptedField(blank=True)
    wording = models.ForeignKey(Wording, null=True, on_delete=models.PROTECT, related_name="messages")
    text = EncryptedField(blank=True)  # in Chinese, as it goes out; emptied once sent where it held a secret
    values = EncryptedField(blank=True)  # what fills the wording, to tell it in another language; likewise
    written_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=MessageState.choices, default=MessageState.WAITING)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # delivered or given up; from a receipt, when we read it
    due_at = models.DateTimeField(default=timezone.now)  # next try; like sending_at the machine's own time
    sending_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)
    carrier_reference = models.CharField(max_length=80, blank=True, db_index=True)  # the carrier's own

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["written_at"]
        indexes = [models.Index(fields=["state", "due_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=False) | ~models.Q(state__in=["sent", "delivered"]),
                name="sent_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.id}"

    def said(self, language: str) -> str:
        """The text in ``language`` ("zh" or "en"), in the words of its own version; the Chinese as it went out."""
        if language == "zh" or self.wording is None or not self.values:
            return self.text
        values, day = unpacked(self.values), clock.day_of(self.written_at)
        return filled(self.wording.en, values, today=day, language=language)

    def title(self, language: str) -> str:
        """What it is about, in two or three words; the event where its text is gone."""
        return texts()[self.event].title.say(language) if self.event in texts() else self.event

    def blanks(self) -> dict[str, str]:
        """The values in Chinese words, in the order of the wording: what a carrier's template is filled with."""
        day = clock.day_of(self.written_at)
        return {
            name: in_words(name, value, today=day, language="zh")
            for name, value in unpacked(self.values).items()
        }
