"""Whom a document bars from claiming again, from when until when, and who lifted it.

No personal field of its own: a person or an organisation by its key, and the words of the law.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jiangli.accounts.models import Agency, User
from jiangli.registers.models import Organisation, Person


def _officer(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class BanQuerySet(models.QuerySet["Ban"]):
    def visible_to(self, user: User) -> BanQuerySet:
        """Officers see those of their agency; claimants their own and those of organisations they act for."""
        if not user.is_authenticated:
            return self.none()
        if user.is_officer:
            return self.filter(agency=user.agency_id)
        acted_for = Organisation.objects.acted_for_by(user).values("pk")
        return self.filter(Q(person__account=user) | Q(organisation__in=acted_for))

    def against(self, party: Person | Organisation) -> BanQuerySet:
        """Those that bar this party and are not lifted, whatever their days."""
        name = "person" if isinstance(party, Person) else "organisation"
        return self.filter(**{name: party.pk}, lifted_at=None)


class Ban(models.Model):
    """A person or an organisation that may not claim again. ``quote`` and ``clause`` are the law's own words.

    ``document`` is the folder of the document that says so, ``series`` its series where it bars all of that.
    ``until_on`` None: to the last day of the document, which is open as long as the document names none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="bans")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="bans")
    document = models.CharField(max_length=80)
    series = models.CharField(max_length=60, blank=True)
    quote = models.TextField()
    clause = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    finding = models.UUIDField()  # key of the finding it rests on
    finding_number = models.CharField(max_length=24)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    laid_by = _officer()
    laid_at = models.DateTimeField()
    lift_because = models.CharField(max_length=300, blank=True)
    lift_asked_by = _officer(null=True)
    lift_asked_at = models.DateTimeField(null=True)
    lifted_by = _officer(null=True)
    lifted_at = models.DateTimeField(null=True)

    objects = BanQuerySet.as_manager()

    class Meta:
        ordering = ["-laid_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="ban_of_one_party",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="ban_days_in_order"
            ),
            models.UniqueConstraint(
                fields=["finding", "document", "person"],
                name="person_banned_once",
                condition=Q(lifted_at=None),
            ),
            models.UniqueConstraint(
                fields=["finding", "document", "organisation"],
                name="organisation_banned_once",
                condition=Q(lifted_at=None),
            ),
            models.CheckConstraint(
                condition=Q(lift_asked_by__isnull=True, lift_asked_at__isnull=True, lift_because="")
                | (Q(lift_asked_by__isnull=False, lift_asked_at__isnull=False) & ~Q(lift_because="")),
                name="ban_lift_asked_whole",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True, lifted_at__isnull=True)
                | Q(lifted_by__isnull=False, lifted_at__isnull=False, lift_asked_by__isnull=False),
                name="ban_lifted_whole",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True) | ~Q(lifted_by=F("lift_asked_by")),
                name="ban_lifted_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.document}"

    @property
    def party(self) -> Person | Organisation:
        party = self.person or self.organisation
        assert party is not None  # ban_of_one_party
        return party

    @property
    def state(self) -> str:
        """``standing``, ``asked`` (somebody asked to lift it) or ``lifted``; days are asked of ``queries``."""
        if self.lifted_at:
            return "lifted"
        return "asked" if self.lift_asked_at else "standing"

    def holds_on(self, day: date, last_day: date | None) -> bool:
        """Whether it bars on this day; ``last_day`` is the document's as it is known now."""
        end = self.until_on or last_day
        return self.lifted_at is None and self.from_on <= day and (end is None or day <= end)
