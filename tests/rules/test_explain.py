"""`jiangli explain` and `jiangli offers`: the answer in words, and bad input said plainly."""

from __future__ import annotations

import io
import json
import os
import sys
from subprocess import PIPE, Popen

import pytest
from small_law import PROGRAMME, SMALL

from jiangli.__main__ import main
from jiangli.rules import FactError, Words
from jiangli.rules.commands import explaining, offering
from jiangli.rules.commands.tables import table

MORE = """
[claim.E2]
title = "等级够"
when = "a.level >= 'middle'"
inferred = "没有写，照常理"
tell = "要中级。"
[claim.E3]
when = "application.applied_on >= DATE '2025-07-01'"
quote = "甲等应当如此。"
[warnings.W1]
title = "乙等"
when = "b.yes"
quote = "甲等应当如此。"
[[limits]]
once_per = ["person"]
quote = "一个证书只发一次。"
at = "一、条件"
[[limits]]
at_most = 80
per = ["claim"]
inferred = "封顶"
[[not_modelled]]
quote = "总则第一句。"
reason = "由人看"
"""


@pytest.fixture
def folder(tmp_path):
    for name, text in (SMALL | {"test/one.toml": PROGRAMME + MORE}).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder, capsys, monkeypatch):
    """Run a command on the small law with standard input; status, output and errors."""

    def act(*words, stdin=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        status = main([*words, "--policies", str(folder)])
        told = capsys.readouterr()
        return status, told.out, told.err

    return act


def explain(run, facts, *words, on="2025-06-10"):
    return run("explain", "test-one", "--on", on, "--facts", "-", *words, stdin=json.dumps(facts))


def test_an_answer_in_words(run):
    status, out, _ = explain(run, {"a.yes": False, "a.level": "low", "b.yes": False})
    assert status == 0
    assert (
        out
        == """\
测试项目  test-one
《测试通知》
按 2025 年 6 月 10 日 申请来看

不能领

✗ E1  不符合：甲等
    “甲等应当如此。”  一、条件
    读到：a.yes：否
    要这样才符合：a.yes：是
✗ E2  不符合：等级够
    推定：没有写，照常理
    读到：a.level：低
    要中级。
    要这样才符合：a.level是中或高
✗ E3  不符合：E3
    “甲等应当如此。”  一、条件
    读到：application.applied_on：2025 年 6 月 10 日
    要这样才符合：不早于 2025 年 7 月 1 日申请
✓ once  once
    “一个证书只发一次。”  一、条件
    读到：person.id：还不知道
✓ cap  cap
    推定：封顶

其他不变，以后哪天申请都不行（由 E1、E2 决定）

提醒（不影响结论）
  ✗ W1  不符合：乙等
      “甲等应当如此。”  一、条件
      读到：b.yes：否
      要这样才符合：b.yes：是

原文里还有规则没管到的话
  “总则第一句。”  由人看
"""
    )


def test_what_is_due_by_payer_and_until_when(run):
    facts = {"a.yes": True, "a.level": "high", "b.yes": True}
    _, out, _ = explain(run, facts, "--lang", "en", on="2025-08-01")
    assert "Due: 80 yuan\n  test-agency  80 yuan\n" in out
    assert "It can be applied for from 1 July 2025\n" in out
    assert "cap: 100 yuan before" in out
    assert "Warnings" not in out


def test_what_is_open_says_how_much_it_may_be_and_from_when(run):
    _, out, _ = explain(run, {"a.level": "high"}, on="2025-08-01")
    assert "还不能确定，可能是 80 元" in out
    assert "? E1  甲等" in out and "还要查：a.yes。" in out
    _, out, _ = explain(run, {"a.level": "high"})
    assert "可以申请：2025 年 7 月 1 日 起；还不知道的要先查清（由 E3 决定）" in out


def test_an_answer_for_machines(run):
    _, out, _ = explain(run, {"a.yes": False, "a.level": "high"}, "--json", "--lang", "en")
    raw = json.loads(out)
    assert raw["outcome"] == "ineligible" and raw["title"] == "测试项目"
    assert raw["changes"] == {"E1": "a.yes: Yes", "E3": "you apply on or after 1 July 2025"}
    assert raw["opening"] == {"first": None, "since": None, "last": None, "decided_by": ["E1"]}
    assert raw["not_modelled"] == [{"quote": "总则第一句。", "reason": "由人看"}]


def test_other_readings_and_overlays_by_options(run, folder):
    more = '[parameters]\nleast = { value = 3, reason = "x" }\nday = { value = 2025-01-01, reason = "x" }\n'
    text = PROGRAMME.replace('"a.yes"', '"a.count >= parameter.least AND a.day > parameter.day"')
    (folder / "test/one.toml").write_text(text + more, encoding="utf-8")
    overlay = 'overlays = "test-one"\nid = "more"\nstatus = "proposed"\nsource = "草稿"\n'
    overlay += '[amount]\nyuan = 200\nquote = "每人一百元。"\n'
    (folder / "test/one.more.overlay.toml").write_text(overlay, encoding="utf-8")
    facts = {"a.count": 2, "a.day": "2024-06-01"}
    assert "不能领" in explain(run, facts)[1]
    options = ("--parameters", "least=2", "day=2024-01-01", "--overlay", "more")
    assert "可以领 200 元" in explain(run, facts, *options)[1]
    assert "名字=值" in explain(run, facts, "--parameters", "least")[2]


def test_lines_of_requests_are_answered_in_order_and_a_bad_one_in_place(run):
    good = json.dumps({"request": {"programme": "test-one", "applied_on": "2025-06-10"}})
    status, out, _ = run("explain", stdin=f"{good}\n\n{{oops\n[1]\n{good}\n")
    assert status == 1
    assert out.count("测试项目  test-one") == 2
    assert "line: 这不是 JSON" in out and "request: 请求要是一个对象。" in out
    status, out, _ = run("explain", "--json", stdin=f"{good}\n[1]\n")
    assert status == 1
    assert [json.loads(line).get("at") for line in out.splitlines()] == [None, "request"]


def test_facts_that_make_an_answer_invalid_are_said_in_place(capsys, folder, run):
    text = PROGRAMME.replace("yuan  = 100", 'yuan = "officer.approved_amount"') + MORE
    named = (
        SMALL["facts.toml"]
        + '\n[facts."officer.approved_amount"]\ntype = "money"\nzh = "x"\ndescription = "x"\nsource = "officer"\n'
    )
    (folder / "facts.toml").write_text(named, encoding="utf-8")
    (folder / "test/one.toml").write_text(text, encoding="utf-8")
    facts = {"officer.approved_amount": "90.00", "a.yes": True, "a.level": "high"}
    status, out, _ = explain(run, facts, on="2025-08-01")
    assert status == 1 and out.startswith("officer.approved_amount: ")
    status, out, _ = run("offers", "--on", "2025-08-01", "--facts", "-", stdin=json.dumps(facts))
    assert status == 0 and "! test-one  officer.approved_amount" in out


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("{oops", "这不是 JSON"),
        ("[1]", "要一个对象"),
        ('{"a.yes": 1}', "a.yes"),
        ('{"x.y": 1}', "没有 x.y 这个事实"),
    ],
)
def test_facts_that_cannot_be_read_are_an_error(run, facts, said):
    status, out, err = run("explain", "test-one", "--on", "2025-06-10", "--facts", "-", stdin=facts)
    assert (status, out) == (1, "") and said in err


def test_a_missing_file_a_missing_day_and_an_unknown_programme_are_errors(run, folder):
    assert "读不了" in run("explain", "test-one", "--on", "2025-06-10", "--facts", str(folder / "none"))[2]
    assert "applied_on" in run("explain", "test-one")[2]
    assert "没有这个项目" in run("explain", "test-two", "--on", "2025-06-10")[2]
    assert "applied_on" in run("offers", "--on", "tomorrow")[2]


def test_offers_on_the_command_line(run, folder):
    (folder / "facts.json").write_text('{"facts": {"a.yes": true}, "history": []}', encoding="utf-8")
    status, out, _ = run("offers", "--on", "2025-08-01", "--facts", str(folder / "facts.json"))
    assert status == 0 and out.startswith("可能可以领\n  80 元  测试项目  test-one\n      要问：a.level")
    _, out, _ = run("offers", "--on", "2025-08-01", "--json", "--lang", "en")
    assert json.loads(out)["next_question"] in ("a.yes", "a.level")


def test_a_reader_who_has_seen_enough_ends_the_run_quietly(folder):
    command = [sys.executable, "-m", "jiangli", "facts"]
    with Popen(command, stdout=PIPE, stderr=PIPE, env=os.environ | {"LC_ALL": "C"}) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


def test_a_list_in_words():
    from small_law import programme

    rule = programme(
        was='claimant = "person"\n\n[claim.E1]', now='claimant = "person"\nlines = "person"\n\n[line.E1]',
    )  # fmt: skip
    raw = {"programme": "test-one", "applied_on": "2025-06-10"}
    from jiangli.rules import read_request

    request = read_request(rule, raw | {"lines": [{"facts": {"a.yes": yes}} for yes in (True, False)]})
    text = explaining.Explained(request).text()
    assert "要由人先看" not in text
    assert (
        "可以领 100 元" in text
        and "第 1 行  可以领 100 元\n  所有情形：100 元\n    “每人一百元。”" in text
        and "第 2 行  不能领" in text
    )
    request = read_request(rule, raw | {"lines": [{"facts": {}}]})
    assert "还不能确定\n" in explaining.Explained(request).text()


def test_what_an_officer_looks_at_first_and_what_is_only_an_estimate(run, folder):
    held = (
        PROGRAMME
        + '[[limits]]\nid = "X"\nat_most = 50\nper = ["claim"]\neffect = "hold"\ninferred = "封顶"\n'
    )
    (folder / "test/one.toml").write_text(held, encoding="utf-8")
    overlay = 'overlays = "test-one"\nid = "more"\nstatus = "proposed"\nsource = "草稿"\n'
    overlay += '[amount]\nyuan = 200\nquote = "每人一百元。"\n'
    (folder / "test/one.more.overlay.toml").write_text(overlay, encoding="utf-8")
    raw = {"programme": "test-one", "applied_on": "2025-06-10", "facts": {"a.yes": True}}
    _, out, _ = run("explain", stdin=json.dumps(raw))
    assert "要由人先看\n  X  X" in out and "测算" not in out
    _, out, _ = run("explain", stdin=json.dumps(raw | {"overlay": "more"}))
    assert "按拟议的改动测算" in out and "可以领 200 元" in out


def test_ranges_in_words():
    assert explaining.range_words(60000, 80000) == "600 元 – 800 元"
    assert explaining.range_words(60000, 60000, "en") == "600 yuan"
    assert explaining.range_words(60000, None) == "600 元起"
    assert explaining.range_words(0, 80000, "en") == "up to 800 yuan"
    assert explaining.range_words(0, None) == "金额另定"


def test_columns_stand_below_each_other():
    assert table(["a", "b"], [["技师", "1"], ["x", "22"]]).splitlines() == [
        "a     b",
        "----  --",
        "技师  1",
        "x     22",
    ]


def test_an_error_has_its_words():
    assert str(FactError("x", Words("甲", "a"))) == "x: 甲 a"
    assert offering.amount.__doc__
