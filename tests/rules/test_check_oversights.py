"""What an author forgets or misspells, and a check tells: names, gaps, facts of a line, figures without their words."""

from datetime import date
from decimal import Decimal

import pytest
from small_law import DOCUMENT, FACTS, PROGRAMME, SMALL, TRIED, changed

from jiangli.rules.checking import boundary_table, check, check_folder
from jiangli.rules.checking.figures import known_days, numbers

LIMIT = '\n[[limits]]\ninferred = "x"\n'


def report(programme: str = PROGRAMME, /, **files: str):
    return check(changed(one=programme, **files), {"test/one.cases.jsonl": TRIED["test/one.cases.jsonl"]})


def told(programme: str = PROGRAMME, /, **files: str) -> str:
    """All problems and notes, a line each."""
    found = report(programme, **files)
    return "\n".join([*map(str, found.problems), *found.warnings])


@pytest.fixture
def policies(tmp_path):
    other = {name.replace("test/", "other/"): text for name, text in SMALL.items() if name != "facts.toml"}
    other["other/one.toml"] = PROGRAMME.replace("test-one", "other-one")
    other["other/broken.toml"] = "id = 1 2"
    other["other/facts.toml"] = ""
    mine = SMALL | {"test/one.toml": PROGRAMME + LIMIT + 'once_per = ["person"]\nacross = ["other-one"]\n'}
    for name, text in {**mine, **other, "test/one.cases.jsonl": TRIED["test/one.cases.jsonl"]}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_folder_of_a_document_is_checked_by_itself(policies):
    for path in (policies / "test", policies / "test" / "one.toml"):
        found = check_folder(path)
        assert (found.problems, found.programmes, found.cases) == ([], 1, 1)
    assert "other/broken.toml:1" in "".join(map(str, check_folder(policies).problems))
    assert next(iter(boundary_table(policies / "test"))).endswith("(test-one)")
    (policies / "names.toml").write_text("[programs]", encoding="utf-8")
    assert "Unknown key programs" in str(check_folder(policies / "test").problems[0])
    (policies / "facts.toml").unlink()
    assert "facts.toml" in str(check_folder(policies / "test").problems[0])


def test_a_programme_known_by_name_is_named_once(policies):
    (policies / "names.toml").write_text("[programmes]\nother-one = {}\n", encoding="utf-8")
    assert check_folder(policies / "test").problems == []
    (policies / "other" / "document.toml").write_text(DOCUMENT.replace('series = "test-series"', ""), "utf-8")
    (policies / "names.toml").unlink()
    assert check_folder(policies / "test").problems == []
    (policies / "other" / "document.toml").unlink()
    assert "called other-one" in str(check_folder(policies / "test").problems[0])


def test_a_programme_without_cases_is_a_problem_and_without_an_eligible_one_a_note():
    found = check(SMALL, {"test/one.cases.jsonl": ""})
    assert "The programme test-one has no case." in str(found.problems[0])
    assert "no case is eligible" in told()
    assert "1 cases, 1 without an eligible case" in report().summary()[-1]
    assert "3 notes" not in report().verdict()


@pytest.mark.parametrize("name", ["test-*", "series:test-series", "old-one", "series:old"])
def test_across_names_programmes_patterns_and_series(name):
    names = '[programmes]\nold-one = { series = "old" }\n'
    text = PROGRAMME + LIMIT + f'once_per = ["person"]\nacross = ["{name}"]\n'
    assert (
        check(changed(one=text) | {"names.toml": names}, TRIED | {"test/two.cases.jsonl": ""}).problems == []
    )


def test_a_misspelt_programme_is_a_problem_with_the_nearest_one():
    found = told(PROGRAMME + LIMIT + 'once_per = ["person"]\nacross = ["test-*", "tset-one"]\n')
    assert "没有 tset-one 这个项目或系列。 是不是 test-one" in found
    assert "test/one.toml:20:21" in found


def rated(rows: str, by: str = "") -> str:
    return told(PROGRAMME.replace("yuan  = 100", f"{by}\nrates = [{rows}]"))


def test_no_day_between_two_dated_rates_is_left_out():
    first, last = "{ to = 2025-03-31, yuan = 1 }", "{ from = 2025-04-%s, yuan = 1 }"
    assert "no rate" not in rated(f"{first}, {last % '01'}")
    assert "There is no rate on 2025-04-01." in rated(f"{first}, {last % '02'}")
    levels = ["low", "middle"]
    rows = ", ".join(
        f'{{ is = "{level}", to = 2025-03-31, yuan = 1 }}, {{ is = ["{level}"], from = 2025-04-05, yuan = 1 }}'
        for level in levels
    )
    found = rated(rows + ', { is = "high", no_rate = true }', 'by = "a.level"')
    assert "low middle 在 2025-04-01 – 2025-04-04 没有金额。" in found
    assert "There is no rate on 2025-04-01 – 2025-04-04 low middle." in found
    assert found.count("There is no rate") == 1


def claiming(fact: str, claimant: str, lines: str) -> str:
    head = f'claimant = "{claimant}"\nlines = "{lines}"'
    text = PROGRAMME.replace('claimant = "person"', head).replace('"a.yes"', f"\"{fact} = 'x'\"")
    more = "".join(
        f'[facts."{name}"]\ntype = "text"\nzh = "{name}"\ndescription = "x"\nsource = "applicant"\n'
        for name in ("selection.month", "certificate.kind", "person.group")
    )
    return told(text, own=more)


@pytest.mark.parametrize(
    ("fact", "claimant", "lines", "misplaced"),
    [
        ("certificate.kind", "person", "person", True),
        ("person.group", "organisation", "person", True),
        ("person.group", "person", "person", False),
        ("selection.month", "person", "month", True),
        ("certificate.kind", "person", "month", False),
        ("certificate.kind", "person", "none", False),
    ],
)
def test_a_fact_of_a_line_under_claim_is_noted(fact, claimant, lines, misplaced):
    assert ("belongs under [line]" in claiming(fact, claimant, lines)) is misplaced


def test_a_parameter_that_nothing_reads_is_noted():
    one = '[parameters]\nleast = { value = 1, reason = "x" }\n'
    assert "The parameter least is not used" in told(PROGRAMME + one)
    used = PROGRAMME.replace('"a.yes"', '"a.count > parameter.least"')
    assert "is not used" not in told(used + one)


def test_an_organisation_has_no_card_of_its_own():
    text = PROGRAMME.replace('"person"', '"organisation"') + '[process]\nroute = "own_card"\n'
    assert "yet route is own_card" in told(text)


def test_two_limits_of_one_name_are_noted_where_their_titles_differ():
    two = f'{LIMIT}once_per = ["person"]\n{LIMIT}title = "甲"\nonce_per = ["certificate"]\n'
    assert "both called once" in told(PROGRAMME + two)
    assert "both called" not in told(PROGRAMME + two.replace('title = "甲"\n', ""))


def test_an_amount_that_an_officer_enters_has_a_ceiling_where_the_text_names_one():
    text = SMALL["test/text.md"].replace("每人一百元。", "每人最高一百元。")
    officer = FACTS + "\n".join(part for part in [SMALL["facts.toml"].removeprefix(FACTS)])
    officer += '\n[facts."officer.approved_amount"]\ntype = "money"\nzh = "x"\ndescription = "x"\nsource = "officer"\n'
    one = PROGRAMME.replace("yuan  = 100", 'yuan = "officer.approved_amount"').replace("每人一", "每人最高一")
    assert "yet no limit has at_most" in told(one, text=text, facts=officer)
    ceiling = LIMIT + 'at_most = 100\nper = ["person"]\n'
    assert "yet no limit has at_most" not in told(one + ceiling, text=text, facts=officer)


def test_what_an_overlay_adds_and_drops_is_noted():
    base = PROGRAMME + LIMIT + 'once_per = ["person"]\n' + LIMIT + 'at_most = 9\nper = ["person"]\n'
    overlay = 'overlays = "test-one"\nid = "test-two"\nstatus = "proposed"\nsource = "x"\n'
    overlay += '[claim.E1]\nwhen = "a.yes"\nquote = "甲等"\n[claim.E7]\nwhen = "a.yes"\nquote = "甲等"\n'
    overlay += '[claim.E8]\nwhen = "b.yes"\ninferred = "x"\n'
    limits = LIMIT + 'at_most = 8\nper = ["person"]\n'
    sources = changed(one=base) | {"test/one.new.overlay.toml": overlay}
    found = "\n".join(check(sources, TRIED).warnings)
    assert "adds: E7" in found
    assert "adds: E8" not in found
    assert "drops" not in found
    sources["test/one.new.overlay.toml"] += limits
    found = "\n".join(check(sources, TRIED).warnings)
    assert "drops once:" in found
    assert "drops cap" not in found


# --- figures and days


def test_figures_are_read_as_people_write_them():
    assert {Decimal(100), Decimal(10_000)} <= numbers("每人一百元，最高１万元")
    assert {Decimal(15_000), Decimal("0.5"), Decimal(1200)} <= numbers("一万五千、0.5，1,200元")
    assert Decimal(210) in numbers("二百一十")


def test_days_share_a_year_and_a_month_has_two_ends():
    found = set(known_days("2025年3月1日至11月30日之间，2026年2月，99月，2025年2月30日"))
    assert {date(2025, 3, 1), date(2025, 11, 30), date(2026, 2, 28), date(2025, 12, 31)} <= found
    assert date(2025, 6, 15) not in found
    assert date(2028, 2, 29) in set(known_days("自2025年3月1日起施行，有效期三年"))
    assert date(2027, 2, 28) in set(known_days("自2025年3月1日起，有效期2年"))


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("yuan  = 100", "yuan = 110", "This says 110,"),
        ("yuan  = 100", "yuan = 110.50", "This says 110.50,"),
        ("yuan  = 100", 'yuan = "LEAST(a.money, 300)"', "This says 300,"),
        ("yuan  = 100", 'yuan = 100\nsupplements = [{ percent = 30, inferred = "x" }]', ""),
        (
            "yuan  = 100",
            "yuan = 100\nsupplements = [{ percent = 30 , quote = ['每人', '一百'] }]",
            "This says 30,",
        ),
        ('"a.yes"', "\"a.day > DATE '2025-01-01'\"", "This says 2025-01-01,"),
        ('quote = "每人一百元。"', 'inferred = "x"', ""),
        ('when  = "a.yes"', "any = [{ when = \"a.day > DATE '2025-01-01'\" }]", "This says 2025-01-01,"),
    ],
)
def test_a_figure_or_day_that_the_quote_does_not_have_is_noted(was, now, says):
    found = told(PROGRAMME.replace(was, now))
    assert (says in found) if says else ("This says" not in found)


def test_a_quote_that_is_a_heading_is_its_own_sentence():
    assert "This says 20" in told(
        PROGRAMME.replace("yuan  = 100", "yuan = 20").replace("每人一百元。", "二、标准")
    )


# --- all errors of a file


def test_every_error_of_a_file_is_told_in_one_run():
    blank = "".join(f'[claim.E{at}]\nwhen = ""\ninferred = "x"\n' for at in range(2, 6))
    text = PROGRAMME.replace("[amount]", f"{blank}[amount]").replace(
        "yuan  = 100", 'by = "a.level"\nrates = [{ is = "x", yuan = 1 }]'
    )
    found = [str(one) for one in report(text + LIMIT + "at_most = 5").problems]
    assert len([one for one in found if "when is blank" in one]) == 4
    assert len(found) == 6
    assert "写了 at_most，还缺 per。" in found[-1]
    assert len(report(text.replace("a.level", "a.nothing")).problems) == 4
    assert len(report(PROGRAMME + "[parameters]\nx = { value = 1 }\n").problems) == 1
