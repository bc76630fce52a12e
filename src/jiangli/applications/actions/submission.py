"""File a case: first and after a correction. Once, whatever is clicked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import Agency, User
from jiangli.applications.actions.drafts import pass_through
from jiangli.applications.actions.letters import tell_claimant, tell_if_too_new, tell_party
from jiangli.applications.actions.moves import locked, move, next_number
from jiangli.applications.assessing import Assessed, applied_on, assess, keep_assessment
from jiangli.applications.banned import banned
from jiangli.applications.commitments import claim
from jiangli.applications.guard import take
from jiangli.applications.models import Application, Channel
from jiangli.applications.permissions import (
    acts_for,
    cannot_be_paid_to,
    cannot_enter,
    cannot_file_here,
    cannot_submit,
    filer_of,
    keys_in,
    payee_of,
)
from jiangli.applications.queries import language, missing
from jiangli.applications.sheet import readable
from jiangli.applications.stages import agency_at, answer_by, first_after_filing
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.programmes.queries import in_force, rule
from jiangli.refused import Refused
from jiangli.registers.actions import settle_name
from jiangli.registers.models import Organisation
from jiangli.registers.queries import certificate_conflict

UNREAD = [f"person__{name}" for name in ("id_number", "phone", "proved_phone")]  # costly to decrypt
PASSWORD_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that are mistaken for each other


@dataclass(frozen=True)
class Submitted:
    """A filed case; the query password is there only at the first filing of a person's own, and never again.

    None for one of many, and for an organisation's case, which nobody looks up by an identity number.
    """

    application: Application
    query_password: str | None


@transaction.atomic
def submit(
    application: Application, *, by: User, at: datetime, note: str = "", in_roster: bool = False
) -> Submitted:
    """Send a draft or a corrected case for review, and keep what the rules say about it today.

    ``note`` is the claimant's word to the officer about a fault they cannot mend; without it a fault stops
    the filing. ``in_roster``: it is one of many, of which the clerks are told at once; nobody is there to be shown
    a query password, so the person has one made when they ask. Safe to run twice: a filed case stays as it is.
    Refused names what is missing, or the clause.
    """
    application = locked(application)
    if application.status == Status.SUBMITTED and (acts_for(application, by) or keys_in(application, by)):
        return Submitted(application, None)
    if reason := cannot_submit(application, by) or banned(application, on=clock.day_of(at)):
        raise Refused(reason)
    if gaps := missing(application, on=clock.day_of(at)):
        raise Refused(
            _("Still to fill in: %(what)s.") % {"what": _(", ").join(str(gap.label) for gap in gaps)}
        )
    if application.version is None:
        _pin(application, at=at)
    assessed = assess(application, at=at)
    _stop_if_not_theirs(application, note)
    _stop_if_wrong(assessed, note)
    take(application, assessed, at=at)
    return _file(application, assessed, note=note, in_roster=in_roster, by=by, at=at)


def _pin(application: Application, *, at: datetime) -> None:
    """The version in force is the law of this case from its first filing on. Whoever could not begin cannot file.

    Only what a claimant began comes here: cases of a published list have their version from the start.
    """
    programme = in_force(application.programme_code)
    paper = application.channel == Channel.COUNTER
    cannot, day = (
        (cannot_enter, applied_on(application, at=at)) if paper else (cannot_file_here, clock.day_of(at))
    )
    if reason := cannot(programme, on=day, filer=filer_of(application)):
        raise Refused(reason)
    application.version = programme.version
    compiled = rule(programme.version)
    pass_through(application, compiled)
    application.stated = readable(compiled, application.stated)


def _stop_if_not_theirs(application: Application, note: str) -> None:
    registered = application.lines.filter(person__isnull=False, certificate__person__isnull=False)
    elsewhere = registered.exclude(certificate__person=F("person"))
    for line in elsewhere.select_related("person", "certificate").defer(*UNREAD, "stated", "listed")[:1]:
        if line.person and (reason := certificate_conflict(line.person, line.certificate)):
            raise Refused(reason)
    payee = payee_of(application)
    must_match = isinstance(payee, Organisation) or (application.channel == Channel.LIST and not note)
    if must_match and (reason := cannot_be_paid_to(payee, application.account_name)):
        raise Refused(reason)


def _stop_if_wrong(assessed: Assessed, note: str) -> None:
    for finding in assessed.wrong:
        raise Refused(_said(finding))
    if not note:
        for finding in assessed.faults:
            raise Refused(_said(finding))
    lines = assessed.answer.lines or ()
    if lines and all(line.outcome == rules.Outcome.INELIGIBLE for line in lines):
        for number, line in enumerate(lines, 1):
            for finding in line.findings:
                if finding.state is False and not finding.holds:
                    raise Refused(
                        _("Nothing on the list can be paid. Row %(row)s: %(why)s")
                        % {"row": number, "why": _said(finding)}
                    )


def _said(finding: rules.Finding) -> str:
    where = f"（{finding.clause}）" if finding.clause else ""
    return f"{finding.tell(language())}{where}"


def _file(
    application: Application, assessed: Assessed, *, note: str, in_roster: bool, by: User, at: datetime
) -> Submitted:
    first = application.first_filed_at is None
    password = None
    if first:
        _number(application, assessed.programme, at=at)
        password = None if in_roster or application.claimant_id is None else give_query_password(application)
    for line in application.lines.select_related("person").exclude(person__name_is_settled=True):
        if line.person:
            settle_name(line.person)
    move(application, Status.SUBMITTED)
    application.stage = first_after_filing(assessed.programme)
    application.submitted_at = at
    application.note_to_officer, application.correct_by = note, None
    application.save()
    claim(application, assessed)
    occasion = "submission" if first else "resubmission"
    keep_assessment(application, assessed, occasion=occasion, at=at, vouched=False)
    agency = agency_at(application)
    name = "application.submitted" if first else "application.resubmitted"
    record(
        name, application, by=by, at=at, outcome=str(assessed.answer.outcome), hash=assessed.programme.hash
    )
    values: dict[str, Any] = {
        "number": application.number,
        "programme": assessed.programme.title,
        "agency": agency.names,
    }
    more: dict[str, Any]
    event, more = "application.submitted", {"by_on": answer_by(application)}
    if first and application.channel == Channel.COUNTER:
        event, more = "counter.entered", {}
    told = tell_claimant if in_roster else tell_party
    told(event, application, once=f"submitted:{application.pk}:{at.isoformat()}", at=at, **values, **more)
    if first:
        tell_if_too_new(application, programme=assessed.programme.title, at=at)
    return Submitted(application, password)


def _number(application: Application, programme: rules.Programme, *, at: datetime) -> None:
    agency = Agency.objects.get(pk=programme.agency)
    application.number = next_number(agency.prefix, on=clock.day_of(at))
    application.first_filed_at = at


def give_query_password(application: Application) -> str:
    """A new query password: returned once, kept only as a hash. The caller saves the case."""
    password = "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(8))
    application.query_password = make_password(password)
    return password
