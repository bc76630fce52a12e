"""A payment that was changed outside the program never goes out."""

import pytest
from django.db import connection

import making
from jiangli.payments import actions as payments
from jiangli.payments.models import Batch, Payment
from jiangli.payments.status import PaymentStatus
from jiangli.refused import Refused

STOLEN = "6222029999999999999"


@pytest.fixture
def two(office):
    """Two payments that wait, the second to another account."""
    making.approved_case(shares={making.DISTRICT: 60_000})
    making.approved_case(shares={making.DISTRICT: 60_000}, account_number=STOLEN)
    payments.fall_due(at=office.at)
    mine, other = sorted(Payment.objects.all(), key=lambda one: one.account_number == STOLEN)
    return mine, other


def paste(mine, other):
    """Copy the stored account from one row into another, past the program."""
    with connection.cursor() as cursor:
        row = "select account_number from payments_payment where reference = %s"
        sql = f"update payments_payment set account_number = ({row}) where reference = %s"
        cursor.execute(sql, [other.reference, mine.reference])
    mine.refresh_from_db()
    assert mine.account_number == STOLEN  # it opens; that is why there is a seal


def test_a_pasted_account_is_not_frozen(office, two):
    paste(*two)
    with pytest.raises(Refused, match=f"{two[0].reference} is not as it was made"):
        payments.freeze(office.payer, by=office.clerk, at=office.at)
    assert not Batch.objects.exists()


@pytest.mark.parametrize("field", ["amount_fen", "payee_name", "account_bank"])
def test_what_else_the_bank_is_told_is_sealed_too(office, two, field):
    Payment.objects.filter(pk=two[0].pk).update(**{field: 90_000})
    with pytest.raises(Refused, match="is not as it was made"):
        payments.freeze(office.payer, by=office.clerk, at=office.at)


def test_a_pasted_account_is_not_released_nor_written(office, two):
    batch = payments.freeze(office.payer, by=office.clerk, at=office.at)
    paste(*two)
    with pytest.raises(Refused, match="is not as it was made"):
        payments.release(batch, by=office.releaser, at=office.at)
    Payment.objects.filter(batch=batch).update(status=PaymentStatus.RELEASED)
    Batch.objects.filter(pk=batch.pk).update(
        status="released", released_by=office.releaser, released_at=office.at
    )
    with pytest.raises(Refused, match="is not as it was made"):
        payments.write_sheet(batch, by=office.clerk, at=office.at)
    batch.refresh_from_db()
    assert (batch.status, batch.sheet) == ("released", "")
