"""Ask for a decision to be looked at again, and settle that: the case comes back to review, or the decision stands."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import Agency, User
from jiangli.applications.actions import follow_on, move
from jiangli.applications.actions.letters import tell_party
from jiangli.applications.actions.moves import locked
from jiangli.applications.assessing import keep_assessment, programme_of
from jiangli.applications.commitments import claim, release_commitments
from jiangli.applications.guard import take_free
from jiangli.applications.models import Application, LineState
from jiangli.applications.sheet import has_roster
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.reviews.holds import keep_holds
from jiangli.reviews.models import Decision, DecisionOutcome
from jiangli.reviews.next_claims import actions as next_claims
from jiangli.reviews.reconsidering.models import Reconsideration, ReconsiderationState
from jiangli.reviews.reconsidering.permissions import agency_again, cannot_ask, cannot_settle, returns_to
from jiangli.reviews.sheet import assess_for_officer

LONGEST = 2000  # characters of the grounds, and of the answer


@transaction.atomic
def ask(decision: Decision, grounds: str, *, by: User, at: datetime) -> Reconsideration:
    """Ask for a refusal, or for what was left out, to be looked at again; once for a decision.

    ``by`` is whoever claimed, or a counter clerk who writes it down for them. Nothing is held up by it.
    """
    application = locked(decision.application)
    decision = Decision.objects.get(pk=decision.pk)
    if reason := cannot_ask(decision, by, on=clock.day_of(at)):
        raise Refused(reason)
    if not grounds.strip():
        raise Refused(_("Say what you think is wrong in the decision, and what shows it."))
    row = Reconsideration.objects.create(
        decision=decision,
        grounds=grounds.strip()[:LONGEST],
        asked_by=by,
        at_counter=by.is_officer,
        asked_at=at,
    )
    record("reconsideration.asked", application, by=by, at=at, counter=by.is_officer)
    _tell("reconsideration.asked", row, application, at=at)
    return row


@transaction.atomic
def reject(row: Reconsideration, text: str, *, by: User, at: datetime) -> Reconsideration:
    """The decision stands, and why; whoever claimed is told."""
    row, application = _locked(row, by, text, at=at)
    _settle(row, ReconsiderationState.REJECTED, text, by=by, at=at)
    record("reconsideration.rejected", application, by=by, at=at)
    _tell("reconsideration.rejected", row, application, at=at)
    return row


@transaction.atomic
def accept(row: Reconsideration, text: str, *, by: User, at: datetime) -> Reconsideration:
    """Set the decision aside and look at the case again; of one whose money is on its way, only at the rest.

    What the case may reserve is taken again. What another case holds meanwhile holds this one, as at any review.
    """
    row, application = _locked(row, by, text, at=at)
    if row.decision.entitlements.filter(stopped_at__isnull=False).exists():
        raise Refused(_("What is owed on this case was stopped. Nothing is paid on it."))
    if row.decision.outcome == DecisionOutcome.PART and _is_on_its_way(row.decision):
        row.rest = _begin_rest(application, at=at)
    else:
        _look_again(application, row.decision, at=at)
    _settle(row, ReconsiderationState.ACCEPTED, text, by=by, at=at)
    event = "reconsideration.rest" if row.rest else "reconsideration.accepted"
    record("reconsideration.accepted", application, by=by, at=at, rest=row.rest is not None)
    _tell(event, row, application, at=at)
    return row


def _locked(
    row: Reconsideration, by: User, text: str, *, at: datetime
) -> tuple[Reconsideration, Application]:
    """The row and its case, locked. Its payers are held first, so that nothing of it goes into a batch meanwhile."""
    payers = sorted(row.decision.entitlements.values_list("payer", flat=True).distinct())
    list(Agency.objects.select_for_update(no_key=True).filter(pk__in=payers).order_by("pk"))
    application = locked(row.decision.application)
    row = Reconsideration.objects.select_for_update(of=("self",)).select_related("decision").get(pk=row.pk)
    if reason := cannot_settle(row, by, on=clock.day_of(at)):
        raise Refused(reason)
    if not text.strip():
        raise Refused(_("Say in a sentence why: the applicant reads it."))
    return row, application


def _is_on_its_way(decision: Decision) -> bool:
    """Whether something of the decision was put into a batch, sent or paid; also by a body with its own system."""
    moving = Q(payments__batch__isnull=False) | Q(paid_elsewhere__paid_on__isnull=False)
    return decision.entitlements.filter(moving).exists()


def _look_again(application: Application, decision: Decision, *, at: datetime) -> None:
    decision.set_aside_at = at
    decision.save(update_fields=["set_aside_at"])
    decision.entitlements.update(stopped_at=at, stopped_because=_("The decision was set aside."))
    next_claims.fall_away(decision, at=at)
    release_commitments(application, at=at)
    application.stage = returns_to(application)
    move(application, Status.SUBMITTED)
    application.submitted_at, application.closed_at = at, None
    application.save(update_fields=["stage", "status", "submitted_at", "closed_at"])
    application.assignments.filter(stage=application.stage).delete()
    assessed = assess_for_officer(application, at=at)
    take_free(application, assessed, at=at)
    claim(application, assessed)
    keep_assessment(application, assessed, occasion="reconsideration", at=at)
    if has_roster(assessed.programme):
        keep_holds(application, assessed, at=at)


def _begin_rest(application: Application, *, at: datetime) -> Application:
    """A draft of what was left out, for the same filer: the lines that fell away, or the claim once more."""
    out = application.standings.filter(state__in=[LineState.FAILS, LineState.STRUCK]).values("line")
    lines = list(application.lines.filter(pk__in=out).order_by("number"))
    return follow_on(application, stated={}, lines=lines, at=at)


def _settle(row: Reconsideration, state: ReconsiderationState, text: str, *, by: User, at: datetime) -> None:
    row.state, row.answer, row.settled_by, row.settled_at = state, text.strip()[:LONGEST], by, at
    row.save()


def _tell(event: str, row: Reconsideration, application: Application, *, at: datetime) -> None:
    tell_party(
        event, application, once=f"{event}:{row.pk}", at=at, number=application.number,
        programme=programme_of(application).title, agency=agency_again(application).names,
    )  # fmt: skip
