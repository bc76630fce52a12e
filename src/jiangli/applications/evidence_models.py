"""The photographs and papers of a case.

Personal fields: Evidence.original_name (encrypted).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import User
from jiangli.fields import EncryptedField


class EvidenceState(models.TextChoices):
    RECEIVED = "received", _("Received")
    READY = "ready", _("Ready to look at")
    UNREADABLE = "unreadable", _("Cannot be opened")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> EvidenceQuerySet:
        cases = self.model._meta.get_field("application").related_model
        return self.filter(application__in=cases.objects.visible_to(user))


class Evidence(models.Model):
    """A photograph or PDF for one material. The original stays encrypted; officers see previews."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="evidence"
    )
    line = models.ForeignKey(
        "applications.Line", null=True, on_delete=models.CASCADE, related_name="evidence"
    )  # where the programme asks it for each line of a roster
    material = models.CharField(max_length=60)  # id of the material in the programme file
    original_name = EncryptedField(blank=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    file = models.CharField(max_length=64)  # name in files.py
    previews = models.JSONField(default=list)  # names in files.py, one per page (JPEG)
    state = models.CharField(max_length=12, choices=EvidenceState.choices, default=EvidenceState.RECEIVED)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["material", "added_at"]

    def __str__(self) -> str:
        return f"{self.material} {self.id}"
