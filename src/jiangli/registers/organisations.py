"""Writes about organisations: requests to act for one, confirmations, clerks, heads, the account, known facts.

Whoever tells the people concerned calls these through ``correspondence.organisations``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from jiangli import files, rules
from jiangli.accounts.models import Agency, User
from jiangli.audit.actions import record
from jiangli.clock import day_of
from jiangli.pictures import content_type_of
from jiangli.refused import Refused
from jiangli.registers.credit_codes import credit_code_fault, normalise_credit_code
from jiangli.registers.loads import dictionary
from jiangli.registers.models import Clerk, ClerkState, Letter, Organisation, Person
from jiangli.registers.names import same_name
from jiangli.registers.permissions import (
    cannot_answer_as_head,
    cannot_ask,
    cannot_change_account,
    cannot_confirm,
    cannot_end_clerk,
    cannot_make_head,
    cannot_see_clerk_numbers,
    cannot_take_back,
    cannot_take_to_agency,
    cannot_vouch,
)
from jiangli.registers.tasks import make_letter_previews
from jiangli.rules.facts import Choice

KIND, AREA = "organisation.kind", "organisation.area"
NAME_LIMIT, REASON_LIMIT = 100, 300
ACCOUNT = re.compile(r"\d{6,32}")


@dataclass(frozen=True)
class Paper:
    """A file as it was brought; what it is, is told by its content."""

    name: str
    content: bytes


def ask(
    person: Person,
    *,
    credit_code: str,
    name: str,
    kind: str,
    agency: Agency,
    letters: list[Paper],
    by: User,
    at: datetime,
) -> Clerk:
    """Ask to act for an organisation, known or not. A head who acts already is asked first, else the agency.

    Refused, with the remedy, for a code that cannot be one, a file that is not taken, or none at all.
    """
    code, name = normalise_credit_code(credit_code), name.strip()
    if fault := credit_code_fault(code) or _fault_of_name(name) or _fault_of_kind(kind):
        raise Refused(fault)
    if not letters:
        raise Refused(_("Bring the licence or a letter of authorisation: at least one photograph or PDF."))
    if len(letters) > settings.UPLOAD_MAX_FILES_PER_MATERIAL:
        raise Refused(
            _("Bring fewer files: at most %(most)d.") % {"most": settings.UPLOAD_MAX_FILES_PER_MATERIAL}
        )
    if reason := cannot_ask(Organisation.objects.filter(credit_code=code).first(), person):
        raise Refused(reason)
    kept = [(paper, content_type_of(paper.content), files.keep(paper.content)) for paper in letters]
    try:
        with transaction.atomic():
            return _ask(person, code, name, kind, agency, kept, by, at)
    except IntegrityError:  # the same person asked twice at once
        raise Refused(_("You have asked for this organisation already. Wait for the answer.")) from None


def _ask(
    person: Person, code: str, name: str, kind: str, agency: Agency,
    kept: list[tuple[Paper, str, str]], by: User, at: datetime,
) -> Clerk:  # fmt: skip
    person = Person.objects.select_for_update().get(pk=person.pk)
    organisation, made = Organisation.objects.get_or_create(credit_code=code, defaults={"name": name})
    if reason := cannot_ask(organisation, person):
        raise Refused(reason)
    clerk = Clerk.objects.create(
        organisation=organisation,
        person=person,
        state=ClerkState.ASKED,
        asked_at=at,
        asked_of=agency,
        with_head=organisation.clerks.heads().exists(),
        stated_name=name,
        stated_kind=kind,
    )
    for paper, content_type, stored in kept:
        letter = Letter.objects.create(
            clerk=clerk,
            original_name=paper.name[:120],
            content_type=content_type,
            size=len(paper.content),
            file=stored,
            added_at=at,
        )
        transaction.on_commit(partial(make_letter_previews.enqueue, str(letter.pk)))
    record("clerk.asked", clerk, by=by, at=at, agency=agency.pk, new=made, with_head=clerk.with_head)
    return clerk


def _fault_of_name(name: str) -> str | None:
    if not name:
        return _("Write the name as it stands on the licence.")
    if len(name) > NAME_LIMIT:
        return _("Write the name in at most %(limit)d characters.") % {"limit": NAME_LIMIT}
    return None


def _fault_of_kind(kind: str) -> str | None:
    return None if kind in {choice.id for choice in kinds()} else _("Choose what kind of organisation it is.")


def kinds() -> list[Choice]:
    """What an organisation can be; "none" is said only of a person without an employer."""
    return [choice for choice in dictionary()[KIND].choices if choice.id != "none"]


def _locked(clerk: Clerk) -> Clerk:
    """The clerk under a lock, with its organisation locked first, so that heads are counted one at a time."""
    Organisation.objects.select_for_update().get(pk=clerk.organisation_id)
    clerks = Clerk.objects.select_for_update(of=("self",)).select_related("organisation", "person")
    return clerks.get(pk=clerk.pk)


@transaction.atomic
def take_to_agency(clerk: Clerk, *, by: User, at: datetime) -> Clerk:
    """Let the agency decide, where a head does not answer or refuses to be asked."""
    clerk = _locked(clerk)
    if reason := cannot_take_to_agency(clerk, by):
        raise Refused(reason)
    clerk.with_head = False
    clerk.save(update_fields=["with_head"])
    record("clerk.taken_to_agency", clerk, by=by, at=at)
    return clerk


@transaction.atomic
def take_back(clerk: Clerk, *, by: User, at: datetime) -> Clerk:
    """Give a request up."""
    clerk = _locked(clerk)
    if reason := cannot_take_back(clerk, by):
        raise Refused(reason)
    return _settle(clerk, ClerkState.ENDED, "clerk.taken_back", by=by, at=at)


@transaction.atomic
def approve(clerk: Clerk, *, by: User, at: datetime) -> Clerk:
    """A head lets somebody who asked act for the organisation too, not as a head."""
    clerk = _locked(clerk)
    if reason := cannot_answer_as_head(clerk, by):
        raise Refused(reason)
    return _settle(clerk, ClerkState.ACTIVE, "clerk.approved", by=by, at=at)


@transaction.atomic
def confirm(
    clerk: Clerk, *, name: str, facts: Mapping[str, Any], head: bool, by: User, at: datetime
) -> Clerk:
    """An officer confirms who acts, and vouches for the name, kind and area (and any other fact) of the body.

    The first clerk becomes a head whatever ``head`` says. The name is kept unless a register gave it.
    """
    clerk = _locked(clerk)
    if reason := cannot_confirm(clerk, by, on=day_of(at)):
        raise Refused(reason)
    organisation = clerk.organisation
    _vouch(organisation, facts, by=by, at=at)
    if not {KIND, AREA} <= organisation.known.keys():
        raise Refused(_("Say of which kind the organisation is and where it is registered."))
    _name(organisation, name.strip(), by=by, at=at)
    clerk.head = head or not organisation.clerks.heads().exists()
    clerk.with_head = False
    return _settle(clerk, ClerkState.ACTIVE, "clerk.confirmed", by=by, at=at, head=clerk.head)


def _name(organisation: Organisation, name: str, *, by: User, at: datetime) -> None:
    if fault := _fault_of_name(name):
        raise Refused(fault)
    if name == organisation.name:
        return
    if organisation.in_register:
        raise Refused(_("The register gives the name %(name)s. Keep it, or have the register corrected.")
                      % {"name": organisation.name})  # fmt: skip
    organisation.name = name
    organisation.save(update_fields=["name"])
    record("organisation.renamed", organisation, by=by, at=at)


@transaction.atomic
def refuse(clerk: Clerk, *, reason: str, by: User, at: datetime) -> Clerk:
    """A head, or an officer, says no, with the reason that the asker reads."""
    clerk = _locked(clerk)
    why = cannot_confirm(clerk, by, on=day_of(at)) if by.is_officer else cannot_answer_as_head(clerk, by)
    if why:
        raise Refused(why)
    clerk.reason = _reason(reason)
    return _settle(clerk, ClerkState.REFUSED, "clerk.refused", by=by, at=at)


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(_("Write why, so that the other side knows what to do."))
    if len(text) > REASON_LIMIT:
        raise Refused(_("Write it in at most %(limit)d characters.") % {"limit": REASON_LIMIT})
    return text


@transaction.atomic
def end(clerk: Clerk, *, reason: str = "", by: User, at: datetime) -> Clerk:
    """End a clerkship: one's own, another's as a head, or anybody's as an officer, who says why."""
    clerk = _locked(clerk)
    if why := cannot_end_clerk(clerk, by, on=day_of(at)):
        raise Refused(why)
    clerk.reason = _reason(reason) if by.is_officer else reason.strip()[:REASON_LIMIT]
    return _settle(clerk, ClerkState.ENDED, "clerk.ended", by=by, at=at)


def _settle(clerk: Clerk, state: ClerkState, event: str, *, by: User, at: datetime, **details: Any) -> Clerk:
    clerk.state, clerk.settled_at, clerk.settled_by = state, at, by
    clerk.save()
    record(event, clerk, by=by, at=at, organisation=str(clerk.organisation_id), **details)
    return clerk


@transaction.atomic
def make_head(clerk: Clerk, *, by: User, at: datetime) -> Clerk:
    """Let a clerk be a head too. Whoever wants to leave as the last head does this first."""
    clerk = _locked(clerk)
    if reason := cannot_make_head(clerk, by):
        raise Refused(reason)
    clerk.head = True
    clerk.save(update_fields=["head"])
    record("clerk.made_head", clerk, by=by, at=at, organisation=str(clerk.organisation_id))
    return clerk


@transaction.atomic
def save_account(
    organisation: Organisation, *, name: str, number: str, bank: str, by: User, at: datetime
) -> Organisation:
    """The account into which the organisation is paid: its own, 6 to 32 digits, at a named branch."""
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if reason := cannot_change_account(row, by):
        raise Refused(reason)
    number, bank = re.sub(r"[\s\-]", "", number), bank.strip()
    if not same_name(name, row.name):
        raise Refused(
            _("The account must be the organisation's own: its name is %(name)s.") % {"name": row.name}
        )
    if not ACCOUNT.fullmatch(number):
        raise Refused(_("Write the account number: 6 to 32 digits and nothing else."))
    if not 4 <= len(bank) <= 80:
        raise Refused(_("Write the bank, down to the branch, in 4 to 80 characters."))
    row.account_name, row.account_number, row.account_bank = row.name, number, bank
    row.save(update_fields=["account_name", "account_number", "account_bank"])
    record("organisation.account_changed", row, by=by, at=at)
    return row


@transaction.atomic
def vouch(organisation: Organisation, facts: Mapping[str, Any], *, by: User, at: datetime) -> Organisation:
    """An officer notes what is known of an organisation: fact → as written; a blank takes it away."""
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if reason := cannot_vouch(row, by, on=day_of(at)):
        raise Refused(reason)
    _vouch(row, facts, by=by, at=at)
    return row


def _vouch(organisation: Organisation, facts: Mapping[str, Any], *, by: User, at: datetime) -> None:
    """Keep what changed in ``known`` and in the history; nothing is recorded where nothing changed."""
    given = rules.facts_from(dictionary(), facts, only=vouched_facts())
    if given.slips:
        slip = given.slips[0]
        label = dictionary()[slip.fact].label.say(_language()) if slip.fact in dictionary() else slip.fact
        raise Refused(f"{label}: {slip.words.say(_language())}")
    changed = {
        name: given.facts.get(name) for name in facts if given.facts.get(name) != organisation.known.get(name)
    }
    if not changed:
        return
    known = {**organisation.known, **changed}
    organisation.known = {name: value for name, value in known.items() if value is not None}
    organisation.save(update_fields=["known"])
    record("organisation.vouched", organisation, by=by, at=at, facts=changed)


def vouched_facts() -> list[str]:
    """The facts of an organisation that a register or an officer can vouch for."""
    return [name for name in dictionary() if name.startswith("organisation.") and name != "organisation.id"]


def _language() -> str:
    return (get_language() or "zh")[:2]


class Number(models.TextChoices):
    ID_NUMBER = "id_number", pgettext_lazy("officer", "Identity number")
    PHONE = "phone", pgettext_lazy("officer", "Phone number")


@transaction.atomic
def reveal(clerk: Clerk, *, what: Number, by: User, at: datetime) -> str:
    """The number in full of whoever asks. The event says who saw which, never the number itself."""
    if reason := cannot_see_clerk_numbers(clerk, by, on=day_of(at)):
        raise Refused(reason)
    record("clerk.number_shown", clerk, by=by, at=at, what=what.value)
    return clerk.person.id_number if what is Number.ID_NUMBER else clerk.person.contact
