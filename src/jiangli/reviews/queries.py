"""The work that waits for an officer."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.reviews.models import Assignment, Opinion
from jiangli.reviews.stages import is_review, role_at


def stages_for(user: User, *, on: date) -> list[tuple[str, int, str]]:
    """(programme, stage, title) of every stage of review at which the officer may act on that day."""
    roles = roles_of(user, on=on)
    found = []
    for programme in Programme.objects.with_law():
        compiled = rule(programme.version)
        for index, stage in enumerate(compiled.stages):
            if is_review(stage) and stage.agency == user.agency_id and role_at(compiled, index) in roles:
                found.append((programme.code, index, stage.title.say("zh")))
    return found


def queue(user: User, *, on: date) -> QuerySet[Application]:
    """Cases that wait at a stage of the officer's agency and post, the earliest filed first."""
    at_stage = Q(pk__in=[])
    for code, index, _title in stages_for(user, on=on):
        at_stage |= Q(programme_code=code, stage=index)
    return (
        Application.objects.visible_to(user)
        .filter(at_stage, status=Status.SUBMITTED)
        .exclude(Q(claimant__isnull=False) & (Q(claimant__officer=user) | Q(claimant__account=user)))
        .order_by("first_filed_at", "pk")
    )


def mine(user: User, *, on: date) -> QuerySet[Application]:
    """Cases of the queue that the officer has taken at this stage."""
    taken = Assignment.objects.filter(application=OuterRef("pk"), stage=OuterRef("stage"), officer=user)
    return queue(user, on=on).filter(Exists(taken))


def done_by_agency(user: User) -> QuerySet[Application]:
    """Cases on which someone of the officer's agency has given an opinion, the newest first."""
    given = Opinion.objects.filter(application=OuterRef("pk"), by__agency=user.agency_id)
    return Application.objects.visible_to(user).filter(Exists(given)).order_by("-submitted_at")


def waiting_for_claimants(user: User) -> QuerySet[Application]:
    """Cases of the officer's agency that were returned and not corrected yet."""
    return Application.objects.visible_to(user).filter(status=Status.RETURNED).order_by("first_filed_at")
