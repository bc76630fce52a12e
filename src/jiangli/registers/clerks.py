"""Organisations and those who act for them: clerks, the letters they bring, invitations.

Personal fields: Organisation.account_number, Invitation.phone (encrypted); names in clear.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import User
from jiangli.fields import EncryptedField


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: User) -> OrganisationQuerySet:
        """Clerks see those they act for; officers see organisations through their cases and requests."""
        return self.none() if user.is_officer else self.acted_for_by(user)

    def acted_for_by(self, user: User) -> OrganisationQuerySet:
        """The organisations whose clerk this user is now."""
        return self.filter(clerks__person__account=user, clerks__state=ClerkState.ACTIVE).distinct()


class Organisation(models.Model):
    """A body that claims, or files for its people: enterprise, school, training body, union and so on.

    Recognised by its unified social credit code (GB 32100); ``known`` holds what a register or an officer
    vouches for: fact name → value of the contract (``organisation.kind``, ``organisation.area`` …).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    credit_code = models.CharField(max_length=18, unique=True)
    known = models.JSONField(default=dict, blank=True)
    account_name = models.CharField(max_length=100, blank=True)  # into which it is paid
    account_number = EncryptedField(blank=True)
    account_bank = models.CharField(max_length=80, blank=True)
    in_register = models.BooleanField(default=False)

    objects = OrganisationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class ClerkState(models.TextChoices):
    ASKED = "asked", _("Waits for an answer")
    ACTIVE = "active", _("Acts for it")
    REFUSED = "refused", _("Not confirmed")
    ENDED = "ended", _("Ended")


class ClerkQuerySet(models.QuerySet["Clerk"]):
    def visible_to(self, user: User) -> ClerkQuerySet:
        """Claimants see their own requests and whoever acts, or asks to act, for their organisations;
        officers see the requests made to their agency."""
        if user.is_officer:
            return self.filter(asked_of=user.agency_id)
        own = Organisation.objects.acted_for_by(user).values("pk")
        return self.filter(models.Q(person__account=user) | models.Q(organisation__in=own))

    def active(self) -> ClerkQuerySet:
        return self.filter(state=ClerkState.ACTIVE)

    def heads(self) -> ClerkQuerySet:
        return self.active().filter(head=True)

    def for_officers(self) -> ClerkQuerySet:
        """Requests that wait for an officer: not those that an active head is asked about first."""
        heads = Clerk.objects.heads().filter(organisation=models.OuterRef("organisation"))
        waits = self.filter(state=ClerkState.ASKED, asked_of__isnull=False)
        return waits.exclude(models.Q(models.Exists(heads)), with_head=True)


class Clerk(models.Model):
    """A person who acts for an organisation. A ``head`` invites and ends the others.

    The first clerk of an organisation is confirmed by an officer of ``asked_of``; those invited need none.
    Where a head acts already the request waits for that head (``with_head``) until it is taken to the agency.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="clerks")
    person = models.ForeignKey("registers.Person", on_delete=models.PROTECT, related_name="clerkships")
    head = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=ClerkState.choices)
    asked_at = models.DateTimeField()
    asked_of = models.ForeignKey(
        "accounts.Agency", null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: invited by a head
    with_head = models.BooleanField(default=False)
    stated_name = models.CharField(max_length=100, blank=True)  # of the organisation, as the asker wrote it
    stated_kind = models.CharField(max_length=40, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)  # of a refusal or an end

    objects = ClerkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=models.Q(state__in=["asked", "active"]),
                name="clerk_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation}"


class LetterState(models.TextChoices):
    RECEIVED = "received", _("Received")
    READY = "ready", _("Can be shown")
    UNREADABLE = "unreadable", _("Cannot be opened")


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: User) -> LetterQuerySet:
        """Officers of the agency that is asked, the heads who are asked, and whoever brought it."""
        if user.is_officer:
            return self.filter(clerk__in=Clerk.objects.visible_to(user))
        headed = Clerk.objects.heads().filter(person__account=user).values("organisation")
        asked = models.Q(clerk__with_head=True, clerk__organisation__in=headed)
        return self.filter(models.Q(clerk__person__account=user) | asked)


class Letter(models.Model):
    """A licence or letter of authorisation with which somebody asks to act: encrypted, shown as pictures."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clerk = models.ForeignKey(Clerk, on_delete=models.PROTECT, related_name="letters")
    original_name = EncryptedField(blank=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    file = models.CharField(max_length=64)
    previews = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.RECEIVED)
    added_at = models.DateTimeField()

    objects = LetterQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)


class InvitationState(models.TextChoices):
    OPEN = "open", _("Waits for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")
    EXPIRED = "expired", _("Too old")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> InvitationQuerySet:
        """Clerks see those of their organisations; whoever proved the phone sees those that went to it."""
        if user.is_officer:
            return self.none()
        own = Organisation.objects.acted_for_by(user).values("pk")
        person = getattr(user, "person", None)
        phone = person.proved_phone_index if person else ""
        wanted = models.Q(organisation__in=own)
        return self.filter(wanted | models.Q(phone_index=phone) if phone else wanted)


class Invitation(models.Model):
    """A head asks somebody, by name and phone, to act for the organisation too. ``by_clerk``: that head."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    by_clerk = models.ForeignKey(Clerk, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    phone = EncryptedField()
    phone_index = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=10, choices=InvitationState.choices, default=InvitationState.OPEN)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "phone_index"],
                condition=models.Q(state="open"),
                name="invitation_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.organisation}"
