"""What can I get: due, possible, nearly, and the question to ask next."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_law import PROGRAMME, changed
from test_rule_properties import LAW, claims, values

from deep import examples
from jiangli.rules import FactError, Outcome, PastPayment, assess, build, changing, load
from jiangli.rules.bounds import bounds_fen
from jiangli.rules.commands import offering
from jiangli.rules.commands.offering import marks
from jiangli.rules.facts import APPLIED_ON
from jiangli.rules.offers import in_force, next_question, offers

DAY = date(2025, 6, 10)


def variant(id, when="a.yes", more="", **replaced):
    """Another programme of the small law."""
    text = PROGRAMME.replace("test-one", id).replace('"a.yes"', f'"{when}"')
    for was, now in replaced.values():
        assert was in text
        text = text.replace(was, now)
    return text + more


def library(*texts, document=None):
    files = changed(**({"document": document} if document else {}))
    del files["test/one.toml"]
    return build(files | {f"test/p{at}.toml": text for at, text in enumerate(texts)})


def ids(found):
    return [offer.programme.id for offer in found]


def test_what_is_due_stands_highest_first():
    law = library(variant("small"), variant("large", yuan=("yuan  = 100", "yuan  = 300")))
    found = offers(law, {"a.yes": True}, on=DAY)
    assert [(offer.programme.id, offer.amount_fen) for offer in found.due] == [
        ("large", 30000),
        ("small", 10000),
    ]
    assert found.possible == found.near == found.rest == found.left_out == ()


def test_what_is_possible_stands_with_the_fewest_questions_first():
    law = library(variant("two", "a.yes AND a.count > 2"), variant("one"), variant("officer", "b.yes"))
    found = offers(law, {}, on=DAY)
    assert ids(found.possible) == ["one", "officer", "two"]
    assert found.possible[2].asks == ("a.yes", "a.count")
    assert found.possible[0].bounds == (10000, 10000)


def test_facts_of_officers_and_registers_are_checked_not_asked():
    found = offers(LAW, {}, on=DAY)
    listed = next(offer for offer in found.possible if "list.level" in offer.assessment.unknown)
    assert "list.level" in listed.checks and "list.level" not in listed.asks


def test_a_near_miss_fails_once_or_on_what_can_still_come():
    law = library(
        variant("once", "a.yes"),
        variant("over", "application.applied_on < DATE '2025-01-01'"),
        variant("later", "application.applied_on > DATE '2025-07-01'", more="""
[claim.E2]
when = "a.level >= 'middle'"
quote = "甲等应当如此。"
[claim.E3]
fault = true
when = "same(a.text, b.text)"
quote = "甲等应当如此。"
"""),
        variant("lower", "a.yes", more="""
[claim.E2]
when = "a.level = 'low'"
quote = "甲等应当如此。"
[claim.E3]
when = "b.level < 'low'"
quote = "甲等应当如此。"
"""),
    )  # fmt: skip
    facts = {"a.yes": False, "a.text": "甲", "b.text": "乙", "a.level": "low", "b.level": "high"}
    found = offers(law, facts, on=DAY)
    assert ids(found.near) == ["once", "later"]
    assert ids(found.rest) == ["over", "lower"]
    assert found.near[1].opening.first is None  # the level stands against it on any day
    assert [finding.id for finding in found.near[1].failed] == ["E1", "E2", "E3"]


def near(when, **facts):
    """Whether the small programme with one other condition is a near miss, and what would have to change."""
    law = library(variant("x", when))
    (offer,) = offers(
        law, {name.replace("__", "."): value for name, value in facts.items()}, on=DAY
    ).ineligible
    return offer.is_near and changing.say(offer.ways(offer.failed[0]))


def test_a_near_miss_asks_only_for_what_can_still_come():
    assert near("a.day >= DATE '2025-01-01'", a__day=date(2024, 1, 1)) == "a.day不早于 2025 年 6 月 10 日"
    assert near("a.day >= DATE '2025-08-01'", a__day=date(2024, 1, 1)) == "a.day不早于 2025 年 8 月 1 日"
    assert near("a.day < DATE '2025-01-01'", a__day=DAY) is False
    assert near("a.day < DATE '2026-01-01'", a__day=date(2026, 1, 1)) == (
        "a.day在 2025 年 6 月 10 日 到 2025 年 12 月 31 日 之间"
    )
    assert near("b.level <> 'low'", b__level="low") == "b.level是中或高"
    assert near("b.level >= 'low'", b__level="none") == "b.level不低于低"
    assert near("b.level <= 'low'", b__level="high") is False
    assert near("a.text = 'x'", a__text="y") is False
    assert near("a.colour = 'red'", a__colour="blue") == "a.colour是红"
    assert near("a.count > 3", a__count=1) == "a.count不少于 4"
    assert near("a.place <> 'none'", a__place="none") == "a.place不是none"


def test_what_can_be_corrected_is_near():
    law = library(variant("x").replace('when  = "a.yes"', 'fault = true\nwhen  = "same(a.text, b.text)"'))
    assert ids(offers(law, {"a.text": "甲", "b.text": "乙"}, on=DAY).near) == ["x"]


def test_what_is_paid_already_is_no_near_miss():
    more = '\n[[limits]]\nonce_per = ["person"]\nquote = "一个证书只发一次。"\nat = "一、条件"\n'
    law = library(variant("paid", more=more))
    past = [PastPayment("paid", DAY, 10000, person="k")]
    found = offers(law, {"a.yes": True, "person.id": "k"}, on=DAY, history=past)
    assert ids(found.rest) == ["paid"]


ENDED = 'title = "t"\nissuer = "i"\nstatus = "in_force"\nto = 2025-05-01\n'


def test_what_is_over_or_to_come_is_left_out_unless_asked_for():
    law = library(variant("old"), document=ENDED.replace("in_force", "expired"))
    assert offers(law, {"a.yes": True}, on=DAY).left_out == tuple(law.programmes.values())
    assert ids(offers(law, {"a.yes": True}, on=DAY, out_of_force=True).due) == ["old"]
    future = library(variant("new"), document=ENDED.replace("to =", "from =").replace("2025", "2026"))
    assert not in_force(future.programmes["new"], DAY)
    assert offers(law, {}, on=DAY, claimant="organisation").left_out == ()


def test_after_the_last_day_of_its_document_what_came_before_is_still_offered():
    law = library(variant("old"), document=ENDED)
    (offer,) = offers(law, {"a.yes": True}, on=DAY).due
    assert offer.ended and marks(offer) == ["ended"]
    assert not offers(law, {"a.yes": True}, on=date(2025, 5, 1)).due[0].ended


def test_a_certificate_of_the_last_week_is_paid_after_the_last_day():
    facts = {
        "employment.employer_kind": "enterprise",
        "insurance.area": "330109",
        "certificate.issue_date": date(2028, 2, 20),
        "certificate.digital_occupation": True,
        "certificate.level": "senior",
    }
    found = offers(load(), facts, on=date(2028, 3, 10))
    assert [offer.programme.id for offer in found.due] == ["xiaoshan-hrss-2025-10-digital-skill"]


def test_what_has_to_be_said_beside_an_offer():
    draft = 'title = "t"\nissuer = "i"\nstatus = "draft"\n'
    stage = '\n[process]\nstages = [ { kind = "file", title = "申报", outside = true, inferred = "x" } ]\n'
    person = ('claimant = "person"', 'claimant = "person"\nlines = "person"')
    law = library(variant("a", more=stage, lines=person), document=draft)
    offer = offers(law, {"a.yes": True}, on=DAY, reference=["a"]).due[0]
    assert offering.marks(offer) == ["draft", "reference", "elsewhere", "by_line"]
    assert "[draft; for reference; filed elsewhere; for each line of a list]" in offering.text(
        offers(law, {"a.yes": True}, on=DAY, reference=["a"]), law.facts, "en"
    )


def test_the_next_question_settles_most():
    law = library(
        variant("x", "a.yes AND a.level = 'high'"), variant("y", "a.level = 'high' AND a.count > 3"),
        variant("z", "a.level = 'low' AND a.text = 'x'"),
    )  # fmt: skip
    assert next_question(offers(law, {}, on=DAY)) == "a.level"
    assert next_question(offers(law, {"a.level": "high", "a.yes": True}, on=DAY)) == "a.count"
    assert next_question(offers(law, {"a.level": "middle"}, on=DAY)) is None


def test_an_amount_may_wait_for_what_no_condition_reads():
    law = library(
        variant("x", yuan=("yuan  = 100", 'yuan = "a.money + 100 * a.count"')),
        variant("y", "a.yes AND a.count > 0"),
    )
    assert next_question(offers(law, {"a.count": 2}, on=DAY)) == "a.yes"
    assert next_question(offers(law, {"a.yes": True, "a.count": 2}, on=DAY)) == "a.money"


AMOUNTS = {
    "a.money": (0, None),
    "a.money + 100": (10000, None),
    "30000 + 500 * (a.count - 50)": (500000, None),
    "LEAST(a.money, 500)": (0, 50000),
    "GREATEST(a.money, 500)": (50000, None),
    "percent_of(LEAST(a.money, 500), 20)": (0, 10000),
    "percent_of(a.money, 20)": (0, None),
    "percent_of(a.money, 0)": (0, 0),
    "100 * a.count * b.count": (0, None),
    "first_known(a.money, b.money)": (0, None),
    "500 - LEAST(a.money, 200)": (30000, 50000),
}  # fmt: skip


@pytest.mark.parametrize("yuan", AMOUNTS)
def test_what_can_still_come_of_an_amount(yuan):
    law = library(variant("x", yuan=("yuan  = 100", f'yuan = "{yuan}"')))
    assert bounds_fen(law.programmes["x"], {}) == AMOUNTS[yuan]


def test_what_can_still_come_with_supplements_and_levels():
    rates = """by = "a.level"
rates = [ { is = "low", no_rate = true }, { is = "middle", yuan = 600 }, { is = "high", when = "c.yes", yuan = 800 } ]
supplements = [
  { when = "b.yes", percent = 20, quote = "每人一百元。" },
  { yuan = 10, quote = "每人一百元。" },
]
"""
    rule = library(variant("x", "a.level <> 'low'", yuan=("yuan  = 100\n", rates))).programmes["x"]
    assert bounds_fen(rule, {}) == (61000, 97000)
    assert bounds_fen(rule, {"b.yes": False}) == (61000, 81000)
    assert bounds_fen(rule, {"b.yes": True, "a.level": "middle"}) == (73000, 73000)
    assert bounds_fen(rule, {"c.yes": False}) == (61000, 73000)
    assert bounds_fen(rule, {"a.level": "low"}) == (0, 0)


def test_instalments_are_paid_each_on_its_own():
    record = """[record]
subject = "a.text"
parts = { both = ["first", "second"] }
[[limits]]
at_most = 80
per = ["subject"]
quote = "一个证书只发一次。"
at = "一、条件"
[[limits]]
at_most = 10
per = ["subject"]
effect = "warn"
quote = "一个证书只发一次。"
at = "一、条件"
"""
    rule = library(variant("x", more=record)).programmes["x"]
    assert bounds_fen(rule, {"a.text": "both"}) == (16000, 16000)
    assert bounds_fen(rule, {"a.text": "first"}) == (8000, 8000)
    assert bounds_fen(rule, {}) == (8000, 16000)


@settings(max_examples=examples(150), deadline=None)
@given(claims(), st.data())
def test_whatever_is_learned_an_amount_lies_within_its_bounds(claim, data):
    rule, facts, on, _ = claim
    least, most = bounds_fen(rule, {**facts, APPLIED_ON: on})
    more = {name: data.draw(values(name)) for name in rule.facts_read if name not in (*facts, APPLIED_ON)}
    try:
        found = assess(rule, {**facts, **more}, on=on)
    except FactError:  # an officer's amount above its ceiling
        return
    if found.outcome is Outcome.ELIGIBLE:
        assert least <= found.amount_fen and (most is None or found.amount_fen <= most)


def test_offers_in_words_and_for_machines():
    low, middle = '{ is = "low", yuan = 100 }', '{ is = "middle", yuan = "a.money" }'
    law = library(
        variant("due", "NOT b.yes"), variant("maybe", "a.count > 3"), variant("near", "a.yes"),
        variant("none", "b.yes AND application.applied_on < DATE '2025-01-01'"),
        variant("later", "application.applied_on >= DATE '2025-07-01'"),
        variant("rate", yuan=("yuan  = 100\n", f'by = "a.level"\nrates = [ {low}, {middle} ]\n')),
    )  # fmt: skip
    told = 'title = "甲等"\ntell = "要甲等。"'
    law = build(dict(law.sources) | {"test/p2.toml": variant("near").replace('title = "甲等"', told)})
    facts = {"a.yes": False, "b.yes": False, "a.level": "high"}
    found = offers(law, facts, on=DAY)
    text = offering.text(found, law.facts, "zh")
    assert "100 元  测试项目  due" in text
    assert "要问：a.count" in text
    assert "✗ 要甲等。\n        a.yes：是" in text
    assert "2025 年 7 月 1 日 起可以" in text
    assert "先问：a.count" in text
    assert "其余 1 项不符合" in text and "none" not in text
    assert "  测试项目  none" in offering.text(found, law.facts, rest=True)
    raw = offering.as_json(found, "en", rest=True)
    assert raw["due"][0]["amount"] == raw["due"][0]["most"] == "100.00"
    assert [offer["programme"] for offer in raw["rest"]] == ["none"]
    assert raw["near"][0]["changes"]
    assert {offer["programme"]: offer["from"] for offer in raw["near"]}["later"] == "2025-07-01"
    assert offering.as_json(found)["rest"] == 1
    assert json.dumps(raw)


def test_nothing_for_nobody():
    law = library(variant("x"))
    assert offering.text(offers(law, {}, on=DAY, claimant="organisation"), law.facts) == (
        "1 项是给个人的，没有看（--claimant person）"
    )
    empty = build({name: text for name, text in law.sources.items() if not name.startswith("test/p")})
    assert offering.text(offers(empty, {}, on=DAY), law.facts) == "没有这样的项目"
    ended = library(variant("x"), document='title = "t"\nissuer = "i"\nstatus = "expired"\n')
    assert offering.text(offers(ended, {}, on=DAY), law.facts, "en").startswith("1 are over or to come")


@pytest.mark.parametrize(
    "command", [["assess"], ["explain"], ["offers", "--on", "2025-06-10"], ["programmes"]]
)
def test_the_commands_on_the_law_load_no_django(command):
    code = (
        "import sys; from jiangli.__main__ import main; "
        f"main({command}); sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    line = b'{"programme": "xiaoshan-union-2025-technician", "applied_on": "2025-06-10"}'
    done = subprocess.run([sys.executable, "-c", code], input=line, stdout=subprocess.PIPE, check=False)
    assert done.returncode == 0 and done.stdout
