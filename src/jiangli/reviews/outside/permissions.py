"""Why not: export to a body, fetch the file, bring its answer in, confirm it.

Cases are exchanged by the agency that deals with them before the body does: its reviewers and approvers write the
sheet and bring the answer in, another of its officers, an approver, confirms it. A deputy is bound by what the
person did for whom they stand in.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from jiangli.accounts.models import Agency, Post, User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.permissions import is_own
from jiangli.reviews.outside.models import Exchange, Reply
from jiangli.reviews.outside.queries import decided_for, keeper_of, outside_stages, stands_outside
from jiangli.reviews.outside.status import ReplyKind, ReplyState, What

BRING = {Role.REVIEWER, Role.APPROVER}


def cannot_exchange(body: Agency, user: User, *, on: date) -> str | None:
    """Why this officer cannot exchange cases with this body."""
    if not any(stage.body == body.pk for stage in outside_stages(user.agency_id or "-")):
        return _("Your agency hands no cases over to this body.")
    if not roles_of(user, on=on) & BRING:
        return _("Only a reviewer or an approver of the agency can do this.")
    return None


def cannot_fetch(exchange: Exchange, user: User, *, on: date) -> str | None:
    """Why this officer cannot have the file, which holds numbers of persons in full."""
    if user.agency_id != exchange.agency_id or not roles_of(user, on=on) & BRING:
        return _("Only a reviewer or an approver of the agency can do this.")
    if not exchange.file or on > exchange.expires_on:
        return _("This file is no longer kept. Cases that were not answered can be exported again.")
    return None


def cannot_say_missing(exchange: Exchange, user: User, *, on: date) -> str | None:
    """Why this officer cannot note that what is still out of this export is missing there."""
    if user.agency_id != exchange.agency_id or not roles_of(user, on=on) & BRING:
        return _("Only a reviewer or an approver of the agency can do this.")
    return None


def cannot_enter(application: Application, kind: ReplyKind, user: User, *, on: date) -> str | None:
    """Why this officer cannot key in what a body answered on one case."""
    if is_own(application, [user]):
        return _("Nobody handles their own case. A colleague has to do it.")
    law = programme_of(application)
    if kind == ReplyKind.APPROVALS:
        if stands_outside(application) is None:
            return _("The case does not wait for another body.")
        keeper = keeper_of(law, application.stage)
    else:
        keepers = {keeper_of(law, index) for index, stage in enumerate(law.stages) if stage.kind != "file"}
        keeper = str(user.agency_id) if user.agency_id in keepers else ""
        if not decided_for(application):
            return _("Nothing was approved here that another body could have paid.")
    if user.agency_id != keeper or not roles_of(user, on=on) & BRING:
        return _("Only a reviewer or an approver of the agency that handed the case over can do this.")
    if _is_pending(application, kind):
        return _("An answer on this case waits already to be confirmed.")
    return None


def _is_pending(application: Application, kind: ReplyKind) -> bool:
    states = (ReplyState.STAGED, ReplyState.TAKING)
    return application.reply_rows.filter(planned=True, reply__kind=kind, reply__state__in=states).exists()


def cannot_confirm(reply: Reply, user: User, *, on: date) -> str | None:
    """The second person: an approver, another than who brought the answer, and no deputy only of theirs."""
    if user.agency_id != reply.agency_id or Role.APPROVER not in roles_of(user, on=on):
        return _("Only an approver of the agency can confirm this.")
    if reply.state == ReplyState.TAKEN and not reply.rows.filter(what=What.HELD).exists():
        return _("This answer was entered already.")
    if reply.state == ReplyState.DISCARDED:
        return _("This answer was thrown away. Bring it in again.")
    if reply.brought_by_id == user.pk or _acts_only_for(reply.brought_by, user, on=on):
        return _("Whoever brought it in cannot confirm it, nor can their deputy. A colleague must do it.")
    if reply.state == ReplyState.STAGED and not reply.total:
        return _("No row of it changes anything. Clear up what is explained below, and throw it away.")
    return None


def _acts_only_for(first: User, user: User, *, on: date) -> bool:
    people = stands_in_for(user, on=on)
    posts = Post.objects.filter(user__in=people, user__is_active=True, role=Role.APPROVER)
    return set(posts.values_list("user", flat=True)) <= {first.pk}


def cannot_throw_away(reply: Reply, user: User, *, on: date) -> str | None:
    if user.agency_id != reply.agency_id or not roles_of(user, on=on) & BRING:
        return _("Only a reviewer or an approver of the agency can do this.")
    if reply.state != ReplyState.STAGED:
        return _("Only an answer that was not entered yet can be thrown away.")
    return None
