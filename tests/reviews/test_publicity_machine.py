"""Whatever is done with lists, in whatever order, on whatever day: no number is shown, no objection is passed over.

Cases go on exactly once, only from a list that was up for its days, and never while an objection is open or upheld.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from deep import examples
from jiangli.accounts.models import User
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.clock import day_of
from jiangli.refused import Refused
from jiangli.registers.models import Person
from jiangli.reviews.models import Act
from jiangli.reviews.publicity import actions as publicity
from jiangli.reviews.publicity import objections
from jiangli.reviews.publicity.models import Objection, Publication, PublicationCase, PublicationRow
from jiangli.reviews.publicity.queries import record_of, unlisted
from jiangli.reviews.publicity.status import OPEN_OBJECTIONS, ObjectionState, Outcome, PublicationState
from publicity_stories import MORNING, on, prepared, reviewer, second, tick, waiting_case
from stories import member

CASES = 3
numbers = st.integers(0, 5)


class Noticed(RuleBasedStateMachine):
    """Three people wait for their publicity; officers, objectors and the clock do as they like."""

    reviewer: User
    other: User
    objector: Person
    cases: list[Application]

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.now: datetime = MORNING
        self.stage = self.cases[0].stage
        self.secrets = [
            number
            for case in self.cases
            for number in (case.claimant.id_number, case.claimant.contact, case.account_number)  # type: ignore[union-attr]
        ]

    def tried(self, act, *args, **values) -> None:  # type: ignore[no-untyped-def]
        try:
            with transaction.atomic():
                act(*args, **values)
        except Refused:
            pass

    def one(self, rows, number: int):  # type: ignore[no-untyped-def]
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else None

    @rule(some=st.sets(st.integers(0, CASES - 1), min_size=1), later=st.integers(0, 3))
    def prepare(self, some: set[int], later: int) -> None:
        day = day_of(self.now) + timedelta(days=later)
        cases = [self.cases[number] for number in sorted(some)]
        self.tried(prepared, cases, by=self.reviewer, posts_on=day, at=self.now)

    @rule(number=numbers, own=st.booleans())
    def approve(self, number: int, own: bool) -> None:
        if found := self.one(Publication.objects.all(), number):
            self.tried(publicity.approve, found, by=self.reviewer if own else self.other, at=self.now)

    @rule(days=st.sampled_from([0, 1, 1, 3, 8]))
    def time_passes(self, days: int) -> None:
        self.now = on(day_of(self.now) + timedelta(days=days)) if days else self.now
        tick(self.now)

    @rule(number=numbers)
    def object(self, number: int) -> None:
        if row := self.one(PublicationRow.objects.all(), number):
            self.tried(objections.object_to, row, text="不对。", person=self.objector, at=self.now)

    @rule(number=numbers)
    def look_into(self, number: int) -> None:
        if found := self.one(Objection.objects.all(), number):
            self.tried(objections.look_into, found, found="查了。", by=self.reviewer, at=self.now)

    @rule(number=numbers, upheld=st.booleans())
    def decide(self, number: int, upheld: bool) -> None:
        if found := self.one(Objection.objects.all(), number):
            self.tried(objections.decide, found, upheld=upheld, reason="查过。", by=self.other, at=self.now)

    @rule(number=numbers)
    def withdraw(self, number: int) -> None:
        if found := self.one(Publication.objects.all(), number):
            self.tried(publicity.withdraw_list, found, reason="有误。", by=self.other, at=self.now)

    @rule(number=numbers)
    def send_back(self, number: int) -> None:
        if found := self.one(Publication.objects.all(), number):
            self.tried(publicity.send_back_list, found, reason="改。", by=self.other, at=self.now)

    @rule(number=st.integers(0, CASES - 1))
    def claimant_withdraws(self, number: int) -> None:
        case = self.cases[number]
        assert case.claimant is not None and case.claimant.account is not None
        self.tried(applications.withdraw, case, by=case.claimant.account, at=self.now)

    @invariant()
    def nothing_personal_is_shown(self) -> None:
        for row in PublicationRow.objects.all():
            shown = f"{row.name}{row.unit}{row.details}"
            assert not any(secret in shown for secret in self.secrets)

    @invariant()
    def a_case_goes_on_once_after_its_days_and_past_no_objection(self) -> None:
        for case in Application.objects.all():
            passes = case.opinions.filter(act=Act.PASS, stage=self.stage)
            went = PublicationCase.objects.filter(application=case, outcome=Outcome.WENT_ON)
            assert passes.count() == went.count() <= 1
            assert case.stage != self.stage + 1 or passes.exists()
            for one in went.select_related("publication"):
                list_ = one.publication
                assert list_.state == PublicationState.CLOSED and one.done_at is not None
                assert day_of(one.done_at) > list_.closes_on > day_of(list_.opened_at)  # type: ignore[arg-type]
                bad = (*OPEN_OBJECTIONS, ObjectionState.UPHELD)
                assert not Objection.objects.filter(row__case=one, state__in=bad).exists()

    @invariant()
    def what_was_up_is_as_it_was_approved(self) -> None:
        for one in Publication.objects.filter(opened_at__isnull=False):
            assert one.approved_by_id != one.prepared_by_id and record_of(one).holds

    def teardown(self) -> None:
        try:
            self.ends()
        finally:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

    def ends(self) -> None:
        """Whoever still waits, unlisted or listed, goes on in the end; nobody is forgotten."""
        for one in Objection.objects.filter(state__in=OPEN_OBJECTIONS):
            objections.look_into(one, found="查了。", by=self.reviewer, at=self.now)
            objections.decide(one, upheld=False, reason="查过。", by=self.other, at=self.now)
        for one in Publication.objects.filter(state__in=["draft", "approved"]):
            publicity.withdraw_list(one, reason="收尾。", by=self.other, at=self.now)
        version = self.cases[0].version
        assert version is not None
        if rest := list(unlisted(version, self.stage)):
            publicity.approve(
                prepared(rest, by=self.reviewer, posts_on=day_of(self.now), at=self.now),
                by=self.other,
                at=self.now,
            )
        for days in (0, 40, 1):
            self.now += timedelta(days=days)
            tick(self.now)
        here = Application.objects.filter(status=Status.SUBMITTED, stage=self.stage)
        stuck = PublicationCase.objects.filter(outcome=Outcome.STUCK).values("application")
        assert not here.exclude(pk__in=stuck).exists()


@pytest.mark.django_db
def test_no_order_of_acts_breaks_a_public_notice() -> None:
    """The town is made once; each example undoes what it did."""
    town = {
        "reviewer": reviewer(),
        "other": second(),
        "objector": member("测试异议人"),
        "cases": [waiting_case(person=member(f"测试{name}")) for name in "甲乙丙"],
    }
    run_state_machine_as_test(
        type("InTown", (Noticed,), town),
        settings=settings(
            max_examples=examples(4),
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
