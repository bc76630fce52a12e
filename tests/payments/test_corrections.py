"""A payment that came back goes out again to another account of the same person."""

import pytest
from django.contrib.auth.models import AnonymousUser

import making
from jiangli import rules
from jiangli.accounts.roles import Role
from jiangli.audit.models import Event
from jiangli.correspondence.models import Message
from jiangli.payments import actions as payments
from jiangli.payments import queries
from jiangli.payments.status import PaymentStatus
from jiangli.programmes.models import Version
from jiangli.refused import Refused
from jiangli.reviews.models import Decision

NEW = {
    "account_name": "测试甲",
    "account_number": "6228 4802 0000 0000 018",
    "account_bank": " 测试银行城厢支行 ",
}


@pytest.fixture
def account(db):
    return making.claimant_account()


@pytest.fixture
def case(office, account):
    """A case whose district payment came back, and whose city payment still waits."""
    case = making.approved_case(making.person(account=account))
    batch = office.send()
    office.read(office.bank_answers(batch, fail=1))
    return case


def test_the_claimant_gives_another_card(office, case, account):
    old = office.payment(case)
    new = payments.correct_account(old, account=NEW, by=account, at=office.at)
    assert (new.status, new.instead_of, new.amount_fen) == (PaymentStatus.DUE, old, old.amount_fen)
    assert (new.account_number, new.account_bank) == ("6228480200000000018", "测试银行城厢支行")
    assert new.reference != old.reference
    case.refresh_from_db()
    assert case.account_number == new.account_number
    event = Event.objects.about(new).get()
    assert event.details == {"instead_of": old.reference, "payer": making.DISTRICT}
    with pytest.raises(Refused, match="given already"):
        payments.correct_account(old, account=NEW, by=account, at=office.at)
    batch = office.send()
    office.read(office.bank_answers(batch))
    assert office.payment(case).status == PaymentStatus.PAID


def test_what_the_other_payer_still_has_waiting_goes_to_the_new_card(office, city, case, account):
    payments.correct_account(office.payment(case), account=NEW, by=account, at=office.at)
    waiting = city.payment(case)
    assert (waiting.status, waiting.account_number) == (PaymentStatus.DUE, "6228480200000000018")
    assert Event.objects.about(waiting).filter(name="payment.redirected").exists()


def test_what_the_other_payer_has_in_a_batch_stays(office, city, case, account):
    city.freeze()
    payments.correct_account(office.payment(case), account=NEW, by=account, at=office.at)
    assert city.payment(case).account_number == "6222021202000000017"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"account_name": "测试乙"}, "“测试乙”.*“测试甲”"),
        ({"account_number": "12 34"}, "whole card number"),
        ({"account_number": "6222x21202000000017"}, "whole card number"),
        ({"account_bank": " "}, "down to its branch"),
    ],
)
def test_the_account_must_be_whole_and_the_claimants(office, case, account, change, said):
    with pytest.raises(Refused, match=said):
        payments.correct_account(office.payment(case), account=NEW | change, by=account, at=office.at)
    assert office.payment(case).status == PaymentStatus.RETURNED


def test_strangers_do_not_give_cards(office, case):
    stranger = making.claimant_account()
    elsewhere = making.officer(Role.CASHIER)
    elsewhere.agency = None
    for user in (stranger, elsewhere):
        with pytest.raises(Refused, match="Only the claimant"):
            payments.correct_account(office.payment(case), account=NEW, by=user, at=office.at)


def test_nobody_without_an_account_gives_a_card(office, case):
    """Not even for a claimant who has none: two absences are not the same person."""
    case.claimant.account = None
    case.claimant.save()
    for user in (None, AnonymousUser()):
        with pytest.raises(Refused, match="prove your phone"):
            payments.correct_account(office.payment(case), account=NEW, by=user, at=office.at)


def told(case):
    letters = Message.objects.filter(event="payment.card_changed", about=str(case.pk))
    return list(letters.values_list("text", flat=True))


def test_the_claimant_is_told_of_every_new_card_and_never_its_number(office, case, account):
    payments.correct_account(office.payment(case), account=NEW, by=office.clerk, at=office.at)
    (text,) = told(case)
    assert "尾号 0018" in text and "6228480200000000018" not in text


def test_an_officer_who_is_not_the_payers_clerk_gives_no_card(office, city, case):
    """Neither one who has the case, nor another body's clerk, nor the payer's own releaser."""
    for user in (making.officer(Role.REVIEWER), city.clerk, office.releaser, making.officer()):
        with pytest.raises(Refused, match="payment clerk of the paying body"):
            payments.correct_account(office.payment(case), account=NEW, by=user, at=office.at)
    assert office.payment(case).status == PaymentStatus.RETURNED and told(case) == []


def test_a_dot_that_the_bank_writes_another_way_is_the_same_name(office, account):
    case = making.approved_case(making.person("阿卜杜·测试", account=account))
    batch = office.send()
    office.read(office.bank_answers(batch, fail=1))
    name = "阿卜杜•测试"
    new = payments.correct_account(
        office.payment(case), account=NEW | {"account_name": name}, by=account, at=office.at
    )
    case.refresh_from_db()
    assert (new.payee_name, case.account_name) == (name, name)


def test_the_clerk_who_gave_a_card_does_not_release_it(office, case):
    helper = making.officer(Role.CASHIER, Role.RELEASER)
    payments.correct_account(office.payment(case), account=NEW, by=helper, at=office.at)
    batch = office.freeze()
    with pytest.raises(Refused, match="changed the account"):
        payments.release(batch, by=helper, at=office.at)
    payments.release(batch, by=office.releaser, at=office.at)


def test_the_payers_officer_may_even_if_the_case_is_elsewhere(office, case):
    case.agencies.clear()
    assert payments.correct_account(office.payment(case), account=NEW, by=office.clerk, at=office.at)


def test_an_officer_does_not_correct_their_own_as_an_officer(office, case):
    case.claimant.officer = office.clerk
    case.claimant.save()
    with pytest.raises(Refused, match="to yourself"):
        payments.correct_account(office.payment(case), account=NEW, by=office.clerk, at=office.at)


def test_only_what_came_back_is_corrected(office, city, case, account):
    city.freeze()
    with pytest.raises(Refused, match="that the bank returned"):
        payments.correct_account(city.payment(case), account=NEW, by=account, at=office.at)


def test_the_claimant_sees_each_payers_part(office, city, case, account):
    shares = {share.payer.code: share for share in queries.shares_of(case)}
    back, waiting = shares[making.DISTRICT], shares[making.CITY]
    assert back.needs_card and back.on == office.at.date() and back.amount_fen == 60_000
    assert (waiting.status, waiting.on, waiting.needs_card) == (PaymentStatus.DUE, None, False)
    later = making.approved_case(at=office.at.replace(year=2026))
    assert [(share.status, share.on) for share in queries.shares_of(later)] == [(None, None), (None, None)]
    assert queries.payments_of(case).count() == 2


def test_what_a_draft_decided_takes_no_other_card(office, case, account):
    text = "xiaoshan-union-2025/document.toml"
    sources = making.version().sources
    draft = rules.build({**sources, text: sources[text].replace('"in_force"', '"draft"')})
    version = Version.objects.create(
        programme_code=making.TECHNICIAN,
        hash=draft.programmes[making.TECHNICIAN].hash,
        sources=draft.sources_of(making.TECHNICIAN),
        published_at=office.at,
    )
    Decision.objects.filter(application=case).update(version=version)
    with pytest.raises(Refused, match="decided by a draft"):
        payments.correct_account(office.payment(case), account=NEW, by=account, at=office.at)
