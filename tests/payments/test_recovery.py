"""Money after a finding: what is owed stops, what was paid comes back, and never more than that."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paying import Office, new_office

from fraud_stories import UNION, approver, banning_law, proposed
from jiangli.accounts.models import Agency
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application, Reservation
from jiangli.correspondence.models import Message
from jiangli.payments import actions as payments
from jiangli.payments.models import Payment
from jiangli.payments.recovery import actions as recovery
from jiangli.payments.recovery import undoing
from jiangli.payments.recovery.models import RecoveryCase
from jiangli.payments.recovery.status import RecoveryState
from jiangli.payments.status import PaymentStatus
from jiangli.refused import Refused
from jiangli.registers.bans import actions as bans
from jiangli.registers.bans.models import Ban
from jiangli.registers.models import EarlierPayment
from jiangli.reviews.fraud import actions as fraud
from jiangli.reviews.models import Entitlement
from stories import SENIOR, approved, certificate, history_declared, member, officer, the_law

pytestmark = pytest.mark.django_db(transaction=False)
DAY = timedelta(days=1)


@pytest.fixture
def at() -> datetime:
    return datetime.fromisoformat("2025-06-10T12:00+08:00")


def district(at: datetime) -> Office:
    """The district's payment office; its history declared through the acts."""
    payer = Agency.objects.get(pk=UNION)
    return Office(payer, officer(UNION, Role.CASHIER), officer(UNION, Role.RELEASER), at)


def paid(case: Application, office: Office, at: datetime) -> Payment:
    history_declared(UNION, at=at, programme=case.programme_code)
    batch = office.send()
    office.read(office.bank_answers(batch))
    return Payment.objects.get(entitlement__decision__application=case, payer=UNION)


def in_two(case: Application, at: datetime):
    return recovery.confirm(proposed(case, at=at), by=approver(), at=at)


def test_what_is_owed_stops_and_nothing_falls_due(at: datetime) -> None:
    the_law(at)
    person = member()
    case = approved(person, certificate(person), at=at)
    office = district(at)
    waiting = proposed(case, at=at)
    payments.fall_due(at=at)
    recovery.confirm(waiting, by=approver(), at=at)
    assert Entitlement.objects.filter(stopped_at=None).count() == 0
    assert not RecoveryCase.objects.exists()
    due = Payment.objects.filter(payer=UNION)
    with pytest.raises(Refused, match="XS-F"):
        payments.freeze(office.payer, by=office.clerk, at=at, payments=list(due))
    with pytest.raises(Refused):
        payments.freeze(office.payer, by=office.clerk, at=at)
    other = member("测试乙")
    approved(other, certificate(other), at=at)
    payments.fall_due(at=at)
    assert payments.freeze(office.payer, by=office.clerk, at=at).count == 1


def test_a_batch_with_a_stopped_payment_is_not_released(at: datetime) -> None:
    the_law(at)
    person = member()
    case = approved(person, certificate(person), at=at)
    office = district(at)
    history_declared(UNION, at=at)
    batch = office.freeze()
    in_two(case, at)
    with pytest.raises(Refused, match="XS-F"):
        payments.release(batch, by=office.releaser, at=at)
    payments.dissolve(batch, by=office.clerk, at=at)


def test_after_the_release_no_sheet_is_written_with_it_and_the_batch_is_dissolved(at: datetime) -> None:
    the_law(at)
    person = member()
    case = approved(person, certificate(person), at=at)
    office = district(at)
    history_declared(UNION, at=at)
    batch = payments.release(office.freeze(), by=office.releaser, at=at)
    with pytest.raises(Refused, match="waits for release"):
        payments.dissolve(batch, by=office.clerk, at=at)
    in_two(case, at)
    with pytest.raises(Refused, match="XS-F"):
        payments.write_sheet(batch, by=office.clerk, at=at)
    payments.dissolve(batch, by=office.clerk, at=at)
    assert Payment.objects.get(payer=UNION).status == "due"


def test_a_banned_partys_other_payment_is_held_until_the_ban_is_lifted(at: datetime) -> None:
    banning_law(at)
    person = member()
    approved(person, certificate(person), at=at)
    office = district(at)
    payments.fall_due(at=at)
    by = approver()
    assert by.agency is not None
    from fraud_stories import banning

    document = banning().documents["xiaoshan-union-2025"]
    case = Application.objects.get()
    ban = bans.lay(
        person,
        document,
        agency=by.agency,
        finding=case.pk,
        finding_number="XS-F-1",
        from_on=at.date(),
        by=by,
        at=at,
    )
    with pytest.raises(Refused):
        payments.freeze(office.payer, by=office.clerk, at=at)
    assert ban == Ban.objects.get()
    bans.ask_to_lift(ban, reason="复核后认定有误。", by=by, at=at)
    fraud.lift_ban(ban, by=approver(), at=at)
    assert payments.freeze(office.payer, by=office.clerk, at=at).count == 1


def test_what_was_paid_is_ordered_back_and_keeps_its_keys(at: datetime) -> None:
    banning_law(at)
    person = member()
    case = approved(person, certificate(person, level="senior"), at=at, programme=SENIOR)
    office = district(at)
    payment = paid(case, office, at)
    in_two(case, at)
    one = RecoveryCase.objects.get()
    assert (one.amount_fen, one.payer_id, one.state) == (payment.amount_fen, UNION, RecoveryState.ORDERED)
    assert [line.payment for line in one.lines.all()] == [payment]
    assert "退回" in one.order_text or one.number
    told = Message.objects.get(event="finding.confirmed")
    assert f"{payment.amount_fen // 100:,}" in told.text
    assert recovery.order_back(at=at) == 0

    def back(fen: int, reference: str, **other: object) -> None:
        given = {"received_on": at.date(), "by": office.clerk, "at": at} | other
        recovery.enter_repayment(one, amount_fen=fen, reference=reference, **given)

    with pytest.raises(Refused):
        back(100, "B1", by=officer(UNION, Role.REVIEWER))
    with pytest.raises(Refused):
        back(100, "B1", received_on=at.date() + DAY)
    back(100, "B1")
    with pytest.raises(Refused, match="B1"):
        back(100, "B1")
    one.refresh_from_db()
    assert one.state == RecoveryState.PART
    with pytest.raises(Refused):
        back(one.open_fen + 1, "B2")
    with pytest.raises(Refused):
        recovery.ask_to_free(one, reason="误会。", by=approver(), at=at)
    back(one.open_fen, "B2")
    one.refresh_from_db()
    assert one.state == RecoveryState.RECOVERED
    assert Reservation.objects.filter(application=case, released_at=None).exists()
    assert EarlierPayment.objects.filter(freed_on=None).exists()
    first = approver()
    recovery.ask_to_free(one, reason="证书是真的，只是交错了单位。", by=first, at=at)
    with pytest.raises(Refused):
        recovery.free(one, by=first, at=at)
    recovery.free(one, by=approver(), at=at)
    assert not Reservation.objects.filter(application=case, released_at=None).exists()
    assert not EarlierPayment.objects.filter(freed_on=None).exists()
    finding = one.finding
    recovery.close_finding(finding, reason="全部退回。", by=first, at=at)


def test_money_that_arrives_after_the_finding_is_ordered_back_too(at: datetime) -> None:
    the_law(at)
    person = member()
    case = approved(person, certificate(person, level="senior"), at=at, programme=SENIOR)
    office = district(at)
    history_declared(UNION, at=at, programme=SENIOR)
    batch = office.send()
    in_two(case, at)
    assert not RecoveryCase.objects.exists()
    office.read(office.bank_answers(batch))
    assert recovery.order_back(at=at + DAY) == 1
    assert recovery.order_back(at=at + DAY) == 0
    assert Payment.objects.get().status == PaymentStatus.PAID
    assert Message.objects.filter(event="recovery.ordered", person=person).count() == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.integers(min_value=-5, max_value=700), max_size=6))
def test_repayments_never_exceed_the_amount(amounts: list[int]) -> None:
    from django.db import transaction

    import making
    from jiangli.reviews.fraud.models import Finding

    with transaction.atomic():
        office = new_office()
        case = making.approved_case()
        finding = Finding.objects.create(
            number=f"XS-F-{case.number}", agency=office.payer, person=case.claimant, what="假的",
            recorded_by=office.clerk, recorded_at=making.AT,
        )  # fmt: skip
        one = RecoveryCase.objects.create(
            number=f"XS-R-{case.number}", finding=finding, application=case, payer=office.payer,
            amount_fen=1000, ordered_on=making.AT.date(), due_on=making.AT.date(),
        )  # fmt: skip
        for place, fen in enumerate(amounts):
            try:
                recovery.enter_repayment(
                    one, amount_fen=fen, received_on=making.AT.date(), reference=f"{case.number}-{place}",
                    by=office.clerk, at=making.AT,
                )  # fmt: skip
            except Refused:
                assert fen <= 0 or fen > one.open_fen
            one.refresh_from_db()
            entered = sum(row.amount_fen for row in one.repayments.all())
            assert entered == one.recovered_fen <= one.amount_fen
            assert (one.state == RecoveryState.RECOVERED) is (entered == 1000)
        transaction.set_rollback(True)


def test_an_objection_that_is_right_takes_everything_back(at: datetime) -> None:
    banning_law(at)
    person = member()
    case = approved(person, certificate(person), at=at)
    payment = paid(case, district(at), at)
    finding = in_two(case, at)
    order = RecoveryCase.objects.get(payer=UNION)
    assert (
        Ban.objects.filter(lifted_at=None).exists() and Entitlement.objects.exclude(stopped_at=None).exists()
    )
    first, second = officer(UNION, Role.REVIEWER), approver()
    with pytest.raises(Refused):
        undoing.undo(finding, by=second, at=at)
    undoing.ask_to_undo(finding, reason="发证机构更正了回函。", by=first, at=at)
    with pytest.raises(Refused):
        undoing.undo(finding, by=first, at=at)
    undoing.undo(finding, by=second, at=at)
    order.refresh_from_db()
    assert (order.state, order.open_fen) == (RecoveryState.CANCELLED, 0)
    assert not Ban.objects.filter(lifted_at=None).exists()
    assert not Entitlement.objects.exclude(stopped_at=None).exists()
    assert recovery.order_back(at=at) == 0
    assert Message.objects.visible_to(person.account).filter(event="finding.undone").count() == 1
    in_two(case, at)  # it was false after all: the same payment is ordered back again
    assert payment.recovery_lines.filter(cancelled_at=None).count() == 1


def test_what_another_finding_stopped_stays_stopped(at: datetime) -> None:
    the_law(at)
    person = member()
    case = approved(person, certificate(person), at=at)
    finding, other = in_two(case, at), in_two(case, at)
    undoing.ask_to_undo(finding, reason="查错了。", by=officer(UNION, Role.REVIEWER), at=at)
    undoing.leave_found(finding, by=approver(), at=at)
    undoing.ask_to_undo(finding, reason="查错了。", by=officer(UNION, Role.REVIEWER), at=at)
    undoing.undo(finding, by=approver(), at=at)
    stopped = Entitlement.objects.exclude(stopped_at=None)
    assert stopped.exists() and all(other.number in one.stopped_because for one in stopped)
