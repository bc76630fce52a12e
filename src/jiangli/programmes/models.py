"""The law at run time: published versions as immutable rows, and the one in force of each programme."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import Agency, User
from jiangli.programmes.calendar_models import CalendarDay as CalendarDay
from jiangli.programmes.calendar_models import CalendarYear as CalendarYear
from jiangli.programmes.calendar_models import Source as Source


class VersionQuerySet(models.QuerySet["Version"]):
    def update(self, **kwargs: object) -> int:
        raise TypeError("A published version is never changed; publish a new one.")


class Version(models.Model):
    """A programme as it was published: all files it is made of, addressed by the hash of their content."""

    programme_code = models.SlugField(max_length=80)
    hash = models.CharField(max_length=64)
    sources = models.JSONField()  # relative path → text
    published_at = models.DateTimeField()

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_code", "hash"], name="version_once")]

    def __str__(self) -> str:
        return f"{self.programme_code}@{self.hash[:12]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A published version is never changed; publish a new one.")
        super().save(*args, **kwargs)


class Mode(models.TextChoices):
    """What this installation does with a programme; publishing follows the file until an officer sets it."""

    OPEN = "open", _("Open")
    BACK_ENTRY = "back_entry", _("Back entry")  # officers enter past cases; nobody applies online
    SIMULATION = "simulation", _("Simulation")  # to be read, checked and simulated; nothing is filed
    REFERENCE = "reference", _("For reference")
    CLOSED = "closed", _("Closed")


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: object) -> ProgrammeQuerySet:
        """The law is public."""
        return self

    def with_law(self) -> ProgrammeQuerySet:
        """With agency and version, but without the long texts, which a compiled programme does not need."""
        return self.select_related("version", "agency").defer("version__sources")


class Programme(models.Model):
    """One payable programme of this installation, its version in force and its mode.

    ``proposals`` serve estimates only and are no part of the version.
    """

    code = models.SlugField(primary_key=True, max_length=80)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="programmes")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.OPEN)
    correct_within_days = models.PositiveSmallIntegerField(null=True)  # its own period; None: the agency's
    position = models.PositiveSmallIntegerField(default=0)
    proposals = models.JSONField(default=dict, blank=True)  # proposed overlays beside it: path → text

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> RoundQuerySet:
        """Rounds are announced to everybody."""
        return self

    def announced(self) -> RoundQuerySet:
        """Without those that were called off before they opened."""
        return self.exclude(closed_on__lte=F("opens_on"))


class Round(models.Model):
    """受理批次: the days in which a programme takes claims, first and last included, as the agency announced them.

    ``closed_on``: from this day on nothing is taken although ``closes_on`` is later.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rounds")
    name = models.CharField(max_length=60)
    opens_on = models.DateField()
    closes_on = models.DateField()
    notice_number = models.CharField(max_length=80, blank=True)
    notice_address = models.URLField(max_length=300, blank=True)
    notice_text = models.TextField(max_length=2000, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # for more rounds in a year than the law names
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_because = models.CharField(max_length=300, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on"]
        constraints = [
            models.CheckConstraint(condition=Q(opens_on__lte=F("closes_on")), name="round_days_in_order"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_on__isnull=False, closed_at__isnull=False, closed_by__isnull=False),
                name="round_closed_whole",
            ),
            models.UniqueConstraint(fields=["programme", "name"], name="round_named_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> date:
        """The last day on which it takes claims; before ``opens_on`` if it was called off."""
        if self.closed_on is None:
            return self.closes_on
        return min(self.closes_on, self.closed_on - timedelta(days=1))

    def covers(self, day: date) -> bool:
        return self.opens_on <= day <= self.last_day


class Two(models.TextChoices):
    """How far something stands that one officer asks for and another one of the same agency confirms."""

    ASKED = "asked", _("Waits for the second officer")
    CONFIRMED = "confirmed", _("Confirmed by two")
    REFUSED = "refused", _("Refused by the second officer")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ByTwo(models.Model):
    """Asked by one approver of an agency, settled by another: confirmed or refused; or taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=Two.choices, default=Two.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    settled_because = models.CharField(max_length=300, blank=True)  # why it was refused or taken back

    class Meta:
        abstract = True


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    def visible_to(self, user: User) -> AdoptionQuerySet:
        """Those of the officer's own agency."""
        return self.filter(agency=user.agency_id)


class Adoption(ByTwo):
    """A draft document that its agency adopted: the number and the days of the published text.

    ``document`` is the folder of the text. An empty title leaves the one the folder has. Confirmed, it is laid
    over the folder's draft at each publishing.
    """

    document = models.CharField(max_length=80)
    number = models.CharField(max_length=80)
    title = models.CharField(max_length=200, blank=True)
    title_en = models.CharField(max_length=200, blank=True)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    text = models.TextField(max_length=20000, blank=True)  # of the order of adoption
    address = models.URLField(max_length=300, blank=True)  # where the published text stands

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(first_day__lte=F("last_day")),
                name="adoption_days_in_order",
            ),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state="asked"), name="adoption_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.number}"


class Reading(models.TextChoices):
    PARAMETER = "parameter", _("A number or word that the text leaves open")
    LIMIT = "limit", _("What holds cases: they go on, or are refused")


class Answer(models.TextChoices):
    """The words of ``reviews.Settling``: an officer's and an interpretation's answer are read alike."""

    GO_ON = "go_on", _("Not the same thing: it may be paid")
    STOP = "stop", _("The same thing: it is not paid")


class InterpretationQuerySet(models.QuerySet["Interpretation"]):
    def visible_to(self, user: object) -> InterpretationQuerySet:
        """What is published is everybody's; what is only asked its own agency's."""
        published = Q(state=Two.CONFIRMED)
        agency = getattr(user, "agency_id", None)
        return self.filter(published | Q(agency=agency)) if agency else self.filter(published)

    def standing(self) -> InterpretationQuerySet:
        return self.filter(state=Two.CONFIRMED)

    def about(self, programme: str, document: str) -> InterpretationQuerySet:
        """Those of a programme: its own, and those of its whole document."""
        return self.filter(Q(programme=programme) | Q(programme=None, document=document))


class Interpretation(ByTwo):
    """政策解答: what the agency that issued a text says where the text is silent; for one programme or the document.

    Of a parameter it holds for cases filed under the version that it makes; of a limit for all cases filed from
    ``from_on`` on: whoever files on the same day gets the same answer, however quick the officer is.
    Taken back by two again: ``ending_by`` asks, another officer settles.
    """

    document = models.CharField(max_length=80)
    programme = models.ForeignKey(
        Programme, null=True, on_delete=models.PROTECT, related_name="interpretations"
    )
    kind = models.CharField(max_length=10, choices=Reading.choices)
    subject = models.CharField(max_length=60)  # id of the parameter, limit or remark in the programme file
    value = models.JSONField(null=True)  # of a parameter
    decision = models.CharField(max_length=8, choices=Answer.choices, blank=True)  # of a limit
    number = models.CharField(max_length=80)
    dated = models.DateField()
    from_on = models.DateField()
    text = models.TextField(max_length=4000)
    text_en = models.TextField(max_length=4000, blank=True)
    ending_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ending_because = models.CharField(max_length=300, blank=True)

    objects = InterpretationQuerySet.as_manager()

    class Meta:
        ordering = ["-dated", "-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="parameter", decision="", value__isnull=False)
                | (Q(kind="limit", value__isnull=True) & ~Q(decision="")),
                name="interpretation_says_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.number}"

    @property
    def reason(self) -> str:
        """Why something is settled by it, as a decision says it."""
        return f"政策解答{self.number}：{self.text}"
