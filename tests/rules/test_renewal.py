"""Next year's notice from last year's files: what stays, what changed, and what the author must look at."""

from __future__ import annotations

import pytest
from small_law import DOCUMENT, PROGRAMME, TEXT

from jiangli.rules import PolicyError
from jiangli.rules.drafting.renewal import Renewal, figures, lines_of, renew, renewed_name

OLD = {
    "town-2025/document.toml": DOCUMENT,
    "town-2025/text.md": TEXT,
    "town-2025/facts.toml": "",
    "town-2025/one.toml": PROGRAMME.replace("test-one", "town-2025-one")
    + """
[claim.window]
when  = "TRUE"
quote = "申报从2025年4月1日到2025年12月1日。"
[claim.E2]
when = "TRUE"
quote = "一个证书只发一次。"
at    = "一、条件"
[claim.E3]
by_date = [{ when = "TRUE", inferred = "x" }]
[form]
also_ask = ["a.text"]
""",
    "town-2025/one.en.toml": 'title = "Test"\n',
    "town-2025/one.cases.jsonl": '{"request": {"programme": "town-2025-one"}}\n',
    "other/one.toml": "",
}
NEW = """# 测试通知

## 一、条件

乙等应当如此。一个证书只发一次。

## 二、标准

为了鼓励,每人两百元。申报从2026年3月1日到2026年12月1日。
"""


@pytest.fixture(scope="module")
def found() -> Renewal:
    return renew(NEW, "town-2025", "town-2026", OLD)


def test_the_new_folder_has_the_old_files_with_new_ids(found):
    assert sorted(found.files) == [
        f"town-2026/{name}"
        for name in ("document.toml", "one.cases.jsonl", "one.en.toml", "one.toml", "text.md")
    ]
    assert '"town-2026-one"' in found.files["town-2026/one.toml"]
    assert '"town-2026-one"' in found.files["town-2026/one.cases.jsonl"]
    assert found.files["town-2026/text.md"] == NEW


def test_each_quote_is_looked_for_in_the_new_text(found):
    there = {quote.words: quote.there for quote in found.quotes}
    assert there == {
        "一、条件": True,
        "甲等应当如此。": False,
        "申报从2025年4月1日到2025年12月1日。": False,
        "一个证书只发一次。": True,
        "每人一百元。": False,
    }
    assert len(found.open) == 3


def test_changed_figures_are_paired(found):
    window = next(quote for quote in found.open if "2025年4月1日" in quote.words)
    assert window.closest == "申报从2026年3月1日到2026年12月1日。"
    assert window.changes == (("2025年4月1日", "2026年3月1日"), ("2025年12月1日", "2026年12月1日"))
    assert "2025年4月1日 → 2026年3月1日" in window.say()


def test_the_closest_words_may_be_a_part_of_a_sentence(found):
    money = next(quote for quote in found.open if "一百元" in quote.words)
    assert money.closest == "每人两百元。"
    assert money.say("en") == "changed; the closest words now are: 每人两百元。"


def test_a_comment_stands_above_every_quote_to_look_at(found):
    lines = found.files["town-2026/one.toml"].splitlines()
    at = next(
        number for number, line in enumerate(lines) if "2025年4月1日" in line and line.startswith("quote")
    )
    assert lines[at - 1].startswith("# 待定：原文改了，现在最接近的是：申报从2026年3月1日")


def test_words_that_are_gone_are_said_to_be_gone():
    found = renew("# 新通知\n\n天气很好。", "town-2025", "town-2026", OLD)
    assert not any(quote.there for quote in found.quotes)
    assert found.open[0].say("en") == "not in the new text, nor anything close to it"
    assert renew(NEW, "town-2025", "x", OLD).quotes[0].say("en") == "unchanged"


def test_the_report_counts_and_lists(found):
    head, *rest = lines_of(found)
    assert head == "6 处引文：3 处没有变，3 处要看"
    assert len(rest) == 3
    assert rest[0].startswith("town-2026/one.toml:")
    assert lines_of(found, "en")[0] == "6 quotes: 3 unchanged, 3 to look at"


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        ("每人600元", "每人700元", (("600元", "700元"),)),
        ("满6个月,每年2次", "满6个月", (("2次", ""),)),
        ("不变", "不变", ()),
    ],
)
def test_figures(old, new, pairs):
    assert [pair for pair in figures(old, new) if pair[0] != "每年"] == list(pairs)


def test_the_new_name_takes_the_year_of_the_title():
    assert renewed_name("town-2025", "# 2027年度通知") == "town-2027"
    assert renewed_name("town-2025", "# 通知（2025年）") == "town-2026"
    with pytest.raises(PolicyError, match="no year in town"):
        renewed_name("town", "# 通知")
