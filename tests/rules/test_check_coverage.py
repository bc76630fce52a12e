"""Which sentences of a text no rule quotes: how sentences are cut, and what counts as quoted."""

import pytest
from small_law import DOCUMENT, PROGRAMME, TRIED, changed

from jiangli.rules import build
from jiangli.rules.checking import check
from jiangli.rules.checking.coverage import sentences
from jiangli.rules.errors import PolicyError


def missing(**files: str) -> list[str]:
    """Line and words of the sentences that nobody quotes."""
    report = check(changed(**files), TRIED)
    assert report.problems == []
    (found,) = report.coverage
    assert found.quoted + found.left_out + len(found.missing) == found.total
    return [f"{one.line} {one.words}" for one in found.missing]


def words(text: str) -> list[str]:
    return [one.words for one in sentences(text)]


def test_sentences_end_at_full_stops_semicolons_and_line_ends():
    assert words("第一句话在这里。第二句话在这里；第三句话在这里;第四句话\n  第五句话在这里") == [
        "第一句话在这里。", "第二句话在这里；", "第三句话在这里;", "第五句话在这里",
    ]  # fmt: skip
    assert words("他说“这样的一句话。”又说另外一句话。") == ["他说“这样的一句话。”", "又说另外一句话。"]


def test_headings_labels_and_what_announces_a_list_are_left_out():
    assert (
        words(
            "# 关于激励的通知\n## 一、申请条件和范围\n联系电话：89537337\n应当符合以下条件:\n包括这几类人员：\n|---|"
        )
        == []
    )


def test_a_quote_of_any_part_of_the_file_covers_its_sentences():
    assert missing() == ["4 总则第一句。", "8 一个证书只发一次。", "12 两处都有的话。", "16 两处都有的话。"]
    limit = '[[limits]]\nonce_per = ["person"]\nquote = "证书只发"\n'
    stage = (
        '[process]\nstages = [{ kind = "pay", title = "发", quote = "两处都有的话。", at = "(一)细则" }]\n'
    )
    assert missing(one=PROGRAMME + limit + stage) == ["4 总则第一句。", "12 两处都有的话。"]
    left = '[[not_modelled]]\nquote = "总则第一句。"\nreason = "introduction"\n'
    assert missing(one=PROGRAMME + limit + stage + left) == ["12 两处都有的话。"]


def test_every_programme_of_the_document_counts():
    other = PROGRAMME.replace("test-one", "test-two").replace("甲等应当如此。", "一个证书只发一次。")
    assert "8 一个证书只发一次。" not in missing(two=other)


def test_a_quote_may_run_over_lines_and_covers_every_sentence_it_touches():
    text = "# 通知\n\n## 一、条件\n\n  甲等应当如此。甲等再说一次。\n\n乙等也应当如此。每人一百元。\n"
    quote = PROGRAMME.replace('"甲等应当如此。"', '"""再说一次。\n乙等"""')
    assert missing(text=text, one=quote) == ["5 甲等应当如此。"]


def test_the_document_itself_leaves_out_quotes_and_whole_clauses():
    left = '[[not_modelled]]\nquote = "总则第一句。"\nreason = "introduction"\n'
    assert missing(document=DOCUMENT + left)[0] == "8 一个证书只发一次。"
    for clause in ("二", "二、标准"):
        whole = f'[[not_modelled]]\nclause = "{clause}"\nreason = "another body pays"\n'
        assert missing(document=DOCUMENT + whole) == ["4 总则第一句。", "8 一个证书只发一次。"]
    part = '[[not_modelled]]\nclause = "二(一)"\nreason = "another body pays"\n'
    found = build(changed(document=DOCUMENT + part)).documents["test"].not_modelled
    assert [(row.clause, row.basis.cites, row.reason) for row in found] == [
        ("二(一)", (), "another body pays")
    ]


def test_what_is_left_out_is_counted_apart_and_a_heading_that_recurs_stands_for_all():
    text = "# 通知\n\n## 一、条件\n\n甲等应当如此。每人一百元。\n\n### 责任单位\n\n测试区测试局\n"
    text += "\n## 二、标准\n\n### 责任单位\n\n测试区测试局\n"
    left = '[[not_modelled]]\nclause = "责任单位"\nreason = "an address"\n'
    (found,) = check(changed(text=text, document=DOCUMENT + left), TRIED).coverage
    assert (found.total, found.quoted, found.left_out, found.missing) == (4, 2, 2, ())


def test_a_quote_that_is_only_a_heading_covers_no_sentence():
    text = "# 通知\n\n## 一、条件\n\n甲等应当如此。每人一百元。\n\n### 申请条件和范围\n\n另有一句话在这里。\n"
    quote = '[[limits]]\nonce_per = ["person"]\nquote = "申请条件和范围"\n'
    assert missing(text=text, one=PROGRAMME + quote) == ["9 另有一句话在这里。"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('reason = "x"', "a quote, or a clause"),
        ('reason = "x"\nquote = "总则第一句。"\nclause = "一"', "a quote, or a clause"),
        ('clause = "一"', "reason is missing"),
        ('reason = "x"\nclause = "二、标難"', 'no clause "二、标難"'),
        ('reason = "x"\nquote = "总则第二句。"', "not in the text"),
        ('reason = "x"\nclause = "一"\nwhy = "y"', "Unknown key why"),
    ],
)
def test_what_a_document_may_not_leave_out(row, says):
    with pytest.raises(PolicyError) as found:
        build(changed(document=f"{DOCUMENT}[[not_modelled]]\n{row}\n"))
    assert says in str(found.value)
    assert str(found.value).startswith("test/document.toml:")
