"""What two versions of a programme say differently, in words, and which cases they answer differently."""

from __future__ import annotations

from datetime import date

import pytest
from small_law import DOCUMENT, PROGRAMME, changed

from jiangli.rules import build
from jiangli.rules.cases import Case
from jiangli.rules.comparing import (
    CaseChange,
    Comparison,
    Version,
    compare,
    compare_cases,
    compare_documents,
    pairs,
)
from jiangli.rules.errors import Place

RICH = """
id       = "test-one"
title    = "测试项目"
section  = "一、条件"
agency   = "test-agency"
claimant = "person"

[claim]
E1 = { title = "甲等", when = "a.level IN ('low', 'middle') AND a.day <= DATE '2025-11-30'", quote = "甲等应当如此。" }
E2 = { when = "in_area(a.place, '330109') OR a.yes", inferred = "x", fault = true }
E3 = { by_date = [
  { to = 2025-03-31, when = "a.yes" },
  { from = 2025-04-01, when = "NOT b.yes" },
], inferred = "x" }
[warnings]
W1 = { when = "a.count > 0", inferred = "x" }
[parameters]
years = { value = 2, reason = "x" }
[amount]
by          = "a.level"
inferred    = "x"
rates       = [{ is = "low", yuan = 600 }, { is = "middle", yuan = 700 }, { is = "high", no_rate = true }]
supplements = [{ when = "a.yes", percent = 20, inferred = "x" }]
payers      = [{ payer = "one" }, { payer = "two" }]
[[limits]]
once_per = ["person"]
inferred = "x"
[process]
stages    = [{ kind = "publish", title = "公示", days = 5, calendar = "working", inferred = "x" }]
materials = [{ id = "form", title = "申请表" }, { id = "card", title = "身份证", optional = true }]
"""


def law(was: str = "", now: str = ""):
    assert was in RICH
    library = build(changed(one=RICH.replace(was, now)))
    return library, library.programmes["test-one"]


def said(was: str, now: str, lang: str = "zh") -> list[str]:
    return [change.say(lang) for change in compare(law()[1], law(was, now)[1])]


@pytest.mark.parametrize(
    ("was", "now", "zh"),
    [
        ("yuan = 600", "yuan = 700", "金额 低：600 元 → 700 元"),
        ("2025-11-30", "2026-11-30", "条件 E1 甲等：2025 年 11 月 30 日 → 2026 年 11 月 30 日"),
        ("'low', 'middle'", "'low', 'high'", "条件 E1 甲等：中 → 高"),
        ("('low', 'middle')", "('low', 'middle', 'high')", "条件 E1 甲等：— → 高"),
        ("330109", "330100", "条件 E2 E2：330109 → 330100"),
        ("value = 2", "value = 3", "参数 years：2 → 3"),
        ("percent = 20", "percent = 30", "加发：a.yes: +20% → a.yes: +30%"),
        ('payer = "two"', 'payer = "two", ratio = 2', "出资 two：two × 1 → two × 2"),
        ("days = 5", "days = 7", "流程：公示、test-agency、5 个工作日 → 公示、test-agency、7 个工作日"),
        ('title = "申请表"', 'title = "申请表", optional = true', "材料：申请表 → 申请表（可以不交）"),
        ('W1 = { when = "a.count > 0"', 'W1 = { when = "a.count > 1"', "提示 W1 W1：0 → 1"),
        (
            'once_per = ["person"]',
            'once_per = ["person"]\nkeep_highest = "a.level"',
            "限额：每人只发一次 → 每人只发一次（取a.level最高的一行）",
        ),
        (
            'once_per = ["person"]',
            'once_per = ["person"]\nwithin = "roster"',
            "限额：每人只发一次 → 每人只发一次（只看这份名册）",
        ),
        (
            'once_per = ["person"]',
            'once_per = ["person"]\nto = 2025-12-31',
            "限额：每人只发一次 → 每人只发一次（application.applied_on ≤ 2025 年 12 月 31 日）",
        ),
        ("yuan = 600", 'yuan = 600, needs = ["a.text"]', "金额 低：600 元 → 600 元（要先有a.text）"),
        (
            'claimant = "person"',
            'claimant = "person"\nrecord = { period = "a.day" }',
            "归档 period（新增）：a.day",
        ),
        ("[amount]", '[counts]\n"a.count" = "a.yes"\n[amount]', "点数 a.count（新增）：a.yes"),
        ("[process]", '[process]\nroute = "own_card"', "项目 发放方式：— → own_card"),
        ("[process]", '[process]\nrounds = { per_year = 2, inferred = "x" }', "项目 每年受理次数：— → 2"),
        (
            "[process]",
            '[elsewhere]\ntitle = "别处"\ninferred = "x"\n[process]',
            "项目 办理的地方：本平台 → 别处",
        ),
        ('claimant = "person"', 'claimant = "organisation"', "项目 对象：person → organisation"),
    ],
)
def test_one_thing_changed(was, now, zh):
    assert said(was, now) == [zh]


def test_a_rule_of_another_form_is_said_whole():
    assert said("OR a.yes", "OR b.yes") == [
        "条件 E2 E2：a.place 在 330109，或者a.yes（可以更正） → a.place 在 330109，或者b.yes（可以更正）"
    ]


def test_regimes_change_their_days():
    later = RICH.replace("2025-03-31", "2025-04-30").replace("2025-04-01", "2025-05-01")
    found = compare(law()[1], build(changed(one=later)).programmes["test-one"])
    assert found[0].say() == "条件 E3 E3：…–2025-03-31、2025-04-01–… → …–2025-04-30、2025-05-01–…"


def test_what_is_new_and_what_is_gone():
    assert said('  { kind = "x"', "") if '  { kind = "x"' in RICH else True
    gone = said('once_per = ["person"]', 'at_most = 500\nper = ["person"]')
    assert gone == ["限额（新增）：每人合计不超过 500 元", "限额（取消）：每人只发一次"]
    assert said('once_per = ["person"]', 'once_per = ["certificate"]', "en") == [
        "Limit (new): each certificate paid once",
        "Limit (removed): each person paid once",
    ]


def test_english_words():
    assert said("yuan = 600", "yuan = 700", "en") == ["Amount low: 600 yuan → 700 yuan"]


def test_a_quote_that_changed_alone_is_said():
    other = RICH.replace("甲等应当如此。", "一个证书只发一次。")
    found = compare(law()[1], build(changed(one=other)).programmes["test-one"])
    assert [change.say() for change in found] == ["引文 E1：“甲等应当如此。” → “一个证书只发一次。”"]


# --- cases


def case(facts, programme="test-one") -> Case:
    request = {"programme": programme, "applied_on": "2025-06-10", "facts": facts}
    return Case("c-1", "甲", request, {}, Place("cases"))


FACTS = {"a.level": "low", "a.day": "2025-06-01", "a.yes": True, "b.yes": False, "person.id": "p"}


IDS = {"test-one": "test-one"}


def answered(old, new, *cases, after=()):
    return compare_cases(Version(*old), Version(*new), cases, after, IDS)


def test_cases_that_are_answered_otherwise():
    found = answered(law(), law("yuan = 600", "yuan = 700"), case(FACTS), case({}))
    assert [change.say() for change in found[0]] == ["c-1（甲）：amount 1440.00 → 1680.00"]
    assert found[1:] == ((), 0)
    assert found[0][0].as_json()["after"]["amount"] == "1680.00"


def test_cases_that_only_the_new_version_has_stand_apart():
    new = case({**FACTS, "a.text": "x"})
    found = answered(law(), law("yuan = 600", "yuan = 700"), case(FACTS), after=[case(FACTS), new])
    assert [len(found[0]), [change.case for change in found[1]]] == [1, [new]]
    assert Comparison(law()[1], law()[1], (), *found).say("en")[-2].endswith("the old one answers otherwise:")


def test_a_version_that_cannot_answer_says_why():
    two = law('is = "middle"', 'when = "a.yes"')
    assert answered(law(), two, case(FACTS))[0][0].after["error"]


WINDOW = "[claim.window]\nwhen = \"application.applied_on BETWEEN DATE '{}' AND DATE '{}'\"\ninferred = \"x\"\n[amount]"


def year(id: str, first: str, last: str, yuan: int = 100):
    source = PROGRAMME.replace("test-one", id).replace("yuan  = 100", f"yuan  = {yuan}")
    limit = '[[limits]]\nonce_per = ["person"]\ninferred = "x"\n'
    library = build(changed(one=source.replace("[amount]", WINDOW.format(first, last)) + limit))
    return Version(library, library.programmes[id])


def test_cases_move_with_the_window():
    old, new = year("p-2025", "2025-03-01", "2025-10-31"), year("p-2026", "2026-03-01", "2026-11-30")
    ids = {"p-2025": "p-2026"}
    facts = {"a.yes": True, "person.id": "p"}
    paid = [{"programme": "p-2025", "paid_on": "2025-05-01", "amount": "1.00", "person": "p"}]
    late = case(facts, "p-2025")
    late.request["applied_on"] = "2025-11-10"
    once = case(facts, "p-2025")
    once = once._replace(id="c-2", request={**once.request, "history": paid})
    mine = case(facts, "p-2026")
    mine.request["applied_on"] = "2026-11-10"
    found = compare_cases(old, new, [case(facts, "p-2025"), late, once], [mine], ids)
    assert found == ((), (), 1)
    dearer = year("p-2026", "2026-03-01", "2026-10-31", 200)
    assert [
        change.say() for change in compare_cases(old, dearer, [once, case(facts, "p-2025")], [], ids)[0]
    ] == ["c-1（甲）：amount 100.00 → 200.00"]
    told = Comparison(old.programme, new.programme, (), (), (), 2).say()
    assert told[-1] == "  另有 2 个案例只因受理的日子不同"


def test_an_overlay_is_asked_as_what_it_proposes():
    over = 'overlays = "test-one"\nid = "test-one-more"\nstatus = "proposed"\nsource = "x"\n'
    files = changed(one=PROGRAMME) | {
        "test/one.more.overlay.toml": over + '[amount]\nyuan = 300\ninferred = "x"\n'
    }
    library = build(files)
    changed_one = Version(library, library.estimated("test-one", "test-one-more"))
    found = compare_cases(
        Version(library, library.programmes["test-one"]), changed_one, [case({"a.yes": True})], [], IDS
    )
    assert [change.say() for change in found[0]] == ["c-1（甲）：amount 100.00 → 300.00"]


def test_documents_are_compared_too():
    later = DOCUMENT.replace("测试通知", "新通知").replace('series = "test-series"', "from = 2026-01-01")
    old, new = (build(changed(document=text)).documents["test"] for text in (DOCUMENT, later))
    assert [change.say() for change in compare_documents(old, new)] == [
        "文件 名称：测试通知 → 新通知",
        "文件 从：— → 2026 年 1 月 1 日",
        "文件 系列：test-series → —",
    ]


def test_a_comparison_in_words():
    old, new = law(), law("yuan = 600", "yuan = 700")
    changes = compare(old[1], new[1])
    found = Comparison(old[1], new[1], changes, answered(old, new, case(FACTS))[0])
    assert found.differs
    assert found.say()[0] == "测试项目\ttest-one"
    assert found.say()[-2:] == ["  原有的案例，结果不同：", "    c-1（甲）：amount 1440.00 → 1680.00"]
    assert not Comparison(old[1], old[1]).differs
    assert Comparison(old[1], new[1], changes).say("en")[1:] == ["  Amount low: 600 yuan → 700 yuan"]
    assert Comparison(None, new[1]).say() == ["测试项目（新增）\ttest-one"]
    assert Comparison(old[1], None).say() == ["测试项目（取消）\ttest-one"]
    renamed = build(changed(one=PROGRAMME.replace("test-one", "test-two"))).programmes["test-two"]
    assert Comparison(old[1], renamed).say()[0] == "测试项目\ttest-one → test-two"


def test_programmes_are_paired_by_the_names_of_their_files():
    one, two = law()[1], law()[1]
    assert list(pairs({"a": one, "b": one}, {"a": two, "c": two})) == [(one, two), (None, two), (one, None)]


def test_a_case_change_names_only_what_differs():
    found = CaseChange(
        case({}), {"outcome": "eligible", "amount": "1.00"}, {"outcome": "eligible", "amount": "2.00"}
    )
    assert found.say() == "c-1（甲）：amount 1.00 → 2.00"
    assert date(2025, 6, 10) == date.fromisoformat(found.case.request["applied_on"])
