"""Begin a case, keep what is filled in, give it up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import Agency, User
from jiangli.applications.actions.letters import tell_party
from jiangli.applications.actions.moves import locked, move
from jiangli.applications.asking import asks_of_case
from jiangli.applications.assessing import programme_of
from jiangli.applications.commitments import close
from jiangli.applications.models import Application, Channel, Line
from jiangli.applications.permissions import (
    acts_for,
    cannot_begin,
    cannot_edit,
    cannot_withdraw,
)
from jiangli.applications.sheet import has_lines
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.programmes.queries import in_force, rule
from jiangli.refused import Refused
from jiangli.registers.actions import certificate_for
from jiangli.registers.models import Organisation, Person

ACCOUNT = ("account_name", "account_number", "account_bank")


def start(
    person: Person | None,
    programme_code: str,
    *,
    organisation: Organisation | None = None,
    channel: Channel | None = None,
    received_on: date | None = None,
    by: User,
    at: datetime,
    stated: Mapping[str, Any] | None = None,
) -> Application:
    """The draft for a programme of this person, of this organisation, or of the one for the other.

    The one that is there, or a new one filled with what of ``stated`` (answers of a check, say) its form asks.
    At the counter ``by`` is the officer who keys in a paper form, which came in on the day ``received_on``,
    or else today; otherwise whoever claims.

    Safe to run twice, also at once: the database keeps one draft per party, programme and channel.
    """
    programme = in_force(programme_code)
    compiled = rule(programme.version)
    channel = channel or (Channel.UNIT if organisation else Channel.PERSONAL)
    application = Application(
        programme_code=programme_code,
        claimant=person,
        organisation=organisation,
        channel=channel,
        entered_by=by if channel == Channel.COUNTER else None,
        received_on=(received_on or clock.day_of(at)) if channel == Channel.COUNTER else None,
        started_at=at,
    )
    if reason := cannot_begin(application, by, on=clock.day_of(at)):
        raise Refused(reason)
    try:
        with transaction.atomic():
            application.save(force_insert=True)
            if not has_lines(compiled):
                Line.objects.create(application=application, number=1, person=person)
            application.agencies.add(*agencies_of(compiled))
            record("application.started", application, by=by, at=at, programme=programme_code)
    except IntegrityError:
        party = {"claimant": person, "organisation": organisation}
        there = Application.objects.get(
            programme_code=programme_code, channel=channel, status=Status.DRAFT, **party
        )
        if not acts_for(there, by):
            raise Refused(_("Another office is entering this form already.")) from None
        return there
    asked = {ask.fact.name for ask in asks_of_case(compiled)}
    known = {name: value for name, value in (stated or {}).items() if name in asked}
    return save_answers(application, stated=known, by=by, at=at) if known else application


def pass_through(application: Application, programme: rules.Programme) -> None:
    """Give the case the agencies of the law it is filed under, where the draft had those of another."""
    had = set(application.agencies.values_list("pk", flat=True))
    if had != agency_codes(programme):
        application.agencies.set(agencies_of(programme))


def agencies_of(programme: rules.Programme) -> list[Agency]:
    """The agencies a case of this programme passes through: those of its stages and its payers."""
    return list(Agency.objects.filter(pk__in=agency_codes(programme)))


def agency_codes(programme: rules.Programme) -> set[str]:
    codes = {programme.agency, *(payer.agency for payer in programme.payers)}
    codes |= {stage.agency for stage in programme.stages if stage.agency}
    return codes - {"claimant", "employer"}


@transaction.atomic
def save_answers(
    application: Application,
    *,
    stated: Mapping[str, Any] | None = None,
    account: Mapping[str, str] | None = None,
    by: User,
    at: datetime,
) -> Application:
    """Keep what the claimant filled in: facts in the contract's values (None takes one away), account fields.

    ``rules.FactError`` for a fact that the form does not ask, or a value that is not one of its type.
    """
    application = locked(application)
    if reason := cannot_edit(application, by):
        raise Refused(reason)
    _state(application, stated or {}, programme_of(application))
    for name, value in (account or {}).items():
        if name not in ACCOUNT:
            raise ValueError(f"{name} is no part of an account: {', '.join(ACCOUNT)}")
        setattr(application, name, value)
    application.save()
    fields = sorted([*(stated or {}), *(account or {})])
    record("application.saved", application, by=by, at=at, fields=fields)
    return application


def _state(application: Application, stated: Mapping[str, Any], programme: rules.Programme) -> None:
    asked = {ask.fact.name for ask in asks_of_case(programme)}
    for name, value in stated.items():
        if name not in asked:
            raise rules.FactError(name, rules.Words("申请表不问这一项。", "The form does not ask this."))
        if value is None:
            application.stated.pop(name, None)
        else:
            rules.parse_fact(programme.dictionary, name, value)
            application.stated[name] = value
    if not has_lines(programme):
        _name_certificate(application)


def _name_certificate(application: Application) -> None:
    """The certificate of a claim without a roster is the one whose number is stated, or listed."""
    line = application.line
    number = application.stated.get("certificate.number") or line.listed.get("certificate.number")
    line.certificate = certificate_for(number) if number else None
    line.save(update_fields=["certificate"])


@transaction.atomic
def withdraw(application: Application, *, by: User, at: datetime) -> Application:
    """Give up a case. Its reservations are freed. Safe to run twice."""
    application = locked(application)
    if application.status == Status.WITHDRAWN and acts_for(application, by):
        return application
    if reason := cannot_withdraw(application, by):
        raise Refused(reason)
    filed = application.number is not None
    move(application, Status.WITHDRAWN)
    application.closed_at = at
    application.save(update_fields=["status", "closed_at"])
    close(application, at=at)
    record("application.withdrawn", application, by=by, at=at)
    if filed:
        tell_party(
            "application.withdrawn",
            application,
            once=f"withdrawn:{application.pk}",
            at=at,
            number=application.number,
            programme=programme_of(application).title,
        )
    return application
