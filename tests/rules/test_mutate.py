"""A case is worth something only if it notices a change of the law: what tools/mutate.py changes, and tells."""

from __future__ import annotations

import importlib
import json
from types import ModuleType

import pytest
from small_law import PROGRAMME, ROOT, SMALL

from jiangli.rules import build


@pytest.fixture
def tool(monkeypatch):
    """Import one of the scripts in tools/ by its name."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    return load


RICH = """
id       = "test-one"
title    = "测试项目"
section  = "一、条件"
agency   = "test-agency"
claimant = "person"
lines    = "optional"
record   = { period = "year_of(a.day)" }

[claim]
E1 = { when = "a.level IN ('low', 'middle') AND NOT b.yes", quote = "甲等应当如此。", fault = true, tell = "{a.level}" }
E2 = { when = "in_area(a.place, '330109') OR a.count >= 3", inferred = "x" }
E3 = { by_date = [
  { to = 2025-03-31, when = "a.yes" },
  { from = 2025-04-01, when = "a.day >= DATE '2025-01-01'" },
], inferred = "x" }
[parameters]
years = { value = 2, reason = "x" }
[amount]
by       = "a.level"
inferred = "x"
rates    = [{ is = "low", yuan = 100 }, { is = ["middle", "high"], yuan = 200.50 }]
payers   = [{ payer = "one", percent = 60 }, { payer = "two", percent = 40 }]
[[limits]]
once_per     = ["person"]
across       = ["test-*", "series:test-series"]
keep_highest = "a.level"
inferred     = "x"
"""


def changes(tool, source: str) -> set[str]:
    facts = build(SMALL).facts
    return {mutant.name for mutant in tool("mutations").mutants(source, facts)}


@pytest.mark.parametrize(
    "change",
    [
        "claim.E1: left out",
        "claim.E1.fault: left out",
        "claim.E1.when: AND → OR",
        "claim.E1.when: NOT left out",
        "claim.E1.when: 'low' left out",
        "claim.E1.when: 'middle' → 'high'",
        "claim.E1.when: also 'high'",
        "claim.E2.when: OR → AND",
        "claim.E2.when: >= → >",
        "claim.E2.when: 3 → 4",
        "claim.E2.when: '330109' → '330100'",
        "claim.E3.by_date.0.to: 2025-03-31 → 2025-04-01",
        "claim.E3.by_date.1.when: '2025-01-01' → '2024-12-31'",
        "parameters.years.value: 2 → 3",
        "amount.rates.0: left out",
        'amount.rates.0.is: "low" → "middle"',
        "amount.rates.1.yuan: 200.50 → 200.51",
        "amount.rates.1.is.0: left out",
        "amount.payers.0.percent: one percent to the next payer",
        "amount.payers.0: after the next one",
        "limits.0: left out",
        "limits.0.once_per: once_per → less_paid_per",
        "limits.0.once_per.0: left out",
        "limits.0.across.0: left out",
        "limits.0.across: only this programme",
        "limits.0.keep_highest: left out",
    ],
)
def test_what_is_changed(tool, change):
    assert change in changes(tool, RICH)


def test_words_are_left_alone(tool):
    assert not any(part in name for name in changes(tool, RICH) for part in ("inferred", "quote", "tell"))


def test_what_means_the_same_is_left_alone(tool):
    """A row that pays nothing, and the place of what is paid once where there is one line."""
    more = '[[limits]]\nat_most = 5\nper = ["person"]\ninferred = "x"\n'
    single = RICH.replace('lines    = "optional"\n', "") + more
    nothing = RICH.replace("yuan = 200.50", "no_rate = true")
    assert "limits.0: after the next one" in changes(tool, RICH + more)
    assert not changes(tool, single) & {"limits.0: after the next one", "limits.0.keep_highest: left out"}
    assert "amount.rates.1: left out" not in changes(tool, nothing)


def test_each_change_is_one_edit_of_the_text(tool):
    tools = tool("mutations")
    by_name = {mutant.name: mutant for mutant in tools.mutants(RICH, build(SMALL).facts)}
    later = by_name["claim.E3.by_date.0.to: 2025-03-31 → 2025-04-01"].apply(RICH.encode())
    assert "to = 2025-04-01" in later  # and the next regime still begins the day after
    assert "from = 2025-04-02" in later
    fewer = by_name["amount.rates.1.is.0: left out"]
    assert 'is = [ "high"]' in fewer.apply(RICH.encode())
    assert RICH.splitlines()[fewer.line - 1].startswith("rates")


def test_changes_inside_functions(tool):
    look = tool("expression_changes").in_expression
    facts = build(SMALL).facts

    def made(text):
        return {text[:start] + there + text[end:] for start, end, there in look(text, facts)}

    assert made("same(a, b, c)") == {"same( b, c)", "same(a, c)", "same(a, b)"}
    assert "b" in made("first_known(a, b)")
    assert "first_known(b, a)" in made("first_known(a, b)")
    assert made("years_after(a.day, 2) <= b.day") >= {
        "months_after(a.day, 2) <= b.day",
        "years_after(a.day, 1) <= b.day",
        "years_after(a.day, 2) < b.day",
    }
    assert made("a.count BETWEEN 0 AND 9") == {
        "a.count BETWEEN 1 AND 9",
        "a.count BETWEEN 0 AND 10",
        "a.count BETWEEN 0 AND 8",
    }
    assert made("in_area(a.place, '330000')") == {
        "in_area(a.place, '340000')",
        "in_area(a.place, '330100')",
    }


# --- the run


CASE = {"id": "1", "note": "甲等", "request": {"programme": "test-one", "applied_on": "2025-06-10"}}


def written(folder, *cases, argued=""):
    """A folder with the small law, its cases, and what is argued."""
    beside = {"policies/test/one.cases.jsonl": "\n".join(json.dumps({**CASE, **case}) for case in cases)}
    law = {f"policies/{name}": text for name, text in SMALL.items()}
    for name, text in {**law, **beside, "tools/mutants-argued.toml": argued}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return str(folder / "policies" / "test" / "one.toml")


def case(yes: bool, **expect):
    return {"request": {**CASE["request"], "facts": {"a.yes": yes}}, "expect": expect}


PAYS = case(True, payments=[{"payer": "test-agency", "amount": "100.00"}])
FAILS = case(False, failed=["E1"])


def test_good_cases_leave_no_survivor(tool, tmp_path, capsys):
    assert tool("mutate").main([written(tmp_path, PAYS, FAILS), "--jobs", "1"]) == 0
    assert capsys.readouterr().out == "test/one.toml: 4 changes, 0 survive\n"


def test_a_change_that_no_case_notices_is_told_with_its_line(tool, tmp_path, capsys):
    file = written(tmp_path, PAYS)
    assert tool("mutate").main([file, "--jobs", "1"]) == 1
    line = 1 + PROGRAMME.splitlines().index("[claim.E1]")
    assert f"{file}:{line}: claim.E1: left out" in capsys.readouterr().out


ARGUED = '[[argued]]\nfiles = ["test/one.toml"]\nchanges = ["claim.E1: left out"]\nreason = "x"'


def test_a_survivor_may_be_argued_until_a_case_notices_it(tool, tmp_path, capsys):
    assert tool("mutate").main([written(tmp_path, PAYS, argued=ARGUED), "--jobs", "1"]) == 0
    assert "1 argued" in capsys.readouterr().out
    assert tool("mutate").main([written(tmp_path, PAYS, FAILS, argued=ARGUED), "--jobs", "1"]) == 1
    assert "no survivor any more" in capsys.readouterr().out


def test_wrong_cases_and_files_come_first(tool, tmp_path, capsys):
    assert tool("mutate").main([written(tmp_path, case(True, amount="1.00")), "--jobs", "1"]) == 1
    assert "correct that first" in capsys.readouterr().out
    assert tool("mutate").main([str(tmp_path / "policies" / "test" / "two.toml"), "--jobs", "1"]) == 1
