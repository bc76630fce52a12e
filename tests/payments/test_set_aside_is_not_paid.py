"""A decision that was set aside pays nothing, whatever becomes of a finding of fraud about its case."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import guard_law as law
from fraud_stories import proposed
from jiangli.accounts.models import Deputy
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.payments import actions as payments
from jiangli.payments.holding import held
from jiangli.payments.models import Payment
from jiangli.payments.recovery import actions as recovery
from jiangli.payments.recovery import undoing
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews.models import Decision
from jiangli.reviews.outside.models import PaidElsewhere, Reply, ReplyRow
from jiangli.reviews.queries import decision_of
from jiangli.reviews.reconsidering import actions as reconsidering
from jiangli.reviews.reconsidering.models import Reconsideration
from jiangli.reviews.rosters import strike
from stories import certificate, member, officer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BUREAU = "qiantang-hrss"


class Part:
    """A roster of which one line was struck off, so that it can be looked at again; its payment waits."""

    def __init__(self, at: datetime) -> None:
        law.publish(at)
        self.at, self.head = at, member("测试经办")
        self.reviewer, self.other = (officer(BUREAU, Role.APPROVER) for _n in range(2))
        pair = [certificate(member(f"测试{name}"), level="senior") for name in "甲乙"]
        case = law.roster(law.firm(head=self.head), self.head, pair, programme=law.COURSES, at=at)
        case = law.submit(case, self.head, at=at)
        strike(case.lines.get(number=2), condition="E1", reason="证书是别人的。", by=self.reviewer, at=at)
        self.case = reviews.pass_on(case, falling=1, by=self.reviewer, at=at)
        payments.fall_due(at=at)
        found = decision_of(self.case)
        assert found is not None
        self.decision: Decision = found

    def asked(self) -> Reconsideration:
        assert self.head.account is not None
        return reconsidering.ask(self.decision, "第二行是本人的。", by=self.head.account, at=self.at + DAY)

    def again(self) -> Application:
        reconsidering.accept(self.asked(), "再看一次。", by=self.other, at=self.at + 2 * DAY)
        return Application.objects.get(pk=self.case.pk)


@pytest.fixture
def part(at: datetime) -> Part:
    return Part(at)


def found_false(part: Part, at: datetime):  # type: ignore[no-untyped-def]
    finding = proposed(part.case, at=at, by=officer(BUREAU, Role.REVIEWER))
    return recovery.confirm(finding, by=officer(BUREAU, Role.APPROVER), at=at)


def test_a_finding_that_is_set_aside_does_not_free_what_a_new_decision_replaced(part: Part) -> None:
    at = part.at + 3 * DAY
    old = Payment.objects.get(entitlement__decision=part.decision)
    case = reviews.pass_on(part.again(), falling=1, by=part.other, at=at)
    payments.fall_due(at=at)
    finding = found_false(part, at)
    undoing.ask_to_undo(finding, reason="本人的证书是真的。", by=part.reviewer, at=at)
    undoing.undo(finding, by=part.other, at=at)
    due = Payment.objects.filter(entitlement__decision__application=case)
    assert due.count() == 2 and set(held(due, on=at.date())) == {old.pk}
    old.entitlement.refresh_from_db()
    assert old.entitlement.stopped_at is not None


def test_after_a_confirmed_finding_the_decision_is_not_looked_at_again(part: Part) -> None:
    row = part.asked()
    found_false(part, part.at + 2 * DAY)
    with pytest.raises(Refused, match=r"was stopped|停"):
        reconsidering.accept(row, "再看一次。", by=part.other, at=part.at + 2 * DAY)
    reconsidering.reject(row, "查出虚假。", by=part.other, at=part.at + 2 * DAY)


def test_what_another_body_paid_already_is_on_its_way(part: Part) -> None:
    reply = Reply.objects.create(
        kind="payments", agency_id=BUREAU, body_id=BUREAU, total=1, brought_at=part.at, brought_by=part.other
    )
    row = ReplyRow.objects.create(reply=reply, number=1, application=part.case, what="paid")
    entitlement = part.decision.entitlements.get()
    PaidElsewhere.objects.create(
        entitlement=entitlement, row=row, amount_fen=entitlement.amount_fen, paid_on=part.at.date(),
        recorded_at=part.at,
    )  # fmt: skip
    assert decision_of(part.again()) == part.decision


def test_a_deputy_only_of_whoever_decided_does_not_settle_it(part: Part) -> None:
    row, at = part.asked(), part.at + 2 * DAY
    deputy = officer(BUREAU, Role.COUNTER)
    Deputy.objects.create(absent=part.reviewer, deputy=deputy, from_on=at.date(), to_on=at.date())
    with pytest.raises(Refused, match=r"had a part|参与"):
        reconsidering.reject(row, "维持。", by=deputy, at=at)
