"""Why not: enter, confirm and revoke a recognition. Each takes two; nobody recognises themselves.

List clerks, reviewers and approvers enter; an approver of the agency who did not enter it confirms.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role
from jiangli.registers.bans.permissions import acts_only_for
from jiangli.registers.models import Organisation, Person
from jiangli.registers.recognitions.models import Recognition, RecognitionState

ENTER = {Role.REGISTRAR, Role.REVIEWER, Role.APPROVER}


def cannot_enter(user: User, *, on: date) -> str | None:
    if not user.is_officer or not roles_of(user, on=on) & ENTER:
        return _("Your post does not include this.")
    return None


def cannot_settle(entry: Recognition, user: User, *, on: date) -> str | None:
    """Why this officer cannot confirm a new entry, or decline it."""
    if reason := cannot_be_second(entry.agency_id, entry.entered_by, user, on=on):
        return reason
    if entry.state != RecognitionState.PROPOSED:
        return _("This entry was dealt with already.")
    return _own(entry, user, on=on)


def cannot_ask_to_revoke(entry: Recognition, user: User, *, on: date) -> str | None:
    if user.agency_id != entry.agency_id:
        return _("Only officers of the agency that recognised it can do this.")
    if reason := cannot_enter(user, on=on):
        return reason
    if entry.state != RecognitionState.STANDING:
        return _("Only what stands recognised can be revoked.")
    if entry.revoke_asked_at:
        return _("A colleague asked already. An approver confirms it, or leaves it.")
    return _own(entry, user, on=on)


def cannot_revoke(entry: Recognition, user: User, *, on: date) -> str | None:
    if entry.state != RecognitionState.STANDING or entry.revoke_asked_by is None:
        return _("Somebody has to ask first, with a reason.")
    return cannot_be_second(entry.agency_id, entry.revoke_asked_by, user, on=on) or _own(entry, user, on=on)


def cannot_be_second(agency: str, first: User, user: User, *, on: date) -> str | None:
    """An approver of the agency, another than the first and not only their deputy."""
    if user.agency_id != agency:
        return _("Only officers of the agency that recognised it can do this.")
    if Role.APPROVER not in roles_of(user, on=on):
        return _("Only an approver can confirm this.")
    if first.pk == user.pk or acts_only_for(first, user, {Role.APPROVER}, on=on):
        return _(
            "Whoever did the first half cannot confirm it, nor can their deputy. A colleague must do it."
        )
    return None


def is_close_to(party: Person | Organisation, user: User, *, on: date) -> bool:
    """Whether it is the officer, or somebody they stand in for, or an organisation that one of them acts for."""
    keys = {person.pk for person in stands_in_for(user, on=on)}
    if isinstance(party, Person):
        return bool({party.account_id, party.officer_id} & keys)
    acting = party.clerks.active().select_related("person")
    return any({row.person.account_id, row.person.officer_id} & keys for row in acting)


def _own(entry: Recognition, user: User, *, on: date) -> str | None:
    if is_close_to(entry.party, user, on=on):
        return _("Nobody recognises themselves or an organisation of their own. A colleague has to do it.")
    return None
