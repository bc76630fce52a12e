"""Names as people have them, and identity numbers of everybody who may live here."""

from datetime import datetime

import pytest

from jiangli.refused import Refused
from jiangli.registers.actions import person_for_claim
from jiangli.registers.identity_numbers import check_character, identity_number_fault
from jiangli.registers.models import Person
from stories import identity_number

LONG = "阿卜杜热合曼·" * 8 + "买买提"  # 59 characters
NAMES = [
    "李一",
    "阿依古丽·买买提",
    "阿依古丽•买买提",
    "阿依古丽‧买买提",
    "阿依古丽.买买提",
    "䶮㼆",
    "𠮷野𠮷",
    LONG,
    "Anna-Maria O'Hara",
]


def whole(digits: str) -> str:
    return digits + check_character(digits)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_as_it_is_written(db: None, at: datetime, name: str) -> None:
    person_for_claim(identity_number(901), name, at=at)
    assert Person.objects.get().name == name
    assert person_for_claim(identity_number(901), name, at=at).name == name


@pytest.mark.parametrize("other", ["阿依古丽•买买提", "阿依古丽.买买提", "阿依古丽 · 买买提"])
def test_dots_are_one_dot(db: None, at: datetime, other: str) -> None:
    first = person_for_claim(identity_number(902), "阿依古丽·买买提", at=at)
    assert person_for_claim(identity_number(902), other, at=at) == first
    assert first.name == "阿依古丽·买买提"


@pytest.mark.parametrize("name, said", [("", "请写姓名"), (" ", "请写姓名"), ("甲", "至少两个字"), ("测" * 61, "60"),
                                        ("测试￥", "符号")])  # fmt: skip
def test_what_is_no_name_is_refused_with_the_remedy(db: None, at: datetime, name: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        person_for_claim(identity_number(903), name, at=at)
    assert not Person.objects.exists()


def test_a_known_number_under_another_name_is_refused_without_saying_whose_it_is(
    db: None, at: datetime
) -> None:
    person_for_claim(identity_number(904), "测试甲", at=at)
    with pytest.raises(Refused) as refusal:
        person_for_claim(identity_number(904), "验收乙", at=at)
    assert "测试甲" not in str(refusal.value) and Person.objects.get().name == "测试甲"


@pytest.mark.parametrize("begins", ["810000", "820000", "830000", "933999", "911999"])
def test_residents_from_elsewhere_have_numbers_too(begins: str) -> None:
    assert identity_number_fault(whole(f"{begins}19900101001")) is None


def test_an_old_number_is_refused_with_the_remedy() -> None:
    assert "18" in (identity_number_fault("339999850102001") or "")
