"""A clerk brings a sheet: every row says what comes of it, and which cell is wrong."""

from datetime import date, datetime

import pytest

from jiangli.applications.roster_models import RosterState, RowState
from jiangli.applications.rosters import actions as rosters
from jiangli.refused import Refused
from jiangli.registers.models import EarlierPayment
from roster_stories import (
    IN_2022,
    IN_2025,
    TRAINING,
    UNION,
    brought,
    house,
    row,
    school_of_training,
    sheet,
    the_law_then,
    trainee,
    words,
    workbook,
    worked,
    worker_of_union,
)
from stories import certificate, identity_number, member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def law() -> None:
    the_law_then(IN_2022)


def test_rows_in_order_are_good_or_looked_up_and_know_their_amount() -> None:
    roster = brought(TRAINING, school_of_training(), [trainee(n) for n in range(1, 6)], at=IN_2025)
    assert roster.state == RosterState.READY
    assert roster.total == 5
    first = row(roster, 2)
    assert (first.name, first.state) == ("学员1", RowState.DOUBTFUL)
    assert "经办人" in words(first)


def test_a_number_that_the_spreadsheet_has_rounded_is_named_as_such() -> None:
    whole = float(identity_number(1)[:17] + "0")
    rows = [trainee(1, id_number=whole), trainee(2, certificate_number="3.30109E+17"), trainee(3)]
    roster = brought(TRAINING, school_of_training(), rows, at=IN_2025)
    assert "四舍五入" in words(row(roster, 2))
    assert [one["field"] for one in row(roster, 2).faults] == ["id_number"]
    assert "四舍五入" in words(row(roster, 3))
    assert row(roster, 4).state == RowState.DOUBTFUL


def test_a_certificate_or_a_person_twice_names_the_other_row() -> None:
    twice = [trainee(1), trainee(2, certificate_number=trainee(1)["certificate_number"])]
    roster = brought(TRAINING, school_of_training(), twice, at=IN_2025)
    assert "第 2 行" in words(row(roster, 3))
    union = [worker_of_union(1), worker_of_union(1, certificate_number="S0000330299")]
    roster = brought(UNION, house(), union, at=IN_2022)
    assert "第 2 行" in words(row(roster, 3))


def test_a_name_that_does_not_go_with_the_number_discloses_nothing() -> None:
    known = member("测试真名")
    rows = [trainee(1, id_number=known.id_number, name="别的名字")]
    roster = brought(TRAINING, school_of_training(), rows, at=IN_2025)
    assert row(roster, 2).state == RowState.FAULTY
    assert "测试真名" not in words(row(roster, 2))


def test_a_certificate_of_somebody_else_is_named() -> None:
    theirs = certificate(member("测试甲"))
    rows = [trainee(5, certificate_number=theirs.number)]
    roster = brought(TRAINING, school_of_training(), rows, at=IN_2025)
    assert [one["field"] for one in row(roster, 2).faults] == ["certificate_number"]


def test_what_was_paid_before_is_told_and_an_officer_decides_where_no_words_of_the_notice_bar_it() -> None:
    person = member("学员9", serial=9)
    held = certificate(
        person, number=trainee(9)["certificate_number"], level="senior", issue_date=date(2025, 5, 20)
    )
    EarlierPayment.objects.create(
        programme_code=TRAINING, certificate=held, paid_on=date(2025, 6, 1), amount_fen=80000, source="测试"
    )
    roster = brought(TRAINING, school_of_training(), [trainee(9), trainee(10)], at=IN_2025)
    assert "800" in words(row(roster, 2))
    assert "800" not in words(row(roster, 3))
    assert row(roster, 2).state == RowState.DOUBTFUL
    assert row(roster, 3).state == RowState.DOUBTFUL


def test_a_condition_that_fails_quotes_its_clause() -> None:
    late = trainee(1, **{"certificate.issue_date": "2024-05-20"})
    roster = brought(TRAINING, school_of_training(), [late], at=IN_2025)
    assert "2025 年 3 月 1 日" in words(row(roster, 2))
    assert "二" in words(row(roster, 2))
    assert row(roster, 2).faults[0]["field"] == "certificate.issue_date"


def test_the_eleven_columns_lack_two_facts_and_every_row_says_which() -> None:
    roster = brought(UNION, house(), [worker_of_union(1)], at=IN_2022)
    first = row(roster, 2)
    assert first.state == RowState.INCOMPLETE
    assert {"certificate.issue_date", "certificate.former_level"} <= set(first.asks)
    assert "certificate.former_level_date" not in first.asks, "asked once there is a former level"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04 nothing", "打不开"),
        ("甲,乙\n1,2\n".encode(), "身份证号"),
        (workbook([["姓名", "身份证号"]]), "没有"),
    ],
)
def test_what_is_no_such_sheet_is_refused_at_once(content: bytes, why: str) -> None:
    organisation, by = school_of_training()
    with pytest.raises(Refused, match=why):
        rosters.bring(TRAINING, organisation, content, by=by, at=IN_2025)


def test_a_sheet_in_gb18030_is_read() -> None:
    organisation, by = school_of_training()
    given = trainee(3)
    text = "姓名,身份证号,等级证书编号,发证日期,证书种类,技能等级,开班日期,备注\n"
    text += f"{given['name']},{given['id_number']},{given['certificate_number']},2025/5/20,"
    text += "职业技能等级证书,高级工,20250310,好\n"
    roster = worked(
        rosters.bring(TRAINING, organisation, text.encode("gb18030"), by=by, at=IN_2025), at=IN_2025
    )
    assert roster.unused == ["备注"]
    assert row(roster, 2).stated["certificate.issue_date"] == "2025-05-20"


def test_who_does_not_act_for_the_organisation_brings_nothing() -> None:
    organisation, _by = school_of_training()
    stranger = member("测试乙").account
    assert stranger is not None
    with pytest.raises(Refused):
        rosters.bring(TRAINING, organisation, sheet(TRAINING, [trainee(1)]), by=stranger, at=IN_2025)


def test_a_roster_of_an_expired_notice_is_refused() -> None:
    organisation, by = house()
    with pytest.raises(Refused):
        rosters.bring(UNION, organisation, b"", by=by, at=datetime.fromisoformat("2025-06-10T09:00+08:00"))
