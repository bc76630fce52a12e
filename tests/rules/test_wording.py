"""Rules in words, in Chinese and English."""

from __future__ import annotations

import pytest
from small_law import PROGRAMME, SMALL, changed

from jiangli.rules import build, wording
from jiangli.rules.reference import reference


def rule(text: str, lang: str) -> str:
    source = PROGRAMME.replace('when  = "a.yes"', f'when  = "{text}"')
    found = build(changed(one=source)).programmes["test-one"]
    return wording.expression(found.claim[0].rule, found.dictionary, lang)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("a.count = 1", "a.count ＝ 1", "a.count is 1"),
        ("a.level <> 'low'", "a.level ≠ 低", "a.level is not low"),
        ("NOT (a.yes)", "不是（a.yes）", "not (a.yes)"),
        ("a.count BETWEEN 1 AND 3", "a.count从 1 到 3", "a.count from 1 to 3"),
        ("a.yes AND (b.yes OR c.yes)", "a.yes，并且（b.yes，或者c.yes）", "a.yes and (b.yes or c.yes)"),
        ("a.level IN ('low', 'high')", "a.level是低、高", "a.level is one of low, high"),
        ("a.money >= 2 * a.count", "a.money ≥ (2 × a.count) 元", "a.money ≥ (2 × a.count) yuan"),
        ("a.money >= b.money * 100", "a.money ≥ b.money × 100", "a.money ≥ b.money × 100"),
        ("a.count = 1 - (b.count + 2)", "a.count ＝ 1 − (b.count + 2)", "a.count is 1 − (b.count + 2)"),
        ("a.count = 1 + b.count * 2", "a.count ＝ 1 + b.count × 2", "a.count is 1 + b.count × 2"),
        (
            "a.money > percent_of(a.money - b.money, 50) + 1",
            "a.money ＞ ((a.money − b.money) 的 50%) + 1 元",
            "a.money > (50% of (a.money − b.money)) + 1 yuan",
        ),
        ("same(a.text, b.text)", "a.text、b.text完全一致", "a.text, b.text are the same"),
        ("in_area(a.place, '330100')", "a.place 在 330100", "a.place is in 330100"),
        ("months_after(a.day, 6) <= b.day", "a.day 起 6 个月后 ≤ b.day", "6 months after a.day ≤ b.day"),
        (
            "LEAST(a.count, b.count) > 1",
            "较小的一个(a.count、b.count) ＞ 1",
            "the least of (a.count, b.count) > 1",
        ),
        ("a.money > 5.50", "a.money ＞ 5.50 元", "a.money > 5.50 yuan"),
        ("TRUE", "是", "Yes"),
    ],
)
def test_expressions(text, zh, en):
    assert rule(text, "zh") == zh
    assert rule(text, "en") == en


MORE = """
[[limits]]
at_most = 500
per     = []
across  = ["test-*"]
effect  = "hold"
inferred = "x"
[process]
stages = [
  { kind = "review", title = "审核", agency = "claimant", days = 3, outside = true, inferred = "x" },
  { kind = "pay", title = "发放", inferred = "x" },
]
[warnings.W1]
when = "b.yes"
inferred = "x"
"""


def test_parts_of_a_programme():
    rates = 'rates = [{ when = "a.yes", yuan = "officer.approved_amount" }, { when = "NOT a.yes", no_rate = true }]'
    payers = (
        'payers = [{ payer = "one", percent = 60, from = 2025-01-01 },'
        ' { payer = "two", percent = 40, from = 2025-01-01 }, { payer = "three", percent = 100, to = 2024-12-31 }]\n'
    )
    extras = 'supplements = [{ yuan = 50, inferred = "x" }]'
    facts = SMALL["facts.toml"] + (
        '\n[facts."officer.approved_amount"]\ntype = "money"\nzh = "核定"\ndescription = "x"\nsource = "officer"\n'
    )
    source = PROGRAMME.replace("yuan  = 100", f"{rates}\n{payers}{extras}") + MORE
    one = build(changed(one=source, facts=facts)).programmes["test-one"]
    assert wording.rate_case(one.amount.rates[0], one) == "a.yes"
    assert wording.rate_amount(one.amount.rates[0], one) == "由经办人填写"
    assert wording.rate_amount(one.amount.rates[1], one, "en") == "no rate"
    assert wording.supplement(one.amount.supplements[0], one) == "所有情形: +50 元"
    assert wording.payer(one.payers[0], one) == "one 60% (application.applied_on ≥ 2025 年 1 月 1 日)"
    assert (
        wording.limit(one.limits[0], one) == "整个项目合计不超过 500 元（和 test-* 一起算）（交经办人决定）"
    )
    assert wording.limit(one.limits[0], one, "en").startswith("the whole programme at most 500 yuan")
    assert wording.stage(one.stages[0], one, "en") == "审核, the claimant, 3 days, outside"
    assert wording.expression(None, one.dictionary) == ""


# --- the page of all programmes


def test_the_page_has_every_condition_with_its_words(law):
    page = reference(law)
    for one in law.programmes.values():
        assert f"### {one.id}\n" in page
        assert one.title.zh in page
        for condition in one.conditions:
            assert all(
                cite.quote.replace("|", "\\|").replace("\n", " ") in page for cite in condition.basis.cites
            )


def test_the_page_of_a_small_law():
    source = PROGRAMME + (
        '[elsewhere]\ntitle = "别处"\ninferred = "x"\n[parameters]\nyears = { value = 2, quote = "甲等" }\n'
        '[process]\nmaterials = [{ title = "表" }, { title = "其他", optional = true }]\n'
        '[[not_modelled]]\nquote = "总则第一句。"\nreason = "没有内容"\n'
    )
    page = reference(build(changed(one=source.replace('quote = "甲等应', 'fault = true\nquote = "甲等应'))))
    assert "在别处办理 decided elsewhere: 别处 推定 inferred：x" in page
    assert "材料 materials: 表；其他（可以不交 optional）" in page
    assert "可更正 can be corrected" in page
    assert "| `years` | 2 |  | “甲等”（一、条件） |" in page
    assert "| “总则第一句。”（测试通知） | 没有内容 |" in page


BRACKETS = """
of = "a.money"
at_least = 10
brackets = [
  { up_to = 2000, percent = 80, quote = "甲等应当如此。" },
  { up_to = 5000, percent = 50, quote = "每人一百元。" },
  { percent = 30, quote = "总则第一句。" },
]
"""


def test_brackets_are_told_by_their_slices_with_all_their_words():
    source = PROGRAMME.replace('yuan  = 100\nquote = "每人一百元。"', BRACKETS)
    one = build(changed(one=source)).programmes["test-one"]
    (rate,) = one.amount.rates
    assert wording.rate_amount(rate, one) == (
        "a.money：不超过 2,000 元的部分 80%；2,000 元 到 5,000 元的部分 50%；超过 5,000 元的部分 30%；至少 10 元"
    )
    assert wording.rate_amount(rate, one, "en").endswith("what is above 5,000 yuan 30%; at least 10 yuan")
    assert [cite.quote for cite in rate.basis.cites] == ["甲等应当如此。", "每人一百元。", "总则第一句。"]


def test_the_page_tells_what_is_filed_counted_limited_and_proposed():
    source = PROGRAMME.replace('claimant = "person"', 'claimant = "organisation"').replace(
        'yuan  = 100\nquote = "每人一百元。"',
        'rates = [{ yuan = 100, quote = "每人一百元。" }]\nquote = "总则第一句。"',
    ) + (
        '[record]\nsubject = "a.colour"\nparts = { red = ["red", "blue"] }\n[counts]\n"a.count" = "a.yes"\n'
        '[[limits]]\nonce_per = ["person"]\ntitle = "只一次"\ninferred = "x"\n'
    )
    overlay = 'overlays = "test-one"\nid = "more"\nstatus = "proposed"\nsource = "草稿"\n'
    overlay += '[amount]\nyuan = 200\nquote = "每人一百元。"\n'
    page = reference(build(changed(one=source) | {"test/one.more.overlay.toml": overlay}))
    assert "一次一家 one organisation at a time" in page
    assert "| 全部 all |  | “总则第一句。”（测试通知） |" in page
    assert "| 归档 filed under `subject` | a.colour | a.colour |" in page
    assert "| 分开发放 paid in parts: 红 | 红、蓝 | 红, 蓝 |" in page
    assert "| 按附表点数 counted over the list: a.count a.count | a.yes | a.yes |" in page
    assert "| once<br>只一次<br>不符合时先交经办人 an officer looks first |" in page
    assert "#### 拟议 Proposed `more`" in page and "| 所有情形 | 200 元 |" in page


def test_documents_without_programmes_are_left_out():
    bare = {name: text for name, text in SMALL.items() if name != "test/one.toml"}
    assert "##" not in reference(build(bare))
    unnamed = PROGRAMME.replace('section  = "一、条件"\n', "").replace('title = "甲等"\n', "")
    assert "条款 clause" not in reference(build(changed(one=unnamed)))
