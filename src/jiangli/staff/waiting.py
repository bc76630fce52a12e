"""How much waits for this officer behind the words of the bar: a meeting, another look, a second officer's word."""

from __future__ import annotations

from datetime import date

from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.reviews.deliberation.permissions import cannot_prepare
from jiangli.reviews.deliberation.queries import due_for
from jiangli.reviews.fraud.models import Finding, FindingState
from jiangli.reviews.reconsidering.models import Reconsideration, ReconsiderationState
from jiangli.reviews.reconsidering.permissions import cannot_settle

MOST = 50  # looked at one by one: there are never many


def before_meetings(user: User, *, on: date) -> int:
    """Cases that are due for a meeting this officer may prepare."""
    return due_for(user).count() if cannot_prepare(user, on=on) is None else 0


def to_settle(user: User, *, on: date) -> int:
    """Decisions to look at again in which this approver had no part."""
    if Role.APPROVER not in roles_of(user, on=on):
        return 0
    asked = Reconsideration.objects.visible_to(user).filter(state=ReconsiderationState.ASKED)
    rows = asked.select_related("decision__application__version")[:MOST]
    return sum(cannot_settle(row, user, on=on) is None for row in rows)


def to_confirm(user: User, *, on: date) -> int:
    """Findings that a colleague proposed, for an approver's word."""
    if Role.APPROVER not in roles_of(user, on=on):
        return 0
    proposed = Finding.objects.visible_to(user).filter(state=FindingState.PROPOSED)
    return proposed.exclude(proposed_by=user).count()
