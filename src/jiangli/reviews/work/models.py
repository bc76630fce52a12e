"""What makes officers' work go round: hand-overs, reminders, acts on many cases, phrases, saved filters."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiangli.accounts.models import Agency, User
from jiangli.applications.models import Application


class HandOver(models.Model):
    """A case given to an officer at a stage: by whoever had it, or by the supervisor, with a word.

    ``officer`` None: it was given back, and is nobody's.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="hand_overs")
    stage = models.PositiveSmallIntegerField()
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.application} {self.stage}"


class ReminderKind(models.TextChoices):
    SOON = "soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, user: User) -> ReminderQuerySet:
        return self.filter(application__in=Application.objects.visible_to(user))


class Reminder(models.Model):
    """That a case is due soon at its stage, or overdue: said once for each time it comes to a stage."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="reminders")
    stage = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=ReminderKind.choices)
    due_on = models.DateField()
    at = models.DateTimeField()

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "stage", "kind", "due_on"], name="reminded_once_of_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.kind} {self.due_on}"


class Seen(models.Model):
    """When an officer last looked at a case; ``before``: the visit before this one."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="seen")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    before = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "officer"], name="seen_once_each")]

    def __str__(self) -> str:
        return f"{self.application} {self.officer}"


class BulkKind(models.TextChoices):
    PASS = "pass", _("Pass")
    RETURN = "return", _("Return for correction")


class BulkQuerySet(models.QuerySet["Bulk"]):
    def visible_to(self, user: User) -> BulkQuerySet:
        """One's own; what a colleague did shows in each case."""
        return self.filter(by=user)


class Bulk(models.Model):
    """One act on many cases that its officer saw and confirmed. ``fields``: [{"field", "reason"}] of a return."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=BulkKind.choices)
    text = models.TextField(blank=True)
    fields = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = BulkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class ItemState(models.TextChoices):
    WAITING = "waiting", _("Still to do")
    DONE = "done", pgettext_lazy("of many", "Done")
    STOPPED = "stopped", _("Stopped")
    UNDONE = "undone", _("Taken back")


class BulkItem(models.Model):
    """One of the cases. ``fen``: the amount that was shown; ``why``: what stopped it."""

    bulk = models.ForeignKey(Bulk, on_delete=models.CASCADE, related_name="items")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    stage = models.PositiveSmallIntegerField()
    fen = models.PositiveBigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=ItemState.choices, default=ItemState.WAITING)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "application"], name="bulk_case_once"),
            models.CheckConstraint(condition=Q(state="stopped") | Q(why=""), name="bulk_stopped_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"


class PhraseKind(models.TextChoices):
    PASS = "pass", _("Pass")
    RETURN = "return", _("Return for correction")
    REFUSE = "refuse", _("Refuse")


class PhraseQuerySet(models.QuerySet["Phrase"]):
    def visible_to(self, user: User) -> PhraseQuerySet:
        """The agency's, and one's own."""
        return self.filter(Q(officer=None) | Q(officer=user), agency=user.agency_id)


class Phrase(models.Model):
    """Words that officers use again and again. ``officer`` None: everybody's of the agency."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="phrases")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=PhraseKind.choices)
    programme_code = models.SlugField(max_length=80, blank=True)  # blank: of every programme
    text = models.CharField(max_length=300)
    order = models.PositiveSmallIntegerField(default=0)

    objects = PhraseQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: User) -> SavedFilterQuerySet:
        return self.filter(officer=user)


class SavedFilter(models.Model):
    """A look at the queue that an officer comes back to; ``query`` is the address after the question mark."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["officer", "name"], name="filter_named_once")]

    def __str__(self) -> str:
        return self.name
