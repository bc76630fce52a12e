"""Rounds, their candidates and materials, and the experts' sheets.

No personal field of its own: persons and organisations by their keys; files and their names are encrypted.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jiangli.accounts.models import Agency, User
from jiangli.accounts.roles import Role
from jiangli.fields import EncryptedField
from jiangli.registers.models import Organisation, Person
from jiangli.registers.recognitions.models import Recognition
from jiangli.reviews.selection.status import CandidateState, FileState, Ranking, RoundState


def _officer(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class SelectionRoundQuerySet(models.QuerySet["SelectionRound"]):
    def visible_to(self, user: User) -> SelectionRoundQuerySet:
        """Officers see those of their agency. Whoever only scores sees them through ``for_expert``."""
        if not user.is_officer or set(user.posts.values_list("role", flat=True)) == {Role.EXPERT}:
            return self.none()
        return self.filter(agency=user.agency_id)

    def for_expert(self, user: User) -> SelectionRoundQuerySet:
        """Those in which this expert scores, from the scoring on."""
        begun = [RoundState.RECEIVING, RoundState.PRELIMINARY, RoundState.CANCELLED]
        return self.filter(experts__user=user).exclude(state__in=begun)


class SelectionRound(models.Model):
    """A selection or assessment of one kind. Days included; ``facts``: what every entry of its result says.

    ``criteria``: [{"id", "title", "weight", "most"}], weights in percent that sum to 100, points up to ``most``.
    ``grades``: [{"least", "value"}], the highest first: which value of the kind's grade a score gives.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    rules_number = models.CharField(max_length=80)  # the document by which it is held
    rules_address = models.URLField(max_length=300, blank=True)
    opens_on = models.DateField()
    closes_on = models.DateField()
    quota = models.PositiveSmallIntegerField(null=True)
    facts = models.JSONField(default=dict)
    criteria = models.JSONField(default=list)
    grades = models.JSONField(default=list)
    ranking = models.CharField(max_length=8, choices=Ranking.choices, default=Ranking.MEAN)
    state = models.CharField(max_length=12, choices=RoundState.choices, default=RoundState.RECEIVING)
    made_by = _officer()
    made_at = models.DateTimeField()
    notice_number = models.CharField(max_length=80, blank=True)  # of the publicity
    notice_address = models.URLField(max_length=300, blank=True)
    notice_from = models.DateField(null=True)
    notice_to = models.DateField(null=True)
    meeting_number = models.CharField(max_length=80, blank=True)
    meeting_on = models.DateField(null=True)
    document_number = models.CharField(max_length=80, blank=True)  # that recognises the result
    document_date = models.DateField(null=True)
    until_on = models.DateField(null=True)  # how long the result holds
    proposed_by = _officer(null=True)
    proposed_at = models.DateTimeField(null=True)
    confirmed_by = _officer(null=True)
    confirmed_at = models.DateTimeField(null=True)
    cancelled_because = models.CharField(max_length=300, blank=True)

    objects = SelectionRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "name"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="selection_name_once"),
            models.CheckConstraint(condition=Q(opens_on__lte=F("closes_on")), name="selection_days_in_order"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(proposed_by__isnull=False, confirmed_by__isnull=False),
                name="selection_done_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="selection_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoundExpert(models.Model):
    """An expert who scores in a round."""

    round = models.ForeignKey(SelectionRound, on_delete=models.CASCADE, related_name="experts")
    user = _officer()

    class Meta:
        ordering = ["user__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "user"], name="expert_once")]

    def __str__(self) -> str:
        return f"{self.user}"


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, user: User) -> CandidateQuerySet:
        return self.filter(round__in=SelectionRound.objects.visible_to(user))

    def for_expert(self, user: User) -> CandidateQuerySet:
        """What was admitted in the rounds of this expert."""
        out = [CandidateState.WAITING, CandidateState.RETURNED, CandidateState.REFUSED]
        return self.filter(round__in=SelectionRound.objects.for_expert(user)).exclude(state__in=out)


class Candidate(models.Model):
    """Who stands in a round. ``name``: of the studio or base, else the holder's. ``grade``: a value of the kind's.

    ``about``: the entry that is assessed. ``score``: hundredths of a point of 100, once the scores are closed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(SelectionRound, on_delete=models.PROTECT, related_name="candidates")
    number = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(Recognition, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    received_on = models.DateField()
    state = models.CharField(max_length=12, choices=CandidateState.choices, default=CandidateState.WAITING)
    words = models.CharField(max_length=300, blank=True)  # of the preliminary review or of the choice
    score = models.PositiveIntegerField(null=True)
    grade = models.JSONField(null=True)
    recognition = models.OneToOneField(Recognition, null=True, on_delete=models.PROTECT, related_name="+")
    entered_by = _officer()
    entered_at = models.DateTimeField()

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="candidate_is_one_party",
            ),
            models.UniqueConstraint(fields=["round", "number"], name="candidate_number_once"),
            models.UniqueConstraint(fields=["round", "person", "name"], name="person_stands_once"),
            models.UniqueConstraint(
                fields=["round", "organisation", "name"], name="organisation_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def party(self) -> Person | Organisation:
        party = self.person or self.organisation
        assert party is not None  # candidate_is_one_party
        return party

    @property
    def points(self) -> str:
        """The score with two decimals; nothing before the scores are closed."""
        return "" if self.score is None else f"{self.score // 100}.{self.score % 100:02d}"


class CandidateFileQuerySet(models.QuerySet["CandidateFile"]):
    def visible_to(self, user: User) -> CandidateFileQuerySet:
        return self.filter(candidate__in=Candidate.objects.visible_to(user))

    def for_expert(self, user: User) -> CandidateFileQuerySet:
        return self.filter(candidate__in=Candidate.objects.for_expert(user))


class CandidateFile(models.Model):
    """A material of a candidate: encrypted, seen as pictures."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="files")
    original_name = EncryptedField(blank=True)
    content_type = models.CharField(max_length=40)
    file = models.CharField(max_length=64)  # name in files.py
    previews = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.RECEIVED)
    added_by = _officer()
    added_at = models.DateTimeField()

    objects = CandidateFileQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class ScoreSheet(models.Model):
    """What one expert says of one candidate. ``marks``: criterion → hundredths of a point; empty where they abstain."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="sheets")
    expert = _officer()
    marks = models.JSONField(default=dict)
    comment = models.CharField(max_length=500, blank=True)
    abstained = models.CharField(max_length=300, blank=True)  # why
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["candidate", "expert"], name="sheet_once")]

    def __str__(self) -> str:
        return f"{self.candidate} {self.expert}"
