"""Unified social credit codes: the check of GB 32100 and what is said of a wrong one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangli.registers.credit_codes import (
    CHARACTERS,
    credit_check_character,
    credit_code_fault,
    normalise_credit_code,
)

EXAMPLE = "91350100M000100Y43"  # the standard's own example


def test_the_example_of_the_standard_holds() -> None:
    assert credit_code_fault(EXAMPLE) is None


def test_full_width_small_letters_and_spaces_are_read() -> None:
    assert normalise_credit_code(" ９１350100-m000100y43 ") == EXAMPLE


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "18"),
        (EXAMPLE[:-1], "18"),
        ("91350100M000100O43", "O"),
        ("91ABCDEFM000100Y43", "第 3 到第 8 位"),
        ("91350100M000100Y44", "执照"),
    ],
)
def test_a_fault_says_what_to_look_at(code: str, said: str) -> None:
    assert said in str(credit_code_fault(code))


CODES = st.builds(
    lambda kind, place, body: f"{kind}{place:06d}{body}",
    st.sampled_from(["91", "52", "53", "54", "55", "81", "N1", "N2", "11", "12"]),
    st.integers(0, 999999),
    st.text(CHARACTERS, min_size=9, max_size=9),
).map(lambda code: code + credit_check_character(code))


@given(CODES, st.integers(8, 17), st.sampled_from(CHARACTERS))
def test_one_wrong_character_never_passes(code: str, place: int, other: str) -> None:
    assert credit_code_fault(code) is None
    wrong = code[:place] + other + code[place + 1 :]
    assert (credit_code_fault(wrong) is None) == (wrong == code)
