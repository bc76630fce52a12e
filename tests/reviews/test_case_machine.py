"""Whatever is done with cases, in whatever order, by whichever officer: nobody skips a stage, no money is loose.

What holds after every act is in ``case_invariants``. Each act may be refused, and then has changed nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

import case_invariants as holds
import case_law
from case_town import town
from deep import examples
from jiangli.accounts.models import User
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.audit.models import Event
from jiangli.clock import day_of
from jiangli.payments import actions as payments
from jiangli.payments import queries, simulated_bank
from jiangli.payments.recovery import actions as recovery
from jiangli.programmes.queries import rule_in_force
from jiangli.refused import Refused
from jiangli.registers.models import Certificate, Organisation, Person
from jiangli.reviews import actions as reviews
from jiangli.reviews import rosters
from jiangli.reviews.attachments.actions import Stored
from jiangli.reviews.deliberation import actions as deliberation
from jiangli.reviews.deliberation.actions import Said
from jiangli.reviews.deliberation.carrying import carry
from jiangli.reviews.deliberation.models import AgendaItem, Meeting
from jiangli.reviews.deliberation.status import Result
from jiangli.reviews.fraud import actions as fraud
from jiangli.reviews.overrides import actions as overrides
from jiangli.reviews.overrides.models import Ground, Override
from jiangli.reviews.publicity import actions as publicity
from jiangli.reviews.publicity import objections
from jiangli.reviews.publicity.models import Objection, Publication, PublicationRow
from jiangli.reviews.queries import decision_of
from jiangli.reviews.reconsidering import actions as reconsidering
from jiangli.reviews.reconsidering.models import Reconsideration
from jiangli.reviews.sheet import assess_for_officer
from jiangli.reviews.work import actions as work
from publicity_stories import prepared, tick
from stories import NOON, photograph

AREA = "organisation.area"
which = st.integers(0, 5)
RIGHT = 9  # stands for the officer who may deal with the case where it stands
anyone = st.one_of(st.just(RIGHT), st.integers(0, 8))
approvers = st.sampled_from([2, 3, 1, 0, 8])


class Dealt(RuleBasedStateMachine):
    """Two firms with lists of two, an office of seven, strangers, objectors, and the clock."""

    heads: list[Person]
    firms: list[Organisation]
    certificates: list[Certificate]
    staff: list[User]
    objector: Person
    paper: Stored

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.at: datetime = NOON
        self.law = rule_in_force(case_law.CODE)
        self.cases: list[Application] = []
        self.seen = holds.standings()
        self.last_event = _newest()

    @initialize(steps=st.tuples(st.integers(0, 5), st.integers(0, 3)))
    def both_have_filed(self, steps: tuple[int, int]) -> None:
        """Their cases stand anywhere from the filing to the money."""
        for n, count in enumerate(steps):
            self.files(n, shared=False)
            for _step in range(count):
                self.goes_its_way(n)

    def tried(self, act: Any, *args: Any, **named: Any) -> Any:
        """Do it as life does: what is refused changes nothing."""
        self.at += timedelta(minutes=1)
        before, events = holds.standings(), _newest()
        try:
            return act(*args, at=self.at, **named)
        except Refused:
            assert (holds.standings(), _newest()) == (before, events)
            return None

    def case(self, number: int) -> Application:
        return Application.objects.get(pk=self.cases[number % len(self.cases)].pk)

    def head(self, case: Application) -> User:
        account = self.heads[[firm.pk for firm in self.firms].index(case.organisation_id)].account
        assert account is not None
        return account

    def officer(self, by: int, n: int) -> User:
        """The officer of this number; RIGHT: who deals with the case, or may."""
        if by != RIGHT:
            return self.staff[by]
        case = self.case(n)
        row = case.assignments.filter(stage=case.stage).first()
        return row.officer if row else self.staff[0 if case.stage <= 1 else 2 + n % 2]

    def one(self, rows: Any, number: int, *order: str) -> Any:
        found = list(rows.order_by(*order))
        return found[number % len(found)] if found else None

    # Those who claim

    @rule(n=which, shared=st.booleans())
    def files(self, n: int, shared: bool) -> None:
        """A list of two; the firms meet where a certificate is ``shared``."""
        n %= 2
        held = self.certificates[1:3] if shared else self.certificates[2 * n : 2 * n + 2]
        if len(self.cases) < 5:
            case = case_law.roster(self.firms[n], self.heads[n], held, programme=case_law.CODE, at=self.at)
            self.cases.append(case)
            self.tried(applications.submit, case, by=self.heads[n].account)

    @rule(n=which)
    def submit(self, n: int) -> None:
        self.tried(applications.submit, self.case(n), by=self.head(self.case(n)))

    @rule(n=which)
    def withdraw(self, n: int) -> None:
        self.tried(applications.withdraw, self.case(n), by=self.head(self.case(n)))

    @rule(n=which)
    def ask_for_another_look(self, n: int) -> None:
        if decision := decision_of(self.case(n)):
            self.tried(reconsidering.ask, decision, "请再看一次。", by=self.head(self.case(n)))

    # Officers at a review

    @rule(n=which, by=anyone, area=st.sampled_from(["330114", "330114", "330109", None]))
    def look_up(self, n: int, by: int, area: str | None) -> None:
        self.tried(
            reviews.look_up, self.case(n), found={AREA: area}, place="登记系统", by=self.officer(by, n)
        )

    @rule(n=which, by=anyone, seen=st.booleans())
    def passes(self, n: int, by: int, seen: bool) -> None:
        falling = assess_for_officer(self.case(n), at=self.at).tally.falling if seen else 0
        self.tried(reviews.pass_on, self.case(n), falling=falling, by=self.officer(by, n))

    @rule(n=which, by=anyone)
    def undoes(self, n: int, by: int) -> None:
        self.tried(work.take_back, self.case(n), by=self.officer(by, n))

    @rule(n=which, by=anyone)
    def returns(self, n: int, by: int) -> None:
        fields = [{"field": "account", "reason": "看不清"}]
        self.tried(reviews.send_back, self.case(n), fields=fields, by=self.officer(by, n))

    @rule(n=which, by=anyone, ground=st.sampled_from(["C1", "E1", "once", "ban"]))
    def refuses(self, n: int, by: int, ground: str) -> None:
        self.tried(reviews.refuse, self.case(n), conditions=[ground], text="不符合。", by=self.officer(by, n))

    @rule(n=which, by=anyone, line=st.integers(0, 1), back=st.booleans())
    def strikes_or_restores(self, n: int, by: int, line: int, back: bool) -> None:
        row = list(self.case(n).lines.order_by("number"))[line:]
        if row and back:
            self.tried(rosters.restore, row[0], by=self.officer(by, n))
        elif row:
            self.tried(
                rosters.strike, row[0], condition="E1", reason="不是本单位的人", by=self.officer(by, n)
            )

    @rule(n=which, by=approvers)
    def asks_for_an_exception(self, n: int, by: int) -> None:
        said = {"condition": "C1", "ground": Ground.LEGAL, "reason": "市里有批复。", "papers": [self.paper]}
        self.tried(overrides.ask_override, self.case(n), **said, by=self.staff[by])

    @rule(n=which, by=approvers, how=st.sampled_from(["confirm", "confirm", "refuse", "withdraw"]))
    def settles_an_exception(self, n: int, by: int, how: str) -> None:
        row = self.one(Override.objects.all(), n, "asked_at")
        if row and how == "confirm":
            self.tried(overrides.confirm_override, row, by=self.staff[by])
        elif row:
            act = overrides.refuse_override if how == "refuse" else overrides.withdraw_override
            self.tried(act, row, reason="查过。", by=self.staff[by])

    # Lists and meetings

    @rule(some=st.sets(which, min_size=1, max_size=2), by=approvers)
    def prepares_a_list(self, some: set[int], by: int) -> None:
        cases = list({case.pk: case for case in map(self.case, sorted(some))}.values())
        if all(case.status == Status.SUBMITTED for case in cases):
            self.tried(_prepared, cases, by=self.staff[by])

    @rule(n=which, by=approvers, how=st.sampled_from(["approve", "approve", "send back", "withdraw"]))
    def settles_a_list(self, n: int, by: int, how: str) -> None:
        found = self.one(Publication.objects.all(), n, "prepared_at")
        if found and how == "approve":
            self.tried(publicity.approve, found, by=self.staff[by])
        elif found:
            act = publicity.send_back_list if how == "send back" else publicity.withdraw_list
            self.tried(act, found, reason="有误。", by=self.staff[by])

    @rule(n=which)
    def objects(self, n: int) -> None:
        if row := self.one(PublicationRow.objects.all(), n, "publication__prepared_at", "position"):
            self.tried(objections.object_to, row, text="不对。", person=self.objector)

    @rule(n=which, by=approvers, other=approvers, upheld=st.booleans())
    def settles_an_objection(self, n: int, by: int, other: int, upheld: bool) -> None:
        if found := self.one(Objection.objects.all(), n, "received_at"):
            self.tried(objections.look_into, found, found="查了。", by=self.staff[by])
            self.tried(objections.decide, found, upheld=upheld, reason="查过。", by=self.staff[other])

    @rule(n=which, by=approvers)
    def puts_on_an_agenda(self, n: int, by: int) -> None:
        meeting = self.tried(
            deliberation.call_meeting, name="测试党组会", planned_on=day_of(self.at), by=self.staff[by]
        )
        if meeting and self.tried(deliberation.add, meeting, [self.case(n)], by=self.staff[by]):
            self.tried(deliberation.fix, meeting, by=self.staff[by])

    @rule(n=which, by=approvers, result=st.sampled_from([str(one) for one in Result]))
    def records_a_result(self, n: int, by: int, result: str) -> None:
        meeting = self.one(Meeting.objects.filter(fixed_at__isnull=False), n, "prepared_at")
        if meeting is None:
            return
        number = f"测试纪要〔2025〕{Event.objects.count()}号"
        clerk = self.staff[by]
        self.tried(deliberation.note_minutes, meeting, number=number, held_on=day_of(self.at), by=clerk)
        self.tried(deliberation.add_minutes, meeting, "纪要.jpg", photograph(), by=clerk)
        part = {"lines": (1,), "condition": "E1"} if result == Result.PART else {}
        for item in meeting.items.filter(ended_at=None).order_by("position"):
            said = Said(Result(result), words="会上说了。", **part)
            self.tried(deliberation.enter, item, said, by=clerk)

    @rule(n=which, by=approvers)
    def confirms_and_carries_out(self, n: int, by: int) -> None:
        meeting = self.one(Meeting.objects.filter(fixed_at__isnull=False), n, "prepared_at")
        if meeting and self.tried(deliberation.confirm, meeting, by=self.staff[by]):
            for item in AgendaItem.objects.filter(meeting=meeting).order_by("position"):
                carry(str(item.pk), at=self.at)

    # Afterwards

    @rule(n=which, by=approvers, yes=st.booleans())
    def settles_another_look(self, n: int, by: int, yes: bool) -> None:
        if row := self.one(Reconsideration.objects.all(), n, "asked_at"):
            settle = reconsidering.accept if yes else reconsidering.reject
            settled = self.tried(settle, row, "看过了。", by=self.staff[by])
            if settled and settled.rest:
                self.cases.append(settled.rest)

    @rule(n=which, by=approvers, other=approvers)
    def finds_fraud(self, n: int, by: int, other: int) -> None:
        first, second = self.staff[by], self.staff[other]
        finding = self.tried(fraud.record_finding, self.case(n), what="证书是假的。", by=first)
        if finding is None:
            return
        self.tried(fraud.add_paper, finding, "回函.jpg", photograph(), by=first)
        day = day_of(self.at)
        said = {"what": "证书是假的。", "heard_on": day, "heard": "本人说是买来的。"}
        self.tried(fraud.describe, finding, **said, pay_back_by=day + timedelta(days=30), by=first)
        if self.tried(fraud.propose, finding, by=first):
            self.tried(recovery.confirm, finding, by=second)

    @rule(days=st.sampled_from([0, 1, 9, 40]))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)
        applications.lapse(at=self.at)
        tick(self.at)
        payments.fall_due(at=self.at)
        recovery.order_back(at=self.at)

    @rule(fail=st.integers(0, 1))
    def pays(self, fail: int) -> None:
        """Everything that is due at the first payer goes to the bank; some of it may come back."""
        payments.fall_due(at=self.at)
        cashier, approver, releaser = self.staff[4], self.staff[2], self.staff[5]
        batch = self.tried(payments.freeze, cashier.agency, by=cashier)
        if batch is None:
            return
        by_approver = self.tried(payments.release, batch, by=approver)
        batch = by_approver or self.tried(payments.release, batch, by=releaser)
        if batch is None:  # somebody on it must not be paid
            return
        payments.write_sheet(batch, by=cashier, at=self.at)
        batch.refresh_from_db()
        answer = simulated_bank.answer(queries.sheet(batch), day=day_of(self.at).isoformat(), fail=fail)
        payments.read_returned(cashier.agency, answer, by=cashier, at=self.at)

    # What the right officers do, so that cases come far enough for the others to do harm

    @rule(n=which)
    def goes_its_way(self, n: int) -> None:
        case = self.case(n)
        if case.status != Status.SUBMITTED:
            return
        kind = self.law.stages[case.stage].kind
        if kind == "publish":
            self.tried(_prepared, [case], by=self.staff[0])
            self.settles_a_list(_count(Publication) - 1, 2, "approve")
            self.time_passes(0)
            self.time_passes(9)
        elif kind == "deliberate":
            self.puts_on_an_agenda(n, 0)
            last = Meeting.objects.filter(fixed_at__isnull=False).count() - 1
            self.records_a_result(last, 0, Result.APPROVED)
            self.confirms_and_carries_out(last, 2)
        else:
            self.look_up(n, RIGHT, "330114")
            self.passes(n, RIGHT, True)

    @rule(n=which)
    def goes_two_steps(self, n: int) -> None:
        self.goes_its_way(n)
        self.goes_its_way(n)

    @rule(n=which)
    def is_refused_and_looked_at_again(self, n: int) -> None:
        self.look_up(n, RIGHT, "330109")
        self.refuses(n, RIGHT, "C1")
        self.ask_for_another_look(n)
        if row := Reconsideration.objects.filter(state="asked").order_by("asked_at").last():
            self.tried(reconsidering.accept, row, "看过了。", by=self.staff[1])

    @rule(n=which)
    def is_an_exception(self, n: int) -> None:
        self.look_up(n, RIGHT, "330109")
        self.asks_for_an_exception(n, 2)
        self.settles_an_exception(Override.objects.count() - 1, 3, "confirm")
        self.passes(n, RIGHT, True)

    @rule(n=which, line=st.integers(0, 1))
    def is_paid_in_part(self, n: int, line: int) -> None:
        self.strikes_or_restores(n, RIGHT, line, False)
        self.goes_its_way(n)
        self.ask_for_another_look(n)

    # What holds

    @invariant()
    def nothing_is_broken(self) -> None:
        now = holds.standings()
        if now == self.seen and _newest() == self.last_event:
            return
        holds.moves_are_allowed_and_recorded(self.seen, now, self.last_event)
        self.seen, self.last_event = now, _newest()
        holds.stages_were_passed_in_order(self.law)
        holds.decisions_stand_alone(self.law)
        holds.money_is_owed_by_live_decisions_alone()
        holds.claims_are_held()
        holds.nobody_held_goes_on()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)


def _newest() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _count(model: Any) -> int:
    return int(model.objects.count())


def _prepared(cases: list[Application], *, by: User, at: datetime) -> Publication:
    return prepared(cases, by=by, at=at)


@pytest.mark.django_db
def test_no_order_of_acts_breaks_a_case() -> None:
    run_state_machine_as_test(
        type("InTown", (Dealt,), town()),
        settings=settings(
            max_examples=examples(4),
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
