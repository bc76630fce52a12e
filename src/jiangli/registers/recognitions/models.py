"""What was recognised: who holds it, by which document, from when until when, and what it says.

No personal field of its own: a person or an organisation by its key. What a kind says is in ``recognitions.toml``.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import Agency, User
from jiangli.accounts.roles import Role
from jiangli.registers.models import Organisation, Person


class RecognitionState(models.TextChoices):
    PROPOSED = "proposed", _("To be confirmed")
    STANDING = "standing", _("Recognised")
    DECLINED = "declined", _("Not confirmed")
    REVOKED = "revoked", _("Revoked")


NEXT = {
    RecognitionState.PROPOSED: {RecognitionState.STANDING, RecognitionState.DECLINED},
    RecognitionState.STANDING: {RecognitionState.REVOKED},
    RecognitionState.DECLINED: set(),
    RecognitionState.REVOKED: set(),
}


class Source(models.TextChoices):
    ROUND = "round", _("Selection or assessment")
    LIST = "list", _("Published list")
    ENTRY = "entry", _("Entered by an officer")


def _officer(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    def visible_to(self, user: User) -> RecognitionQuerySet:
        """Officers see those of their agency, experts none; holders their own and their organisations' that stand."""
        if not user.is_authenticated:
            return self.none()
        if user.is_officer:
            posts = set(user.posts.values_list("role", flat=True))
            return self.none() if posts == {Role.EXPERT} else self.filter(agency=user.agency_id)
        acted_for = Organisation.objects.acted_for_by(user).values("pk")
        own = Q(person__account=user) | Q(organisation__in=acted_for)
        return self.filter(own, state__in=[RecognitionState.STANDING, RecognitionState.REVOKED])

    def valid_on(self, day: date) -> RecognitionQuerySet:
        """Those that stand and hold on the day, both ends included. What was revoked says nothing any more."""
        rows = self.filter(state=RecognitionState.STANDING, from_on__lte=day)
        return rows.filter(Q(until_on=None) | Q(until_on__gte=day))


class Recognition(models.Model):
    """One entry. ``code`` is the number it is known by, in history too; ``facts``: fact → value of the contract.

    ``about``: the entry that an assessment assessed. ``batch``: the round or list with which it came.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=40, unique=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="recognitions")
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="recognitions"
    )
    about = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="assessments")
    name = models.CharField(max_length=100)
    facts = models.JSONField(default=dict)
    document_number = models.CharField(max_length=80)
    document_date = models.DateField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=Source.choices)
    batch = models.UUIDField(null=True, db_index=True)
    state = models.CharField(max_length=10, choices=RecognitionState.choices)
    entered_by = _officer()
    entered_at = models.DateTimeField()
    settled_by = _officer(null=True)  # confirmed it, or did not
    settled_at = models.DateTimeField(null=True)
    declined_because = models.CharField(max_length=300, blank=True)
    revoke_because = models.CharField(max_length=300, blank=True)
    revoke_asked_by = _officer(null=True)
    revoke_asked_at = models.DateTimeField(null=True)
    revoked_by = _officer(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        ordering = ["-document_date", "name", "pk"]
        indexes = [models.Index(fields=["kind", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="recognition_of_one_party",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="recognition_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", settled_by__isnull=True)
                | (~Q(state="proposed") & Q(settled_by__isnull=False, settled_at__isnull=False)),
                name="recognition_settled_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "declined"]) | ~Q(settled_by=F("entered_by")),
                name="recognition_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked")
                | (Q(revoked_by__isnull=False, revoke_asked_by__isnull=False) & ~Q(revoke_because="")),
                name="recognition_revoked_whole",
            ),
            models.CheckConstraint(
                condition=Q(revoked_by__isnull=True) | ~Q(revoked_by=F("revoke_asked_by")),
                name="recognition_revoked_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"

    @property
    def party(self) -> Person | Organisation:
        party = self.person or self.organisation
        assert party is not None  # recognition_of_one_party
        return party
