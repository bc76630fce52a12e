"""Cases in progress elsewhere, and the word of two officers that the history of a series is complete."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

import making
from jiangli.accounts.models import Deputy, User
from jiangli.accounts.roles import Role
from jiangli.refused import Refused
from jiangli.registers.history import actions as history
from jiangli.registers.history.models import ElsewhereCase, HistoryDeclaration
from jiangli.registers.history.queries import added_since, cases_elsewhere, declared
from jiangli.registers.history.status import ElsewhereState
from jiangli.registers.models import EarlierPayment
from jiangli.registers.queries import find_person
from past import ELSEWHERE, filed_there, paid, read, sheet, taken, the_series
from stories import SERIES, identity_number, officer, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
DISTRICT = "xiaoshan-union"


@pytest.fixture
def clerk(at: datetime) -> User:
    the_law(at)
    return officer(DISTRICT, Role.REGISTRAR)


@pytest.fixture
def approver(clerk: User) -> User:
    return officer(DISTRICT, Role.APPROVER)


# --- elsewhere


def test_a_case_elsewhere_is_found_by_person_certificate_and_series(clerk: User, at: datetime) -> None:
    taken(
        sheet(filed_there(501), filed_there(502, 姓名="测试乙"), kind=ELSEWHERE),
        by=clerk,
        at=at,
        kind=ELSEWHERE,
    )
    person = find_person(identity_number(501))
    (case,) = cases_elsewhere(person, series=[SERIES])
    assert (case.number, case.office, case.said, case.filed_on) == (
        "CS-501", "测试街道总工会", "审核中", date(2025, 4, 20),
    )  # fmt: skip
    other = ElsewhereCase.objects.get(number="CS-502")
    assert list(cases_elsewhere(person, other.certificate)) == [case, other]
    assert list(cases_elsewhere(None, other.certificate)) == [other]
    assert not cases_elsewhere(person, series=["another"], programme_codes=["another"]).exists()
    assert not cases_elsewhere(None).exists()


def test_the_same_case_twice_is_one(clerk: User, at: datetime) -> None:
    first = sheet(filed_there(501), kind=ELSEWHERE)
    again = sheet(filed_there(501), filed_there(503, 受理编号=""), kind=ELSEWHERE)
    taken(first, by=clerk, at=at, kind=ELSEWHERE)
    assert taken(again, by=clerk, at=at, kind=ELSEWHERE).duplicate == 1
    assert ElsewhereCase.objects.count() == 2


def test_paid_there_makes_it_an_earlier_payment(clerk: User, at: datetime) -> None:
    taken(sheet(filed_there(501), kind=ELSEWHERE), by=clerk, at=at, kind=ELSEWHERE)
    case = ElsewhereCase.objects.get()
    for wrong in (date(2025, 4, 1), date(2025, 6, 11)):
        with pytest.raises(Refused):
            history.close_as_paid(case, paid_on=wrong, amount_fen=100_000, by=clerk, at=at)
    with pytest.raises(Refused):
        history.close_as_paid(case, paid_on=date(2025, 5, 1), amount_fen=0, by=clerk, at=at)
    case = history.close_as_paid(case, paid_on=date(2025, 5, 1), amount_fen=100_000, by=clerk, at=at)
    payment = EarlierPayment.objects.get()
    assert (payment.series, payment.source, payment.person) == (SERIES, "测试街道总工会 CS-501", case.person)
    assert case.payment == payment and not cases_elsewhere(case.person).exists()
    with pytest.raises(Refused):
        history.close_as_refused(case, reason="打过电话。", by=clerk, at=at)


def test_refused_there_stands_in_nobodys_way(clerk: User, at: datetime) -> None:
    taken(sheet(filed_there(501), kind=ELSEWHERE), by=clerk, at=at, kind=ELSEWHERE)
    case = ElsewhereCase.objects.get()
    with pytest.raises(Refused):
        history.close_as_refused(case, reason=" ", by=clerk, at=at)
    with pytest.raises(Refused):
        history.close_as_refused(case, reason="不予通过", by=officer(DISTRICT, Role.CASHIER), at=at)
    case = history.close_as_refused(case, reason="打电话问过，已不予通过。", by=clerk, at=at)
    assert case.state == ElsewhereState.REFUSED and not cases_elsewhere(case.person).exists()


# --- declared complete


def test_one_officer_declares_and_another_confirms(clerk: User, approver: User, at: datetime) -> None:
    imported = taken(sheet(paid(501)), by=clerk, at=at)
    declaration = history.declare(the_series(), complete_up_to=at.date(), imports=[imported], by=clerk, at=at)
    assert declared(the_series().key, DISTRICT) is None and declaration.state == "declared"
    with pytest.raises(Refused, match="审批"):
        history.confirm(declaration, by=clerk, at=at)
    history.confirm(declaration, by=approver, at=at)
    assert declared(the_series().key, DISTRICT) == declaration
    assert declared(the_series().key, "hangzhou-union") is None  # each payer for itself
    assert list(declaration.imports.all()) == [imported]


def test_nobody_confirms_their_own_word_nor_their_deputy(clerk: User, at: datetime) -> None:
    both = officer(DISTRICT, Role.REGISTRAR, Role.APPROVER)
    helper = officer(DISTRICT, Role.REVIEWER)
    Deputy.objects.create(absent=both, deputy=helper, from_on=at.date(), to_on=at.date())
    declaration = history.declare(the_series(), complete_up_to=at.date(), note="没有发过。", by=both, at=at)
    for who in (both, helper):
        with pytest.raises(Refused, match="代办"):
            history.confirm(declaration, by=who, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        HistoryDeclaration.objects.filter(pk=declaration.pk).update(confirmed_by=both, confirmed_at=at)
    history.confirm(declaration, by=officer("hangzhou-union", Role.RELEASER), at=at)


def test_it_rests_on_sheets_that_were_taken_over_or_says_that_there_are_none(
    clerk: User, at: datetime
) -> None:
    day = at.date()
    with pytest.raises(Refused):
        history.declare(the_series(), complete_up_to=day, by=clerk, at=at)
    with pytest.raises(Refused):
        history.declare(the_series(), complete_up_to=day + timedelta(days=1), note="没有。", by=clerk, at=at)
    imported = read(sheet(paid(501)), by=clerk, at=at)
    for note in ("", "没有。"):
        with pytest.raises(Refused):
            history.declare(the_series(), complete_up_to=day, imports=[imported], note=note, by=clerk, at=at)
    for stranger in (officer(DISTRICT, Role.CASHIER), officer("xiaoshan-hrss", *Role)):
        with pytest.raises(Refused):
            history.declare(the_series(), complete_up_to=day, note="没有。", by=stranger, at=at)


def test_it_may_be_revoked_with_a_reason_and_given_anew(clerk: User, approver: User, at: datetime) -> None:
    def declare() -> HistoryDeclaration:
        return history.declare(the_series(), complete_up_to=at.date(), note="没有。", by=clerk, at=at)

    declaration = declare()
    with pytest.raises(Refused):
        declare()
    history.confirm(declaration, by=approver, at=at)
    for by, reason in ((approver, ""), (officer("hangzhou-union", Role.APPROVER), "少了一批。")):
        with pytest.raises(Refused):
            history.revoke(declaration, reason=reason, by=by, at=at)
    declaration = history.revoke(declaration, reason="少了 2023 年的一批。", by=approver, at=at)
    assert declaration.state == "revoked" and declared(the_series().key, DISTRICT) is None
    for again in (history.confirm, lambda d, by, at: history.revoke(d, reason="又", by=by, at=at)):
        with pytest.raises(Refused):
            again(declaration, by=approver, at=at)
    assert declare().state == "declared"


def test_what_comes_later_is_allowed_and_counted(clerk: User, at: datetime) -> None:
    declaration = making.declared_history(DISTRICT, at=at)
    assert added_since(declaration) == 0
    later = at + timedelta(hours=1)
    taken(sheet(paid(501), paid(502)), by=clerk, at=later)
    taken(sheet(filed_there(503), kind=ELSEWHERE), by=clerk, at=later, kind=ELSEWHERE)
    assert added_since(declaration) == 3
