"""Names: what is one name, what is a fault to correct, what is another person."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangli.registers.names import (
    DOTS,
    could_be_person_name,
    differences,
    fold,
    same_name,
    same_person_name,
)

han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=10)
dots = st.sampled_from(sorted(DOTS))
spaces = st.sampled_from(["", " ", "\u3000", "\u200b", "\u00a0"])


@dataclass
class Somebody:
    name: str
    former_names: list[str] = field(default_factory=list)


@given(han, han, dots, dots, spaces, spaces)
def test_dots_and_spaces_do_not_make_another_name(a: str, b: str, x: str, y: str, s: str, t: str) -> None:
    assert same_name(f"{a}{x}{s}{b}", f"{s}{a}{t}{y}{b}{t}")


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(han, han)
def test_other_characters_make_another_name(a: str, b: str) -> None:
    assert same_name(a, b) == (fold(a) == fold(b))


@given(st.text(max_size=20), st.text(max_size=20))
def test_the_pieces_give_back_both_names(a: str, b: str) -> None:
    pieces = differences(a, b)
    assert "".join(piece.a for piece in pieces) == a
    assert "".join(piece.b for piece in pieces) == b
    assert all((piece.a == piece.b) == piece.same for piece in pieces)


def test_the_differing_dot_is_shown() -> None:
    pieces = differences("买买提·测试", "买买提•测试")
    assert [(piece.a, piece.b) for piece in pieces if not piece.same] == [("·", "•")]


def test_width_is_folded() -> None:
    assert same_name("ＡＢＣ测试", "abc测试")


def test_an_empty_name_is_nobodys() -> None:
    assert not same_name("", " ")


def test_a_former_name_counts() -> None:
    assert same_person_name("测试甲", Somebody("测试乙", ["测试甲"]))
    assert not same_person_name("测试丙", Somebody("测试乙", ["测试甲"]))


@pytest.mark.parametrize("written", ["测试?", "测试？", "测试□", "测试龑", "测试䶮"])
def test_a_rare_character_written_otherwise_could_be_the_person(written: str) -> None:
    assert could_be_person_name(written, Somebody("测试䶮"))


@pytest.mark.parametrize("written", ["验收甲", "测试甲子", "测", "?", "", "测试丁"])
def test_another_name_could_not(written: str) -> None:
    assert not could_be_person_name(written, Somebody("测试丙"))


def test_marks_alone_are_no_name() -> None:
    assert not could_be_person_name("???", Somebody("测试丙"))
