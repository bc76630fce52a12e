"""Loads: safe to run twice, good rows taken, every fault named."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from made_up import number_of

from jiangli.refused import Refused
from jiangli.registers.actions import (
    certificate_for,
    load_certificates,
    load_earlier_payments,
    load_members,
    person_of_number,
)
from jiangli.registers.models import Certificate, EarlierPayment, Membership, Person
from jiangli.registers.queries import (
    belongs_to_another,
    certificate_conflict,
    earlier_payments,
    find_person,
    find_persons_by_phone,
    normalise_certificate_number,
    register_facts,
)

DAY = date(2025, 6, 10)
CERTIFICATE = {
    "number": "S 0000-3301 0900 1",
    "id_number": number_of(1),
    "holder_name": "测试甲",
    "kind": "skill_level_certificate",
    "level": "technician",
    "occupation": "电工",
    "issue_date": "2024-08-20",
    "issuer_name": "试验评价机构",
    "issuer_kind": "evaluation_body",
    "issuer_area": "330109",
    "filing_area": "330100",
}
PAID = {
    "programme_code": "hangzhou-union-2024",
    "series": "union-skill-incentive",
    "id_number": number_of(1),
    "certificate_number": CERTIFICATE["number"],
    "paid_on": "2024-11-20",
    "amount_fen": 60000,
    "source": "2024 round",
}


def test_members_twice(db: None, member_row: Callable[..., dict], at: datetime) -> None:
    rows = [member_row(1), member_row(2, name="买买提·测试", real_name_verified="否")]
    first, again = load_members(rows, at=at), load_members(rows, at=at)
    assert (first.new, again.new, again.changed, again.same) == (2, 0, 0, 2)
    assert Membership.objects.count() == Person.objects.count() == 2


def test_a_change_is_taken_over(member: Person, member_row: Callable[..., dict], at: datetime) -> None:
    loaded = load_members([member_row(phone="13900000009", until_on="2025-01-31")], at=at)
    member.refresh_from_db()
    assert loaded.changed == 1 and member.phone == "13900000009"
    assert member.memberships.get().until_on == date(2025, 1, 31)


def test_faults_are_named_and_good_rows_taken(
    db: None, member_row: Callable[..., dict], at: datetime
) -> None:
    loaded = load_members(
        [member_row(1), member_row(2, id_number="33", union_area="萧山", real_name_verified="也许")], at=at
    )
    assert loaded.new == 1 and Person.objects.count() == 1
    assert {(fault.row, fault.field) for fault in loaded.faults} == {
        (2, "id_number"),
        (2, "union_area"),
        (2, "real_name_verified"),
    }
    assert all(fault.remedy and "2" in str(fault) for fault in loaded.faults)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"since_on": "2020/1/1"}, "since_on"),
        ({"since_on": ""}, "since_on"),
        ({"phone": "12345"}, "phone"),
        ({"until_on": "2019-01-01"}, "until_on"),
    ],
)
def test_each_fault_names_its_field(
    db: None, member_row: Callable[..., dict], at: datetime, changes: dict, field: str
) -> None:
    loaded = load_members([member_row(**changes)], at=at)
    assert field in [fault.field for fault in loaded.faults] and not Person.objects.exists()


def test_facts_of_a_member(member: Person) -> None:
    assert register_facts(member, None, on=DAY) == {
        "person.id": str(member.pk),
        "membership.union_area": "330109",
        "membership.real_name_verified": True,
    }


def test_a_stranger_is_unknown_not_none(db: None) -> None:
    person = person_of_number(number_of(5), name="测试丁")
    assert register_facts(person, None, on=DAY) == {"person.id": str(person.pk)}


@pytest.mark.parametrize(
    ("until", "day", "area"),
    [
        ("2025-06-10", date(2025, 6, 10), "330109"),
        ("2025-06-09", date(2025, 6, 10), "none"),
        (None, date(2019, 12, 31), None),
    ],
)
def test_membership_on_the_day(
    db: None, member_row: Callable[..., dict], at: datetime, until: str | None, day: date, area: str | None
) -> None:
    load_members([member_row(until_on=until)], at=at)
    assert register_facts(Person.objects.get(), None, on=day).get("membership.union_area") == area


def test_facts_of_a_certificate(member: Person, at: datetime) -> None:
    typed = certificate_for("s0000３３０１０９００１")
    assert register_facts(member, typed, on=DAY)["certificate.id"] == str(typed.pk)
    assert "certificate.level" not in register_facts(member, typed, on=DAY)
    assert load_certificates([CERTIFICATE], at=at).changed == 1
    assert load_certificates([CERTIFICATE], at=at).same == 1
    facts = register_facts(member, Certificate.objects.get(), on=DAY)
    assert facts["certificate.level"] == "technician" and facts["certificate.issue_date"] == "2024-08-20"
    assert facts["certificate.verified"] is True and facts["certificate.id"] == str(typed.pk)


def test_a_certificate_of_somebody_else(member: Person, at: datetime) -> None:
    load_certificates([CERTIFICATE], at=at)
    other = person_of_number(number_of(6), name="测试戊")
    certificate = Certificate.objects.get()
    assert belongs_to_another(other, certificate) and not belongs_to_another(member, certificate)
    facts = register_facts(other, certificate, on=DAY)
    assert [name for name in facts if name.startswith("certificate.")] == ["certificate.id"]
    assert "别人名下" in (certificate_conflict(other, certificate) or "")
    assert "测试甲" not in (certificate_conflict(other, certificate) or "")
    assert certificate_conflict(member, certificate) is None and certificate_conflict(other, None) is None


def test_certificate_numbers_in_one_writing() -> None:
    assert normalise_certificate_number(" 第ｓ0000-33 01 号") == "S00003301"
    with pytest.raises(Refused):
        certificate_for("--")


def test_earlier_payments_as_history(member: Person, at: datetime) -> None:
    assert load_earlier_payments([PAID], at=at).new == 1
    assert load_earlier_payments([PAID], at=at).same == 1
    certificate = certificate_for(CERTIFICATE["number"])
    (entry,) = earlier_payments([member.pk], [certificate.pk])
    assert entry == {
        "programme": "hangzhou-union-2024",
        "series": "union-skill-incentive",
        "person": str(member.pk),
        "certificate": str(certificate.pk),
        "paid_on": "2024-11-20",
        "amount": "600.00",
    }
    other = person_of_number(number_of(7), name="测试己")
    assert earlier_payments([other.pk], [certificate.pk]) == [entry]
    assert earlier_payments([other.pk]) == []
    assert earlier_payments([member.pk]) == [entry]


@pytest.mark.parametrize("code", ["hangzhou-union-2022", "xiaoshan-union-2025-technician"])
def test_the_policies_say_the_series(member: Person, at: datetime, code: str) -> None:
    row = {**PAID, "programme_code": code, "series": ""}
    assert load_earlier_payments([row], at=at).faults == ()
    assert EarlierPayment.objects.get().series == "union-skill-incentive"
    assert [fault.field for fault in load_earlier_payments([{**row, "series": "x"}], at=at).faults] == [
        "series"
    ]


def test_a_programme_without_a_series_needs_none(member: Person, at: datetime) -> None:
    row = {**PAID, "programme_code": "xiaoshan-union-2024-fee-refund", "series": ""}
    assert load_earlier_payments([row], at=at).new == 1


def test_an_unknown_programme_says_its_series(member: Person, at: datetime) -> None:
    row = {**PAID, "programme_code": "elsewhere-2020", "series": ""}
    assert [fault.field for fault in load_earlier_payments([row], at=at).faults] == ["series"]
    assert load_earlier_payments([{**row, "series": "elsewhere"}], at=at).new == 1


def test_an_earlier_payment_of_somebody_unknown_needs_a_name(db: None, at: datetime) -> None:
    assert [fault.field for fault in load_earlier_payments([PAID], at=at).faults] == ["name"]
    assert load_earlier_payments([{**PAID, "name": "测试甲"}], at=at).new == 1
    assert EarlierPayment.objects.get().person.in_register is False  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changes", [{"amount_fen": 0}, {"amount_fen": "600"}, {"paid_on": ""}, {"source": ""}]
)
def test_earlier_payments_need_day_amount_and_source(member: Person, at: datetime, changes: dict) -> None:
    assert load_earlier_payments([{**PAID, **changes}], at=at).faults
    assert not EarlierPayment.objects.exists()


def test_without_certificate_twice_is_once(member: Person, at: datetime) -> None:
    paid = {**PAID, "certificate_number": ""}
    load_earlier_payments([paid, paid], at=at)
    assert EarlierPayment.objects.count() == 1


def test_find(member: Person) -> None:
    assert find_person(number_of(1)) == member and find_person(number_of(2)) is None
    assert find_persons_by_phone("13900000001") == []
