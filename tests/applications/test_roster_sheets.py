"""The template and what comes back of it: the same facts; what is wrong stands beside its cell."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deep import examples
from jiangli import rules
from jiangli.applications.roster_models import RowState
from jiangli.applications.rosters import actions as rosters
from jiangli.applications.rosters.cells import parse
from jiangli.applications.rosters.columns import Column, columns_of, completing_columns, shape_of, titles
from jiangli.applications.rosters.queries import sheet_of
from jiangli.applications.rosters.reading import read
from jiangli.applications.rosters.template import template
from jiangli.refused import Refused
from roster_stories import (
    IN_2022,
    IN_2025,
    TRAINING,
    UNION,
    brought,
    house,
    row,
    school_of_training,
    the_law_then,
    trainee,
    workbook,
    worked,
    worker_of_union,
)
from stories import identity_number, library

TAKING = [law for law in library().programmes.values() if shape_of(law)]
ELEVEN = (
    "序号 姓名 性别 工作单位 身份证号 职业(工种) 技术等级 证书编号 联系方式(手机号码) 银行卡号 银行卡开户行"
)


def cells_of(content: bytes) -> list[list[Any]]:
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_the_unions_sheet_has_its_eleven_columns_in_their_order() -> None:
    law = library().programmes[UNION]
    table = cells_of(template(law, "zh"))
    assert table[0][0] == "职工高技能人才奖励人员汇总表"
    assert table[2] == ELEVEN.split()


@pytest.mark.parametrize("law", TAKING, ids=lambda law: law.id)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_template_is_read_again_and_its_examples_are_not(law: rules.Programme, lang: str) -> None:
    content = template(law, lang)
    heads = cells_of(content)[2]
    assert len(set(heads)) == len(heads)
    with pytest.raises(Refused):  # nothing but headings and examples
        read(content, law)
    assert [titles(law)["".join(str(head).split()).casefold()].key for head in heads] == [
        column.key for column in columns_of(law)
    ]


def values(column: Column) -> st.SearchStrategy[tuple[Any, Any]]:
    """A value of the contract, and a way in which a clerk writes it into the sheet."""
    fact = column.fact
    assert fact is not None
    match fact.kind:
        case "bool":
            return st.sampled_from([(True, "是"), (False, "否"), (True, "Yes")])
        case "enum" | "code":
            ways = [(c.id, c.label.say(lang)) for c in fact.choices for lang in ("zh", "en")]
            return st.sampled_from(ways or [("330109", "330109"), ("330109", 330109)])
        case "date":
            days = st.dates(date(1960, 1, 1), date(2030, 1, 1))
            return st.one_of(
                days.map(lambda day: (day.isoformat(), day)),
                days.map(lambda day: (day.isoformat(), f"{day:%Y/%m/%d}")),
            )
        case "int":
            return st.integers(0, 9999).map(lambda n: (n, n))
        case "money":
            return st.integers(0, 10**9).map(
                lambda fen: (f"{fen // 100}.{fen % 100:02d}", f"{fen // 100}.{fen % 100:02d}")
            )
    return st.text(st.sampled_from("测试甲乙机械 Aa1"), min_size=1, max_size=12).map(
        lambda text: (text.strip() or "甲", text.strip() or "甲")
    )


@st.composite
def filled(draw: st.DrawFn) -> tuple[rules.Programme, str, dict[str, Any], dict[str, Any]]:
    """A programme, the language of its sheet, a row as it is written, and the facts that it states."""
    law, lang = draw(st.sampled_from(TAKING)), draw(st.sampled_from(["zh", "en"]))
    written: dict[str, Any] = {"name": "测试甲", "id_number": identity_number(draw(st.integers(1, 300)))}
    facts = {}
    for column in completing_columns(law):
        if column.fact is not None and draw(st.booleans()):
            facts[column.key], written[column.key] = draw(values(column))
    return law, lang, written, facts


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(filled())
def test_what_is_filled_in_is_what_is_read(
    one: tuple[rules.Programme, str, dict[str, Any], dict[str, Any]],
) -> None:
    law, lang, written, facts = one
    columns = completing_columns(law)
    table = [
        [column.title.say(lang) for column in columns],
        [written.get(column.key, "") for column in columns],
    ]
    (row,) = read(workbook(table), law).rows
    cells = parse(law, row.cells, on=date(2030, 1, 1))
    assert cells.facts == facts
    assert cells.holder
    assert not [fault for fault in cells.faults if fault["field"] in facts]


@pytest.mark.django_db
def test_only_faulty_rows_come_back_marked_and_mended_ones_are_merged() -> None:
    the_law_then(IN_2022)
    organisation, by = school_of_training()
    rows = [trainee(1), trainee(2, id_number="339"), trainee(3, name="")]
    roster = brought(TRAINING, (organisation, by), rows, at=IN_2025)
    table = cells_of(sheet_of(roster, "faulty", lang="zh"))
    heads, wrong = table[2], table[3:]
    assert heads[0] == "要改的地方"
    assert [line[heads.index("姓名")] for line in wrong] == ["学员2", ""]
    assert wrong[0][0].startswith("身份证号：")
    assert b"comments" in sheet_of(roster, "faulty", lang="zh")
    wrong[0][heads.index("身份证号")] = identity_number(2)
    wrong[1][heads.index("姓名")] = "学员3"
    roster = rosters.merge(roster, workbook([heads, *wrong]), by=by, at=IN_2025)
    roster = worked(roster, at=IN_2025)
    assert {name: roster.merged.get(name, 0) for name in ("added", "replaced")} == {"added": 0, "replaced": 2}
    assert {one.state for one in roster.rows.all()} == {RowState.DOUBTFUL}
    assert [one.name for one in roster.rows.all()] == ["学员1", "学员2", "学员3"]


@pytest.mark.django_db
def test_a_sheet_of_other_people_that_begins_at_one_again_replaces_nobody() -> None:
    the_law_then(IN_2022)
    organisation, by = school_of_training()
    roster = brought(TRAINING, (organisation, by), [trainee(1), trainee(2)], at=IN_2025)
    more = [trainee(5, number="1"), trainee(1), trainee(2, name="学员二", number="2")]
    from roster_stories import sheet

    roster = worked(rosters.merge(roster, sheet(TRAINING, more), by=by, at=IN_2025), at=IN_2025)
    counts = {name: roster.merged.get(name, 0) for name in ("added", "replaced", "unchanged")}
    assert counts == {"added": 1, "replaced": 1, "unchanged": 1}
    assert row(roster, 4).name == "学员5"


@pytest.mark.django_db
def test_the_completing_sheet_asks_the_columns_that_the_eleven_lack() -> None:
    the_law_then(IN_2022)
    organisation, by = house()
    roster = brought(UNION, (organisation, by), [worker_of_union(1)], at=IN_2022)
    table = cells_of(sheet_of(roster, "incomplete", lang="zh"))
    heads = table[2]
    assert [*heads[1:12]] == ELEVEN.split()
    assert {"发证日期", "原有最高技能等级"} <= {*heads} or "发证日期" in heads
    line = table[3]
    assert "发证日期" in line[0]
    for title, value in {"发证日期": "2022-03-01", "学历": "大专"}.items():
        line[heads.index(title)] = value
    roster = worked(rosters.merge(roster, workbook([heads, line]), by=by, at=IN_2022), at=IN_2022)
    assert roster.merged["replaced"] == 1
    assert "certificate.issue_date" not in row(roster, 2).asks


def test_a_workbook_that_unpacks_into_a_flood_is_not_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"\0" * (401 * 1024 * 1024))
    with pytest.raises(Refused, match="太大"):
        read(out.getvalue(), library().programmes[TRAINING])
