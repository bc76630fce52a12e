"""A decision that its claimant asks to be looked at again.

Personal fields: Reconsideration.grounds, Reconsideration.answer (encrypted).
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.fields import EncryptedField


class ReconsiderationState(models.TextChoices):
    ASKED = "asked", _("Asked for")  # 已申请
    ACCEPTED = "accepted", _("Looked at again")  # 重新审核
    REJECTED = "rejected", _("The decision stands")  # 维持原决定


class ReconsiderationQuerySet(models.QuerySet["Reconsideration"]):
    def visible_to(self, user: User) -> ReconsiderationQuerySet:
        return self.filter(decision__application__in=Application.objects.visible_to(user))


class Reconsideration(models.Model):
    """Asked for once for a decision. Of a refusal the case is looked at again; of a decision in part the rest
    becomes a case of its own (``rest``), because what was granted is on its way.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.OneToOneField(
        "reviews.Decision", on_delete=models.PROTECT, related_name="reconsideration"
    )
    grounds = EncryptedField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at_counter = models.BooleanField(default=False)  # an officer wrote it down for whoever came
    asked_at = models.DateTimeField()
    state = models.CharField(
        max_length=8, choices=ReconsiderationState.choices, default=ReconsiderationState.ASKED
    )
    answer = EncryptedField(blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    rest = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="rest_of")

    objects = ReconsiderationQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="asked", settled_by=None, settled_at=None)
                | (~Q(state="asked") & Q(settled_by__isnull=False, settled_at__isnull=False)),
                name="reconsideration_settled_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.state}"
