"""What people write out of habit, and the message that says what was meant: in TOML, in expressions, in cases."""

import json

import pytest
from small_law import PROGRAMME, SMALL, changed, programme

from jiangli.rules import build
from jiangli.rules.checking import check
from jiangli.rules.errors import BadToml, PolicyError
from jiangli.rules.toml import read


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = “x”", "有全角的 “”。 改成半角："),
        ("a ＝ 1", "full-width ＝. Write = instead."),
        ("a = （1）", "改成半角：()"),
        ("a = 20万", "Write 200000."),
        ("a = 300元", "Write 300."),
        ("a = 1,000", "Write 1000."),
        ("a = 2025年4月1日", "Write 2025-04-01."),
        ('a = "“x', "少了引号"),
        ('a = "x\nb = 1', "this line"),
        ("a = 1\na = 2", "这个键写了两遍"),
        ("[a]\n[a]", "这个表写了两遍"),
        ("x y", "少了等号"),
        ("a = [1", "括号没有写完"),
        ("a = yes", "这个值写得不对"),
        ('a = "\\q"', "This is not TOML: Unescaped"),
    ],
)
def test_a_file_that_is_not_toml_says_why(text, says):
    with pytest.raises(BadToml) as found:
        read(text, "f.toml")
    assert says in str(found.value)


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("a.day > '2026-05-01'", "Write DATE '2026-05-01'."),
        ("a.day > 2026-05-01", "Write DATE '2026-05-01'."),
        ("a.day > '2026年5月1日'", "Write DATE '2026-05-01'."),
        ("a.day > 2026年5月1日", "Write DATE '2026-05-01'."),
        ("a.day > 'x'", "'x' is not a value of date"),
        ("a.level = '高'", "Did you mean 'high'?"),
        ("甲等", "写成 a.yes。"),
        ("甲", "Did you mean a.yes?"),
        ("完全不同", "Name a fact of facts.toml"),
        ("a.yes == TRUE", "Write =."),
        ("a.yes 且 b.yes", "写成 AND。"),
        ("a.yes 或 b.yes", "写成 OR。"),
        ("（a.yes）", "改成半角：("),
        ("a.yes　AND b.yes", "改成半角：' '"),
        ("a.level IN ('low'，'high')", "改成半角：,"),
        ("a.level = “low”", "改成半角：'"),
        ("a.money > 2万元", "Write 20000."),
        ("a.money > 300元", "Write 300."),
        ("a.money > 1,000", "Write 1000."),
        ("a.day BETWEEN DATE '2026-01-02' AND DATE '2026-01-01'", "前后两天写反了"),
    ],
)
def test_an_expression_says_what_was_meant(when, says):
    facts = SMALL["facts.toml"].replace('zh = "a.yes"', 'zh = "甲等"')
    with pytest.raises(PolicyError) as found:
        build(changed(one=PROGRAMME.replace('"a.yes"', f'"{when}"'), facts=facts))
    assert says in str(found.value)


def test_lists_of_numbers_and_texts_with_such_signs_are_no_slips():
    programme(was='"a.yes"', now="\"a.count IN (100,200) AND a.text <> '（且）1,000元'\"")


# --- cases


def answered(expect: dict, programme_text: str = PROGRAMME, **request) -> str:
    raw = {"programme": "test-one", "applied_on": "2025-06-10", **request}
    case = json.dumps({"id": "c", "note": "x", "request": raw, "expect": expect})
    return "\n".join(map(str, check(changed(one=programme_text), {"test/one.cases.jsonl": case}).problems))


YES = {"a.yes": True}


@pytest.mark.parametrize(
    ("expect", "request_", "says"),
    [
        ({"outcome": "eligible"}, {"attached": []}, "→ invalid at attached：这个项目不按附表点数。"),
        ({"outcome": "eligible"}, {"facts": {"a.money": 120000}}, 'must be written "120000.00"'),
        ({"outcome": "eligible"}, {"facts": {"a.money": "1.5"}}, 'must be written "1200.00"'),
        ({"outcome": "eligible"}, {}, "outcome：应为 eligible，得到 undetermined（不知道 a.yes）"),
        ({"outcome": "eligible"}, {"facts": {"a.yes": False}}, "got ineligible (failed: E1)"),
        ({"amount": 100}, {"facts": YES}, '（写成 "100.00"）'),
        ({"amount": "90.00"}, {"facts": YES}, "amount: expected 90.00, got 100.00."),
        ({"payments": []}, {"facts": YES}, "payments：应为 –，得到 test-agency 100.00"),
        ({"warnings": ["W1"]}, {"facts": YES}, "warnings: expected W1, got –"),
        ({"lines": [{}]}, {"facts": YES}, "lines：应为 1 行，得到 0 行"),
        ({"outcom": "eligible"}, {"facts": YES}, "Unknown key outcom in expect. Did you mean outcome?"),
        ({"lines": [{"amont": "1.00"}]}, {"facts": YES}, "Did you mean amount, payments?"),
        ({"error": "invalid", "at": "x"}, {"attached": []}, "at: expected x, got attached"),
        (
            {"outcome": "eligible"},
            {"facts": YES, "history": [{"programme": "old", "paid_on": "2025-01-01", "amount": "1.00"}]},
            "要写 series",
        ),
    ],
)
def test_a_case_that_is_answered_otherwise_says_in_which_field(expect, request_, says):
    assert says in answered(expect, **request_)


def test_of_a_roster_only_the_fields_that_differ_are_told_line_by_line():
    text = PROGRAMME.replace("[claim.E1]", "[line.E1]").replace(
        'claimant = "person"', 'claimant = "person"\nlines = "person"'
    )
    found = answered({"lines": [{"outcome": "eligible"}] * 2}, text, lines=[{"facts": YES}, {"facts": {}}])
    assert "第2行 outcome：应为 eligible，得到 undetermined（不知道 a.yes）。" in found
    assert "line 2 outcome: expected eligible, got undetermined (unknown: a.yes)." in found
    assert "第1行" not in found
