"""Who has come: recognised by number and name, with the phone they proved."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from made_up import number_of

from jiangli.accounts.actions import issue_phone_code, prove_phone
from jiangli.accounts.models import PhoneCode, User
from jiangli.audit.models import Event
from jiangli.refused import Refused
from jiangli.registers.actions import confirm_new_phone, identify, load_members, note_phone, settle_name
from jiangli.registers.models import Person

NUMBER = number_of(1)
PHONE = "13900000001"  # the register's
OTHER = "13900000077"


def proved(phone: str, at: datetime) -> PhoneCode:
    row, code = issue_phone_code(phone, at=at)
    return prove_phone(row, code, at=at)


def test_a_member_is_found_and_gets_an_account(member: Person, at: datetime) -> None:
    found = identify("测试甲", NUMBER, PHONE, at=at)
    assert found.found and found.person == member
    assert found.person.account is not None and not found.person.account.has_usable_password()


def test_another_phone_changes_nothing_until_the_known_one_is_proved_too(
    member: Person, at: datetime
) -> None:
    assert identify("测试甲", NUMBER, OTHER, at=at).needs == PHONE  # the register's, never proved
    member.refresh_from_db()
    assert (member.account, member.proved_phone) == (None, "")
    new, known = proved(OTHER, at), proved(PHONE, at)
    confirm_new_phone(member, new=new, known=known, at=at)
    member.refresh_from_db()
    assert (member.phone, member.proved_phone, member.contact) == (PHONE, OTHER, OTHER)
    assert identify("测试甲", NUMBER, OTHER, at=at).needs == ""
    assert identify("测试甲", NUMBER, PHONE, at=at).needs == OTHER


def test_the_known_phone_is_the_one_of_this_person_and_proved(member: Person, at: datetime) -> None:
    new, unproved = proved(OTHER, at), issue_phone_code(PHONE, at=at)[0]
    for known in (unproved, proved("13900000078", at), new):
        with pytest.raises(Refused):
            confirm_new_phone(member, new=new, known=known, at=at)
    with pytest.raises(Refused):
        confirm_new_phone(member, new=issue_phone_code(OTHER, at=at)[0], known=proved(PHONE, at), at=at)


def test_the_counter_notes_a_phone_and_ends_the_sign_in_of_a_stranger(member: Person, at: datetime) -> None:
    before = identify("测试甲", NUMBER, PHONE, at=at).person.account
    assert note_phone(member, "139 0000 0077", by=None, at=at) == PHONE
    found = identify("测试甲", NUMBER, OTHER, at=at)
    assert found.needs == "" and found.person.account != before


def test_twice_is_one_person_and_one_account(member: Person, at: datetime) -> None:
    first = identify("测试甲", NUMBER, PHONE, at=at).person.account
    assert identify("测 试 甲", NUMBER, PHONE, at=at).person.account == first
    assert (Person.objects.count(), User.objects.count()) == (1, 1)


def test_somebody_unknown_becomes_a_person_for_the_manual_path(db: None, at: datetime) -> None:
    found = identify("测试乙", number_of(9), PHONE, at=at)
    assert not found.found and found.person.name == "测试乙" and not found.person.in_register


def test_a_clearly_different_name_is_refused_without_saying_which(member: Person, at: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        identify("验收乙", NUMBER, PHONE, at=at)
    assert "测试甲" not in str(refusal.value)
    member.refresh_from_db()
    assert member.account is None and member.proved_phone == ""


def test_a_former_name_is_the_person(member: Person, member_row: Callable[..., dict], at: datetime) -> None:
    load_members([member_row(name="测试新名")], at=at)
    assert identify("测试甲", NUMBER, PHONE, at=at).person.name == "测试新名"


def test_an_unknown_person_may_mend_their_own_name(db: None, at: datetime) -> None:
    identify("测式丙", number_of(9), PHONE, at=at)
    assert identify("测试丙", number_of(9), PHONE, at=at).person.name == "测试丙"
    with pytest.raises(Refused):
        identify("别人丁", number_of(9), "13900000078", at=at)


def test_a_stranger_who_came_first_does_not_keep_the_account(
    db: None, member_row: Callable[..., dict], at: datetime
) -> None:
    stranger = identify("别人丁", NUMBER, OTHER, at=at).person.account
    with pytest.raises(Refused):
        identify("测试甲", NUMBER, PHONE, at=at)
    load_members([member_row()], at=at)
    owner = identify("测试甲", NUMBER, PHONE, at=at).person
    assert owner.account != stranger and owner.proved_phone == PHONE


def test_a_stranger_with_the_right_name_does_not_keep_it_either(
    db: None, member_row: Callable[..., dict], at: datetime
) -> None:
    stranger = identify("测试甲", NUMBER, OTHER, at=at).person.account
    load_members([member_row()], at=at)
    assert identify("测试甲", NUMBER, OTHER, at=at).needs == PHONE
    assert identify("测试甲", NUMBER, PHONE, at=at).person.account != stranger


def test_a_phone_that_the_register_changes_is_proved_anew(
    member: Person, member_row: Callable[..., dict], at: datetime
) -> None:
    identify("测试甲", NUMBER, PHONE, at=at)
    note_phone(member, "13900000078", by=None, at=at)
    account = identify("测试甲", NUMBER, "13900000078", at=at).person.account
    load_members([member_row()], at=at)  # the register as it was: nothing happens
    assert identify("测试甲", NUMBER, PHONE, at=at).needs == "13900000078"
    load_members([member_row(phone=OTHER)], at=at)
    assert identify("测试甲", NUMBER, "13900000078", at=at).needs == OTHER
    assert identify("测试甲", NUMBER, OTHER, at=at).person.account == account


@pytest.mark.parametrize(
    "name, number, phone", [("", NUMBER, PHONE), ("甲", "1", PHONE), ("甲", NUMBER, "12")]
)
def test_what_cannot_be_is_refused(db: None, at: datetime, name: str, number: str, phone: str) -> None:
    with pytest.raises(Refused):
        identify(name, number, phone, at=at)
    assert not Person.objects.exists()


def test_guessing_names_is_slowed(member: Person, at: datetime) -> None:
    for guess in range(10):
        with pytest.raises(Refused, match="身份证"):
            identify(f"猜{guess}", NUMBER, PHONE, at=at)
    with pytest.raises(Refused, match="分钟"):
        identify("测试甲", NUMBER, PHONE, at=at)
    assert identify("测试甲", NUMBER, PHONE, at=at + timedelta(hours=1, minutes=1)).found


def test_nothing_personal_in_the_audit(member: Person, at: datetime) -> None:
    identify("测试甲", NUMBER, PHONE, at=at)
    told = " ".join(str(event.details) for event in Event.objects.all())
    assert PHONE not in told and NUMBER not in told and "测试" not in told


@pytest.mark.django_db(transaction=True)
def test_at_once_is_one_person_with_one_account(at: datetime) -> None:
    def come(_: int) -> None:
        try:
            identify("测试甲", NUMBER, PHONE, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(come, range(8)))
    assert (Person.objects.count(), User.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_name_under_which_a_case_was_filed_is_not_mended_by_its_owner(at: datetime) -> None:
    stranger = identify("测试丁", number_of(77), "13900000071", at=at).person
    settle_name(stranger)
    with pytest.raises(Refused):
        identify("测试别名", number_of(77), "13900000071", at=at)
