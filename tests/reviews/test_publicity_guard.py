"""The guard before anything is put up: nothing hidden passes, and what officers write every day does."""

from __future__ import annotations

import random
from collections import Counter

import pytest

import hiding
import hiding_files
from jiangli.reviews.publicity.guard import leaks, leaks_in_file
from jiangli.reviews.publicity.numbers import Kind
from stories import credit_code


def found_in(what: hiding.Hidden) -> list[str]:
    return [str(leak) for leak in (leaks(what) if isinstance(what, str) else leaks_in_file(*what))]


def test_of_a_thousand_texts_sheets_and_pictures_with_a_hidden_number_none_passes() -> None:
    thrown = hiding_files.thrown(1000)
    passed = Counter(f"{way} ({kind})" for way, kind, what in thrown if not found_in(what))
    assert not passed
    assert {way for way, _kind, _what in thrown} == set(hiding_files.WAYS)


def test_three_hundred_ordinary_texts_pass() -> None:
    stopped = [(text, found) for text in hiding.ordinary(300) if (found := found_in(text))]
    assert not stopped


def test_ordinary_files_pass() -> None:
    assert not [
        (name, found)
        for name, content in hiding_files.ordinary_files()
        if (found := found_in((name, content)))
    ]


def test_credit_codes_stand_only_for_organisations_of_the_list() -> None:
    own, other = credit_code(1), credit_code(2)
    text = f"杭州测试机械有限公司（统一社会信用代码 {own}）"
    assert not leaks(text, codes=[own])
    assert Kind.CODE in {leak.kind for leak in leaks(text, codes=[other])}
    assert leaks(text.replace(own, own[:-1] + ("A" if own[-1] != "A" else "B")), codes=[own])


@pytest.mark.parametrize("name", ["a.png", "a.zip", "a.docx", "a.xlsx", "a.pdf", "a.xls", "a", "a.csv"])
def test_what_cannot_be_read_is_refused(name: str) -> None:
    assert [leak.kind for leak in leaks_in_file(name, b"\x00\xff\x13")] == [Kind.UNREADABLE]
    assert leaks_in_file(name, b"")


def test_it_says_where_and_never_repeats_the_number() -> None:
    rng = random.Random(7)
    for make in hiding.NUMBERS.values():
        number = make(rng)
        (leak,) = leaks(f"现予公示。\n测试甲\n{number}")
        assert leak.where == "第 3 行" and number not in str(leak) and number[:6] not in str(leak)
    _name, content = hiding_files.FILES["cell"](rng, hiding.mobile(rng))
    assert [leak.where for leak in leaks_in_file("名单.xlsx", content)] == ["工作表“名单” D2"]
