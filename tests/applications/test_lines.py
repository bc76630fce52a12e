"""Rows of a case: months and attached lists, read the one way in, each slip with its row, field and remedy."""

from datetime import datetime

import pytest

from firms import clerk_of, firm, open_programme, user_of
from jiangli.applications import actions as applications
from jiangli.applications.actions import RowsRefused, set_lines
from jiangli.applications.asking import asks_of_case, asks_of_row, month_of_row
from jiangli.applications.models import Application
from jiangli.applications.queries import missing
from jiangli.refused import Refused
from jiangli.registers.models import Person
from stories import identity_number, library, member, photograph

MONTHLY = "xiaoshan-hrss-2025-11b-chief-technician-allowance"
COUNTED = "xiaoshan-hrss-2025-07a-self-certification"
ROSTER = "xiaoshan-hrss-2025-08-enterprise-training"


@pytest.fixture
def monthly(db: None, at: datetime) -> tuple[Application, Person]:
    open_programme(MONTHLY)
    person = member()
    return applications.start(person, MONTHLY, by=user_of(person), at=at), person


def roster(at: datetime) -> tuple[Application, Person]:
    open_programme(ROSTER)
    organisation = firm()
    clerk = clerk_of(organisation)
    return applications.start(None, ROSTER, organisation=organisation, by=user_of(clerk), at=at), clerk


def row(serial: int, **more: object) -> dict[str, object]:
    return {
        "person.name": "测试乙",
        "person.id_number": identity_number(700 + serial),
        "certificate.number": f"S00003301991{serial:04d}",
        "certificate.issue_date": "2025/4/20",
        "certificate.level": "技师",
        "training.by_claimant": "是",
        **more,
    }


def test_months_are_lines_of_the_claimant(monthly: tuple[Application, Person], at: datetime) -> None:
    case, person = monthly
    assert [gap.part for gap in missing(case, on=at.date()) if gap.part == "lines"]
    rows = [{"selection.month": "2025年3月15日"}, {"selection.month": "2025-04-01"}]
    set_lines(case, rows, by=user_of(person), at=at)
    assert [line.stated for line in case.lines.all()] == [
        {"selection.month": "2025-03-01"},
        {"selection.month": "2025-04-01"},
    ]
    assert {line.person for line in case.lines.all()} == {person}
    assert "lines" not in [gap.part for gap in missing(case, on=at.date())]


def test_a_month_stands_only_once(monthly: tuple[Application, Person], at: datetime) -> None:
    case, person = monthly
    rows = [
        {"selection.month": "2025-03-01"},
        {"selection.month": "2025-03-20"},
        {"selection.month": "三月"},
        {},
    ]
    with pytest.raises(RowsRefused) as refused:
        set_lines(case, rows, by=user_of(person), at=at)
    assert {(slip.row, slip.fact) for slip in refused.value.slips} == {
        (n, "selection.month") for n in (2, 3, 4)
    }
    assert "第 1 行重复" in str(refused.value) and not case.lines.exists()


def test_what_is_kept_is_the_same_line_with_its_photographs(db: None, at: datetime) -> None:
    case, clerk = roster(at)
    by = user_of(clerk)
    set_lines(case, [row(1), row(2)], by=by, at=at)
    second = case.lines.get(number=2)
    applications.add_evidence(case, "certificate", "照片.jpg", photograph(), line=second, by=by, at=at)
    set_lines(case, [row(3), row(2, **{"certificate.level": "高级工"}), row(1)], by=by, at=at)
    second.refresh_from_db()
    assert (second.number, second.stated["certificate.level"]) == (2, "senior")
    assert [line.number for line in case.lines.all()] == [1, 2, 3] and second.evidence.count() == 1
    gaps = {gap.part: gap.label for gap in missing(case, on=at.date())}
    assert "还差 2 行" in gaps["material:certificate"]


def test_a_row_that_names_no_certificate_is_known_by_what_it_says(db: None, at: datetime) -> None:
    open_programme(COUNTED)
    organisation = firm()
    by = user_of(clerk_of(organisation))
    case = applications.start(None, COUNTED, organisation=organisation, by=by, at=at)
    named = [{"certificate.holder_name": "测试乙"}, {"certificate.holder_name": "测试丙"}]
    set_lines(case, named, by=by, at=at)
    first, second = case.lines.order_by("number")
    set_lines(case, [*reversed(named), {"certificate.holder_name": "测试丁"}], by=by, at=at)
    assert list(case.lines.order_by("number"))[:2] == [second, first]
    assert case.lines.count() == 3


def test_no_identity_number_is_kept_in_a_row(db: None, at: datetime) -> None:
    case, clerk = roster(at)
    set_lines(case, [row(7)], by=user_of(clerk), at=at)
    line = case.lines.get()
    assert identity_number(707) not in str(line.stated) and line.person and line.certificate


def test_a_wrong_row_is_named_and_nothing_is_changed(db: None, at: datetime) -> None:
    case, clerk = roster(at)
    bad = row(2, **{"certificate.level": "大师", "organisation.kind": "enterprise"})
    with pytest.raises(RowsRefused) as refused:
        set_lines(case, [row(1), bad, row(1), row(3, **{"person.id_number": "33"})], by=user_of(clerk), at=at)
    assert {(slip.row, slip.fact) for slip in refused.value.slips} == {
        (2, "certificate.level"),
        (2, "organisation.kind"),
        (3, "certificate.number"),
        (4, "person.id_number"),
    }
    assert not case.lines.exists()


def test_what_is_counted_is_asked_row_by_row_and_not_as_a_sum() -> None:
    law = library().programmes[COUNTED]
    assert "organisation.certifications_in_year" not in {ask.fact.name for ask in asks_of_case(law)}
    assert "application.claim_year" in {ask.fact.name for ask in asks_of_case(law)}
    assert [ask.fact.name for ask in asks_of_row(law)] == [
        "certificate.holder_name",
        "certificate.number",
        "certificate.issue_date",
    ]


def test_every_programme_by_months_says_which_fact_the_month_is() -> None:
    laws = [law for law in library().programmes.values() if law.lines == "month"]
    assert laws and {month_of_row(law).name for law in laws} == {"selection.month"}  # type: ignore[union-attr]


def test_others_and_claims_without_a_list_are_refused(
    monthly: tuple[Application, Person], at: datetime
) -> None:
    case, _person = monthly
    with pytest.raises(Refused, match="本人"):
        set_lines(case, [], by=user_of(member("测试丙")), at=at)
