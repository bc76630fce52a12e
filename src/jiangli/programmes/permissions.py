"""Why not: set the mode of a programme, open and change its rounds (approvers of its agency), change the calendar."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.programmes.models import Programme, Round


def cannot_set_mode(programme: Programme, user: User, *, on: date) -> str | None:
    return _not_approver(programme, user, on=on)


def cannot_open_round(programme: Programme, user: User, *, on: date) -> str | None:
    return _not_approver(programme, user, on=on)


def cannot_move_end(one: Round, user: User, *, on: date) -> str | None:
    """Why the last day of a round cannot be moved."""
    if reason := _not_approver(one.programme, user, on=on):
        return reason
    if one.closed_on is not None:
        return _("This round was closed early. Announce a new one.")
    return None


def cannot_close_round(one: Round, user: User, *, on: date) -> str | None:
    if reason := _not_approver(one.programme, user, on=on):
        return reason
    if one.closed_on is not None or one.closes_on < on:
        return _("This round is over already.")
    return None


def cannot_change_calendar(user: User, *, on: date) -> str | None:
    """Why the calendar of working days cannot be changed: approvers of every agency here plan by the same one."""
    if not user.agency_id or Role.APPROVER not in roles_of(user, on=on):
        return _("Only an approver can change the calendar.")
    return None


def _not_approver(programme: Programme, user: User, *, on: date) -> str | None:
    if user.agency_id != programme.agency_id or Role.APPROVER not in roles_of(user, on=on):
        return _("Only an approver of the agency that is in charge can do this.")
    return None
