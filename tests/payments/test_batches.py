"""From what is owed to a file for the bank: due, frozen, released, sent."""

import io

import pytest
import python_calamine
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import IntegrityError, transaction

import making
from jiangli import files, rules
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.audit.models import Event
from jiangli.correspondence.models import Message
from jiangli.payments import actions as payments
from jiangli.payments import queries
from jiangli.payments.models import Batch, Payment
from jiangli.payments.moves import ForbiddenMove, move, move_all, move_batch
from jiangli.payments.status import BatchStatus, PaymentStatus
from jiangli.programmes import actions as programmes
from jiangli.programmes.models import Programme
from jiangli.refused import Refused
from jiangli.reviews.models import Decision

CASHIER, RELEASER, APPROVER = Role.CASHIER, Role.RELEASER, Role.APPROVER


# --- what falls due


def test_each_payer_owes_its_part_once_however_often_it_is_asked(office, at):
    case = making.approved_case(shares={making.CITY: 60_000, making.DISTRICT: 45_050})
    assert payments.fall_due(at=at) == 2
    assert payments.fall_due(at=at) == 0
    found = {payment.payer_id: payment for payment in queries.payments_of(case)}
    assert {code: payment.amount_fen for code, payment in found.items()} == {
        making.CITY: 60_000,
        making.DISTRICT: 45_050,
    }
    payment = found[making.DISTRICT]
    assert (payment.payee_name, payment.account_number) == ("测试甲", "6222021202000000017")
    assert payment.reference.startswith("P") and payment.status == PaymentStatus.DUE
    assert Event.objects.about(payment).get().name == "payment.due"


def test_each_tick_lets_payments_fall_due(office, capsys):
    making.approved_case()
    call_command("tick")
    call_command("tick")
    assert capsys.readouterr().out == "payments due: 2\n"


def test_a_tick_goes_on_when_asked(office, monkeypatch):
    class Enough(Exception):
        pass

    pauses = []

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) > 1:
            raise Enough(seconds)

    monkeypatch.setattr("time.sleep", sleep)
    with pytest.raises(Enough, match="60"):
        call_command("tick", "--every", "60")


def test_what_is_due_later_waits(office, at):
    making.approved_case(at=at.replace(year=2026))
    assert payments.fall_due(at=at) == 0


def test_a_draft_pays_nothing_until_it_is_adopted(office, at):
    law, text = rules.load(), "xiaoshan-union-2025/document.toml"
    draft = law.sources[text].replace('"in_force"', '"draft"')
    call_command("agencies")
    programmes.publish(rules.build({**law.sources, text: draft}), by=None, at=at)
    making.approved_case()
    assert payments.fall_due(at=at) == 0
    programmes.publish(law, by=None, at=at)
    assert payments.fall_due(at=at) == 2


def test_what_a_draft_decided_is_never_paid_until_it_is_decided_anew(office, at):
    law, path = rules.load(), "xiaoshan-union-2025/document.toml"
    sources = {**law.sources, path: law.sources[path].replace('"in_force"', '"draft"')}
    case = making.approved_case()
    decided = Decision.objects.filter(application=case)
    call_command("agencies")
    programmes.publish(rules.build(sources), by=None, at=at)
    decided.update(version=Programme.objects.get(pk=making.TECHNICIAN).version)
    programmes.publish(law, by=None, at=at)
    assert payments.fall_due(at=at) == 0
    decided.update(version=Programme.objects.get(pk=making.TECHNICIAN).version)
    assert payments.fall_due(at=at) == 2


def test_a_case_without_an_account_waits_until_it_has_one(office, at):
    case = making.approved_case(account_number="")
    assert payments.fall_due(at=at) == 0
    Application.objects.filter(pk=case.pk).update(account_number="", account_bank="测试银行")
    assert payments.fall_due(at=at) == 0
    Application.objects.filter(pk=case.pk).update(account_number="6222021202000000017")
    assert payments.fall_due(at=at) == 2


def test_the_database_itself_allows_one_live_payment(office, at):
    making.approved_case()
    payments.fall_due(at=at)
    payment = Payment.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(
            reference="P2",
            entitlement=payment.entitlement,
            payer=payment.payer,
            amount_fen=1,
            payee_name="测试甲",
            account_number="1",
            account_bank="b",
            due_at=at,
        )


# --- freezing


def test_a_batch_fixes_count_and_total(office):
    for amount in (60_000, 45_050):
        making.approved_case(shares={making.DISTRICT: amount})
    batch = office.freeze()
    assert (batch.count, batch.total_fen, batch.number) == (2, 105_050, "XS-P-2025-00001")
    assert set(batch.payments.values_list("status", flat=True)) == {PaymentStatus.FROZEN}
    event = Event.objects.about(batch).get()
    assert (event.name, event.details) == ("batch.frozen", {"count": 2, "total_fen": 105_050})


def test_chosen_lines_go_and_the_others_wait(office, at):
    first, second = making.approved_case(), making.approved_case()
    payments.fall_due(at=at)
    batch = payments.freeze(office.payer, by=office.clerk, at=at, payments=[office.payment(first)])
    assert batch.count == 1
    assert office.payment(second).status == PaymentStatus.DUE
    with pytest.raises(Refused, match="no longer wait"):
        payments.freeze(office.payer, by=office.clerk, at=at, payments=[office.payment(first)])
    with pytest.raises(Refused, match="no longer wait"):
        payments.freeze(office.payer, by=office.clerk, at=at, payments=[])


def test_nothing_to_freeze_is_said(office, at):
    with pytest.raises(Refused, match="No payment is waiting"):
        office.freeze()


def test_only_the_payers_clerk_freezes(office, city, at):
    making.approved_case()
    payments.fall_due(at=at)
    for stranger in (office.releaser, city.clerk, making.claimant_account(), None, AnonymousUser()):
        with pytest.raises(Refused, match="Only a payment clerk"):
            payments.freeze(office.payer, by=stranger, at=at)


def test_a_clerk_never_freezes_money_to_themself(office, at):
    own = making.approved_case(making.person("测试出纳", officer=office.clerk))
    payments.fall_due(at=at)
    with pytest.raises(Refused, match="Only payments to yourself"):
        payments.freeze(office.payer, by=office.clerk, at=at)
    with pytest.raises(Refused, match="is to yourself"):
        payments.freeze(office.payer, by=office.clerk, at=at, payments=[office.payment(own)])
    making.approved_case()
    batch = office.freeze()
    assert batch.count == 1
    assert office.payment(own).status == PaymentStatus.DUE
    colleague = making.officer(CASHIER)
    assert payments.freeze(office.payer, by=colleague, at=at).count == 1


# --- dissolving


def test_a_dissolved_batch_gives_its_lines_back(office, at):
    making.approved_case()
    batch = payments.dissolve(office.freeze(), by=office.clerk, at=at)
    assert batch.status == BatchStatus.DISSOLVED and not batch.payments.exists()
    again = office.freeze()
    assert again.count == 1 and again.number != batch.number
    with pytest.raises(Refused, match="waits for release"):
        payments.dissolve(batch, by=office.clerk, at=at)
    with pytest.raises(Refused, match="Only a payment clerk"):
        payments.dissolve(again, by=office.releaser, at=at)
    with pytest.raises(Refused, match="was dissolved"):
        payments.write_sheet(batch, by=office.clerk, at=at)


# --- releasing: another person, with no part in any of its cases


def test_another_person_releases(office, at):
    making.approved_case()
    batch = payments.release(office.freeze(), by=office.releaser, at=at)
    assert (batch.status, batch.released_by) == (BatchStatus.RELEASED, office.releaser)
    with pytest.raises(Refused, match="does not wait for release"):
        payments.release(batch, by=office.releaser, at=at)
    with pytest.raises(Refused, match="waits for release"):
        payments.dissolve(batch, by=office.clerk, at=at)


def test_only_a_releaser_of_the_payer_releases(office, city, at):
    making.approved_case()
    batch = office.freeze()
    for stranger in (office.clerk, city.releaser, None):
        with pytest.raises(Refused, match="Only a releaser"):
            payments.release(batch, by=stranger, at=at)


def test_whoever_froze_does_not_release_with_any_hat(office, at):
    both = making.officer(CASHIER, RELEASER)
    making.approved_case()
    payments.fall_due(at=at)
    batch = payments.freeze(office.payer, by=both, at=at)
    with pytest.raises(Refused, match="Whoever froze"):
        payments.release(batch, by=both, at=at)
    # nor a clerk who stands in for the absent releaser
    clerk = making.officer(CASHIER)
    making.deputy(absent=office.releaser, by=clerk)
    payments.dissolve(batch, by=both, at=at)
    batch = payments.freeze(office.payer, by=clerk, at=at)
    with pytest.raises(Refused, match="Whoever froze"):
        payments.release(batch, by=clerk, at=at)


def test_a_deputy_does_not_release_for_the_one_who_froze(office, at):
    both, stand_in = making.officer(CASHIER, RELEASER), making.officer()
    making.deputy(absent=both, by=stand_in)
    making.approved_case()
    payments.fall_due(at=at)
    batch = payments.freeze(office.payer, by=both, at=at)
    with pytest.raises(Refused, match="nor can their deputy"):
        payments.release(batch, by=stand_in, at=at)
    # but does for another releaser
    making.deputy(absent=office.releaser, by=stand_in)
    assert payments.release(batch, by=stand_in, at=at).status == BatchStatus.RELEASED


def test_a_releaser_had_no_part_in_any_case(office, at):
    reviewer, approver = making.officer(RELEASER), making.officer(RELEASER)
    case = making.approved_case(reviewer=reviewer, approver=approver)
    making.approved_case()
    batch = office.freeze()
    for involved in (reviewer, approver):
        with pytest.raises(Refused, match=f"part in case {case.number}"):
            payments.release(batch, by=involved, at=at)
    behalf = making.officer(RELEASER)
    case.opinions.filter(stage=0).update(on_behalf_of=behalf)
    with pytest.raises(Refused, match="took part"):
        payments.release(batch, by=behalf, at=at)
    looked = making.officer(RELEASER)
    case.look_ups.create(fact="certificate.level", value="technician", place="证书查询网", by=looked, at=at)
    with pytest.raises(Refused, match="took part"):
        payments.release(batch, by=looked, at=at)


def test_nobody_releases_money_to_themself(office, at):
    making.approved_case(making.person("测试复核", officer=office.releaser))
    batch = office.freeze()
    with pytest.raises(Refused, match="is to yourself"):
        payments.release(batch, by=office.releaser, at=at)


def test_a_batch_that_was_tampered_with_is_not_released(office, at):
    making.approved_case()
    batch = office.freeze()
    batch.payments.update(amount_fen=99)
    with pytest.raises(Refused, match="no longer adds up"):
        payments.release(batch, by=office.releaser, at=at)


# --- the sheet


def test_the_sheet_is_written_once(office, at):
    case = making.approved_case(shares={making.DISTRICT: 60_050})
    batch = payments.release(office.freeze(), by=office.releaser, at=at)
    name = payments.write_sheet(batch, by=office.clerk, at=at)
    content = files.read(name)
    assert payments.write_sheet(batch, by=office.clerk, at=at) == name
    batch.refresh_from_db()
    assert batch.status == BatchStatus.SENT and queries.sheet(batch) == content
    assert office.payment(case).status == PaymentStatus.SENT
    assert Message.objects.filter(event="payment.sent", about=str(case.pk)).count() == 1
    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[:4] == [
        ["付款单位", "杭州市萧山区总工会", "", "", "", "", ""],
        ["批次号", batch.number, "", "", "", "", ""],
        ["笔数", "1", "", "", "", "", ""],
        ["合计金额(元)", "600.50", "", "", "", "", ""],
    ]
    assert rows[5] == ["序号", "参考号", "户名", "账号", "开户行", "金额(元)", "用途"]
    assert rows[6] == [
        "1",
        office.payment(case).reference,
        "测试甲",
        "6222021202000000017",
        "测试银行萧山支行",
        "600.50",
        "技师、高级技师一次性激励",
    ]
    assert rows[7] == ["合计", "", "1 笔", "", "", "600.50", ""]


def test_no_sheet_before_release(office, city, at):
    making.approved_case()
    batch = office.freeze()
    with pytest.raises(Refused, match="must be released first"):
        payments.write_sheet(batch, by=office.clerk, at=at)
    with pytest.raises(Refused, match="Only a payment clerk"):
        payments.write_sheet(batch, by=city.clerk, at=at)


def test_a_file_that_is_not_the_one_written_is_not_handed_out(office):
    making.approved_case()
    batch = office.send()
    batch.sheet = files.keep(b"another")
    with pytest.raises(ValueError, match="not the one"):
        queries.sheet(batch)


# --- the table of states


def test_a_state_is_reached_by_its_table_only(office):
    case = making.approved_case()
    batch = office.freeze()
    payment = office.payment(case)
    with pytest.raises(ForbiddenMove, match="frozen to paid"):
        move(payment, PaymentStatus.PAID)
    with pytest.raises(ForbiddenMove, match="frozen to sent"):
        move_all(batch, PaymentStatus.SENT)
    with pytest.raises(ForbiddenMove, match="frozen to closed"):
        move_batch(batch, BatchStatus.CLOSED)


def test_each_sees_their_own(office, city, at):
    account = making.claimant_account()
    case = making.approved_case(making.person(account=account))
    making.approved_case()
    batch = office.send()
    sheet = office.read(office.bank_answers(batch))
    assert set(Payment.objects.visible_to(account)) == set(queries.payments_of(case))
    assert Payment.objects.visible_to(office.clerk).count() == 2
    assert list(Batch.objects.visible_to(office.clerk)) == [batch]
    assert not Batch.objects.visible_to(city.clerk).exists()
    assert not Payment.objects.visible_to(AnonymousUser()).exists()
    assert not Batch.objects.visible_to(account).exists()
    assert list(type(sheet).objects.visible_to(office.clerk)) == [sheet]
    assert not type(sheet).objects.visible_to(account).exists()
    assert str(batch) == batch.number and str(office.payment(case)) in str(queries.payments_of(case))
    assert making.DISTRICT in str(sheet)
