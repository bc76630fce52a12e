"""Whatever is done, in any order and however often: nobody is paid twice, nor more than was decided."""

import contextlib
import threading
from collections import Counter

import pytest
from django.db import connection, transaction
from django.db.models import Q, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from paying import new_office

import making
from deep import examples
from jiangli.payments import actions as payments
from jiangli.payments import queries
from jiangli.payments.models import Batch, Payment
from jiangli.payments.simulated_bank import workbook
from jiangli.payments.status import BatchStatus, PaymentStatus
from jiangli.refused import Refused
from jiangli.registers.models import EarlierPayment
from jiangli.reviews.models import Entitlement

NEW = {"account_name": "测试甲", "account_number": "6228480200000000018", "account_bank": "测试银行城厢支行"}
pick = st.integers(min_value=0, max_value=30)
words = st.sampled_from(["成功", "失败", "处理中", "成功了吗"])


class Money(RuleBasedStateMachine):
    """Two payers, three cases, a bank that says anything in any order, officers who try everything twice."""

    @initialize()
    def begin(self) -> None:
        self.world = transaction.atomic()
        self.world.__enter__()
        self.offices = [new_office(making.DISTRICT), new_office(making.CITY)]
        self.account = making.claimant_account()
        making.approved_case(making.person(account=self.account))
        making.approved_case()
        making.approved_case(shares={making.DISTRICT: 45_050})
        self.files: list[tuple[int, bytes]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    def _batch(self, number: int) -> Batch | None:
        batches = Batch.objects.order_by("number")
        return batches[number % len(batches)] if batches else None

    @rule()
    def fall_due(self) -> None:
        payments.fall_due(at=making.AT)

    @rule(who=pick, some=st.none() | st.lists(pick, max_size=3))
    def freeze(self, who: int, some: list[int] | None) -> None:
        office, everything = self.offices[who % 2], list(Payment.objects.order_by("reference"))
        chosen = None if some is None else [everything[n % len(everything)] for n in some if everything]
        _try(lambda: payments.freeze(office.payer, by=office.clerk, at=making.AT, payments=chosen))

    @rule(number=pick, act=st.sampled_from(["dissolve", "release", "write", "write"]))
    def push(self, number: int, act: str) -> None:
        if batch := self._batch(number):
            office = next(office for office in self.offices if office.payer == batch.payer)
            acts = {
                "dissolve": lambda: payments.dissolve(batch, by=office.clerk, at=making.AT),
                "release": lambda: payments.release(batch, by=office.releaser, at=making.AT),
                "write": lambda: payments.write_sheet(batch, by=office.clerk, at=making.AT),
            }
            _try(acts[act])

    @rule(
        who=pick, rows=st.lists(st.tuples(pick, words, st.sampled_from([0, 0, 0, 1])), min_size=1, max_size=5)
    )
    def bank_says(self, who: int, rows: list[tuple[int, str, int]]) -> None:
        everything = list(Payment.objects.order_by("reference"))
        told = [
            (
                each.reference,
                each.payee_name,
                f"{(each.amount_fen + wrong) / 100:.2f}",
                word,
                "",
                "2025-06-10",
            )
            for number, word, wrong in rows
            if everything and (each := everything[number % len(everything)])
        ]
        if told:
            self._read(who, workbook(told))

    @rule(number=pick)
    def same_file_again(self, number: int) -> None:
        if self.files:
            who, content = self.files[number % len(self.files)]
            before = _picture()
            self._read(who, content)
            assert _picture() == before

    def _read(self, who: int, content: bytes) -> None:
        office = self.offices[who % 2]
        payments.read_returned(office.payer, content, by=office.clerk, at=making.AT)
        self.files.append((who, content))

    @rule(number=pick)
    def correct(self, number: int) -> None:
        if returned := Payment.objects.filter(status=PaymentStatus.RETURNED).order_by("reference"):
            payment = returned[number % len(returned)]
            by = next(office for office in self.offices if office.payer == payment.payer).clerk
            _try(lambda: payments.correct_account(payment, account=NEW, by=by, at=making.AT))

    @invariant()
    def never_two_live_payments(self) -> None:
        live = Counter(Payment.objects.exclude(status="returned").values_list("entitlement", flat=True))
        assert all(count == 1 for count in live.values())

    @invariant()
    def paid_is_at_most_what_was_decided(self) -> None:
        paid = Sum("payments__amount_fen", filter=Q(payments__status="paid"))
        for entitlement in Entitlement.objects.annotate(paid=paid):
            assert (entitlement.paid or 0) in (0, entitlement.amount_fen)

    @invariant()
    def history_is_what_was_paid(self) -> None:
        paid = set(Payment.objects.filter(status="paid").values_list("reference", "amount_fen"))
        assert set(EarlierPayment.objects.values_list("source", "amount_fen")) == paid

    @invariant()
    def batches_add_up(self) -> None:
        for batch in Batch.objects.exclude(status=BatchStatus.DISSOLVED):
            found = batch.payments.aggregate(total=Sum("amount_fen"))["total"]
            assert (batch.payments.count(), found) == (batch.count, batch.total_fen)
            assert batch.payments.filter(sent_at__isnull=False).exists() == bool(batch.sheet)


def _try(act) -> None:
    with contextlib.suppress(Refused):
        act()


def _picture():
    return list(Payment.objects.order_by("pk").values_list("pk", "status")), EarlierPayment.objects.count()


def test_never_twice_in_any_order(db):
    quick = settings(
        max_examples=examples(25),
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    run_state_machine_as_test(Money, settings=quick)


# --- two at once


def at_once(*acts):
    """Run each act in a thread of its own, started together; what each gave or raised."""
    ready, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            ready.wait(10)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_who_freeze_at_once_share_no_payment():
    office = new_office()
    for _ in range(6):
        making.approved_case(shares={making.DISTRICT: 60_000})
    payments.fall_due(at=making.AT)
    colleague = new_office().clerk
    half = list(Payment.objects.all()[:4])
    results = at_once(
        lambda: payments.freeze(office.payer, by=office.clerk, at=making.AT),
        lambda: payments.freeze(office.payer, by=colleague, at=making.AT, payments=half),
    )
    batches = [result for result in results if isinstance(result, Batch)]
    assert all(isinstance(result, Batch | Refused) for result in results), results
    assert sum(batch.count for batch in batches) == Payment.objects.exclude(batch=None).count()
    assert len({batch.number for batch in batches}) == len(batches) >= 1
    assert not Payment.objects.filter(status=PaymentStatus.DUE).exists()


@pytest.mark.django_db(transaction=True)
def test_what_falls_due_twice_at_once_falls_due_once():
    new_office()
    for _ in range(3):
        making.approved_case()
    made = at_once(*[lambda: payments.fall_due(at=making.AT)] * 3)
    assert sum(made) == Payment.objects.count() == Entitlement.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_released_and_dissolved_at_once_ends_as_one_of_them():
    office = new_office()
    making.approved_case()
    batch = office.freeze()
    results = at_once(
        lambda: payments.release(batch, by=office.releaser, at=making.AT),
        lambda: payments.dissolve(batch, by=office.clerk, at=making.AT),
    )
    assert sum(isinstance(result, Refused) for result in results) == 1, results


@pytest.mark.django_db(transaction=True)
def test_written_twice_at_once_is_one_file():
    office = new_office()
    making.approved_case()
    batch = payments.release(office.freeze(), by=office.releaser, at=making.AT)
    names = at_once(*[lambda: payments.write_sheet(batch, by=office.clerk, at=making.AT)] * 2)
    batch.refresh_from_db()
    assert names == [batch.sheet, batch.sheet]


@pytest.mark.django_db(transaction=True)
def test_read_twice_at_once_pays_once():
    office = new_office()
    case = making.approved_case()
    content = office.bank_answers(office.send())
    first, second = at_once(*[lambda: office.read(content)] * 2)
    assert first == second
    assert office.payment(case).status == PaymentStatus.PAID
    assert EarlierPayment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_corrected_twice_at_once_goes_out_once():
    office = new_office()
    case = making.approved_case()
    office.read(office.bank_answers(office.send(), fail=1))
    returned = office.payment(case)
    results = at_once(
        *[lambda: payments.correct_account(returned, account=NEW, by=office.clerk, at=making.AT)] * 2
    )
    assert sum(isinstance(result, Payment) for result in results) == 1, results
    assert queries.payments_of(case).filter(payer=office.payer, status=PaymentStatus.DUE).count() == 1
