"""How an amount came about, step by step, and what a programme pays in short."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from small_law import PROGRAMME, SMALL, changed
from test_rule_properties import claims
from test_wording import BRACKETS

from deep import examples
from jiangli.rules import FactError, Outcome, PastPayment, assess, build, read_request
from jiangli.rules.brackets import brackets_of
from jiangli.rules.commands.amounts import in_short, reckoned
from jiangli.rules.commands.explaining import Explained
from jiangli.rules.facts import APPLIED_ON
from jiangli.rules.reckoning import reckon

PAID = 'yuan  = 100\nquote = "每人一百元。"'
OFFICER = SMALL["facts.toml"] + (
    '\n[facts."officer.approved_amount"]\ntype = "money"\nzh = "核定"\ndescription = "x"\nsource = "officer"\n'
)


def law(amount: str, more: str = "", **replaced: str):
    source = PROGRAMME.replace(PAID, amount)
    for was, now in replaced.items():
        source = source.replace(f"{was} = ", f"{now}\n{was} = ")
    return build(changed(one=source + more, facts=OFFICER))


def explained(library, facts, **more):
    raw = {"programme": "test-one", "applied_on": "2025-06-10", "facts": {"a.yes": True, **facts}, **more}
    return Explained(read_request(library, raw))


def steps(library, facts, lang="zh", **more):
    found = explained(library, facts, **more)
    return [line.strip() for line in reckoned(found.request, found.answer, lang)]


def test_slices_add_up():
    assert steps(law(BRACKETS), {"a.money": "3000.00"})[1:4] == [
        "所有情形：2,100 元", "2,000 元 × 80% + 1,000 元 × 50% ＝ 2,100 元", "a.money：3,000 元",
    ]  # fmt: skip
    assert "5 元 × 80% ＝ 4 元，不足 10 元，按 10 元" in steps(law(BRACKETS), {"a.money": "5.00"})
    assert "5 yuan × 80% = 4 yuan" not in steps(law(BRACKETS), {"a.money": "5.00"}, "en")


def test_a_row_with_what_is_added_and_the_payers():
    rates = 'by = "a.level"\nquote = "每人一百元。"\nrates = [{ is = "high", yuan = "100 + a.money" }]\n'
    extras = (
        'supplements = [{ when = "b.yes", percent = 20, inferred = "x" }, { yuan = 5, quote = "甲等" }]\n'
    )
    payers = 'payers = [{ payer = "one" }, { payer = "two" }]\n'
    cap = '[[limits]]\nat_most = 300\nper = ["claim"]\nquote = "甲等"\n'
    found = steps(law(rates + extras + payers, cap), {"a.level": "high", "b.yes": True, "a.money": "100.00"})
    assert found == [
        "金额怎么来的", "高：200 元", "100 元 + a.money", "a.money：100 元", "“每人一百元。”  二、标准",
        "b.yes: +20% ＝ +40 元", "推定：x", "所有情形: +5 元", "“甲等”  一、条件", "× 2（one、two 各一份）＝ 490 元",
        "cap：原来 490 元，已经用去 0 元，按所剩发放。",
    ]  # fmt: skip


def test_shares_of_several_payers():
    payers = PAID + '\npayers = [{ payer = "one", percent = 60 }, { payer = "two", percent = 40 }]\n'
    assert steps(law(payers), {})[-1] == "由 one 60%、two 40% 分担"


PARTS = '[record]\nsubject = "a.level"\nparts = { high = ["low", "middle"] }\n'


def test_instalments_are_told_each():
    assert steps(law(PAID, PARTS), {"a.level": "high"})[-2:] == ["低：100 元", "中：100 元"]
    assert len(steps(law(PAID, PARTS), {"a.level": "low"})) == 3
    paid = [{"programme": "test-one", "paid_on": "2025-01-01", "amount": "100.00", "subject": "middle"}]
    once = PARTS + '[[limits]]\nonce_per = ["subject"]\ninferred = "x"\n'
    assert steps(law(PAID, once), {"a.level": "high"}, history=paid)[-2:] == ["低：100 元", "中：0 元"]
    both = PARTS + '[[limits]]\nat_most = 150\nper = []\ninferred = "x"\n'
    assert "低" not in "".join(steps(law(PAID, both), {"a.level": "high"}))


def test_nothing_is_told_of_what_is_not_due():
    assert steps(law(PAID), {"a.yes": False}) == []


def test_what_was_counted_over_the_list_is_said():
    library = law('yuan = "100 * a.count"\nquote = "甲等"', '[counts]\n"a.count" = "b.yes"\n')
    found = explained(library, {}, attached=[{"facts": {"b.yes": True}}] * 29)
    assert "按附表点数：a.count 29" in found.text()
    assert "按附表点数" not in explained(library, {"a.count": 2}).text()


def days(when, on, **facts):
    text = PROGRAMME.replace('"a.yes"', f'"{when}"')
    raw = {
        "programme": "test-one",
        "applied_on": on,
        "facts": {k.replace("__", "."): v for k, v in facts.items()},
    }
    return Explained(read_request(build(changed(one=text)), raw)).text()


def test_the_days_of_filing_are_those_of_the_window_whenever_one_asks():
    window = "application.applied_on BETWEEN DATE '2025-07-01' AND DATE '2025-08-31'"
    said = "可以申请：2025 年 7 月 1 日 至 2025 年 8 月 31 日"
    assert said in days(window, "2025-06-10") and said in days(window, "2025-08-01")
    assert "可以申请：至 2025 年 8 月 31 日" in days(
        "application.applied_on < DATE '2025-09-01'", "2025-06-10"
    )
    assert "哪天申请都可以" in days("a.yes", "2025-06-10", a__yes=True)
    assert "哪天申请都可以；还不知道的要先查清" in days("a.yes", "2025-06-10")


def test_an_earlier_payment_names_its_programme():
    once = '[[limits]]\nonce_per = ["person"]\nacross = ["series:test-series"]\ninferred = "x"\n'
    rule = law(PAID, once).programmes["test-one"]
    for name, said in (("test-one", "（测试项目）"), ("old", "（以前的项目 old）")):
        past = [PastPayment(name, date(2025, 1, 1), 100, "test-series", person="k")]
        found = assess(rule, {"a.yes": True, "person.id": "k"}, on=date(2025, 6, 10), history=past)
        assert said in found.finding("once").tell()


@pytest.mark.parametrize(
    ("amount", "more", "said"),
    [
        (PAID, "", "100 元"),
        (BRACKETS.replace("  { percent = 30, quote = \"总则第一句。\" },\n", ""), "", "最多 3,100 元"),
        (BRACKETS, "", "按公式：a.money：不超过 2,000 元的部分 80%"),
        ('yuan = "officer.approved_amount"\nquote = "甲等"', "", "由经办人核定"),
        (
            'yuan = "officer.approved_amount"\nquote = "甲等"',
            '[[limits]]\nat_most = 150000\nper = ["claim"]\nquote = "甲等"\n', "由经办人核定；最多 150,000 元",
        ),
        (
            'quote = "甲等"\nrates = [{ when = "b.yes", yuan = "a.money" }, { when = "NOT b.yes", yuan = 1 }]',
            "", "按公式",
        ),
    ],
)  # fmt: skip
def test_an_amount_in_short(amount, more, said):
    assert in_short(law(amount, more).programmes["test-one"]).startswith(said)


def test_what_is_paid_by_the_month_says_so():
    rule = law(PAID, claimant='lines = "month"').programmes["test-one"]
    assert in_short(rule) == "每月 100 元" and in_short(rule, "en") == "100 yuan a month"


@pytest.mark.parametrize("yuan", ["a.money", "a.money + b.money", "percent_of(a.money, 20)",
                                  "percent_of(LEAST(a.money, 5), 20) + percent_of(LEAST(b.money, 5), 20)",
                                  "percent_of(LEAST(a.money, 5) - LEAST(b.money, 2), 20)",
                                  "percent_of(LEAST(a.money, 2) - LEAST(a.money, 5), 20)"])  # fmt: skip
def test_other_expressions_are_no_brackets(yuan):
    rate = law(f'yuan = "{yuan}"\nquote = "甲等"').programmes["test-one"].amount.rates[0]
    assert brackets_of(rate.amount.node) is None


@settings(max_examples=examples(100), deadline=None)
@given(claims())
def test_the_steps_come_to_what_is_due_where_nothing_cuts_it(claim):
    rule, facts, on, _ = claim
    try:
        found = assess(rule, facts, on=on)
    except FactError:
        return
    if found.outcome is Outcome.ELIGIBLE and not any(f.cut_fen for f in found.findings) and not rule.parts:
        assert reckon(rule, {**facts, APPLIED_ON: on}).total_fen == found.amount_fen
