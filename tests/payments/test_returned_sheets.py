"""What the bank sends back: read by reference, name and amount, and explained row by row."""

import pytest

import making
from jiangli.accounts.roles import Role
from jiangli.audit.models import Event
from jiangli.clock import day_of
from jiangli.correspondence.models import Message
from jiangli.payments import actions as payments
from jiangli.payments.models import ReturnedSheet
from jiangli.payments.simulated_bank import workbook
from jiangli.payments.status import BatchStatus, PaymentStatus
from jiangli.refused import Refused
from jiangli.registers.models import EarlierPayment


@pytest.fixture
def case(office):
    return making.approved_case()


@pytest.fixture
def payment(office, case):
    """One payment, with the bank."""
    office.send()
    return office.payment(case)


def read_one(office, *rows):
    """What became of each row of a sheet, and what is said of it."""
    sheet = office.read(workbook(list(rows)))
    return [(row["what"], row["say"]) for row in sheet.rows]


def state(payment):
    payment.refresh_from_db()
    return payment.status


# --- as it should be


def test_paid_is_remembered_told_and_closes_the_batch(office, case, payment):
    sheet = office.read(office.bank_answers(payment.batch))
    assert state(payment) == PaymentStatus.PAID
    assert payment.paid_on == day_of(office.at)
    assert [row["what"] for row in sheet.rows] == ["paid"]
    payment.batch.refresh_from_db()
    assert (payment.batch.status, payment.batch.closed_at) == (BatchStatus.CLOSED, office.at)
    past = EarlierPayment.objects.get()
    assert (past.programme_code, past.series) == (making.TECHNICIAN, "union-skill-incentive")
    assert (past.person, past.certificate) == (case.claimant, case.line.certificate)
    assert (past.amount_fen, past.paid_on, past.source) == (60_000, payment.paid_on, payment.reference)
    text = Message.objects.get(event="payment.paid").text
    assert "600 元" in text and "0017" in text and payment.account_number not in text


def test_returned_keeps_the_banks_reason_and_tells_it(office, payment):
    office.read(office.bank_answers(payment.batch, fail=1))
    assert state(payment) == PaymentStatus.RETURNED
    assert (payment.trouble, payment.returned_on) == ("户名不符", day_of(office.at))
    assert not EarlierPayment.objects.exists()
    assert "户名不符" in Message.objects.get(event="payment.returned").text
    payment.batch.refresh_from_db()
    assert payment.batch.status == BatchStatus.CLOSED


def test_the_same_file_twice_changes_nothing(office, payment):
    content = office.bank_answers(payment.batch)
    first, events = office.read(content), Event.objects.count()
    assert office.read(content) == first
    assert (Event.objects.count(), ReturnedSheet.objects.count()) == (events, 1)
    assert EarlierPayment.objects.count() == 1


def test_the_same_result_in_another_file_is_known_already(office, payment, row):
    office.read(office.bank_answers(payment.batch))
    events = Event.objects.about(payment).count()
    (verdict,) = read_one(office, row(payment, reason="-"))
    assert verdict[0] == "known"
    assert Event.objects.about(payment).count() == events
    assert EarlierPayment.objects.count() == 1


@pytest.mark.parametrize("fail", [0, 1])
def test_another_result_later_is_reported_and_changes_nothing(office, payment, row, fail):
    office.read(office.bank_answers(payment.batch, fail=fail))
    before = state(payment)
    (verdict,) = read_one(office, row(payment, result="成功" if fail else "失败"))
    assert verdict[0] == "otherwise" and "Nothing was changed" in verdict[1]
    assert state(payment) == before


def test_pending_is_queried_and_never_sent_again(office, payment, row):
    assert read_one(office, row(payment, result="处理中"))[0][0] == "queried"
    assert state(payment) == PaymentStatus.UNKNOWN
    assert read_one(office, row(payment, result="处理中", reason="还在查"))[0][0] == "known"
    assert payments.fall_due(at=office.at) == 0
    with pytest.raises(Refused, match="No payment is waiting"):
        office.freeze()
    assert read_one(office, row(payment))[0][0] == "paid"
    assert state(payment) == PaymentStatus.PAID


# --- doctored, foreign, short, repeated


@pytest.mark.parametrize(
    ("other", "what", "said"),
    [
        ({"reference": "PFOREIGN"}, "foreign", "not one of yours"),
        ({"reference": ""}, "foreign", "not one of yours"),
        ({"name": "测试乙"}, "name", "“测试乙”, the payment “测试甲”"),
        ({"amount": "6000.00"}, "amount", "6,000 yuan, the payment is 600 yuan"),
        ({"amount": "六百"}, "amount", "cannot be read"),
        ({"result": "未成功"}, "word", "“未成功” is no result"),
        ({"day": ""}, "day", "day is missing"),
        ({"day": "2025-06-09"}, "day", "before the sheet went out"),
        ({"day": "2025-06-11"}, "day", "after today"),
    ],
)
def test_a_row_that_does_not_fit_is_explained_and_changes_nothing(office, payment, row, other, what, said):
    verdict = read_one(office, row(payment, **other))[0]
    assert verdict[0] == what and said in verdict[1]
    assert state(payment) == PaymentStatus.SENT
    assert not EarlierPayment.objects.exists()


def test_a_returned_row_may_lack_its_day_and_its_reason(office, payment, row):
    assert read_one(office, row(payment, result="退回", day=""))[0][0] == "returned"
    assert state(payment) == PaymentStatus.RETURNED
    assert payment.returned_on == day_of(office.at) and payment.trouble


def test_what_the_sheet_leaves_out_stays_with_the_bank(office, row):
    first, second = making.approved_case(), making.approved_case()
    batch = office.send()
    verdicts = read_one(office, row(office.payment(first)))
    assert [what for what, _ in verdicts] == ["paid", "missing"]
    assert office.payment(second).status == PaymentStatus.SENT
    batch.refresh_from_db()
    assert batch.status == BatchStatus.SENT
    assert [what for what, _ in read_one(office, row(office.payment(second)))] == ["paid"]
    batch.refresh_from_db()
    assert batch.status == BatchStatus.CLOSED


def test_a_repeated_row_counts_once(office, payment, row):
    assert [what for what, _ in read_one(office, row(payment), row(payment))] == ["paid", "repeated"]
    assert EarlierPayment.objects.count() == 1


def test_rows_that_contradict_each_other_change_nothing(office, payment, row):
    verdicts = read_one(office, row(payment), row(payment, result="失败"))
    assert [what for what, _ in verdicts] == ["contradictory", "contradictory"]
    assert "3, 4" in verdicts[0][1]
    assert state(payment) == PaymentStatus.SENT


def test_a_payment_that_never_went_out_is_not_paid_by_a_sheet(office, case, row):
    payments.fall_due(at=office.at)
    payment = office.payment(case)
    assert read_one(office, row(payment))[0][0] == "not-sent"
    batch = office.freeze()
    assert read_one(office, row(payment, reason="x"))[0][0] == "not-sent"
    payments.release(batch, by=office.releaser, at=office.at)
    assert read_one(office, row(payment, reason="y"))[0][0] == "not-sent"
    assert state(payment) == PaymentStatus.RELEASED


def test_another_payers_payment_is_foreign(office, city, payment, row):
    assert read_one(city, row(payment))[0][0] == "foreign"
    assert state(payment) == PaymentStatus.SENT


def test_what_is_kept_of_a_sheet_holds_no_account_number(office, payment, row):
    number = payment.account_number
    office.read(
        workbook([row(payment, result="失败", reason=f"账号{number}已销户"), row(payment, reference=number)])
    )
    sheet = ReturnedSheet.objects.get()
    assert number not in str(sheet.rows)
    assert state(payment) == PaymentStatus.RETURNED and payment.trouble == "账号…0017已销户"
    assert number not in "".join(message.text for message in Message.objects.all())
    details = str(list(Event.objects.values_list("details", flat=True)))
    assert number not in details and payment.payee_name not in details


def test_only_the_payers_clerk_reads(office, city, payment):
    content = office.bank_answers(payment.batch)
    for stranger in (office.releaser, city.clerk, making.officer(Role.REVIEWER)):
        with pytest.raises(Refused, match="Only a payment clerk"):
            payments.read_returned(office.payer, content, by=stranger, at=office.at)
    assert state(payment) == PaymentStatus.SENT


def test_a_file_that_cannot_be_read_leaves_no_trace(office, payment):
    with pytest.raises(Refused, match="参考号"):
        office.read("户名,金额\n测试甲,600".encode())
    assert not ReturnedSheet.objects.exists()
    assert state(payment) == PaymentStatus.SENT


def test_a_dot_that_the_bank_writes_another_way_is_the_same_name(office, row):
    case = making.approved_case(making.person("阿卜杜·测试"))
    office.send()
    payment = office.payment(case)
    office.read(workbook([row(payment, name="阿卜杜•测试")]))
    assert office.payment(case).status == PaymentStatus.PAID
