"""A case: its lines, evidence, assessments, and the reservations that keep one claim from being paid twice.

Personal fields: Application.account_number (encrypted); Evidence.original_name (encrypted); names in clear.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from jiangli import clock
from jiangli.accounts.models import Agency, User
from jiangli.applications import roster_models  # noqa: F401  rosters have a file of their own
from jiangli.applications.filings.models import (
    Filing,
    FilingPaper,
    FilingTrainee,
    FilingVersion,
)
from jiangli.applications.status import Channel, EvidenceState, LineState, Status
from jiangli.fields import EncryptedField, blind_index
from jiangli.programmes.models import Version
from jiangli.registers.models import Certificate, Organisation, Person

__all__ = [
    "Application",
    "Assessment",
    "Channel",
    "Evidence",
    "EvidenceState",
    "Filing",
    "FilingPaper",
    "FilingTrainee",
    "FilingVersion",
    "Line",
    "LineState",
    "Reservation",
    "Serial",
    "Visit",
]


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> ApplicationQuerySet:
        """A claimant sees their own, a clerk those of their organisation, an officer what their agency has.

        Of an officer's agency these are the filed cases, and what its counter is still entering.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_officer:
            entering = Q(channel=Channel.COUNTER, entered_by__agency=user.agency_id)
            entering &= ~Q(status=Status.WITHDRAWN)
            return self.filter(Q(first_filed_at__isnull=False) | entering, agencies=user.agency_id)
        acted_for = Organisation.objects.acted_for_by(user).values("pk")
        return self.filter(Q(claimant__account=user) | Q(organisation__in=acted_for))


class Application(models.Model):
    """A claim for one programme. ``stage`` points into the programme's stages.

    ``claimant`` is the person it is for, ``organisation`` the body that claims, or that files for the person.
    ``stated`` are the answers of its form: fact name → value as the contract writes it. The rows of a roster
    are its lines; a claim without a roster has one line.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True, null=True)  # noqa: DJ001  受理编号, given at filing
    programme_code = models.SlugField(max_length=80)
    version = models.ForeignKey(
        Version, null=True, on_delete=models.PROTECT, related_name="+"
    )  # pinned at filing
    claimant = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="applications"
    )
    stated = models.JSONField(default=dict)
    account_name = models.CharField(max_length=100, blank=True)  # the account it is paid into
    account_number = EncryptedField(blank=True)
    account_index = models.CharField(max_length=64, blank=True, db_index=True)  # finds the same number again
    account_bank = models.CharField(max_length=80, blank=True)  # down to the sub-branch
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.PERSONAL)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    stage = models.PositiveSmallIntegerField(default=0)
    agencies = models.ManyToManyField(Agency, related_name="+")
    started_at = models.DateTimeField()
    first_filed_at = models.DateTimeField(null=True)  # this day counts, whatever is corrected later
    received_on = models.DateField(null=True)  # of a paper form: the day it came in, which counts instead
    received_why = models.CharField(
        max_length=300, blank=True
    )  # how one knows of an earlier day: the postmark
    submitted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # refused, withdrawn or lapsed
    correct_by = models.DateField(null=True)  # last day to correct what was returned
    reminded_of = models.DateField(null=True)  # the last day of which they were reminded
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # the officer who keyed it in at the counter
    query_password = models.CharField(max_length=128, blank=True)  # hashed
    note_to_officer = models.TextField(blank=True)  # a fault the claimant cannot mend, in their words

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(status="withdrawn")
                | Q(number__isnull=False, version__isnull=False, first_filed_at__isnull=False),
                name="filed_case_has_number_version_day",
            ),
            models.UniqueConstraint(
                fields=["claimant", "programme_code", "channel"],
                condition=Q(status="draft", claimant__isnull=False, organisation__isnull=True),
                name="one_draft_per_programme",
            ),
            models.UniqueConstraint(
                fields=["organisation", "claimant", "programme_code", "channel"],
                condition=Q(status="draft", claimant__isnull=False, organisation__isnull=False),
                name="one_draft_per_worker",
            ),
            models.UniqueConstraint(
                fields=["organisation", "programme_code", "channel"],
                condition=Q(status="draft", claimant__isnull=True),
                name="one_draft_per_organisation",
            ),
            models.CheckConstraint(
                condition=Q(claimant__isnull=False) | Q(organisation__isnull=False), name="somebody_claims"
            ),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True) | Q(channel="counter"), name="only_paper_is_received"
            ),
            models.CheckConstraint(
                condition=~Q(channel="counter") | Q(entered_by__isnull=False), name="paper_was_keyed_in"
            ),
        ]
        indexes = [models.Index(fields=["status", "first_filed_at"])]

    def __str__(self) -> str:
        return self.number or f"draft {self.id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With the blind index of the account's number, whoever writes it."""
        fields = kwargs.get("update_fields")
        if fields is None or "account_number" in fields:
            self.account_index = blind_index(f"account:{number}") if (number := self.account_number) else ""
            if fields is not None:
                kwargs["update_fields"] = {*fields, "account_index"}
        super().save(*args, **kwargs)

    @property
    def filed_on(self) -> date | None:
        """The day that counts as that of filing: on which the paper came in, or the claim; None before."""
        if self.received_on is not None or self.first_filed_at is None:
            return self.received_on
        return clock.day_of(self.first_filed_at)

    @property
    def line(self) -> Line:
        """The only line of a claim without a roster; the first of one with."""
        return self.lines.get(number=1)

    @property
    def party(self) -> Person | Organisation:
        """Who is owed: the person, or the organisation where it claims for itself. Has a ``name``."""
        party = self.claimant or self.organisation
        assert party is not None  # somebody_claims
        return party


class Line(models.Model):
    """One person and one certificate of a case, or one month. ``stated``: what a roster's row says.

    The answers of a claim without a roster stand on the case itself, not here.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(default=1)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Certificate, null=True, on_delete=models.PROTECT, related_name="+")
    stated = models.JSONField(default=dict)
    listed = models.JSONField(default=dict)  # the same, as a published list has it; nobody edits it
    filing = models.ForeignKey(
        Filing, null=True, on_delete=models.PROTECT, related_name="+"
    )  # the class that is meant, where the clerk chose among several

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="line_once")]

    def __str__(self) -> str:
        return f"{self.application} / {self.number}"


class Standing(models.Model):
    """How a line of a roster stands by the newest kept assessment, so that no page assesses thousands of lines.

    ``failed`` and ``open`` are ids of conditions, ``unknown`` names of facts, each between bars (``|E1|E2|``) so
    that a filter finds one. ``reasons``: [{"id", "state", "zh", "en"}] of what does not simply hold.
    """

    line = models.OneToOneField(Line, on_delete=models.CASCADE, related_name="standing")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="standings")
    state = models.CharField(max_length=8, choices=LineState.choices)
    amount_fen = models.PositiveBigIntegerField(null=True)
    cut_fen = models.PositiveBigIntegerField(null=True)  # what it would have been before a limit cut it
    failed = models.TextField(blank=True)
    open = models.TextField(blank=True)
    unknown = models.TextField(blank=True)
    reasons = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["application", "state"])]

    def __str__(self) -> str:
        return f"{self.line} {self.state}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> EvidenceQuerySet:
        return self.filter(application__in=Application.objects.visible_to(user))


class Evidence(models.Model):
    """A photograph or PDF for one material. The original stays encrypted; officers see previews."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="evidence")
    line = models.ForeignKey(
        Line, null=True, on_delete=models.CASCADE, related_name="evidence"
    )  # where the programme asks it for each line of a roster
    material = models.CharField(max_length=60)  # id of the material in the programme file
    original_name = EncryptedField(blank=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    file = models.CharField(max_length=64)  # name in files.py
    previews = models.JSONField(default=list)  # names in files.py, one per page (JPEG)
    state = models.CharField(max_length=12, choices=EvidenceState.choices, default=EvidenceState.RECEIVED)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["material", "added_at"]

    def __str__(self) -> str:
        return f"{self.material} {self.id}"


class Assessment(models.Model):
    """What the rules said of a case at one moment, with the facts they were told and where each came from."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="assessments")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=30)  # submission, resubmission, review, decision, list
    applied_on = models.DateField()
    at = models.DateTimeField()
    facts = models.JSONField()
    sources = models.JSONField()  # fact name → stated | listed | register | officer | system
    lines = models.JSONField(
        default=list
    )  # [{"line", "facts", "sources", "struck", "waived"}] of a roster, in its order
    waived = models.JSONField(default=list)  # ids of conditions that two officers waived for the case
    vouched = models.BooleanField()  # facts only stated, which others must vouch for, were left out
    history = models.JSONField(default=list)
    result = models.JSONField()  # the contract's response and more

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.application} {self.occasion}"

    @property
    def amount_fen(self) -> int | None:
        amount: int | None = self.result.get("amount_fen")
        return amount


class Reservation(models.Model):
    """The guard against double payment: one live key per limit, subject and period, on any database.

    A key is freed (``released_at``) by withdrawal and refusal; a returned payment and a recovery keep it.
    """

    limit = models.CharField(max_length=160)  # what is counted once, over which programmes
    subject = models.CharField(max_length=160)  # opaque ids
    period = models.CharField(max_length=20, blank=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reservations")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="reservations")
    made_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["limit", "subject", "period"],
                condition=Q(released_at__isnull=True),
                name="reserved_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.limit} {self.subject}"


class Balance(models.Model):
    """What is used of a ceiling under one key, or merely the row that decisions on one key take turns at.

    ``cap_fen`` is None for amounts that are only made less by what was paid. ``used_fen`` is what was paid, here
    or elsewhere, and what was promised and is not paid yet; history above the ceiling counts as the whole of it.
    """

    limit = models.CharField(max_length=160)  # what is added up, over which programmes
    subject = models.CharField(max_length=160, blank=True)  # opaque ids
    period = models.CharField(max_length=20, blank=True)
    cap_fen = models.PositiveBigIntegerField(null=True)
    used_fen = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["limit", "subject", "period"], name="balance_once"),
            models.CheckConstraint(condition=Q(used_fen__lte=models.F("cap_fen")), name="within_the_cap"),
        ]

    def __str__(self) -> str:
        return f"{self.limit} {self.subject}"


class Commitment(models.Model):
    """What a live case claims for one line, in the columns in which the history will have it once it is paid.

    From the filing on ``fen`` is None. The decision puts one in its place for each payer, with the amount;
    ``paid_fen`` of it is in the history already. Freed (``released_at``) by withdrawal, refusal and lapse.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="commitments")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    programme_code = models.CharField(max_length=80)
    series = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Certificate, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60, blank=True, db_index=True)
    period = models.CharField(max_length=7, blank=True)
    payer = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    fen = models.PositiveBigIntegerField(null=True)
    paid_fen = models.PositiveBigIntegerField(default=0)
    promised_on = models.DateField(null=True)  # the day of the decision
    balances = models.ManyToManyField(Balance, related_name="commitments")
    released_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["programme_code"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(fen__isnull=True, payer__isnull=True, promised_on__isnull=True, paid_fen=0)
                | Q(
                    fen__gt=0,
                    fen__gte=models.F("paid_fen"),
                    payer__isnull=False,
                    promised_on__isnull=False,
                ),
                name="commitment_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.fen}"


class Serial(models.Model):
    """The last number given out under a prefix in a year; its row is the lock."""

    prefix = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="serial_once")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"


class Visit(models.Model):
    """A look-up by identity number and query password that succeeded, and until when it may look."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
