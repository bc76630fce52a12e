"""Why not: lift a ban. It takes two officers of the agency that laid it; nobody lifts a colleague's own ban for them.

One asks with a reason, an approver confirms. A deputy is bound by what the person they stand in for did.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from jiangli.accounts.models import Post, User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role
from jiangli.registers.bans.models import Ban

ASK = {Role.REVIEWER, Role.APPROVER}


def cannot_ask_to_lift(ban: Ban, user: User, *, on: date) -> str | None:
    if reason := _not_its_officer(ban, user, on=on):
        return reason
    if ban.lifted_at:
        return _("This ban is lifted already.")
    if ban.lift_asked_at:
        return _("A colleague asked already. An approver confirms it, or leaves it.")
    return None


def cannot_lift(ban: Ban, user: User, *, on: date) -> str | None:
    if reason := _not_its_officer(ban, user, on=on):
        return reason
    if ban.lifted_at:
        return _("This ban is lifted already.")
    if ban.lift_asked_by is None:
        return _("Somebody has to ask first, with a reason.")
    if Role.APPROVER not in roles_of(user, on=on):
        return _("Only an approver can confirm this.")
    if ban.lift_asked_by_id == user.pk or acts_only_for(ban.lift_asked_by, user, {Role.APPROVER}, on=on):
        return _("Whoever asked cannot confirm, nor can their deputy. A colleague must do it.")
    return None


def acts_only_for(first: User, user: User, roles: set[Role], *, on: date) -> bool:
    """Whether all this user's right to one of ``roles`` comes from standing in for ``first``."""
    people = stands_in_for(user, on=on)
    posts = Post.objects.filter(user__in=people, user__is_active=True, role__in=roles)
    return set(posts.values_list("user", flat=True)) <= {first.pk}


def _not_its_officer(ban: Ban, user: User, *, on: date) -> str | None:
    if user.agency_id != ban.agency_id or not roles_of(user, on=on) & ASK:
        return _("Only officers who deal with cases at the agency that laid it can do this.")
    if ban.person_id is not None and user.pk in (ban.person.account_id, ban.person.officer_id):  # type: ignore[union-attr]
        return _("Nobody lifts their own ban. Colleagues have to do it.")
    return None
