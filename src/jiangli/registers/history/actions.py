"""Writes about the past: bring a sheet in, take it over, close a case elsewhere, declare history complete."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import files
from jiangli.accounts.models import Agency, User
from jiangli.audit.actions import record
from jiangli.clock import day_of
from jiangli.refused import Refused
from jiangli.registers.history import reading
from jiangli.registers.history.models import ElsewhereCase, HistoryDeclaration, HistoryImport
from jiangli.registers.history.permissions import (
    cannot_bring,
    cannot_close,
    cannot_confirm,
    cannot_declare,
    cannot_revoke,
    cannot_take_over,
    cannot_throw_away,
)
from jiangli.registers.history.scopes import Scope
from jiangli.registers.history.status import ElsewhereState, ImportKind, ImportState
from jiangli.registers.history.tasks import work
from jiangli.registers.models import EarlierPayment


def bring(
    scope: Scope,
    kind: ImportKind,
    content: bytes,
    *,
    period: str = "",
    batch: str = "",
    by: User,
    at: datetime,
) -> HistoryImport:
    """Keep a sheet and have the worker read it. Nothing is taken over until somebody looked at it.

    ``period`` and ``batch`` stand for rows that name none. Refused if it cannot be opened, lacks a column, or
    was brought in before.
    """
    if reason := cannot_bring(scope, by, on=day_of(at)):
        raise Refused(reason)
    total = len(reading.read(content, kind))
    told = hashlib.sha256(content).hexdigest()
    stored = files.keep(content)
    with transaction.atomic():
        agency = Agency.objects.select_for_update().get(pk=by.agency_id)
        before = HistoryImport.objects.filter(agency=agency, scope=scope.key, kind=kind, file_hash=told)
        if before.exclude(state=ImportState.DISCARDED).exists():
            raise Refused(_("This file was brought in before; nothing was changed."))
        imported = HistoryImport.objects.create(
            kind=kind, scope=scope.key, agency=agency, period=period, batch=batch, file=stored,
            file_hash=told, total=total, brought_at=at, brought_by=by,
        )  # fmt: skip
        record("history.brought", imported, by=by, at=at, scope=scope.key, kind=kind, rows=total)
        transaction.on_commit(partial(work.enqueue, str(imported.pk)))
    return imported


@transaction.atomic
def take_over(imported: HistoryImport, *, by: User, at: datetime) -> HistoryImport:
    """Have the worker take the good rows over. Safe to run twice."""
    imported = _locked(imported)
    if imported.state in (ImportState.TAKING, ImportState.TAKEN):
        return imported
    if reason := cannot_take_over(imported, by, on=day_of(at)):
        raise Refused(reason)
    imported.state, imported.position, imported.total = ImportState.TAKING, 0, imported.good
    imported.confirmed_at, imported.confirmed_by = at, by
    imported.save()
    record("history.confirmed", imported, by=by, at=at, scope=imported.scope, rows=imported.good)
    transaction.on_commit(partial(work.enqueue, str(imported.pk)))
    return imported


@transaction.atomic
def throw_away(imported: HistoryImport, *, by: User, at: datetime) -> HistoryImport:
    """Forget a sheet that was only looked at, with all its rows."""
    imported = _locked(imported)
    if reason := cannot_throw_away(imported, by, on=day_of(at)):
        raise Refused(reason)
    imported.rows.all().delete()
    imported.state, imported.done_at = ImportState.DISCARDED, at
    imported.save()
    record("history.thrown_away", imported, by=by, at=at, scope=imported.scope, rows=imported.total)
    return imported


def _locked(imported: HistoryImport) -> HistoryImport:
    return HistoryImport.objects.select_for_update().get(pk=imported.pk)


# --- cases in progress elsewhere


@transaction.atomic
def close_as_paid(
    case: ElsewhereCase, *, paid_on: date, amount_fen: int, by: User, at: datetime
) -> ElsewhereCase:
    """It was paid there: from now on an earlier payment."""
    case = ElsewhereCase.objects.select_for_update().get(pk=case.pk)
    if reason := cannot_close(case, by, on=day_of(at)):
        raise Refused(reason)
    if not case.filed_on <= paid_on <= day_of(at):
        raise Refused(_("Write the day of payment: not before it was filed, and not after today."))
    if amount_fen <= 0:
        raise Refused(_("Write the amount in yuan, above nought."))
    case.payment = EarlierPayment.objects.create(
        programme_code=case.programme_code,
        series=case.series,
        person=case.person,
        certificate=case.certificate,
        paid_on=paid_on,
        amount_fen=amount_fen,
        source=f"{case.office} {case.number}".strip()[:80],
        history_import=case.history_import,
    )
    return _close(case, ElsewhereState.PAID, by=by, at=at, amount_fen=amount_fen)


@transaction.atomic
def close_as_refused(case: ElsewhereCase, *, reason: str, by: User, at: datetime) -> ElsewhereCase:
    """It was refused or given up there: it stands in nobody's way any more."""
    case = ElsewhereCase.objects.select_for_update().get(pk=case.pk)
    if why := cannot_close(case, by, on=day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say how you know that it is not paid there."))
    case.reason = reason.strip()
    return _close(case, ElsewhereState.REFUSED, by=by, at=at)


def _close(case: ElsewhereCase, to: ElsewhereState, *, by: User, at: datetime, **known: int) -> ElsewhereCase:
    case.state, case.closed_at, case.closed_by = to, at, by
    case.save()
    record("history.case_closed", case, by=by, at=at, scope=case.scope, state=to, **known)
    return case


# --- the declaration


@transaction.atomic
def declare(
    scope: Scope,
    *,
    complete_up_to: date,
    imports: Collection[HistoryImport] = (),
    note: str = "",
    by: User,
    at: datetime,
) -> HistoryDeclaration:
    """The first officer's word that all that their agency paid in this series up to the day is here.

    Refused where nothing was brought in and nothing says why.
    """
    payer = Agency.objects.select_for_update().get(pk=by.agency_id)
    if reason := cannot_declare(scope, by, on=day_of(at)):
        raise Refused(reason)
    if complete_up_to > day_of(at):
        raise Refused(_("Write a day that has been: nobody knows yet what is paid after today."))
    if not imports and not note.strip():
        raise Refused(_("Choose the sheets it rests on. If nothing was ever paid, say so in the note."))
    wrong = [one for one in imports if one.scope != scope.key or one.state != ImportState.TAKEN]
    if wrong:
        raise Refused(_("Choose only sheets of this series that were taken over."))
    declaration = HistoryDeclaration.objects.create(
        scope=scope.key, payer=payer, complete_up_to=complete_up_to, note=note.strip(),
        declared_at=at, declared_by=by,
    )  # fmt: skip
    declaration.imports.set(imports)
    record(
        "history.declared", declaration, by=by, at=at, scope=scope.key, payer=payer.pk,
        complete_up_to=complete_up_to.isoformat(), imports=[str(one.pk) for one in imports],
    )  # fmt: skip
    return declaration


@transaction.atomic
def confirm(declaration: HistoryDeclaration, *, by: User, at: datetime) -> HistoryDeclaration:
    """The second officer's word. From now on payments of this payer in this series may be released."""
    declaration = _locked_declaration(declaration)
    if reason := cannot_confirm(declaration, by, on=day_of(at)):
        raise Refused(reason)
    declaration.confirmed_at, declaration.confirmed_by = at, by
    declaration.save()
    record("history.declaration_confirmed", declaration, by=by, at=at, scope=declaration.scope)
    return declaration


@transaction.atomic
def revoke(declaration: HistoryDeclaration, *, reason: str, by: User, at: datetime) -> HistoryDeclaration:
    """Take the declaration back: nothing more is released in this series until it is given anew."""
    declaration = _locked_declaration(declaration)
    if why := cannot_revoke(declaration, by, on=day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say what is missing or wrong."))
    declaration.revoked_at, declaration.revoked_by = at, by
    declaration.revoked_because = reason.strip()
    declaration.save()
    record("history.declaration_revoked", declaration, by=by, at=at, scope=declaration.scope)
    return declaration


def _locked_declaration(declaration: HistoryDeclaration) -> HistoryDeclaration:
    return HistoryDeclaration.objects.select_for_update().get(pk=declaration.pk)
