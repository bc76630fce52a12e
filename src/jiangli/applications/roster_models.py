"""Rosters (花名册) on their way into cases: the sheet, its rows, and the scans that belong to them.

Personal fields: RosterRow.cells, RosterRow.account, Scan.original_name (encrypted); RosterRow.name in clear.
The sheet itself is kept encrypted (``files``).
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import User
from jiangli.fields import EncryptedField
from jiangli.programmes.models import Version
from jiangli.registers.models import Certificate, Organisation, Person


class RosterState(models.TextChoices):
    RECEIVED = "received", _("Received")
    READING = "reading", _("Being read")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Ready to be filed")
    FILING = "filing", _("Being filed")
    FILED = "filed", _("Filed")
    ABANDONED = "abandoned", _("Given up")


AT_WORK = (RosterState.RECEIVED, RosterState.READING, RosterState.CHECKING, RosterState.FILING)


class RowState(models.TextChoices):
    WAITING = "waiting", _("Not checked yet")
    GOOD = "good", _("In order")
    DOUBTFUL = "doubtful", _("An officer looks it up")
    INCOMPLETE = "incomplete", _("To complete")
    FAULTY = "faulty", _("To correct")
    STOPPED = "stopped", _("Not filed")
    FILED = "filed", _("Filed")
    REMOVED = "removed", _("Taken out")


TO_FILE = (RowState.GOOD, RowState.DOUBTFUL)
TO_MEND = (RowState.INCOMPLETE, RowState.FAULTY, RowState.STOPPED)


class RosterQuerySet(models.QuerySet["Roster"]):
    def visible_to(self, user: User) -> RosterQuerySet:
        """Clerks see those of the organisations they act for; officers see the cases that come of them."""
        if not user.is_authenticated or user.is_officer:
            return self.none()
        return self.filter(organisation__in=Organisation.objects.acted_for_by(user).values("pk"))


class Roster(models.Model):
    """A sheet of persons that an organisation brings: read, checked and filed row by row by the worker.

    ``position`` counts the rows done of the step that ``state`` names, of ``total``: a worker that comes after a
    dead one goes on there, and one that finds another position than it left stops.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme_code = models.SlugField(max_length=80)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")  # in force when it came
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rosters")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=RosterState.choices, default=RosterState.RECEIVED)
    file = models.CharField(max_length=64)  # name in files.py
    merging = models.BooleanField(default=False)  # the sheet being read adds to rows that are there
    position = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    merged = models.JSONField(default=dict)  # of the last sheet: rows added, replaced, unchanged
    unused = models.JSONField(default=list)  # titles of columns that nothing is done with
    notes = models.JSONField(default=list)  # [{zh, en}]: what stands against the claim as a whole
    application = models.ForeignKey(
        "applications.Application", null=True, on_delete=models.PROTECT, related_name="rosters"
    )  # the one case of all rows, where the organisation claims for itself
    uploaded_at = models.DateTimeField()
    touched_at = models.DateTimeField()  # when the worker last came on
    filed_at = models.DateTimeField(null=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "touched_at"])]

    def __str__(self) -> str:
        return f"roster {self.id}"

    @property
    def at_work(self) -> bool:
        """Whether the worker has something to do with it."""
        return self.state in AT_WORK


class RosterRow(models.Model):
    """A row of a roster. ``number`` is unique within the roster and stays: of the first sheet, its own.

    ``cells``: JSON, column key → text as given. ``stated``: the facts of it. ``faults``: [{field, zh, en}], field
    a column's key or empty; ``notes`` the same for what an officer looks up. ``asks``: facts still to be given.
    ``holder``: the blind index of the identity number; ``certificate_number``: normalised.
    """

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = EncryptedField()
    account = EncryptedField(blank=True)  # JSON: number and bank of the card, where the person is paid
    name = models.CharField(max_length=60, blank=True)
    holder = models.CharField(max_length=64, blank=True)
    certificate_number = models.CharField(max_length=40, blank=True)
    stated = models.JSONField(default=dict)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Certificate, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RowState.choices, default=RowState.WAITING)
    faults = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    asks = models.JSONField(default=list)
    amount_fen = models.PositiveBigIntegerField(null=True)
    application = models.ForeignKey(
        "applications.Application", null=True, on_delete=models.PROTECT, related_name="roster_rows"
    )
    line = models.OneToOneField(
        "applications.Line", null=True, on_delete=models.SET_NULL, related_name="roster_row"
    )

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["roster", "number"], name="roster_row_once")]
        indexes = [models.Index(fields=["roster", "state", "number"])]

    def __str__(self) -> str:
        return f"{self.roster} / {self.number}"

    @property
    def given(self) -> dict[str, str]:
        """The cells by the keys of their columns."""
        found: dict[str, str] = json.loads(self.cells) if self.cells else {}
        return found

    @property
    def account_given(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.account) if self.account else {}
        return found


class PileState(models.TextChoices):
    RECEIVED = "received", _("Received")
    SORTED = "sorted", _("Sorted")
    UNREADABLE = "unreadable", _("Cannot be opened")


class Pile(models.Model):
    """A ZIP of scans for the rows of a roster. ``material``: what its files are unless their names say."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="piles")
    file = models.CharField(max_length=64)  # name in files.py
    material = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=PileState.choices, default=PileState.RECEIVED)
    position = models.PositiveIntegerField(default=0)  # files done, in the order of the ZIP
    total = models.PositiveIntegerField(default=0)
    trouble = models.JSONField(default=dict)  # {zh, en}: why it cannot be opened
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"pile {self.id}"


class Scan(models.Model):
    """A file of a pile: of which row and material it is, or why nobody's. ``evidence`` once its case is there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pile = models.ForeignKey(Pile, on_delete=models.CASCADE, related_name="scans")
    place = models.PositiveIntegerField()  # of the ZIP's files, from 0
    row = models.ForeignKey(RosterRow, null=True, on_delete=models.CASCADE, related_name="scans")
    material = models.CharField(max_length=60, blank=True)
    original_name = EncryptedField(blank=True)
    content_type = models.CharField(max_length=40, blank=True)
    size = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=64, blank=True)
    why = models.JSONField(default=dict)  # {zh, en}: why it is nobody's
    evidence = models.OneToOneField(
        "applications.Evidence", null=True, on_delete=models.SET_NULL, related_name="scan"
    )

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["pile", "place"], name="scan_once")]

    def __str__(self) -> str:
        return f"{self.pile} / {self.place}"


def as_json(values: dict[str, Any]) -> str:
    """What an encrypted field keeps."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True) if values else ""
