"""A finding of fraud: the cases it is about, what was false in each, papers, others involved.

Personal fields: FindingPaper.original_name (encrypted); names in clear.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import Agency, User
from jiangli.applications.models import Application
from jiangli.fields import EncryptedField
from jiangli.registers.models import Clerk, ClerkState, Organisation, Person


def _officer(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class FindingState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    PROPOSED = "proposed", _("Waits for the second officer")
    CONFIRMED = "confirmed", _("Confirmed by two")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    UNDONE = "undone", _("Set aside by two")  # an objection was right


NEXT: dict[FindingState, set[FindingState]] = {
    FindingState.DRAFT: {FindingState.PROPOSED, FindingState.WITHDRAWN},
    FindingState.PROPOSED: {FindingState.CONFIRMED, FindingState.DRAFT, FindingState.WITHDRAWN},
    FindingState.CONFIRMED: {FindingState.CLOSED, FindingState.UNDONE},
    FindingState.CLOSED: {FindingState.UNDONE},
    FindingState.WITHDRAWN: set(),
    FindingState.UNDONE: set(),
}


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> FindingQuerySet:
        """Officers see those of their agency, but about themselves. What is not confirmed is nobody else's to see."""
        if not user.is_officer:
            return self.none()
        selves = Person.objects.filter(Q(account=user) | Q(officer=user)).values("pk")
        acted_for = Clerk.objects.filter(person__in=selves, state=ClerkState.ACTIVE).values("organisation")
        found = self.filter(agency=user.agency_id).exclude(person__in=selves)
        return found.exclude(organisation__in=acted_for)


class Finding(models.Model):
    """That one party claimed with something false, in one case or several."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=FindingState.choices, default=FindingState.DRAFT)
    what = models.TextField()  # what was false, and how one knows
    heard_on = models.DateField(null=True)  # 陈述申辩
    heard = models.TextField(blank=True)  # what the claimant said to it, or that they did not come
    pay_back_by = models.DateField(null=True)  # last day to bring back what was paid
    sent_back_because = models.CharField(max_length=300, blank=True)  # the second officer's words
    recorded_by = _officer()
    recorded_at = models.DateTimeField()
    proposed_by = _officer(null=True)
    proposed_at = models.DateTimeField(null=True)
    confirmed_by = _officer(null=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_by = _officer(null=True)  # closed or withdrawn
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=300, blank=True)
    undo_because = models.CharField(max_length=300, blank=True)  # why an objection is right
    undo_asked_by = _officer(null=True)
    undo_asked_at = models.DateTimeField(null=True)
    undone_by = _officer(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="finding_on_one_party",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    proposed_by__isnull=False,
                    heard_on__isnull=False,
                ),
                name="finding_confirmed_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | (~Q(confirmed_by=F("proposed_by")) & ~Q(confirmed_by=F("recorded_by"))),
                name="finding_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "closed"]) | Q(confirmed_by__isnull=False),
                name="finding_stands_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True, undone_at__isnull=True) & ~Q(state="undone")
                | Q(
                    undone_by__isnull=False,
                    undone_at__isnull=False,
                    undo_asked_by__isnull=False,
                    confirmed_by__isnull=False,
                    state="undone",
                ),
                name="finding_undone_whole",
            ),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True) | ~Q(undone_by=F("undo_asked_by")),
                name="finding_undone_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def party(self) -> Person | Organisation:
        party = self.person or self.organisation
        assert party is not None  # finding_on_one_party
        return party


class FindingCase(models.Model):
    """A case with something false in it. ``conditions``: ids of the conditions that what was false concerned."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="cases")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="findings")
    conditions = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["finding", "application"], name="found_once")]

    def __str__(self) -> str:
        return f"{self.finding} {self.application}"


class PaperState(models.TextChoices):
    RECEIVED = "received", _("Received")
    READY = "ready", _("Can be shown")
    UNREADABLE = "unreadable", _("Cannot be opened")


class FindingPaperQuerySet(models.QuerySet["FindingPaper"]):
    def visible_to(self, user: User) -> FindingPaperQuerySet:
        return self.filter(finding__in=Finding.objects.visible_to(user))


class FindingPaper(models.Model):
    """A paper that shows it: encrypted, seen as pictures."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="papers")
    original_name = EncryptedField(blank=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    file = models.CharField(max_length=64)  # name in files.py
    previews = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=PaperState.choices, default=PaperState.RECEIVED)
    added_by = _officer()
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = FindingPaperQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class Involved(models.Model):
    """Somebody else who had a part in it. The text bars only the claimant; ``banned``: the officers bar them too."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="involved")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=300)  # what they did
    banned = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="one_involved",
            ),
            models.UniqueConstraint(fields=["finding", "person"], name="person_involved_once"),
            models.UniqueConstraint(fields=["finding", "organisation"], name="organisation_involved_once"),
        ]

    def __str__(self) -> str:
        return f"{self.finding} {self.party}"

    @property
    def party(self) -> Person | Organisation:
        party = self.person or self.organisation
        assert party is not None  # one_involved
        return party
