"""What one approver of an agency asks for and another one of it settles: why not, and the settling itself."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role
from jiangli.programmes.models import ByTwo, Two


def not_its_approver(agency: str, user: User, *, on: date) -> str | None:
    """Why this officer has no say: only approvers of the agency that issued the document have."""
    if user.agency_id != agency or Role.APPROVER not in roles_of(user, on=on):
        return _("Only an approver of the agency that issued the document can do this.")
    return None


def cannot_settle(one: ByTwo, user: User, *, on: date) -> str | None:
    """Why this officer cannot confirm or refuse what a colleague asked for."""
    if reason := not_its_approver(one.agency_id, user, on=on):
        return reason
    if one.state != Two.ASKED:
        return _("This was settled already.")
    return not_another(one.asked_by, user, on=on)


def cannot_take_back(one: ByTwo, user: User, *, on: date) -> str | None:
    """Why this officer cannot take back what waits for the second officer: whoever asked may."""
    if one.state != Two.ASKED:
        return _("This was settled already.")
    if one.asked_by_id != user.pk:
        return _("Only the officer who asked can take it back.")
    return None


def not_another(first: User, user: User, *, on: date) -> str | None:
    """Why this is not a second person: themselves, or a deputy of the one or the other."""
    if first in stands_in_for(user, on=on) or user in stands_in_for(first, on=on):
        return _("You asked for this, or stand in for who did. Another approver has to confirm it.")
    return None


def settle(one: ByTwo, state: Two, *, reason: str = "", by: User, at: datetime) -> None:
    """Write down who settled it. ``one`` is locked and may be settled."""
    one.state, one.settled_by, one.settled_at = state, by, at
    one.settled_because = reason.strip()[:300]
    one.save()
