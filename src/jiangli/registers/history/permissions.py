"""Why not: bring in the past, take it over, declare it complete, close a case elsewhere.

The list clerks of every agency that takes part bring sheets in. That a payer's history is complete is declared
by one of its list clerks or approvers and confirmed by another officer, an approver or releaser of an agency
that takes part.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from jiangli.accounts.models import Post, User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role
from jiangli.registers.history.models import ElsewhereCase, HistoryDeclaration, HistoryImport
from jiangli.registers.history.scopes import Scope, scopes
from jiangli.registers.history.status import UNFINISHED, ElsewhereState, ImportState

DECLARE = {Role.REGISTRAR, Role.APPROVER}
CONFIRM = {Role.APPROVER, Role.RELEASER}


def cannot_bring(scope: Scope, user: User, *, on: date) -> str | None:
    """Why this officer cannot bring in the past of this series or programme."""
    if user.agency_id not in scope.parties or Role.REGISTRAR not in roles_of(user, on=on):
        return _("Only a list clerk of an agency that takes part can bring this in.")
    return None


def _not_its_clerk(imported: HistoryImport, user: User, *, on: date) -> str | None:
    if user.agency_id != imported.agency_id or Role.REGISTRAR not in roles_of(user, on=on):
        return _("Only a list clerk of the agency that brought it in can do this.")
    return None


def cannot_take_over(imported: HistoryImport, user: User, *, on: date) -> str | None:
    if reason := _not_its_clerk(imported, user, on=on):
        return reason
    if imported.state == ImportState.READING:
        return _("The sheet is still being read.")
    if imported.state != ImportState.STAGED:
        return _("This sheet was dealt with already.")
    if not imported.good:
        return _("No row can be taken over. Correct the sheet and bring it in again.")
    return None


def cannot_throw_away(imported: HistoryImport, user: User, *, on: date) -> str | None:
    if reason := _not_its_clerk(imported, user, on=on):
        return reason
    if imported.state != ImportState.STAGED:
        return _("Only a sheet that was read and not yet taken over can be thrown away.")
    return None


def cannot_declare(scope: Scope, user: User, *, on: date) -> str | None:
    """Why this officer cannot declare the history of their agency complete."""
    if user.agency_id not in scope.payers or not roles_of(user, on=on) & DECLARE:
        return _("Only a list clerk or an approver of an agency that pays can declare this.")
    own = HistoryDeclaration.objects.filter(scope=scope.key, payer=user.agency_id)
    if own.filter(revoked_at=None).exists():
        return _("It is declared already. Revoke that first, if it is wrong.")
    if HistoryImport.objects.filter(scope=scope.key, agency=user.agency_id, state__in=UNFINISHED).exists():
        return _("A sheet of your agency is not taken over yet. Take it over, or throw it away.")
    return None


def cannot_confirm(declaration: HistoryDeclaration, user: User, *, on: date) -> str | None:
    """The second person is another than the first, and no deputy who acts only for the first."""
    scope = scopes().get(declaration.scope)
    if scope is None or user.agency_id not in scope.parties or not roles_of(user, on=on) & CONFIRM:
        return _("Only an approver or a releaser of an agency that takes part can confirm this.")
    if declaration.revoked_at:
        return _("This declaration was revoked. It has to be declared anew.")
    if declaration.confirmed_at:
        return _("It is confirmed already.")
    if declaration.declared_by_id == user.pk or _acts_only_for(declaration.declared_by, user, on=on):
        return _("Whoever declared it cannot confirm it, nor can their deputy. A colleague must do it.")
    return None


def _acts_only_for(first: User, user: User, *, on: date) -> bool:
    people = stands_in_for(user, on=on)
    holders = set(
        Post.objects.filter(user__in=people, user__is_active=True, role__in=CONFIRM).values_list(
            "user", flat=True
        )
    )
    return holders <= {first.pk}


def cannot_revoke(declaration: HistoryDeclaration, user: User, *, on: date) -> str | None:
    """Either of the two may, and any colleague of the payer who could have been one of them."""
    if declaration.revoked_at:
        return _("It is revoked already.")
    if user.pk in (declaration.declared_by_id, declaration.confirmed_by_id):
        return None
    if user.agency_id != declaration.payer_id or not roles_of(user, on=on) & (DECLARE | CONFIRM):
        return _("Only the two who gave it, or a colleague who could, can revoke this.")
    return None


def cannot_close(case: ElsewhereCase, user: User, *, on: date) -> str | None:
    scope = scopes().get(case.scope)
    if scope is None or user.agency_id not in scope.parties or not roles_of(user, on=on) & DECLARE:
        return _("Only a list clerk or an approver of an agency that takes part can close this.")
    if case.state != ElsewhereState.OPEN:
        return _("This case is closed already.")
    return None
