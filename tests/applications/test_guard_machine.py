"""Whatever is done in whatever order: one live claim for a key, no ceiling overdrawn, and the sums always agree."""

from __future__ import annotations

from collections import Counter
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
    precondition,
    rule,
    run_state_machine_as_test,
)

import guard_law as law
from deep import examples
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.commitments import free_after_recovery
from jiangli.applications.models import Application, Balance, Commitment, Reservation
from jiangli.applications.status import Status
from jiangli.payments import actions as payments
from jiangli.payments import queries, simulated_bank
from jiangli.payments.models import Payment
from jiangli.payments.status import PaymentStatus
from jiangli.programmes.queries import rule_in_force
from jiangli.refused import Refused
from jiangli.registers.history.models import HistoryDeclaration
from jiangli.registers.history.scopes import key_of
from jiangli.registers.models import EarlierPayment, Person
from jiangli.reviews import actions as reviews
from jiangli.reviews.queries import decision_of
from jiangli.reviews.reconsidering import actions as reconsidering
from stories import NOON, certificate, member, officer

LEVELS = ("senior", "technician", "senior_technician")
LIVE = (Status.SUBMITTED, Status.RETURNED, Status.APPROVED)
numbers = st.integers(0, 5)


class Guarded(RuleBasedStateMachine):
    """Two organisations, three people, six certificates, and everything that happens to their cases."""

    @initialize()
    def town(self) -> None:
        self.world = transaction.atomic()
        self.world.__enter__()
        self.at: datetime = NOON
        law.publish(self.at)
        self.people = [member(name) for name in ("测试甲", "测试乙", "测试丙")]
        self.certificates = [
            certificate(self.people[n % 3], level=LEVELS[n % 3 if n < 3 else (n + 1) % 3]) for n in range(6)
        ]
        self.heads = self.people[:2]
        self.firms = [law.firm(head=head) for head in self.heads]
        self.approver = officer("qiantang-hrss", Role.APPROVER)
        self.second_approver = officer("qiantang-hrss", Role.APPROVER)
        self.clerk = officer("qiantang-hrss", Role.CASHIER)
        self.releaser = officer("qiantang-hrss", Role.RELEASER)
        for code in (law.COURSES, law.SKILLS, law.UPGRADE, law.HALVES, law.EXTRA):
            self._declare(code)
        self.cases: list[tuple[Application, Person]] = []

    def _declare(self, code: str) -> None:
        """Two officers have said that all that was paid before is here."""
        HistoryDeclaration.objects.get_or_create(
            scope=key_of(rule_in_force(code)),
            payer=self.clerk.agency,
            revoked_at=None,
            defaults={
                "complete_up_to": self.at.date(),
                "note": "此前没有发放过。",
                "declared_at": self.at,
                "declared_by": self.clerk,
                "confirmed_at": self.at,
                "confirmed_by": self.approver,
            },
        )

    def _attempt(self, act: Any, *args: Any, **named: Any) -> Any:
        """Do it as life does: what is refused changes nothing."""
        self.at += timedelta(minutes=1)
        try:
            return act(*args, at=self.at, **named)
        except Refused:
            return None

    @rule(
        which=st.integers(0, 1),
        rows=st.lists(numbers, min_size=1, max_size=4, unique=True),
        programme=st.sampled_from([law.COURSES, law.SKILLS]),
    )
    def a_firm_files(self, which: int, rows: list[int], programme: str) -> None:
        head = self.heads[which]
        case = law.roster(
            self.firms[which], head, [self.certificates[n] for n in rows], programme=programme, at=self.at
        )
        if filed := self._attempt(law.submit, case, head):
            self.cases.append((filed, head))

    @rule(number=numbers, programme=st.sampled_from([law.UPGRADE, law.EXTRA]))
    def a_person_files(self, number: int, programme: str) -> None:
        held = self.certificates[number]
        assert held.person is not None
        self._file(held.person, number, programme)

    @rule(number=numbers, half=st.sampled_from(["first", "second", "both"]))
    def a_person_files_for_halves(self, number: int, half: str) -> None:
        person = self.certificates[number].person
        assert person is not None
        self._file(person, number, law.HALVES, application__instalment=half)

    def _file(self, person: Person, number: int, programme: str, **stated: Any) -> None:
        case = law.claim(person, self.certificates[number], programme, at=self.at, **stated)
        if filed := self._attempt(law.submit, case, person):
            self.cases.append((filed, person))

    def _case(self, n: int) -> tuple[Application, Person]:
        return self.cases[n % len(self.cases)]

    @precondition(lambda self: self.cases)
    @rule(n=numbers)
    def withdraw(self, n: int) -> None:
        case, by = self._case(n)
        self._attempt(applications.withdraw, case, by=by.account)

    @precondition(lambda self: self.cases)
    @rule(n=numbers)
    def approve(self, n: int) -> None:
        self._attempt(reviews.pass_on, self._case(n)[0], by=self.approver)

    @precondition(lambda self: self.cases)
    @rule(n=numbers)
    def settle_and_approve(self, n: int) -> None:
        case, _by = self._case(n)
        self._attempt(
            reviews.settle_hold, case, limit="both", decision="go_on", reason="两回事", by=self.approver
        )
        self._attempt(reviews.pass_on, case, by=self.approver)

    @precondition(lambda self: self.cases)
    @rule(n=numbers, limit=st.sampled_from(["difference", "both"]))
    def refuse(self, n: int, limit: str) -> None:
        case, _by = self._case(n)
        self._attempt(
            reviews.settle_hold, case, limit=limit, decision="stop", reason="同一件事", by=self.approver
        )
        self._attempt(reviews.refuse, case, conditions=[limit], text="不符合。", by=self.approver)

    @precondition(lambda self: self.cases)
    @rule(n=numbers, yes=st.booleans())
    def reconsider(self, n: int, yes: bool) -> None:
        """Asked for by whoever claimed, and settled by another approver; others review what comes back."""
        case, by = self._case(n)
        decision = decision_of(case)
        if decision is None:
            return
        if row := self._attempt(reconsidering.ask, decision, "请再看一次。", by=by.account):
            settle = reconsidering.accept if yes else reconsidering.reject
            self._attempt(settle, row, "看过了。", by=self.second_approver)

    @precondition(lambda self: self.cases)
    @rule(n=numbers)
    def approve_by_another(self, n: int) -> None:
        self._attempt(reviews.pass_on, self._case(n)[0], by=self.second_approver)

    @precondition(lambda self: self.cases)
    @rule(n=numbers)
    def return_and_let_lapse(self, n: int) -> None:
        case, _by = self._case(n)
        fields = [{"field": "account", "reason": "看不清"}]
        if self._attempt(reviews.send_back, case, fields=fields, by=self.approver):
            Application.objects.filter(pk=case.pk).update(correct_by=self.at.date() - timedelta(days=1))
            self._attempt(applications.lapse)

    @precondition(lambda self: self.cases)
    @rule(n=numbers)
    def return_and_correct(self, n: int) -> None:
        case, by = self._case(n)
        fields = [{"field": "account", "reason": "看不清"}]
        if self._attempt(reviews.send_back, case, fields=fields, by=self.approver):
            self._attempt(applications.submit, case, by=by.account)

    @rule(fail=st.integers(0, 1))
    def pay(self, fail: int) -> None:
        """Everything that is due goes to the bank; some of it may come back."""
        payments.fall_due(at=self.at)
        if not Payment.objects.filter(status=PaymentStatus.DUE, entitlement__stopped_at=None).exists():
            return
        payer = self.clerk.agency
        batch = payments.release(
            payments.freeze(payer, by=self.clerk, at=self.at), by=self.releaser, at=self.at
        )
        payments.write_sheet(batch, by=self.clerk, at=self.at)
        batch.refresh_from_db()
        answer = simulated_bank.answer(queries.sheet(batch), day=self.at.date().isoformat(), fail=fail)
        payments.read_returned(payer, answer, by=self.clerk, at=self.at)

    @rule()
    def reissue(self) -> None:
        for payment in Payment.objects.filter(status=PaymentStatus.RETURNED, reissue=None):
            case = payment.entitlement.decision.application
            account = {
                **law.ACCOUNT,
                "account_name": case.party.name,
                "account_number": "6217000000000000018",
            }
            self._attempt(payments.correct_account, payment, account=account, by=self.clerk)

    @precondition(lambda self: self.cases)
    @rule(n=numbers)
    def recover_and_free(self, n: int) -> None:
        case, _by = self._case(n)
        sources = list(
            Payment.objects.filter(
                status=PaymentStatus.PAID, entitlement__decision__application=case
            ).values_list("reference", flat=True)
        )
        if sources:
            free_after_recovery(case, sources=sources, on=self.at.date(), at=self.at)

    @rule(which=st.integers(0, 1), fen=st.integers(1, 120_000))
    def import_history(self, which: int, fen: int) -> None:
        EarlierPayment.objects.create(
            programme_code=law.SKILLS,
            organisation=self.firms[which],
            period="2025",
            paid_on=self.at.date(),
            amount_fen=fen,
            source=f"测试导入 {EarlierPayment.objects.count()}",
        )

    @invariant()
    def only_live_cases_hold_anything(self) -> None:
        held = set(Reservation.objects.filter(released_at=None).values_list("application__status", flat=True))
        assert held <= set(LIVE)
        claimed = Commitment.objects.filter(released_at=None)
        assert set(claimed.values_list("application__status", flat=True)) <= set(LIVE)

    @invariant()
    def one_live_claim_on_a_key(self) -> None:
        held = Reservation.objects.filter(released_at=None).values_list("limit", "subject", "period")
        assert all(count == 1 for count in Counter(held).values())

    @invariant()
    def only_a_decision_that_stands_is_paid(self) -> None:
        live = Payment.objects.exclude(batch=None)
        assert not live.filter(entitlement__decision__set_aside_at__isnull=False).exists()

    @invariant()
    def a_certificate_is_in_one_live_case_of_a_programme(self) -> None:
        for programme in (law.COURSES, law.SKILLS):
            rows = Commitment.objects.filter(programme_code=programme, released_at=None, fen__isnull=False)
            seen = Counter(rows.values_list("certificate", flat=True))
            assert all(count == 1 for count in seen.values())

    @invariant()
    def halves_are_promised_once(self) -> None:
        rows = Commitment.objects.filter(programme_code=law.HALVES, released_at=None, fen__isnull=False)
        assert all(count == 1 for count in Counter(rows.values_list("person", "subject")).values())

    @invariant()
    def nobody_gets_more_than_their_highest_level(self) -> None:
        sums: Counter[Any] = Counter()
        rows = Commitment.objects.filter(programme_code=law.UPGRADE, released_at=None, fen__isnull=False)
        for person, fen in rows.values_list("person", "fen"):
            sums[person] += fen
        assert all(fen <= 500_000 for fen in sums.values())

    @invariant()
    def what_is_used_of_a_ceiling_is_promised_or_paid(self) -> None:
        for balance in Balance.objects.filter(limit__startswith="at_most"):
            owed = sum(
                row.fen - row.paid_fen
                for row in balance.commitments.filter(released_at=None, fen__isnull=False)
            )
            paid = EarlierPayment.objects.filter(
                organisation=balance.subject, programme_code__in=(law.COURSES, law.SKILLS), freed_on=None
            )
            history = sum(row.amount_fen for row in paid if not row.source.startswith("测试导入"))
            imported = sum(row.amount_fen for row in paid if row.source.startswith("测试导入"))
            assert balance.cap_fen == 200_000
            assert owed + history <= balance.used_fen <= min(owed + history + imported, balance.cap_fen)

    @invariant()
    def what_was_paid_is_in_the_history_to_the_fen(self) -> None:
        paid = Payment.objects.filter(status=PaymentStatus.PAID)
        history = EarlierPayment.objects.exclude(source__startswith="测试导入")
        assert sum(row.amount_fen for row in paid) == sum(row.amount_fen for row in history)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)


@pytest.mark.django_db
def test_the_guard_holds_in_any_order() -> None:
    run_state_machine_as_test(
        Guarded,
        settings=settings(
            max_examples=examples(12),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
