"""A rating of a closed case, and the looking into a bad one.

Personal fields: Rating.words, Rating.remark, LookInto.answer (encrypted). Officers never read who gave a rating.
"""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiangli.accounts.models import Agency, User
from jiangli.applications.models import Application
from jiangli.fields import EncryptedField


class Grade(models.IntegerChoices):
    """The five grades of 好差评, the best first."""

    VERY_GOOD = 5, pgettext_lazy("grade", "Very satisfied")  # 非常满意
    GOOD = 4, pgettext_lazy("grade", "Satisfied")  # 满意
    FAIR = 3, pgettext_lazy("grade", "Fairly satisfied")  # 基本满意
    BAD = 2, pgettext_lazy("grade", "Not satisfied")  # 不满意
    VERY_BAD = 1, pgettext_lazy("grade", "Very dissatisfied")  # 非常不满意


BAD_GRADES = (Grade.VERY_BAD, Grade.BAD)


class Reason(models.TextChoices):
    """What one can tick; each may be praise or complaint, as the grade says."""

    SPEED = "speed", _("How quickly it went")
    CLEAR = "clear", _("How clearly it was explained")
    PAPERS = "papers", _("What papers were asked for")
    KINDNESS = "kindness", _("How one was treated")
    SITE = "site", _("How easy the site is to use")
    RESULT = "result", _("The result and its reasons")


class Finding(models.TextChoices):
    RIGHT = "right", _("The complaint is right: it was put right")
    PARTLY = "partly", _("The complaint is partly right")
    NOT = "not", _("Nothing wrong was found")


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, user: User) -> RatingQuerySet:
        """Claimants and clerks see those of their cases, officers those of their agency, never by whom."""
        if not user.is_authenticated:
            return self.none()
        if user.is_officer:
            return self.filter(agency=user.agency_id)
        return self.filter(application__in=Application.objects.visible_to(user))


class Rating(models.Model):
    """What whoever claimed thought of how a case was dealt with: once, and one remark later.

    ``agency`` is the agency of the programme: it is rated, whichever of its stages lay elsewhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="rating")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    programme_code = models.SlugField(max_length=80)
    grade = models.PositiveSmallIntegerField(choices=Grade.choices)
    reasons = models.JSONField(default=list)  # [Reason]
    words = EncryptedField(blank=True)
    rated_at = models.DateTimeField()
    rated_on = models.DateField(db_index=True)  # in Shanghai, for the sums
    remark = EncryptedField(blank=True)
    remarked_at = models.DateTimeField(null=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["-rated_at", "pk"]
        indexes = [models.Index(fields=["agency", "rated_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=5), name="rating_has_five_grades")
        ]

    def __str__(self) -> str:
        return f"rating {self.id}"

    @property
    def is_bad(self) -> bool:
        return self.grade in BAD_GRADES


class LookInto(models.Model):
    """A bad rating has to be looked into and answered by ``due_on``: a promise of the agency, no law."""

    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="look_into")
    due_on = models.DateField()
    finding = models.CharField(max_length=8, choices=Finding.choices, blank=True)
    answer = EncryptedField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finding="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(finding="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="looked_into_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rating} {self.finding}"

    def is_overdue(self, today: date) -> bool:
        """Whether the promised day is over and nobody has answered."""
        return self.answered_at is None and self.due_on < today
