"""The command `jiangli`: JSON Lines in and out, a bad line answered in place, and a status that says so."""

import io
import json
import os
import sys
from subprocess import run
from types import ModuleType

import pytest
from small_law import ROOT, SMALL, TRIED

from jiangli.__main__ import main, write_answers

GOLDEN = ROOT / "tests/golden.jsonl"


@pytest.fixture
def folder(tmp_path):
    for name, text in SMALL.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_assess_answers_each_line_in_order(capsys):
    assert main(["assess", str(GOLDEN), "--policies", str(ROOT / "policies")]) in (0, 1)
    asked = [json.loads(line)["id"] for line in GOLDEN.read_text("utf-8").splitlines()]
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == asked


def test_a_bad_line_is_answered_in_place_and_the_run_goes_on(small):
    good = json.dumps({"programme": "test-one", "applied_on": "2025-06-10"})
    out = io.StringIO()
    assert write_answers(small, [good, "", "{oops", '{"id": 7, "request": 3}', "[1]", good], out) == 1
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line.get("at", line.get("outcome")) for line in found] == [
        "undetermined", "line", "request", "request", "undetermined",
    ]  # fmt: skip
    assert found[2]["id"] == 7
    assert write_answers(small, [good], out) == 0


def test_assess_reads_standard_input(monkeypatch, capsys, folder):
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"programme": "test-one", "applied_on": "2025-06-10"}\n'))
    assert main(["assess", "--policies", str(folder)]) == 0
    assert json.loads(capsys.readouterr().out)["unknown"] == ["a.yes"]


def test_odd_characters_do_not_end_a_run(folder):
    good = b'{"programme": "test-one", "applied_on": "2025-06-10"}'
    command = [sys.executable, "-m", "jiangli", "assess", "--policies", str(folder)]
    lines = b"\n".join([b'"\xff"', rb'{"id": "\ud800", "request": 1}', good])
    found = run(command, input=lines, capture_output=True, check=False, env=os.environ | {"LC_ALL": "C"})
    answers = [json.loads(line) for line in found.stdout.splitlines()]
    assert [answer.get("at") for answer in answers] == ["request", "request", None]
    assert answers[1]["id"] == "\ud800"
    assert found.returncode == 1


def test_policy_check_says_what_is_wrong(capsys, folder):
    assert main(["policy", "check", str(folder)]) == 1
    assert "test/one.cases.jsonl" in capsys.readouterr().out
    request = {"programme": "test-one", "applied_on": "2025-06-10", "facts": {"a.yes": True}}
    case = {"id": "c", "note": "", "request": request, "expect": {"outcome": "eligible"}}
    (folder / "test/one.cases.jsonl").write_text(json.dumps(case), encoding="utf-8")
    assert main(["policy", "check", str(folder)]) == 0
    assert capsys.readouterr().out.endswith(" 0 problems\n")


def test_policy_check_may_be_strict_and_print_the_boundaries(capsys, folder):
    test_policy_check_says_what_is_wrong(capsys, folder)
    assert main(["policy", "check", str(folder), "--strict"]) == 1
    assert "注意 note: " in capsys.readouterr().out
    assert main(["policy", "check", str(folder), "--boundaries", "--lang", "en"]) == 0
    assert "E1 甲等\ta.yes\tYes\teligible 100 yuan\tNo\tnot eligible (E1)" in capsys.readouterr().out


def said(capsys, *words):
    """Status, standard output and standard error of one command."""
    status = main([*words])
    told = capsys.readouterr()
    return status, told.out, told.err


def test_programmes_and_facts_are_listed(capsys, folder):
    status, out, _ = said(capsys, "programmes", "--policies", str(folder))
    head, rule, row = out.splitlines()
    assert status == 0
    assert head.split() == ["编号", "名称", "给谁", "部门", "状态", "金额", "受理"]
    assert rule.startswith("--------  --------  ------")
    assert row == "test-one  测试项目  person  test-agency  in_force  100 元"
    _, out, _ = said(capsys, "facts", "--policies", str(folder), "--lang", "en", "--type", "enum")
    assert out.splitlines()[2].split() == [
        "a.level",
        "enum",
        "level",
        "a.level",
        "applicant",
        "low",
        "middle",
        "high",
    ]


def test_lists_for_machines(capsys, folder):
    _, out, _ = said(capsys, "programmes", "--json", "--policies", str(folder), "--claimant", "person")
    (row,) = json.loads(out)
    assert (row["id"], row["amount"], row["window"], row["facts"]) == (
        "test-one",
        ["100.00"] * 2,
        None,
        ["a.yes"],
    )
    _, out, _ = said(
        capsys, "facts", "--json", "--policies", str(folder), "--entity", "a", "--source", "applicant"
    )
    assert {row["name"].split(".")[0] for row in json.loads(out)} == {"a"}
    _, out, _ = said(capsys, "programmes", "--json", "--document", "xiaoshan-union-2025")
    assert ["2025-04-15", "2025-12-01"] in [row["window"] for row in json.loads(out)]
    _, out, _ = said(capsys, "programmes", "--lang", "en", "--document", "xiaoshan-union-2025")
    assert "15 April 2025 – 1 December 2025" in out


def test_a_filter_that_nothing_has_is_refused_with_what_there_is(capsys, folder):
    status, out, err = said(capsys, "programmes", "--policies", str(folder), "--status", "drafty")
    assert (status, out) == (1, "")
    assert err == "--status: 没有 drafty。可以写：in_force。 There is no drafty. Use one of: in_force.\n"


def test_a_wrong_folder_is_said_on_standard_error(capsys, folder):
    (folder / "test/one.toml").write_text("id = 3", encoding="utf-8")
    assert main(["programmes", "--policies", str(folder)]) == 1
    assert "test/one.toml:1" in capsys.readouterr().err


def test_lists_are_printed_while_some_files_are_wrong(capsys, folder):
    (folder / "test/two.toml").write_text('id = "two"\nwhen = ""', encoding="utf-8")
    status, out, err = said(capsys, "programmes", "--policies", str(folder))
    assert status == 1 and "test-one" in out and "test/two.toml:" in err
    assert said(capsys, "facts", "--policies", str(folder))[::2] == (0, "")
    (folder / "test/facts.toml").write_text("oops", encoding="utf-8")
    status, out, err = said(capsys, "facts", "--policies", str(folder))
    assert status == 1 and "a.yes" in out and "test/facts.toml:1" in err
    (folder / "test/facts.toml").write_text(
        '[facts."own.one"]\ntype = "bool"\nzh = "x"\ndescription = "x"\nsource = "officer"\n',
        encoding="utf-8",
    )
    assert "own.one" in said(capsys, "facts", "--policies", str(folder))[1]


def test_other_commands_go_to_django(monkeypatch):
    called = []
    management = ModuleType("django.core.management")
    management.execute_from_command_line = called.append
    monkeypatch.setitem(sys.modules, "django.core.management", management)
    monkeypatch.setattr(sys, "argv", ["jiangli", "migrate", "--plan"])
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "anything")
    assert main() == 0
    assert called == [["jiangli", "migrate", "--plan"]]


def test_help_is_ours(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "Any other command is passed to Django" in capsys.readouterr().out


def test_a_check_takes_its_words_in_any_order_and_says_how_many_notes_fail(capsys, folder):
    (folder / "test/one.cases.jsonl").write_text(TRIED["test/one.cases.jsonl"], encoding="utf-8")
    for words in (
        ["--strict", str(folder)],
        [str(folder), "--strict"],
        ["--english", "--strict", str(folder)],
    ):
        assert main(["policy", "check", *words]) == 1
        assert "notes, which --strict takes for problems" in capsys.readouterr().out
    assert main(["policy", "check", str(folder)]) == 0
    assert main(["policy", "check", str(folder / "nothing")]) == 1
    assert "no such folder" in capsys.readouterr().err
