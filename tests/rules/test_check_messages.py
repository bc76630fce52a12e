"""How a problem is said: place, line and caret, why, what to do, and what was probably meant."""

import pytest
from small_law import programme

from jiangli.rules.errors import Place, PolicyError, nearest


def said(**replaced: str) -> str:
    with pytest.raises(PolicyError) as found:
        programme(**replaced)
    return str(found.value)


def test_the_line_is_shown_with_a_caret_under_the_column():
    assert said(was='when  = "a.yes"', now='when  = "a.yes AND a.yse"') == "\n".join(
        [
            "test/one.toml:10:20: 没有 a.yse 这个事实。 是不是 a.yes、c.yes、b.yes？ 先写进 facts.toml。",
            '    when  = "a.yes AND a.yse"',
            "                       ^",
            "    There is no fact a.yse. Did you mean a.yes, c.yes, b.yes? Declare it in facts.toml first.",
        ]
    )


def test_columns_count_letters_and_the_caret_minds_that_chinese_is_wide():
    place = Place("f.toml", 3, 6, '标题 = "x"')
    assert place.shown() == ['标题 = "x"', "       ^"]
    assert said(was='when  = "a.yes"', now='any = [{ quote = "甲等", when = "b.yse" }]').splitlines()[:3] == [
        "test/one.toml:10:32: 没有 b.yse 这个事实。 是不是 b.yes、c.yes、b.day？ 先写进 facts.toml。",
        '    any = [{ quote = "甲等", when = "b.yse" }]',
        "                                     ^",
    ]


def test_a_blank_line_and_indentation_are_not_shown():
    assert Place("f.toml", 1, 1, "   ").shown() == []
    assert Place("f.toml", 1, 5, "    abc").shown() == ["abc", "^"]


def test_of_a_long_line_a_window_is_shown():
    line, caret = Place("f", 1, 301, "a" * 300 + "X" + "b" * 300).shown()
    assert line == "…" + "a" * 60 + "X" + "b" * 99 + "…"
    assert line[len(caret) - 1] == "X"
    line, caret = Place("f", 1, 1, "X" + "b" * 300).shown()
    assert (line, caret) == ("X" + "b" * 159 + "…", "^")
    assert Place("f", 1, 200, "a" * 199 + "X").shown()[0] == "…" + "a" * 60 + "X"


def test_nearest_names_or_nothing():
    assert nearest("tecnician", ["technician", "worker"]).en == "Did you mean technician?"
    assert nearest("zzz", ["technician"]) == ("", "")


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        (
            'when  = "a.yes"',
            "when = \"a.level = 'middel'\"",
            "Did you mean middle? Write one of: low middle high.",
        ),
        ('when  = "a.yes"', 'when = "a.day < month_after(b.day, 1)"', "Did you mean months_after, month_end"),
        (
            'when  = "a.yes"',
            'when = "a.count > parameter.leest"',
            "Did you mean least? Declare it in [parameters].",
        ),
        ('claimant = "person"', 'claimant = "persn"', "Did you mean person?"),
        ("yuan  = 100", 'by = "a.levle"\nrates = []', "Did you mean a.level, b.level?"),
        ("yuan  = 100", 'by = "a.level"\nrates = [{ is = "lowe", yuan = 1 }]', "Did you mean low?"),
        ("quote = ", "qoute = ", "Write: quote."),
        ('"一、条件"', '"一、条伴"', "Nearest: 一、条件; 一."),
        ('"一、条件"', '"xyz"', "such as 二(三)7.\n"),
    ],
)
def test_what_was_probably_meant(was, now, says):
    more = '[parameters]\nleast = { value = 1, reason = "x" }\n'
    with pytest.raises(PolicyError) as found:
        programme(more, was=was, now=now)
    assert says in str(found.value) + "\n"


def test_a_wrong_quote_is_shown_beside_the_nearest_passage_with_what_differs():
    found = said(was='"甲等应当如此。"', now='"甲等应如此，"')
    assert (
        "最接近的是 test/text.md:8：「甲等应【当】如此【。】」，写的是：「甲等应【】如此【，】」。" in found
    )
    assert "Nearest is test/text.md:8: 「甲等应【当】如此【。】」 for 「甲等应【】如此【，】」." in found


def test_a_quote_that_is_near_nothing_is_just_not_there():
    assert (
        "Quote verbatim, punctuation included.\n"
        in said(was='"甲等应当如此。"', now='"完全不同的另一句话"') + "\n"
    )
