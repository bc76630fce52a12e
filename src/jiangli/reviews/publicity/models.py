"""公示: a list of payees, what was frozen of each, objections to a row, postings on other sites, papers.

Personal fields: Objection.name, .phone, .text (encrypted); Paper.original_name (encrypted); names and units of rows in
clear, as they are shown.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from jiangli.accounts.models import Agency, User
from jiangli.applications.models import Application, Line
from jiangli.fields import EncryptedField
from jiangli.programmes.models import Version
from jiangli.registers.models import Person
from jiangli.reviews.publicity.masks import Row
from jiangli.reviews.publicity.status import (
    OPEN_OBJECTIONS,
    ListKind,
    ObjectionState,
    Outcome,
    PaperState,
    PublicationState,
    Way,
)

KEPT_DAYS = 30  # how long the rows of a list that is over can be read by everybody


def _officer(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: User) -> PublicationQuerySet:
        """Officers see those of their agency, whatever their state."""
        return self.filter(agency=user.agency_id) if user.is_officer else self.none()

    def public(self) -> PublicationQuerySet:
        """What was ever up for everybody to see; who is told alone stands on no page."""
        return self.filter(opened_at__isnull=False).exclude(list=ListKind.TOLD)


class Publication(models.Model):
    """A list of payees of one programme and version, shown for the days that the law's stage names.

    ``closes_on`` is the last day, included: planned from ``posts_on``, and from the day it really went up once it did.
    ``seal`` is the hash over rows and texts as the second officer approved them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    programme_code = models.SlugField(max_length=80)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    stage = models.PositiveSmallIntegerField()
    list = models.CharField(max_length=10, choices=ListKind.choices)
    by_line = models.BooleanField(default=False)  # the rows of rosters, rather than who hands them in
    title = models.CharField(max_length=120)
    intro = models.TextField(max_length=2000)
    objecting = models.TextField(max_length=1000)  # where and how to object
    posts_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    calendar = models.CharField(max_length=10)  # working | days, as the stage says
    closes_on = models.DateField()
    kept_days = models.PositiveSmallIntegerField(default=KEPT_DAYS)
    state = models.CharField(max_length=10, choices=PublicationState.choices, default=PublicationState.DRAFT)
    sent_back_because = models.CharField(max_length=300, blank=True)
    prepared_by = _officer()
    prepared_at = models.DateTimeField()
    frozen_at = models.DateTimeField()
    approved_by = _officer(null=True)
    approved_at = models.DateTimeField(null=True)
    seal = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    withdrawn_by = _officer(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-prepared_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True, seal="")
                | (Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(seal="")),
                name="publication_approved_whole",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="publication_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "open", "closed"]) | Q(approved_by__isnull=False),
                name="publication_up_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "closed"]) | Q(opened_at__isnull=False),
                name="publication_up_opened",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)),
                name="publication_withdrawn_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_told(self) -> bool:
        return self.list == ListKind.TOLD

    def shows_rows(self, on: date) -> bool:
        """Whether everybody can still read the names on that day."""
        if self.state == PublicationState.CLOSED:
            return on <= self.closes_on + timedelta(days=self.kept_days)
        return self.state == PublicationState.OPEN


class PublicationCase(models.Model):
    """A case on a list. ``amount_fen``: what was worked out for it at freezing. One list at a time has a case."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="cases")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="publications")
    amount_fen = models.PositiveBigIntegerField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    why = models.CharField(max_length=600, blank=True)  # it could not go on, or went back
    live = models.BooleanField(default=True)  # still on this list's way: in no other meanwhile
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "application"], name="on_a_list_once"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(live=True), name="on_one_list_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication} {self.application}"

    @property
    def is_held(self) -> bool:
        """Whether an objection to a row of its case is not decided yet; also one to a list that was taken down."""
        return Objection.objects.undecided().filter(row__case__application=self.application_id).exists()


class PublicationRow(models.Model):
    """A line of the list as it was frozen: what ``masks.Row`` has, and nothing else of anybody."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="rows")
    case = models.ForeignKey(PublicationCase, on_delete=models.CASCADE, related_name="rows")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=list)  # [[fact, its value in Chinese]]
    people = models.PositiveIntegerField(null=True)
    amount_fen = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["publication", "position"], name="row_in_its_place")]

    def __str__(self) -> str:
        return f"{self.publication} {self.position}"

    @cached_property
    def shown(self) -> Row:
        details = tuple((fact, value) for fact, value in self.details)
        return Row(self.name, self.unit, details, self.people, self.amount_fen)


def _about_own_case(user: User) -> Q:
    """To a case of which the officer is a party: they do not learn who objects."""
    from jiangli.reviews.queries import own  # which reads these models

    return Q(row__case__application__in=Application.objects.filter(own(user)).values("pk"))


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: User) -> ObjectionQuerySet:
        """Officers see those to the lists of their agency, but to their own case; whoever objected, their own."""
        if user.is_officer:
            return self.filter(row__publication__agency=user.agency_id).exclude(_about_own_case(user))
        return self.filter(person__account=user)

    def undecided(self) -> ObjectionQuerySet:
        return self.filter(state__in=OPEN_OBJECTIONS)


class Objection(models.Model):
    """What somebody has against one row. Who they are is for the officers alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    row = models.ForeignKey(PublicationRow, on_delete=models.PROTECT, related_name="objections")
    way = models.CharField(max_length=8, choices=Way.choices)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    name = EncryptedField()
    phone = EncryptedField(blank=True)
    phone_index = models.CharField(max_length=64, blank=True, db_index=True)
    text = EncryptedField()
    received_on = models.DateField()
    received_at = models.DateTimeField()
    entered_by = _officer(null=True)
    state = models.CharField(max_length=12, choices=ObjectionState.choices, default=ObjectionState.RECEIVED)
    found = models.TextField(max_length=2000, blank=True)  # what the officer who looked into it found
    looked_by = _officer(null=True)
    looked_at = models.DateTimeField(null=True)
    reason = models.TextField(max_length=1000, blank=True)  # of the decision, told to whoever objected
    decided_by = _officer(null=True)
    decided_at = models.DateTimeField(null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["received", "looked"], decided_by__isnull=True, decided_at__isnull=True
                )
                | (
                    Q(state__in=["upheld", "not_upheld"], decided_by__isnull=False, decided_at__isnull=False)
                    & Q(looked_by__isnull=False)
                    & ~Q(reason="")
                ),
                name="objection_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("looked_by")),
                name="objection_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(way="online") | Q(entered_by__isnull=False), name="objection_entered_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_OBJECTIONS


class PostedElsewhere(models.Model):
    """That a list was also up on another site or board, with a picture of it. For officers only."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="elsewhere")
    place = models.CharField(max_length=300)  # address of the page, or where the board hangs
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    noted_by = _officer()
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="posted_days_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.publication} {self.first_day}"


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, user: User) -> PaperQuerySet:
        mine = Publication.objects.visible_to(user)
        return self.filter(Q(objection__row__publication__in=mine) | Q(posting__publication__in=mine))


class Paper(models.Model):
    """What was sent with an objection, or a picture of a posting: encrypted, seen as pictures, never public."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    objection = models.ForeignKey(Objection, null=True, on_delete=models.CASCADE, related_name="papers")
    posting = models.ForeignKey(PostedElsewhere, null=True, on_delete=models.CASCADE, related_name="papers")
    original_name = EncryptedField(blank=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    file = models.CharField(max_length=64)  # name in files.py
    previews = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=PaperState.choices, default=PaperState.RECEIVED)
    added_at = models.DateTimeField()

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(objection__isnull=False, posting__isnull=True)
                | Q(objection__isnull=True, posting__isnull=False),
                name="paper_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
