"""复核: what its claimant does not accept is looked at by other officers, with its keys taken again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import guard_law as law
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application, Reservation
from jiangli.applications.status import Status
from jiangli.correspondence.models import Message
from jiangli.payments import actions as payments
from jiangli.refused import Refused
from jiangli.registers.models import Certificate, Person
from jiangli.reviews import actions as reviews
from jiangli.reviews.models import Decision, DecisionOutcome
from jiangli.reviews.queries import decision_of
from jiangli.reviews.reconsidering import actions as reconsidering
from jiangli.reviews.reconsidering.models import ReconsiderationState
from jiangli.reviews.rosters import restore, strike
from stories import SENIOR, certificate, draft, filed, member, officer, the_law

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AGAIN = "证书是在杭州备案的，附上备案页。"


class Office:
    """The district union: two reviewers and two approvers; its first reviewer refuses by a wrong look-up."""

    def __init__(self, at: datetime) -> None:
        the_law(at)
        self.at = at
        self.first, self.second = (officer("xiaoshan-union", Role.REVIEWER) for _n in range(2))
        self.approver, self.other = (officer("xiaoshan-union", Role.APPROVER) for _n in range(2))

    def refused(self, person: Person, held: Certificate) -> Decision:
        case = filed(person, held, programme=SENIOR, at=self.at)
        found = {"certificate.filing_area": "310000"}
        reviews.look_up(case, found=found, place="证书查询网", by=self.first, at=self.at)
        reviews.refuse(case, conditions=["E5"], text="不是杭州备案的。", by=self.first, at=self.at)
        return the_decision(case)

    def accepted(self, decision: Decision, person: Person) -> Application:
        row = reconsidering.ask(decision, AGAIN, by=account(person), at=self.at + DAY)
        reconsidering.accept(row, "查到了备案页。", by=self.approver, at=self.at + 2 * DAY)
        return Application.objects.get(pk=decision.application_id)


@pytest.fixture
def office(at: datetime) -> Office:
    return Office(at)


@pytest.fixture
def person(office: Office) -> Person:
    return member()


@pytest.fixture
def held(person: Person) -> Certificate:
    return certificate(person, level="senior")


def account(person: Person) -> User:
    assert person.account is not None
    return person.account


def the_decision(case: Application) -> Decision:
    found = decision_of(case)
    assert found is not None
    return found


def told(case: Application) -> list[str]:
    return [row.event for row in Message.objects.about(case.pk).order_by("written_at", "pk")]


def live_keys(case: Application) -> int:
    return Reservation.objects.filter(application=case, released_at=None).count()


def test_an_accepted_one_comes_back_to_its_review_with_its_keys_and_its_first_day(
    office: Office, person: Person, held: Certificate
) -> None:
    decision = office.refused(person, held)
    case = decision.application
    first_day = case.first_filed_at
    assert live_keys(case) == 0
    case = office.accepted(decision, person)
    assert (case.status, case.stage, case.closed_at) == (Status.SUBMITTED, 1, None)
    assert case.first_filed_at == first_day and live_keys(case) > 0
    assert decision_of(case) is None
    assert told(case)[-2:] == ["reconsideration.asked", "reconsideration.accepted"]


def test_whoever_had_a_part_in_the_refusal_does_not_act_again_and_others_decide(
    office: Office, person: Person, held: Certificate
) -> None:
    case, at = office.accepted(office.refused(person, held), person), office.at + 3 * DAY
    with pytest.raises(Refused, match=r"passed or refused|以前"):
        reviews.take(case, by=office.first, at=at)
    found = {"certificate.filing_area": "330109"}
    reviews.look_up(case, found=found, place="证书查询网", by=office.second, at=at)
    case = reviews.pass_on(case, by=office.second, at=at)
    case = reviews.pass_on(case, by=office.approver, at=at)
    assert case.status == Status.APPROVED
    outcomes = [(row.outcome, row.set_aside_at is None) for row in case.decisions.all()]
    assert outcomes == [(DecisionOutcome.REFUSED, False), (DecisionOutcome.APPROVED, True)]


def test_a_certificate_claimed_anew_meanwhile_holds_the_case_that_comes_back(
    office: Office, person: Person, held: Certificate
) -> None:
    decision = office.refused(person, held)
    anew = filed(person, held, programme=SENIOR, at=office.at + DAY)
    case, at = office.accepted(decision, person), office.at + 3 * DAY
    assert live_keys(case) == 0 and live_keys(anew) > 0
    found = {"certificate.filing_area": "330109"}
    reviews.look_up(case, found=found, place="证书查询网", by=office.second, at=at)
    with pytest.raises(Refused, match=str(anew.number)):
        reviews.pass_on(case, by=office.second, at=at)
    applications.withdraw(anew, by=account(person), at=at)
    reviews.pass_on(case, by=office.second, at=at)
    assert live_keys(case) > 0


def test_a_rejected_one_leaves_the_decision_and_says_why(
    office: Office, person: Person, held: Certificate
) -> None:
    decision = office.refused(person, held)
    row = reconsidering.ask(decision, AGAIN, by=account(person), at=office.at + DAY)
    with pytest.raises(Refused):
        reconsidering.reject(row, "  ", by=office.approver, at=office.at + DAY)
    row = reconsidering.reject(row, "备案页是另一本证书的。", by=office.approver, at=office.at + 2 * DAY)
    case = Application.objects.get(pk=decision.application_id)
    assert row.state == ReconsiderationState.REJECTED and case.status == Status.REFUSED
    assert told(case)[-1] == "reconsideration.rejected"
    with pytest.raises(Refused):
        reconsidering.accept(row, "改主意了。", by=office.other, at=office.at + DAY)


def test_who_asks_until_when_and_who_settles(office: Office, person: Person, held: Certificate) -> None:
    decision = office.refused(person, held)
    at = office.at + DAY
    for by in (account(member("测试乙")), office.first):
        with pytest.raises(Refused):
            reconsidering.ask(decision, AGAIN, by=by, at=at)
    with pytest.raises(Refused):
        reconsidering.ask(decision, AGAIN, by=account(person), at=office.at + 61 * DAY)
    with pytest.raises(Refused):
        reconsidering.ask(decision, " ", by=account(person), at=at)
    clerk = officer("xiaoshan-union", Role.COUNTER, Role.APPROVER)
    row = reconsidering.ask(decision, AGAIN, by=clerk, at=office.at + 60 * DAY)
    assert row.at_counter
    with pytest.raises(Refused):
        reconsidering.ask(decision, AGAIN, by=account(person), at=at)
    refuser = officer("xiaoshan-union", Role.APPROVER)
    decision.by = refuser
    decision.save()
    for by in (clerk, refuser, office.second, officer("hangzhou-union", Role.APPROVER)):
        with pytest.raises(Refused):
            reconsidering.accept(row, "可以。", by=by, at=at)


# --- in part


class Part:
    """A roster of which one line was struck off: the rest is granted."""

    def __init__(self, at: datetime) -> None:
        law.publish(at)
        self.at = at
        self.head = member("测试经办")
        self.firm = law.firm(head=self.head)
        self.reviewer, self.approver = (officer("qiantang-hrss", Role.APPROVER) for _n in range(2))
        held = [certificate(member(f"测试{name}"), level="senior") for name in "甲乙"]
        case = law.roster(self.firm, self.head, held, programme=law.COURSES, at=at)
        self.case = law.submit(case, self.head, at=at)
        line = self.case.lines.get(number=2)
        strike(line, condition="E1", reason="证书是别人的。", by=self.reviewer, at=at)
        self.case = reviews.pass_on(self.case, falling=1, by=self.reviewer, at=at)
        self.decision = the_decision(self.case)

    def accept(self) -> Application:
        row = reconsidering.ask(self.decision, "第二行是本人的。", by=account(self.head), at=self.at + DAY)
        self.row = reconsidering.accept(row, "再看一次。", by=self.approver, at=self.at + 2 * DAY)
        return Application.objects.get(pk=self.case.pk)


def test_a_decision_in_part_says_what_was_left_out_and_is_set_aside_while_no_money_is_on_its_way(
    at: datetime,
) -> None:
    part = Part(at)
    assert part.decision.outcome == DecisionOutcome.PART
    assert part.decision.reasons[0]["id"] == "E1" and "2" in part.decision.reasons[0]["tell"]
    payments.fall_due(at=at)
    case = part.accept()
    assert case.status == Status.SUBMITTED and decision_of(case) is None
    assert not part.decision.entitlements.filter(stopped_at=None).exists()
    clerk = officer("qiantang-hrss", Role.CASHIER)
    assert clerk.agency is not None
    with pytest.raises(Refused):
        payments.freeze(clerk.agency, by=clerk, at=at + 3 * DAY)
    restore(case.lines.get(number=2), by=part.approver, at=at + 3 * DAY)
    case = reviews.pass_on(case, by=part.approver, at=at + 3 * DAY)
    assert the_decision(case).amount_fen == 2 * part.decision.amount_fen
    assert payments.fall_due(at=at + 3 * DAY) == 1


def test_once_money_is_on_its_way_only_the_rest_becomes_a_case_of_its_own(at: datetime) -> None:
    part = Part(at)
    payments.fall_due(at=at)
    clerk = officer("qiantang-hrss", Role.CASHIER)
    assert clerk.agency is not None
    payments.freeze(clerk.agency, by=clerk, at=at)
    case = part.accept()
    assert case.status == Status.APPROVED and decision_of(case) == part.decision
    rest = part.row.rest
    assert rest is not None and rest.status == Status.DRAFT
    assert [line.certificate for line in rest.lines.all()] == [case.lines.get(number=2).certificate]
    assert told(case)[-1] == "reconsideration.rest"


def test_what_was_approved_as_claimed_is_not_looked_at_again(office: Office, person: Person) -> None:
    case = draft(person, certificate(person, level="senior"), programme=SENIOR, at=office.at)
    case = applications.submit(case, by=account(person), at=office.at).application
    case = reviews.pass_on(case, by=office.first, at=office.at)
    case = reviews.pass_on(case, by=office.approver, at=office.at)
    with pytest.raises(Refused):
        reconsidering.ask(the_decision(case), AGAIN, by=account(person), at=office.at)
