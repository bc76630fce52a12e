"""Questions people ask, the answers with their versions, hand-overs, and the entries of the FAQ.

Personal fields: Question.text, Question.phone, Answer.text, Referral.reason (encrypted). An ``Entry`` holds none.
"""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from jiangli.accounts.models import Agency, User
from jiangli.correspondence.consultation.status import WAITING, QuestionKind, QuestionState
from jiangli.fields import EncryptedField
from jiangli.programmes.models import Programme
from jiangli.registers.models import Organisation, Person

__all__ = ["Answer", "Entry", "Question", "QuestionKind", "QuestionState", "Referral"]


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: User) -> QuestionQuerySet:
        """Askers see their own, clerks those of their organisation; officers what their agency has or passed on."""
        if not user.is_authenticated:
            return self.none()
        if user.is_officer:
            passed_on = Referral.objects.filter(sender=user.agency_id).values("question")
            return self.filter(Q(agency=user.agency_id) | Q(pk__in=passed_on))
        acted_for = Organisation.objects.acted_for_by(user).values("pk")
        own = Q(person__account=user, organisation=None)
        return self.filter(own | Q(organisation__in=acted_for))

    def of_phone(self, index: str) -> QuestionQuerySet:
        """Those asked with a phone and no account, by the blind index of the phone."""
        return self.filter(person=None, phone_index=index) if index else self.none()

    def waiting(self) -> QuestionQuerySet:
        return self.filter(state__in=WAITING)


class Question(models.Model):
    """One question to one agency. ``due_on``: the day until which that agency promised to answer.

    The asker is a person who is signed in, alone or as clerk of ``organisation``; or a phone that was proved.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="questions")
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="questions"
    )
    phone = EncryptedField(blank=True)
    phone_index = models.CharField(max_length=64, blank=True, db_index=True)
    kind = models.CharField(max_length=8, choices=QuestionKind.choices)
    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT, related_name="questions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="questions")
    text = EncryptedField()
    state = models.CharField(max_length=8, choices=QuestionState.choices, default=QuestionState.OPEN)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # first answered, or closed
    closed_because = models.CharField(max_length=300, blank=True)  # empty: the asker took it back

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["agency", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(phone_index=""), name="somebody_asks"
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | Q(person__isnull=False), name="a_clerk_asks"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "passed"], settled_at__isnull=True)
                | Q(state__in=["answered", "closed"], settled_at__isnull=False),
                name="question_settled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.id}"

    @property
    def waits(self) -> bool:
        return self.state in WAITING

    def is_overdue(self, today: date) -> bool:
        """Whether the promised day is over and nobody has answered."""
        return self.waits and self.due_on < today


class Answer(models.Model):
    """What an officer answered. A later one does not undo the earlier; the newest counts."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    text = EncryptedField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="answer_version_once")]

    def __str__(self) -> str:
        return f"{self.question} / {self.number}"


class Referral(models.Model):
    """A question went from one agency to another, and why."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="referrals")
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = EncryptedField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(sender=models.F("receiver")), name="referred_elsewhere")
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.sender_id} {self.receiver_id}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> EntryQuerySet:
        """Officers see those of their agency, retired ones too; everybody reads what is shown."""
        return self.filter(agency=user.agency_id) if user.is_officer else self.shown()

    def shown(self) -> EntryQuerySet:
        return self.filter(retired_at=None)


class Entry(models.Model):
    """One question and answer of the FAQ (常见问题): for one programme, or for all. English may be missing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT, related_name="faq")
    source = models.ForeignKey(Question, null=True, on_delete=models.PROTECT, related_name="entries")
    question_zh = models.CharField(max_length=200)
    answer_zh = models.TextField(max_length=2000)
    question_en = models.CharField(max_length=300, blank=True)
    answer_en = models.TextField(max_length=4000, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    published_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "published_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(question_en="", answer_en="") | (~Q(question_en="") & ~Q(answer_en="")),
                name="entry_english_whole",
            )
        ]

    def __str__(self) -> str:
        return self.question_zh

    def said(self, language: str) -> tuple[str, str]:
        """Question and answer in ``language`` ("zh" or "en"); in Chinese where there is no English."""
        if language == "en" and self.question_en:
            return self.question_en, self.answer_en
        return self.question_zh, self.answer_zh
