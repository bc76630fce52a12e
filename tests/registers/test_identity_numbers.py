"""GB 11643: what is taken, what is not, and which part is said to be wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangli.registers.identity_numbers import (
    check_character,
    identity_number_fault,
    normalise_identity_number,
)

GOOD = "11010519491231002X"  # the standard's own example
DIGITS = "0123456789"
places = st.sampled_from(["330109", "330113", "330114", "810000", "820000", "830000", "931110", "999999"])
births = st.dates(date(1900, 1, 1), date(2025, 1, 1))
orders = st.integers(0, 999)


def number_of(place: str, born: date, order: int) -> str:
    digits = f"{place}{born:%Y%m%d}{order:03d}"
    return digits + check_character(digits)


numbers = st.builds(number_of, places, births, orders)


def test_the_example_of_the_standard() -> None:
    assert identity_number_fault(GOOD) is None


@given(numbers)
def test_every_number_of_the_right_build_is_taken(number: str) -> None:
    assert identity_number_fault(number) is None


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: str, at: int, shift: int) -> None:
    wrong = DIGITS[(int(number[at]) + shift) % 10]
    assert identity_number_fault(number[:at] + wrong + number[at + 1 :]) is not None


@given(numbers, st.integers(0, 15))
def test_two_swapped_neighbours_are_always_found(number: str, at: int) -> None:
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert swapped == number or identity_number_fault(swapped) is not None


@given(numbers)
def test_width_case_and_spaces_do_not_matter(number: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number.lower())
    spaced = f" {number[:6]} {number[6:14]}-{number[14:]} "
    assert normalise_identity_number(wide) == normalise_identity_number(spaced) == number


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    identity_number_fault(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "18 个"),
        ("33010919800101", "18 个"),
        ("33010919800230001X", "出生"),
        ("33010918991231001X", "出生"),
        ("3301091980O101001X", "数字"),
        ("X30109198001010011", "数字"),
        ("110105194912310021", "对一对"),
    ],
)
def test_the_message_names_what_is_wrong(text: str, says: str) -> None:
    assert says in (identity_number_fault(text) or "")


def test_nobody_is_born_tomorrow() -> None:
    number = number_of("330109", date(2025, 6, 11), 1)
    assert identity_number_fault(number, on=date(2025, 6, 10)) is not None
    assert identity_number_fault(number, on=date(2025, 6, 11)) is None
