"""`jiangli policy check`: all problems with their lines, and what an author should look at."""

from small_law import PROGRAMME, SMALL, changed

from jiangli.rules.checking import check, check_folder

CASE = '{"id": "c1", "note": "good", "request": {"programme": "test-one", "applied_on": "2025-06-10", "facts": {"a.yes": true}}, "expect": {"outcome": "%s", "payments": [{"payer": "test-agency", "amount": "100.00"}]}}'  # noqa: E501
GOOD = {"test/one.cases.jsonl": CASE % "eligible"}


def problems(sources, cases=GOOD):
    return [str(problem) for problem in check(dict(sources), dict(cases)).problems]


def test_the_policies_of_the_repository_are_sound():
    report = check_folder()
    assert report.problems == []
    assert report.programmes >= 3
    assert report.cases > 90
    assert [warning for warning in report.warnings if "no English" in warning] == []


def test_a_sound_folder_has_no_problems_but_notes_what_is_missing_in_english():
    report = check(SMALL, GOOD)
    assert (report.problems, report.programmes, report.cases) == ([], 1, 1)
    assert report.warnings == [
        "test/one.toml: 1 处缺英文，写在 test/one.en.toml（--english 逐条列出） 1 without English, which stands in "
        "test/one.en.toml (--english lists them)",
        "test/one.toml: E1: 没有案例踩在界外（a.yes 否） no case just outside: a.yes = No",
        "test/text.md:4: 没有规则引用 no rule quotes this: 总则第一句。",
        "test/text.md:8: 没有规则引用 no rule quotes this: 一个证书只发一次。",
        "test/text.md:12: 没有规则引用 no rule quotes this: 两处都有的话。",
        "test/text.md:16: 没有规则引用 no rule quotes this: 两处都有的话。",
    ]
    assert not report.failed()
    assert report.failed(strict=True)
    assert report.summary() == [
        "test/text.md: 2 of 6 sentences quoted, 0 left out with a reason",
        "1 programmes, 1 cases, 3 generated cases, 0 of 1 boundaries pinned, 2 of 6 sentences quoted, 0 left out, "
        "6 notes, 0 problems",
    ]
    told = PROGRAMME.replace('when  = "a.yes"', 'when = "a.yes"\ntell = "不是甲等"')
    assert "no English tell" in check(changed(one=told), GOOD, english=True).warnings[1]


def test_missing_files_are_named():
    assert "facts.toml" in problems({})[0]
    without = {name: text for name, text in SMALL.items() if name != "test/document.toml"}
    assert "test/document.toml" in problems(without)[0]
    assert "test/one.cases.jsonl" in problems(SMALL, {})[0]


def test_every_wrong_file_is_reported_not_only_the_first():
    found = problems(
        changed(one=PROGRAMME.replace("quote", "quot"), two=PROGRAMME.replace("甲等应当", "乙等应当")),
        GOOD | {"test/two.cases.jsonl": ""},
    )
    assert len(found) == 2
    assert found[0].startswith("test/one.toml:11:")
    assert found[1].startswith("test/two.toml:11:")


def test_a_wrong_document_is_reported():
    assert (
        "status cannot be"
        in problems(changed(document=SMALL["test/document.toml"].replace("in_force", "x")))[0]
    )


def test_a_case_that_is_answered_otherwise_says_in_what():
    found = problems(SMALL, {"test/one.cases.jsonl": CASE % "ineligible"})
    assert "Case c1 is answered otherwise: outcome: expected ineligible, got eligible" in found[0]


def test_a_line_that_is_no_case_is_reported():
    assert (
        "test/one.cases.jsonl:2" in problems(SMALL, {"test/one.cases.jsonl": CASE % "eligible" + "\n{}"})[0]
    )


def rates(rows):
    text = PROGRAMME.replace("yuan  = 100", f'by = "a.level"\nrates = [{rows}]')
    return problems(changed(one=text), GOOD)


def test_every_level_is_covered_once_or_excluded():
    low, rest = '{ is = "low", yuan = 1 }', '{ is = ["middle", "high"], no_rate = true }'
    assert not [text for text in rates(f"{low}, {rest}") if "The value" in text]
    assert "The value middle is without a rate" in "".join(rates(low))
    assert "The value low is in several rows" in "".join(rates(f"{low}, {low}, {rest}"))
    text = PROGRAMME.replace('"a.yes"', "\"a.level = 'low'\"").replace(
        "yuan  = 100", f'by = "a.level"\nrates = [{low}]'
    )
    assert not [text for text in problems(changed(one=text), GOOD) if "The value" in text]


def test_an_id_of_two_files_is_reported():
    found = problems(changed(two=PROGRAMME), GOOD | {"test/two.cases.jsonl": ""})
    assert "id of another file" in found[0]


def test_names_hold_nothing_but_a_series():
    assert "Unknown key agency" in problems(SMALL | {"names.toml": '[programmes]\nx = { agency = "y" }'})[0]
