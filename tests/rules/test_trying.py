"""jiangli policy case: a case asked, its answer seen, and kept with what the author expects."""

from __future__ import annotations

import json

import pytest
from small_law import PROGRAMME, SMALL

from jiangli.__main__ import main
from jiangli.rules.cases import Case
from jiangli.rules.drafting.case import expectation, next_id
from jiangli.rules.drafting.values import fact_named, value_of
from jiangli.rules.errors import FactError, Place

CASE = {
    "id": "one-01",
    "note": "甲",
    "request": {"programme": "test-one", "applied_on": "2025-06-10",
                "facts": {"a.yes": True, "person.id": "p", "certificate.id": "c"}},
    "expect": {"amount": "100.00"},
}  # fmt: skip
LIMIT = '[[limits]]\nonce_per = ["certificate"]\nquote = "一个证书只发一次。"\n'


@pytest.fixture
def ask(tmp_path, capsys):
    """Run the command on a policies folder of its own: status, what it prints, and the cases file."""
    (tmp_path / "test").mkdir()
    for path, text in SMALL.items():
        (tmp_path / path).write_text(text)
    (tmp_path / "test/one.toml").write_text(PROGRAMME + LIMIT)
    file = tmp_path / "test/one.cases.jsonl"
    file.write_text(json.dumps(CASE, ensure_ascii=False) + "\n")

    def run(*words: str, programme: str = "test-one"):
        status = main(["policy", "case", programme, *words, "--policies", str(tmp_path)])
        said = capsys.readouterr()
        lines = file.read_text().splitlines() if file.exists() else []
        return status, said.out + said.err, [json.loads(line) for line in lines]

    run.file = file  # type: ignore[attr-defined]
    return run


def test_the_answer_is_shown_and_nothing_is_kept(ask):
    status, said, cases = ask("--like", "one-01", "--set", "a.yes=否")
    assert (status, len(cases)) == (0, 1)
    assert "不能领" in said and "没有写进案例" in said


def test_a_case_is_kept_with_what_is_expected(ask):
    status, said, cases = ask(
        "--like", "one-01", "--set", "a.yes=否", "--expect", "不符合:E1", "--note", "乙", "--lang", "en"
    )
    assert status == 0 and "Written to" in said
    assert cases[1] == {
        "id": "one-02", "note": "乙", "like": "one-01", "facts": {"a.yes": False},
        "expect": {"outcome": "ineligible", "failed": ["E1"]},
    }  # fmt: skip


def test_an_answer_that_is_not_expected_is_said_and_not_kept(ask):
    words = ("--like", "one-01", "--expect", "eligible:200", "--note", "乙")
    status, said, cases = ask(*words)
    assert (status, len(cases)) == (1, 1)
    assert 'amount：应有 "200.00"，实际 "100.00"' in said
    status, said, cases = ask(*words, "--force", "--id", "x")
    assert (status, cases[1]["id"], cases[1]["expect"]["amount"]) == (0, "x", "200.00")


def test_the_answer_shown_is_kept(ask):
    paid = ("--paid", "test-one,1.2万元,2025,certificate=c,person=")
    cases = ask("--like", "one-01", *paid, "--on", "2025年7月1日", "--write", "--note", "领过")[2]
    row = {"programme": "test-one", "amount": "12000.00", "period": "2025", "certificate": "c"}
    assert cases[1]["history"] == [row | {"paid_on": "2025-06-30"}]
    assert (cases[1]["on"], cases[1]["expect"]) == (
        "2025-07-01",
        {"outcome": "ineligible", "failed": ["once"]},
    )
    cases = ask("--like", "one-02", "--paid", "none", "--unset", "a.yes", "--write", "--note", "没领过")[2]
    assert cases[2]["history"] is None
    assert cases[2]["expect"] == {"outcome": "undetermined", "unknown": ["a.yes"]}
    cases = ask("--like", "one-03", "--set", "a.yes=是", "--write", "--note", "可以")[2]
    assert cases[3]["expect"]["payments"] == [{"payer": "test-agency", "amount": "100.00"}]


def test_a_first_case_starts_from_nothing(ask):
    ask.file.unlink()
    cases = ask("--on", "2025-06-10", "--set", "a.yes=是", "--set", "person.id=p", "--write", "--note", "甲")[
        2
    ]
    assert cases[0]["id"] == "test-one-01"
    assert cases[0]["request"]["facts"] == {"a.yes": True, "person.id": "p"}
    assert "--on" in ask("--set", "a.yes=是")[1]


def test_a_request_that_cannot_be_read_is_shown_too(ask):
    _, said, cases = ask("--like", "one-01", "--line", "1", "--set", "a.count=2", "--write", "--note", "名册")
    assert cases[1]["line"] == {"1": {"a.count": 2}}
    assert cases[1]["expect"] == {"error": "invalid", "at": "lines"}
    assert "没有名单" in said


def test_lines_of_a_roster(ask):
    roster = PROGRAMME.replace('claimant = "person"', 'claimant = "organisation"\nlines = "person"')
    (ask.file.parent / "one.toml").write_text(roster.replace("[claim.E1]", "[line.E1]"))
    ask.file.unlink()
    words = ("--line", "1", "--set", "a.yes=是", "--line", "2", "--set", "a.yes=否", "--line", "0")
    cases = ask("--on", "2025-06-10", *words, "--set", "organisation.id=o", "--write", "--note", "两人")[2]
    assert cases[0]["request"]["lines"] == [{"facts": {"a.yes": True}}, {"facts": {"a.yes": False}}]
    assert cases[0]["expect"]["lines"][1] == {"outcome": "ineligible", "failed": ["E1"]}
    words = ("--like", "test-one-01", "--line", "2", "--unset", "a.yes")
    status, _, cases = ask(*words, "--expect", "undetermined", "--expect-lines", "100,?", "--note", "未知")
    assert (status, len(cases)) == (0, 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--like", "one-09"], "没有案例 one-09。有：one-01。"),
        (["--set", "a.yes"], "写成 事实=值"),
        (["--set", "a.yse=是"], "a.yes"),
        (["--set", "a.yes=也许"], "true、false"),
        (["--on", "明天"], "--on"),
        (["--paid", "test-one"], "项目,金额,年度"),
        (["--expect", "大概"], "可以写：eligible"),
        (["--write"], "--note"),
        (["--write", "--note", "x", "--id", "one-01"], "one-01 已经有了"),
    ],
)
def test_what_is_wrong_is_said(ask, words, said):
    status, told, cases = ask(*(["--like", "one-01"] if "--like" not in words else []), *words)
    assert (status, len(cases)) == (1, 1)
    assert said in told


def test_a_programme_that_is_not_there(ask):
    assert "test-one？" in ask(programme="test-onne")[1]


def test_a_file_that_is_not_finished_does_not_stand_in_the_way(ask):
    (ask.file.parent / "two.toml").write_text('id = "test-two"\n')
    (ask.file.parent / "three.toml").write_text("id = \n")
    assert ask("--like", "one-01")[0] == 0
    status, said, _ = ask(programme="test-four")
    assert status == 1 and "three.toml" in said


# --- the parts


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("certificate.level", "高级工", "senior"),
        ("certificate.level", "senior worker", "senior"),
        ("membership.union_area", "萧山区", "330109"),
        ("membership.real_name_verified", "是", True),
        ("certificate.issue_date", "2026年5月2日", "2026-05-02"),
        ("person.name", " 测试甲 ", "测试甲"),
        ("insurance.months_before_certificate", "6", 6),
    ],
)
def test_values_as_people_write_them(law, name, written, value):
    assert value_of(law.facts, law.facts[name], written) == value


@pytest.mark.parametrize("written", ["十二", "1.2.3", "也许"])
def test_values_that_are_none(law, written):
    for name in ("insurance.months_before_certificate", "officer.approved_amount", "certificate.issue_date"):
        with pytest.raises(FactError):
            value_of(law.facts, law.facts[name], written)


def test_facts_by_their_labels(law, small):
    assert fact_named(law.facts, "技能等级").name == "certificate.level"
    labels = [law.facts[name].label.zh for name in law.facts]
    for twice in {label for label in labels if labels.count(label) > 1}:
        with pytest.raises(FactError, match="可以是"):
            fact_named(law.facts, twice)


def test_expectations():
    assert expectation("eligible") == {"outcome": "eligible"}
    assert expectation("error:lines") == {"error": "invalid", "at": "lines"}
    assert expectation("不能定:a.yes、b.yes")["unknown"] == ["a.yes", "b.yes"]
    assert expectation("eligible:1300", "500,800,once+cap")["lines"][2] == {
        "outcome": "ineligible", "failed": ["once", "cap"],
    }  # fmt: skip


def test_the_next_id():
    def case(id: str) -> Case:
        return Case(id, "", {}, {}, Place("x"))

    assert next_id([case("y-09"), case("y-02")], "p") == "y-10"
    assert next_id([case("甲")], "p") == "p-02"
