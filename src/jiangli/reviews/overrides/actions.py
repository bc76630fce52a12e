"""Ask for an exception, confirm it, refuse it, take it back. Each keeps what the rules say of the case from then on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.actions.moves import locked
from jiangli.applications.assessing import keep_assessment
from jiangli.applications.guard import take_free
from jiangli.applications.models import Application, Line
from jiangli.applications.sheet import has_roster
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.reviews.attachments.actions import Stored, attach
from jiangli.reviews.holds import keep_holds
from jiangli.reviews.overrides.models import NEXT, Ground, Override, OverrideState
from jiangli.reviews.overrides.permissions import cannot_ask, cannot_confirm, cannot_withdraw
from jiangli.reviews.overrides.queries import fell_away, resting
from jiangli.reviews.sheet import assess_for_officer, assess_line_to_show


@transaction.atomic
def ask_override(
    application: Application,
    *,
    condition: str,
    ground: Ground,
    reason: str,
    papers: Sequence[Stored],
    line: Line | None = None,
    by: User,
    at: datetime,
) -> Override:
    """Ask that one condition counts as met in this case, or for one line of its roster; nothing counts yet.

    ``papers`` is what it rests on: at least one.
    """
    application = locked(application)
    assessed = (
        assess_line_to_show(application, line, at=at) if line else assess_for_officer(application, at=at)
    )
    if assessed is None:
        raise Refused(_("This case has no such line."))
    if why := cannot_ask(application, by, assessed, condition, line, on=clock.day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say why the condition need not be met here."))
    if not papers:
        raise Refused(_("Attach what the exception rests on."))
    facts = assessed.facts_of(1) if line else assessed.told
    override = Override.objects.create(
        application=application,
        line=line,
        agency_id=assessed.programme.stages[application.stage].agency,
        condition=condition,
        ground=ground,
        reason=reason.strip(),
        rests_on=resting(assessed.programme.condition(condition), facts),
        asked_by=by,
        asked_at=at,
    )
    override.attachments.add(*[attach(application, paper, by=by, at=at) for paper in papers])
    _record("override.asked", override, by=by, at=at)
    return override


@transaction.atomic
def confirm_override(override: Override, *, by: User, at: datetime) -> Override:
    """Confirm, as the second officer: from now on the condition counts as met.

    Refused where a fact it rested on is otherwise by now.
    """
    override = _locked(override)
    if why := cannot_confirm(override, by, on=clock.day_of(at)):
        raise Refused(why)
    if fell_away(override, assess_for_officer(override.application, at=at)):
        raise Refused(_("What this rested on is otherwise now. Refuse it; it can be asked anew."))
    _move(override, OverrideState.CONFIRMED)
    override.confirmed_by, override.confirmed_at = by, at
    override.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    _keep(override.application, at=at)
    _record("override.confirmed", override, by=by, at=at)
    return override


@transaction.atomic
def refuse_override(override: Override, *, reason: str, by: User, at: datetime) -> Override:
    """Do not confirm, with a reason; it can be asked anew."""
    override = _locked(override)
    if why := cannot_confirm(override, by, on=clock.day_of(at)):
        raise Refused(why)
    return _end(override, OverrideState.REFUSED, reason, by=by, at=at)


@transaction.atomic
def withdraw_override(override: Override, *, reason: str, by: User, at: datetime) -> Override:
    """Take an exception back before the case is decided; its condition is asked again."""
    override = _locked(override)
    if why := cannot_withdraw(override, by, on=clock.day_of(at)):
        raise Refused(why)
    counted = override.state == OverrideState.CONFIRMED
    override = _end(override, OverrideState.WITHDRAWN, reason, by=by, at=at)
    if counted:
        _keep(override.application, at=at)
    return override


def _end(override: Override, state: OverrideState, reason: str, *, by: User, at: datetime) -> Override:
    if not reason.strip():
        raise Refused(_("Say why in a sentence."))
    _move(override, state)
    override.ended_by, override.ended_at, override.ended_because = by, at, reason.strip()[:300]
    override.save(update_fields=["state", "ended_by", "ended_at", "ended_because"])
    _record(f"override.{state}", override, by=by, at=at)
    return override


def _keep(application: Application, *, at: datetime) -> None:
    assessed = assess_for_officer(application, at=at)
    take_free(application, assessed, at=at)
    keep_assessment(application, assessed, occasion="exception", at=at)
    if has_roster(assessed.programme):
        keep_holds(application, assessed, at=at)


def _locked(override: Override) -> Override:
    application = locked(override.application)
    override = Override.objects.select_for_update().get(pk=override.pk)
    override.application = application
    return override


def _move(override: Override, state: OverrideState) -> None:
    if state not in NEXT[OverrideState(override.state)]:
        raise RuntimeError(f"{override} cannot go from {override.state} to {state}.")
    override.state = state


def _record(event: str, override: Override, *, by: User, at: datetime) -> None:
    line = {"line": override.line.number} if override.line else {}
    record(event, override.application, by=by, at=at, condition=override.condition, **line)
