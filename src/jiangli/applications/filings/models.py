"""A class that an organisation files before it begins, its trainees, its papers, and every version of it.

Personal fields: FilingTrainee.phone, FilingPaper.original_name (encrypted); names in clear.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import Agency, User
from jiangli.fields import EncryptedField
from jiangli.programmes.models import Version
from jiangli.registers.models import Organisation, Person


class Timing(models.TextChoices):
    """How long before the opening day a class was filed, by the days its programme's law asks for."""

    EARLY = "early", _("In time")
    SHORT = "short", _("Later than asked")
    AFTER = "after", _("Not before it began")


class FilingQuerySet(models.QuerySet["Filing"]):
    def visible_to(self, user: User) -> FilingQuerySet:
        """A clerk sees those of their organisation, an officer what was filed with their agency."""
        if not user.is_authenticated:
            return self.none()
        if user.is_officer:
            return self.filter(filed_at__isnull=False, agency=user.agency_id)
        return self.filter(organisation__in=Organisation.objects.acted_for_by(user).values("pk"))

    def standing(self) -> FilingQuerySet:
        """What was filed and not withdrawn."""
        return self.filter(filed_at__isnull=False, withdrawn_at=None)


class Filing(models.Model):
    """Notice of one class for one programme whose law asks for it (a stage ``file_before``).

    ``filed_at`` never changes; what is changed later is a new ``FilingVersion``. ``timing`` follows from it,
    the opening day and the law; of a draft it is blank.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True, null=True)  # noqa: DJ001  备案编号, given when filed
    programme_code = models.SlugField(max_length=80)
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")  # when filed
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="filings")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")  # with which it is filed
    title = models.CharField(max_length=80, blank=True)  # of the class
    plan = models.TextField(blank=True)  # plan and courses
    occupation = models.CharField(max_length=60, blank=True)  # occupation or item taught
    place = models.CharField(max_length=100, blank=True)
    opens_on = models.DateField(null=True)  # training.started_on
    started_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    timing = models.CharField(max_length=5, choices=Timing.choices, blank=True)
    late_reason = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = FilingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(filed_at__isnull=True)
                | Q(number__isnull=False, version__isnull=False, opens_on__isnull=False),
                name="filed_class_has_number_version_day",
            ),
            models.CheckConstraint(
                condition=~Q(timing__in=["short", "after"]) | ~Q(late_reason=""),
                name="late_class_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "programme_code", "filed_at"])]

    def __str__(self) -> str:
        return self.number or f"draft {self.id}"


class Examined(models.TextChoices):
    WAITING = "waiting", _("To be examined")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Did not pass")


class FilingTrainee(models.Model):
    """A person on the list of a class. Never deleted: who leaves has ``removed_at``.

    ``group``: value of the fact person.group as stated. ``real_name_checked``: whether the system of the province
    checked the name; None: not said. ``listed_at``: since when they stand on the list; of those there at filing
    the moment of filing.
    """

    filing = models.ForeignKey(Filing, on_delete=models.CASCADE, related_name="trainees")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    phone = EncryptedField(blank=True)
    group = models.CharField(max_length=40, blank=True)
    real_name_checked = models.BooleanField(null=True)
    listed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    examined = models.CharField(max_length=9, choices=Examined.choices, default=Examined.WAITING)
    examined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    examined_at = models.DateTimeField(null=True)
    looked_where = models.CharField(max_length=200, blank=True)  # where the officer looked
    examined_reason = models.CharField(max_length=300, blank=True)  # of a refusal

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "person"], condition=Q(removed_at=None), name="trainee_once"
            ),
            models.CheckConstraint(
                condition=~Q(examined="refused") | ~Q(examined_reason=""), name="trainee_refused_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FilingVersion(models.Model):
    """A class as it stood after it was filed (1) and after each later change, with the reason of the change.

    ``content``: the class's own fields, and of each trainee the key, name, group and ``real_name_checked``.
    """

    filing = models.ForeignKey(Filing, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["filing", "number"], name="filing_version_once")]

    def __str__(self) -> str:
        return f"{self.filing} v{self.number}"


class PaperKind(models.TextChoices):
    PLAN = "plan", _("Plan and courses")
    LIST = "list", _("Name list")


class PaperState(models.TextChoices):
    RECEIVED = "received", _("Received")
    READY = "ready", _("Ready to look at")
    UNREADABLE = "unreadable", _("Cannot be opened")


class FilingPaper(models.Model):
    """A photograph or PDF of the plan or the list, kept as evidence is: encrypted, shown as previews."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    filing = models.ForeignKey(Filing, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=4, choices=PaperKind.choices)
    original_name = EncryptedField(blank=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    file = models.CharField(max_length=64)  # name in files.py
    previews = models.JSONField(default=list)  # names in files.py, one per page (JPEG)
    state = models.CharField(max_length=10, choices=PaperState.choices, default=PaperState.RECEIVED)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["kind", "added_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
