"""What is known of persons and organisations: who they are, unions, certificates, earlier payments, lists.

Personal fields: Person.id_number, Person.phone, Person.proved_phone (encrypted); names in clear.
Organisations and their clerks are in ``clerks``.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import User
from jiangli.fields import EncryptedField
from jiangli.programmes.queries import programmes_of
from jiangli.registers.clerks import (
    Clerk,
    ClerkState,
    Invitation,
    InvitationState,
    Letter,
    LetterState,
    Organisation,
)

__all__ = [
    "Certificate",
    "Clerk",
    "ClerkState",
    "EarlierPayment",
    "Invitation",
    "InvitationState",
    "Letter",
    "LetterState",
    "ListRow",
    "Membership",
    "Organisation",
    "Person",
    "PublishedList",
    "RegisterLoad",
    "RowState",
]


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: User) -> PersonQuerySet:
        """A claimant sees themselves; an officer sees people through the cases they see."""
        return self.none() if user.is_officer else self.filter(account=user)


class Person(models.Model):
    """A person, recognised by identity number through its blind index; the key says nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    former_names = models.JSONField(default=list, blank=True)
    name_is_settled = models.BooleanField(default=False)  # a case was filed under it: nobody mends it alone
    id_number = EncryptedField()
    id_number_index = models.CharField(max_length=64, unique=True)
    phone = EncryptedField(blank=True)  # the register's contact; only a load of the register changes it
    proved_phone = EncryptedField(blank=True)  # the last phone that was proved together with name and number
    proved_phone_index = models.CharField(max_length=64, blank=True, db_index=True)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )
    officer = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="person_as_officer",
    )
    in_register = models.BooleanField(default=False)  # came with a register load, not only from a claim

    objects = PersonQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def contact(self) -> str:
        """Where a message goes: the phone the person proved, else the register's."""
        return str(self.proved_phone or self.phone)


class Membership(models.Model):
    """Membership of a union, as the member register has it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    union_name = models.CharField(max_length=80)
    union_area = models.CharField(max_length=6)
    real_name_verified = models.BooleanField()
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "union_name", "since_on"], name="membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.union_name}"


class Certificate(models.Model):
    """A certificate, keyed by its number (normalised). Without ``looked_up_at`` only its number is known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=40, unique=True)
    looked_up_at = models.DateTimeField(null=True, blank=True)  # last found in the certificate register
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="certificates"
    )
    holder_name = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=40, blank=True)
    occupation = models.CharField(max_length=60, blank=True)
    issue_date = models.DateField(null=True, blank=True)
    issuer_name = models.CharField(max_length=80, blank=True)
    issuer_kind = models.CharField(max_length=40, blank=True)
    issuer_area = models.CharField(max_length=6, blank=True)
    filing_area = models.CharField(max_length=6, blank=True)

    def __str__(self) -> str:
        return self.number


class EarlierPayment(models.Model):
    """Money that was paid, here or elsewhere: the history that limits look back to."""

    programme_code = models.CharField(max_length=80)
    series = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="earlier_payments")
    certificate = models.ForeignKey(
        Certificate, null=True, on_delete=models.PROTECT, related_name="earlier_payments"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="earlier_payments"
    )
    subject = models.CharField(max_length=60, blank=True)
    period = models.CharField(max_length=7, blank=True)
    paid_on = models.DateField()
    amount_fen = models.PositiveBigIntegerField()
    source = models.CharField(max_length=80)  # the import or the payment's reference
    freed_on = models.DateField(null=True)  # recovered, and decided to bar nothing any more
    history_import = models.ForeignKey(
        "registers.HistoryImport", null=True, on_delete=models.PROTECT, related_name="payments"
    )  # the sheet it came with, if an officer brought it in

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "source",
                    "programme_code",
                    "person",
                    "certificate",
                    "organisation",
                    "subject",
                    "period",
                ],
                name="earlier_once",
            ),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="earlier_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_code} {self.paid_on}"


class PublishedListQuerySet(models.QuerySet["PublishedList"]):
    def visible_to(self, user: User) -> PublishedListQuerySet:
        """Officers see the lists of the programmes in which their agency takes part."""
        if not user.is_officer:
            return self.none()
        return self.filter(programme_code__in=[each.code for each in programmes_of(user.agency_id or "")])


class PublishedList(models.Model):
    """A list that a document publishes, as it was imported: the file's hash keeps it from coming twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme_code = models.SlugField(max_length=80)
    document_number = models.CharField(max_length=80)
    document_date = models.DateField()
    file_hash = models.CharField(max_length=64, unique=True)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = PublishedListQuerySet.as_manager()

    def __str__(self) -> str:
        return self.document_number


class RowState(models.TextChoices):
    TAKEN = "taken", _("Taken")
    HELD = "held", _("For an officer to look at")
    BARRED = "barred", _("Not due")
    FAULTY = "faulty", _("Cannot be read")


class ListRow(models.Model):
    """One row of a published list and what became of it. ``raw`` keeps no identity number."""

    published_list = models.ForeignKey(PublishedList, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60, blank=True)
    level = models.CharField(max_length=40, blank=True)
    certificate_number = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=RowState.choices)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["published_list", "number"], name="list_row_once")]

    def __str__(self) -> str:
        return f"{self.published_list} {self.number}"


class RegisterLoad(models.Model):
    """A load of a register: which, by whom, how many rows came to what. ``faults``: [{"row", "field"}]."""

    kind = models.CharField(max_length=20)  # members, certificates, earlier payments
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


from jiangli.registers.bans import models as _bans  # noqa: E402,F401  likewise
from jiangli.registers.history import models as _history  # noqa: E402,F401  Django finds models from here
from jiangli.registers.recognitions import models as _recognitions  # noqa: E402,F401  likewise
