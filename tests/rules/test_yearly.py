"""What a new year moves, and what the author is told to look at."""

from __future__ import annotations

import json
from datetime import date

import pytest
from small_law import DOCUMENT, PROGRAMME, TEXT

from jiangli.rules.drafting.marks import figures
from jiangli.rules.drafting.renewal import facts_to_move, renew
from jiangli.rules.drafting.yearly import later, moved_cases, renamer

LIMITS = """
[[limits]]
once_per = ["person"]
inferred = "x"
[[limits]]
at_most  = 500
per      = ["person", "period"]
inferred = "x"
[[limits]]
once_per = ["person"]
across   = ["series:test-series"]
inferred = "x"
[[limits]]
once_per = ["person"]
across   = ["skill-20*"]
inferred = "x"
[[limits]]
less_paid_per = ["person"]
across   = ["skill-2025"]
inferred = "x"
"""
CASES = [
    {
        "id": "skill-2025-01", "note": "2025-04-01 和 2025 年的，一共 2025 元",
        "request": {
            "programme": "skill-2025", "applied_on": "2025-04-01", "facts": {"a.day": "2024-02-29", "a.yes": True},
            "history": [{"programme": "skill-2025", "period": "2024"}, {"programme": "other", "period": "2024-05"}],
        },
        "expect": {},
    },
    {"id": "skill-2025-02", "note": "短", "like": "skill-2025-01", "on": "2025-05-01", "expect": {}},
]  # fmt: skip
OLD = {
    "town-2025/document.toml": DOCUMENT.strip() + '\nlearned = "报上"\ntitle_en = "Test"\nto = 2025-12-31\n',
    "town-2025/text.md": TEXT,
    "town-2025/skill-2025.toml": PROGRAMME.replace("test-one", "skill-2025") + LIMITS,
    "town-2025/skill-2025.cases.jsonl": "".join(json.dumps(case) + "\n\n" for case in CASES),
    "town-2025/gold.toml": PROGRAMME.replace("test-one", "gold").replace(
        'title = "甲等"', 'title = "甲等"\ntell = "2025 年 3 月 1 日以前，100 元以下，2025 年"'
    )
    + '[messages]\n"payment.paid" = "1 March 2025, 1,000 yuan"\n',
}
NEW = TEXT.replace("# 测试通知", "# 2026年新通知\n\n云工〔2026〕3号\n\n自2026年4月1日起施行，每人100元。")


def renewed(**more):
    return renew(NEW, "town-2025", "town-2026", OLD, **more)


def test_ids_get_the_new_year_in_rules_names_and_cases():
    files = renewed().files
    assert 'id       = "skill-2026"' in files["town-2026/skill-2026.toml"]
    assert 'id       = "gold-2026"' in files["town-2026/gold.toml"]
    first, short = map(json.loads, files["town-2026/skill-2026.cases.jsonl"].splitlines())
    assert (first["id"], short["id"], short["like"]) == ("skill-2026-01", "skill-2026-02", "skill-2026-01")
    assert first["request"]["programme"] == "skill-2026"


def test_a_folder_without_a_year_is_renamed_all_the_same():
    found = renew(
        NEW, "town", "village", {path.replace("town-2025", "town"): text for path, text in OLD.items()}
    )
    assert 'id       = "gold-village"' in found.files["village/gold.toml"]
    assert '"2025-04-01"' in found.files["village/skill-2025.cases.jsonl"]
    assert renamer("town", "village", {})("town town-x x-town") == "village village-x x-town"


def test_days_and_periods_of_cases_move_by_a_year():
    first, short = map(json.loads, renewed().files["town-2026/skill-2026.cases.jsonl"].splitlines())
    assert first["note"] == "2026-04-01 和 2026 年的，一共 2025 元"
    assert first["request"]["applied_on"] == "2026-04-01"
    assert first["request"]["facts"] == {"a.day": "2025-02-28", "a.yes": True}
    assert [row["period"] for row in first["request"]["history"]] == ["2025", "2025-05"]
    assert short["on"] == "2026-05-01"
    kept = renewed(keep_days=True).files["town-2026/skill-2026.cases.jsonl"]
    assert json.loads(kept.splitlines()[0])["request"]["applied_on"] == "2025-04-01"
    assert later(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert moved_cases("{}", 1) == "{}\n"


def test_the_document_has_the_head_of_the_new_text():
    lines = renewed().files["town-2026/document.toml"].splitlines()
    assert lines[:3] == ['title = "2026年新通知"', 'number = "云工〔2026〕3号"', "from = 2026-04-01"]
    assert "# 待定：新的正文里没有，去年是：to = 2025-12-31" in lines
    assert '# 待定：新的正文里没有，去年是：title_en = "Test"' in lines
    assert 'status = "draft"' in lines
    bare = renew("# 通知\n\n没有。", "town-2025", "town-2026", OLD).files["town-2026/document.toml"]
    assert not any(line.startswith(("number", "from")) for line in bare.splitlines())


def test_limits_that_forget_last_year_are_marked():
    marks = [mark for mark in renewed().marks if "skill" in mark.place.file]
    assert len(marks) == 2
    assert "across 里加去年的编号 skill-2025，" in marks[0].say()
    lines = renewed().files["town-2026/skill-2026.toml"].splitlines()
    at = marks[0].place.line - 1
    assert lines[at].startswith("[[limits]]") or "once_per" in lines[at]
    assert lines[at - 1].startswith("# 待定：去年发的不算在内")
    assert marks[0].say("en").startswith("last year's payments")


def test_words_that_name_what_the_new_text_does_not_are_marked():
    marks = [mark for mark in renewed().marks if "gold" in mark.place.file]
    assert [mark.say() for mark in marks] == [
        "这里说到 2025、2025-03-01，新的正文里没有",
        "这里说到 2025-03-01、1,000元，新的正文里没有",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.5万元", {"1500000 fen": "1.5万元"}),
        ("2025年3月1日", {"2025-03-01": "2025-03-01"}),
        ("1 March 2025", {"2025-03-01": "2025-03-01"}),
        ("2025年，1000人", {"2025": "2025"}),
    ],
)
def test_figures(text, found):
    assert figures(text) == found


def test_every_passage_of_a_quote_is_looked_for():
    two = PROGRAMME.replace('quote = "甲等应当如此。"', 'quote = ["甲等应当如此。", "乙等应当如此吗。"]')
    found = renew(NEW, "town-2025", "town-2026", OLD | {"town-2025/gold.toml": two})
    quotes = [quote for quote in found.quotes if "gold" in quote.place.file and "应当" in quote.words]
    assert [quote.there for quote in quotes] == [True, False]
    comment = next(line for line in found.files["town-2026/gold.toml"].splitlines() if "原文改了" in line)
    assert "甲等应当如此" in comment


def test_facts_that_both_years_use_are_listed():
    own = '[enums.town]\n[enums.agency]\nadd = []\n[enums.unused]\n[facts."a.town"]\nvalues = "town"\n[facts."b.c"]\n'
    found = facts_to_move("t", {"n/x.toml": "when = \"a.town = 'x'\""}, {"t/facts.toml": own})
    assert found == ["[enums.town]", "[enums.agency]", '[facts."a.town"]']
    assert facts_to_move("t", {}, {}) == []
