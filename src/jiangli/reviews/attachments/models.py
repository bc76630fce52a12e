"""An attachment of an officer. Personal fields: original_name (encrypted); the file and its pictures are encrypted."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.fields import EncryptedField


class AttachmentState(models.TextChoices):
    RECEIVED = "received", _("Received")
    READY = "ready", _("Can be shown")
    UNREADABLE = "unreadable", _("Cannot be opened")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> AttachmentQuerySet:
        """Officers see those of the cases they see. Claimants see none: they are the officers' own papers."""
        if not user.is_officer:
            return self.none()
        return self.filter(application__in=Application.objects.visible_to(user))


class Attachment(models.Model):
    """A picture or PDF: encrypted, seen as re-encoded pictures. One may serve many look-ups."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="attachments")
    original_name = EncryptedField(blank=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    file = models.CharField(max_length=64)  # name in files.py
    previews = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=AttachmentState.choices, default=AttachmentState.RECEIVED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)
