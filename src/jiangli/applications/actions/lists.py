"""Cases that come by a published list: nobody applies, each person is asked for a card."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.applications.actions.drafts import ACCOUNT, agencies_of
from jiangli.applications.actions.letters import tell_party
from jiangli.applications.actions.moves import locked, next_number
from jiangli.applications.assessing import assess, keep_assessment, programme_of
from jiangli.applications.guard import Taken, reserve, wanted_keys
from jiangli.applications.list_files import BadRow, ListedPerson, read_list
from jiangli.applications.models import Application, Channel, Line
from jiangli.applications.permissions import cannot_be_paid_to, cannot_confirm_card, cannot_take
from jiangli.applications.stages import agency_after, claimed_by_list, first_after_listing, waits_for_claimant
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.refused import Refused
from jiangli.registers.actions import certificate_for, person_of_number, settle_name
from jiangli.registers.models import ListRow, Person, PublishedList, RowState
from jiangli.registers.queries import certificate_conflict


def file_list(
    programme_code: str,
    content: bytes,
    *,
    document_number: str,
    document_date: date,
    by: User,
    at: datetime,
) -> PublishedList:
    """Read a published list and file a case for each person on it, row by row; every row says what became of it.

    Refused if the file cannot be read at all or was imported before. The higher level of a person comes first,
    whatever the order of the rows. All rows or none: the list and its cases are one transaction.
    """
    programme = Programme.objects.with_law().get(pk=programme_code)
    if reason := cannot_take(programme) or cannot_file_list(programme, by, on=clock.day_of(at)):
        raise Refused(reason)
    rows = read_list(content, rule(programme.version).dictionary)
    try:
        with transaction.atomic():
            return _file_all(programme, rows, content, document_number, document_date, by=by, at=at)
    except IntegrityError as error:
        if PublishedList.objects.filter(file_hash=_hash(content)).exists():
            raise Refused(_("This file was imported before; nothing was changed.")) from error
        raise


def cannot_file_list(programme: Programme, user: User, *, on: date) -> str | None:
    """Why this officer cannot import a list for this programme."""
    compiled = rule(programme.version)
    if not claimed_by_list(compiled):
        return _("This programme is applied for by people, not paid from a list.")
    if user.agency_id != compiled.stages[0].agency or Role.REGISTRAR not in roles_of(user, on=on):
        return _("Your post does not include the import of this list.")
    return None


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _file_all(
    programme: Programme,
    rows: list[ListedPerson | BadRow],
    content: bytes,
    document_number: str,
    document_date: date,
    *,
    by: User,
    at: datetime,
) -> PublishedList:
    published = PublishedList.objects.create(
        programme_code=programme.code,
        document_number=document_number,
        document_date=document_date,
        file_hash=_hash(content),
        imported_at=at,
        imported_by=by,
    )
    listed = [row for row in rows if isinstance(row, ListedPerson)]
    for person in sorted(listed, key=lambda row: (-row.rank, row.number)):
        _file_row(published, programme, person, by=by, at=at)
    for row in rows:
        if isinstance(row, BadRow):
            _keep_row(published, row.number, RowState.FAULTY, row.reason, name=row.name)
    record("list.imported", published, by=by, at=at, rows=len(rows))
    return published


def _keep_row(published: PublishedList, number: int, state: RowState, reason: str, **known: Any) -> None:
    ListRow.objects.create(published_list=published, number=number, state=state, reason=reason, **known)


def _file_row(
    published: PublishedList, programme: Programme, row: ListedPerson, *, by: User, at: datetime
) -> None:
    person = person_of_number(row.id_number, name=row.name)
    known = {
        "name": row.name,
        "level": row.level,
        "certificate_number": row.certificate_number,
        "person": person,
    }
    try:
        with transaction.atomic():
            application, doubts = _file_person(published, programme, person, row, by=by, at=at)
    except Taken as taken:
        _keep_row(published, row.number, RowState.HELD, _choice(taken.first, person), **known)
        return
    except Refused as refusal:
        _keep_row(published, row.number, RowState.BARRED, str(refusal), **known)
        return
    state = RowState.HELD if doubts else RowState.TAKEN
    _keep_row(published, row.number, state, " ".join(doubts) or application.number or "", **known)


def _choice(first: Application, person: Person) -> str:
    """What an officer reads where a case of another level or person came first."""
    if first.claimant_id != person.pk:
        return _("The certificate is in case %(number)s of somebody else. Look at both.") % {
            "number": first.number
        }
    if first.status == Status.APPROVED:
        return _("Case %(number)s of this person is approved already; only one is paid.") % {
            "number": first.number
        }
    return _(
        "This person has case %(number)s. Only the higher one is paid: ask them to withdraw it, "
        "then bring in this row again in a file of its own."
    ) % {"number": first.number}


def _file_person(
    published: PublishedList,
    programme: Programme,
    person: Person,
    row: ListedPerson,
    *,
    by: User,
    at: datetime,
) -> tuple[Application, list[str]]:
    application = Application.objects.create(
        programme_code=programme.code,
        version=programme.version,
        claimant=person,
        channel=Channel.LIST,
        status=Status.SUBMITTED,
        started_at=at,
        first_filed_at=at,
        submitted_at=at,
        number=next_number(programme.agency.prefix, on=clock.day_of(at)),
        stage=first_after_listing(rule(programme.version)),
    )
    application.agencies.set(agencies_of(rule(programme.version)))
    settle_name(person)
    Line.objects.create(
        application=application,
        person=person,
        certificate=certificate_for(row.certificate_number),
        listed=_listed(published, row),
    )
    assessed = assess(application, at=at)
    line = application.line
    if reason := certificate_conflict(person, line.certificate):
        raise Refused(reason)
    for finding in assessed.wrong:
        raise Refused(finding.tell("zh"))
    reserve(application, wanted_keys(assessed), at=at)
    keep_assessment(application, assessed, occasion="list", at=at, vouched=False)
    record("application.listed", application, by=by, at=at, published_list=str(published.pk))
    _ask_for_card(application, published, at=at)
    return application, _doubts(person, row, assessed.open)


def _listed(published: PublishedList, row: ListedPerson) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "list.person_listed": True,
        "list.level": row.level,
        "list.document_date": published.document_date.isoformat(),
        "certificate.holder_name": row.name,
        "certificate.number": row.certificate_number,
    }
    if row.issue_date:
        facts["certificate.issue_date"] = row.issue_date.isoformat()
    return facts


def _doubts(person: Person, row: ListedPerson, open_findings: list[rules.Finding]) -> list[str]:
    doubts = []
    if row.name != person.name:
        doubts.append(
            _("The list has “%(listed)s”, the member register “%(known)s”.")
            % {"listed": row.name, "known": person.name}
        )
    if open_findings:
        ids = "、".join(finding.id for finding in open_findings)
        doubts.append(_("Not known yet: %(ids)s.") % {"ids": ids})
    if not person.contact:
        doubts.append(_("No phone number is known; the person has to be found."))
    return doubts


def _ask_for_card(application: Application, published: PublishedList, *, at: datetime) -> None:
    tell_party(
        "card.asked",
        application,
        once=f"card:{application.pk}",
        at=at,
        programme=programme_of(application).title,
        agency=agency_after(application).names,
        document=published.document_number,
    )


@transaction.atomic
def confirm_card(
    application: Application, *, account: Mapping[str, str], by: User, at: datetime
) -> Application:
    """Take the card a person on a list confirms; the case goes on to its review. Safe to run twice.

    Refused, showing both strings, if the account is in another name.
    """
    application = locked(application)
    if reason := cannot_confirm_card(application, by, waits_for_claimant(application)):
        raise Refused(reason)
    for name in ACCOUNT:
        if not account.get(name, "").strip():
            raise Refused(_("Fill in the account name, the card number and the bank with its branch."))
        setattr(application, name, account[name].strip())
    if reason := cannot_be_paid_to(application.party, application.account_name):
        raise Refused(reason)
    application.stage += 1
    application.save(update_fields=["stage", *ACCOUNT])
    record("card.confirmed", application, by=by, at=at)
    tell_party(
        "card.confirmed",
        application,
        once=f"card.confirmed:{application.pk}",
        at=at,
        programme=programme_of(application).title,
        agency=agency_after(application).names,
    )
    return application
