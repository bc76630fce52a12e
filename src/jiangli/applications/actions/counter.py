"""At the counter: enter a paper form for somebody, throw a begun one away, serve whoever shows their identity card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli import clock
from jiangli.accounts.actions import count_attempt
from jiangli.accounts.models import User
from jiangli.applications.actions.drafts import start, withdraw
from jiangli.applications.actions.moves import locked
from jiangli.applications.actions.visits import end_query_passwords, renew_for_person
from jiangli.applications.models import Application, Channel
from jiangli.applications.permissions import (
    cannot_discard,
    cannot_edit,
    cannot_receive,
    cannot_renew_at_counter,
    cannot_use_counter,
)
from jiangli.audit.actions import record
from jiangli.correspondence import actions as correspondence
from jiangli.fields import blind_index
from jiangli.refused import Refused
from jiangli.registers.actions import person_of_number
from jiangli.registers.credit_codes import credit_code_fault, normalise_credit_code
from jiangli.registers.models import Organisation, Person
from jiangli.registers.names import could_be_person_name, same_name
from jiangli.registers.queries import find_person
from jiangli.registers.rows import normalise_phone, phone_fault

CARDS, CARDS_WITHIN = 30, timedelta(minutes=10)


@dataclass(frozen=True)
class Paper:
    """Whose form it is, as written on it: a person by number, an organisation by code, or both. Blank: not given."""

    name: str = ""
    id_number: str = ""
    phone: str = ""
    organisation: str = ""
    credit_code: str = ""


@transaction.atomic
def enter(
    programme_code: str,
    paper: Paper,
    *,
    received_on: date | None = None,
    why: str = "",
    by: User,
    at: datetime,
) -> Application:
    """Begin to key in a paper form. The draft there is of it already, or a new one.

    ``received_on``: the day the form came in, if not today; an earlier one with ``why`` (the postmark). Not given
    for a draft that is there, its day stays.
    A phone is noted for a person of whom none is known; another known one stays until the card is shown.
    Refused, keeping nothing, where a number is known under another name: never says which.
    """
    if reason := cannot_use_counter(by, on=clock.day_of(at)):
        raise Refused(reason)
    person = _person(paper) if paper.id_number else None
    organisation = _organisation(paper) if paper.credit_code else None
    if person is None and organisation is None:
        raise Refused(_("Write whose form it is: the person's name and number, or the organisation's code."))
    application = start(
        person,
        programme_code,
        organisation=organisation,
        channel=Channel.COUNTER,
        received_on=received_on or clock.day_of(at),
        by=by,
        at=at,
    )
    if received_on is not None or why:  # else a draft that is there keeps the day that was noted with it
        application = _received(application, received_on or clock.day_of(at), why, by=by, at=at)
    if person and paper.phone and not person.contact:
        correspondence.note_phone(person, paper.phone, by=by, at=at)
    return application


def _received(application: Application, day: date, why: str, *, by: User, at: datetime) -> Application:
    if day != application.received_on or why != application.received_why:
        return note_received(application, day, why=why, by=by, at=at)
    if reason := cannot_receive(application, day, why, on=clock.day_of(at)):
        raise Refused(reason)
    return application


def _person(paper: Paper) -> Person:
    if not paper.name.strip():
        raise Refused(_("Write the name as it stands on the identity card."))
    if paper.phone and (fault := phone_fault(normalise_phone(paper.phone))):
        raise Refused(fault)
    person = person_of_number(paper.id_number, name=paper.name)
    if not could_be_person_name(paper.name, person):
        raise Refused(
            _(
                "Name and number do not fit what is known. Compare both with the identity card, letter by letter."
            )
        )
    return person


def _organisation(paper: Paper) -> Organisation:
    code = normalise_credit_code(paper.credit_code)
    if fault := credit_code_fault(code):
        raise Refused(fault)
    name = paper.organisation.strip()
    if not name:
        raise Refused(_("Write the name of the organisation as it stands on its licence."))
    row, _made = Organisation.objects.get_or_create(credit_code=code, defaults={"name": name})
    if not same_name(name, row.name):
        raise Refused(_("Name and code do not fit what is known. Compare both with the licence."))
    return row


@transaction.atomic
def note_received(
    application: Application, day: date, *, why: str = "", by: User, at: datetime
) -> Application:
    """Note the day on which a paper form came in: it counts as the day of filing. ``why`` for an earlier one."""
    application = locked(application)
    reason = cannot_edit(application, by) or cannot_receive(application, day, why, on=clock.day_of(at))
    if reason is None and not by.is_officer:
        reason = _("Only officers note the day on which a paper form came in.")
    if reason:
        raise Refused(reason)
    before, application.received_on, application.received_why = application.received_on, day, why.strip()
    application.save(update_fields=["received_on", "received_why"])
    record(
        "application.received_noted", application, by=by, at=at, day=day.isoformat(),
        before=before.isoformat() if before else None,
    )  # fmt: skip
    return application


class DiscardReason(models.TextChoices):
    TWICE = "twice", gettext_lazy("It was entered twice")
    TAKEN_BACK = "taken-back", gettext_lazy("The claimant took the paper back")
    MISTAKEN = "mistaken", gettext_lazy("Wrong programme or wrong person")
    INCOMPLETE = "incomplete", gettext_lazy("The papers are incomplete and were given back")


@transaction.atomic
def discard(application: Application, reason: DiscardReason, *, by: User, at: datetime) -> Application:
    """Throw away what was keyed in so far; what was kept of it stays with its history."""
    application = locked(application)
    if why_not := cannot_discard(application, by):
        raise Refused(why_not)
    record("application.discarded", application, by=by, at=at, reason=str(reason))
    return withdraw(application, by=by, at=at)


@transaction.atomic
def note_phone(person: Person, phone: str, *, by: User | None, at: datetime) -> None:
    """Note the phone of somebody who showed their identity card. The old one is told, older query passwords end.

    ``by`` None: the operator's command.
    """
    if by is not None and (reason := cannot_renew_at_counter(person, by, on=clock.day_of(at))):
        raise Refused(reason)
    correspondence.note_phone(person, phone, by=by, at=at)
    end_query_passwords(person, by=by, at=at)


def person_of_card(name: str, id_number: str, *, by: User, at: datetime) -> Person:
    """The known person whose card lies on the counter. Refused if nobody is, without saying which word is wrong.

    Slowed: so many cards by one officer.
    """
    if reason := cannot_use_counter(by, on=clock.day_of(at)):
        raise Refused(reason)
    count_attempt("card", blind_index(f"card:{by.pk}"), limit=CARDS, within=CARDS_WITHIN, at=at)
    person = find_person(id_number)
    if person is None or not could_be_person_name(name, person):
        raise Refused(
            _(
                "Nobody is known with this name and number. Compare both with the card; who is new needs nothing here."
            )
        )
    return person


@transaction.atomic
def renew_at_counter(person: Person, *, by: User, at: datetime) -> dict[Application, str]:
    """New query passwords for somebody who showed their identity card: of the cases that the officer sees."""
    if reason := cannot_renew_at_counter(person, by, on=clock.day_of(at)):
        raise Refused(reason)
    return renew_for_person(person, Application.objects.visible_to(by), by=by, at=at)
