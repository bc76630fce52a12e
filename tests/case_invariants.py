"""What holds of every case whatever was done: asked of the database alone, by nobody's leave."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from jiangli import rules
from jiangli.applications.models import Application, Commitment, Reservation
from jiangli.applications.stages import first_after_filing
from jiangli.applications.status import NEXT, Status
from jiangli.audit.models import Event
from jiangli.payments.models import Payment
from jiangli.registers.bans.models import Ban
from jiangli.reviews.models import Act, Decision, DecisionOutcome, Entitlement, Opinion, Strike
from jiangli.reviews.publicity.models import Objection, PublicationCase
from jiangli.reviews.publicity.status import OPEN_OBJECTIONS, ObjectionState, Outcome
from jiangli.reviews.stages import decides, is_review, last_review, roles_at

WAITING = (Status.SUBMITTED, Status.RETURNED)
LIVE = (*WAITING, Status.APPROVED)
Standing = tuple[str, int]  # status, stage


def standings() -> dict[str, Standing]:
    """Where every case stands: its key → status and stage."""
    rows = Application.objects.values_list("pk", "status", "stage")
    return {str(pk): (status, stage) for pk, status, stage in rows}


def moves_are_allowed_and_recorded(
    before: dict[str, Standing], after: dict[str, Standing], last_event: int
) -> None:
    """No audit, no act: every move is one that may follow, and somebody or the clock is on record for it."""
    changed = {pk for pk, standing in after.items() if pk in before and before[pk] != standing}
    for pk in changed:
        was, now = Status(before[pk][0]), Status(after[pk][0])
        assert was == now or now in NEXT[was], f"{was} → {now}"
        said = Event.objects.filter(pk__gt=last_event, subject_id=pk, subject_kind="applications.application")
        assert said.exists(), f"{was} {before[pk][1]} → {now} {after[pk][1]} without a word"
        if now in WAITING and was in (Status.APPROVED, Status.REFUSED):
            assert said.filter(name="reconsideration.accepted").exists()


def stages_were_passed_in_order(law: rules.Programme) -> None:
    """The opinions told again from the filing on lead exactly to where each case stands."""
    aside, again = defaultdict(list), defaultdict(list)
    for pk, at in Decision.objects.exclude(set_aside_at=None).values_list("application", "set_aside_at"):
        aside[pk].append(at)
    for key, at in Event.objects.filter(name="application.resubmitted").values_list("subject_id", "at"):
        again[key].append(at)
    opinions = defaultdict(list)
    for opinion in Opinion.objects.select_related("by").prefetch_related("by__posts"):
        opinions[opinion.application_id].append(opinion)
    for case in Application.objects.exclude(number=None).exclude(number=""):
        acts: list[tuple[datetime, Opinion | str]] = [(one.at, one) for one in opinions[case.pk]]
        acts += [(at, "aside") for at in aside[case.pk]] + [(at, "again") for at in again[str(case.pk)]]
        assert case.stage == _told_again(law, sorted(acts, key=lambda act: act[0])), case.number
        _nobody_passed_two_reviews(law, opinions[case.pk])


def _told_again(law: rules.Programme, acts: list[tuple[datetime, Opinion | str]]) -> int:
    stage = first_after_filing(law)
    for _at, act in acts:
        if act == "again":
            stage = first_after_filing(law)
        elif isinstance(act, str):
            stage = stage if is_review(law.stages[stage]) else last_review(law)
        elif act.act == Act.UNDO:
            assert stage == act.stage + 1
            stage = act.stage
        else:
            assert act.stage == stage, f"{act.act} at {act.stage}, stands at {stage}"
            _by_an_allowed_post(law, act)
            if act.act == Act.PASS:
                stage += 1
            elif act.act == Act.AGAIN:
                stage = last_review(law, before=stage)
    return stage


def _by_an_allowed_post(law: rules.Programme, opinion: Opinion) -> None:
    assert opinion.by.agency_id == law.stages[opinion.stage].agency
    assert {post.role for post in opinion.by.posts.all()} & {
        str(role) for role in roles_at(law, opinion.stage)
    }


def _nobody_passed_two_reviews(law: rules.Programme, opinions: list[Opinion]) -> None:
    passed = defaultdict(set)
    for opinion in opinions:
        if opinion.act == Act.PASS and is_review(law.stages[opinion.stage]):
            passed[opinion.by_id].add(opinion.stage)
    assert all(len(stages) == 1 for stages in passed.values())


def decisions_stand_alone(law: rules.Programme) -> None:
    """One live decision of an approved or refused case, none of another; made where the law decides."""
    live = Counter(Decision.objects.filter(set_aside_at=None).values_list("application", flat=True))
    for case in Application.objects.all():
        assert live[case.pk] == (case.status in (Status.APPROVED, Status.REFUSED))
    for one in Decision.objects.exclude(outcome=DecisionOutcome.REFUSED):
        deciding = one.application.opinions.get(act=Act.PASS, at=one.at)
        assert decides(law, deciding.stage) and deciding.by_id == one.by_id


def money_is_owed_by_live_decisions_alone() -> None:
    """To the fen the decision's amount; nothing of what was set aside or stopped is on its way."""
    for one in Decision.objects.prefetch_related("entitlements"):
        owed = sum(row.amount_fen for row in one.entitlements.all())
        assert owed == one.amount_fen
    payable = Entitlement.objects.filter(stopped_at=None).select_related("decision__application")
    for row in payable:
        assert row.decision.set_aside_at is None and row.decision.application.status == Status.APPROVED
    sent = Payment.objects.exclude(batch=None).select_related("entitlement__decision", "batch")
    for payment in sent:
        assert payment.batch is not None and payment.entitlement.decision.set_aside_at is None
        stopped = payment.entitlement.stopped_at
        assert stopped is None or payment.batch.frozen_at <= stopped


def claims_are_held() -> None:
    """A case that is over holds nothing; one that waits holds each of its lines, or another live case does."""
    held = Reservation.objects.filter(released_at=None).select_related("application")
    claimed = Commitment.objects.filter(released_at=None).select_related("application")
    assert {row.application.status for row in (*held, *claimed)} <= set(LIVE)
    keys = Counter((row.limit, row.subject, row.period) for row in held)
    assert not keys or max(keys.values()) == 1
    taken = {row.subject for row in held}
    claims = {(row.application_id, row.line_id) for row in claimed}
    struck = set(Strike.objects.filter(lifted_at=None).values_list("line", flat=True))
    for case in Application.objects.filter(status__in=WAITING).prefetch_related("lines"):
        for line in case.lines.all():
            assert line.pk in struck or str(line.certificate_id) in taken, f"{case.number} {line.number}"
            assert line.pk in struck or (case.pk, line.pk) in claims, f"{case.number} {line.number}"


def nobody_held_goes_on() -> None:
    """Past no objection that is open or right, and past no ban: nothing is passed, nothing goes to the bank."""
    bad = (*OPEN_OBJECTIONS, ObjectionState.UPHELD)
    objected = Objection.objects.filter(state__in=bad).values("row__case")
    assert not PublicationCase.objects.filter(outcome=Outcome.WENT_ON, pk__in=objected).exists()
    for ban in Ban.objects.filter(lifted_at=None):
        case = {"application__organisation": ban.organisation_id}
        assert not Opinion.objects.filter(act=Act.PASS, at__gt=ban.laid_at, **case).exists()
        owed = Payment.objects.filter(entitlement__decision__application__organisation=ban.organisation_id)
        assert not owed.filter(batch__frozen_at__gt=ban.laid_at).exists()
