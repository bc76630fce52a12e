"""Begin a case, keep what is filled in, give it up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from jiangli import clock, rules
from jiangli.accounts.models import Agency, User
from jiangli.applications.actions.moves import locked, move
from jiangli.applications.assessing import programme_of
from jiangli.applications.guard import release_keys
from jiangli.applications.models import Application, Line
from jiangli.applications.permissions import cannot_apply_here, cannot_edit, cannot_withdraw
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.correspondence.actions import tell
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.refused import Refused
from jiangli.registers.actions import certificate_for
from jiangli.registers.models import Person

ACCOUNT = ("account_name", "account_number", "account_bank")


def start(
    person: Person, programme_code: str, *, by: User, at: datetime, stated: Mapping[str, Any] | None = None
) -> Application:
    """The person's draft for a programme: the one that is there, or a new one filled with ``stated``.

    Of ``stated`` (answers of a check, say) only what the programme's form asks is taken.

    Safe to run twice, also at once: the database keeps one draft per person and programme.
    """
    programme = Programme.objects.with_law().get(pk=programme_code)
    compiled = rule(programme.version)
    if reason := cannot_apply_here(programme, on=clock.day_of(at)):
        raise Refused(reason)
    try:
        with transaction.atomic():
            application = Application.objects.create(
                programme_code=programme_code, claimant=person, started_at=at, status=Status.DRAFT
            )
            Line.objects.create(application=application, number=1, person=person, stated={})
            application.agencies.set(agencies_of(compiled))
            record("application.started", application, by=by, at=at, programme=programme_code)
    except IntegrityError:
        return Application.objects.get(claimant=person, programme_code=programme_code, status=Status.DRAFT)
    asked = {ask.fact.name for ask in compiled.form}
    known = {name: value for name, value in (stated or {}).items() if name in asked}
    return save_answers(application, stated=known, by=by, at=at) if known else application


def agencies_of(programme: rules.Programme) -> list[Agency]:
    """The agencies a case of this programme passes through: those of its stages and its payers."""
    codes = {programme.agency, *(payer.agency for payer in programme.payers)}
    codes |= {stage.agency for stage in programme.stages if stage.agency}
    return list(Agency.objects.filter(pk__in=codes - {"claimant", "employer"}))


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
    line = application.line
    _state(line, stated or {}, programme_of(application))
    for name, value in (account or {}).items():
        if name not in ACCOUNT:
            raise ValueError(f"{name} is no part of an account: {', '.join(ACCOUNT)}")
        setattr(line, name, value)
    line.save()
    fields = sorted([*(stated or {}), *(account or {})])
    record("application.saved", application, by=by, at=at, fields=fields)
    return application


def _state(line: Line, stated: Mapping[str, Any], programme: rules.Programme) -> None:
    asked = {ask.fact.name for ask in programme.form}
    for name, value in stated.items():
        if name not in asked:
            raise rules.FactError(name, rules.Words("申请表不问这一项。", "The form does not ask this."))
        if value is None:
            line.stated.pop(name, None)
        else:
            rules.parse_fact(programme.dictionary, name, value)
            line.stated[name] = value
    number = line.stated.get("certificate.number") or line.listed.get("certificate.number")
    line.certificate = certificate_for(number) if number else None


@transaction.atomic
def withdraw(application: Application, *, by: User, at: datetime) -> Application:
    """Give up a case. Its reservations are freed. Safe to run twice."""
    application = locked(application)
    if application.status == Status.WITHDRAWN and application.claimant.account_id == by.pk:
        return application
    if reason := cannot_withdraw(application, by):
        raise Refused(reason)
    filed = application.number is not None
    move(application, Status.WITHDRAWN)
    application.closed_at = at
    application.save(update_fields=["status", "closed_at"])
    release_keys(application, at=at)
    record("application.withdrawn", application, by=by, at=at)
    if filed:
        tell(
            "application.withdrawn",
            person=application.claimant,
            about=str(application.pk),
            once=f"withdrawn:{application.pk}",
            at=at,
            number=application.number,
            programme=programme_of(application).title,
        )
    return application
