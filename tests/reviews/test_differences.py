"""What registers said when a case was filed, and say otherwise now: shown, and seen before a decision."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from any_programme import reviewer_of, right_case
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.refused import Refused
from jiangli.registers.models import Certificate
from jiangli.reviews import actions as reviews
from jiangli.reviews import differences
from jiangli.reviews.rosters import check_again
from jiangli.reviews.sheet import assess_for_officer, assess_line_to_show
from stories import NOON, SENIOR, certificate, filed, library, member, officer, the_law

pytestmark = pytest.mark.django_db
UNION, MINUTE = "xiaoshan-union", timedelta(minutes=1)
AREA, ISSUED = "certificate.filing_area", "certificate.issue_date"


@pytest.fixture
def at() -> datetime:
    return NOON


@pytest.fixture
def held(at: datetime) -> Certificate:
    the_law(at)
    return certificate(member("测试甲"), level="senior")


@pytest.fixture
def case(held: Certificate, at: datetime) -> Application:
    assert held.person is not None
    return filed(held.person, held, at=at, programme=SENIOR)


def register_says(held: Certificate, **known: object) -> None:
    for name, value in known.items():
        setattr(held, name, value)
    held.save()


def before_its_decision(case: Application, at: datetime) -> Application:
    return reviews.pass_on(case, by=officer(UNION, Role.REVIEWER), at=at + MINUTE)


def test_nothing_changed_is_nothing_to_show(case: Application, at: datetime) -> None:
    now = assess_for_officer(case, at=at)
    assert differences.since_filing(case, now) == differences.since_last_look(case, now) == []
    assert differences.seen([]) == ""


def test_a_change_names_the_fact_and_the_condition_it_turns(
    case: Application, held: Certificate, at: datetime
) -> None:
    register_says(held, filing_area="990000")
    (found,) = differences.since_filing(case, assess_for_officer(case, at=at))
    assert (found.fact, found.was, found.now) == (AREA, "330100", "990000")
    assert found.conditions == (("E5", True, False),)


def test_what_a_register_knows_no_more_is_unknown(case: Application, held: Certificate, at: datetime) -> None:
    register_says(held, filing_area="")
    (found,) = differences.since_filing(case, assess_for_officer(case, at=at))
    assert (found.fact, found.now, found.conditions) == (AREA, None, (("E5", True, None),))


def test_what_an_officer_looked_up_outweighs_a_register(
    case: Application, held: Certificate, at: datetime
) -> None:
    reviews.look_up(case, found={AREA: "330100"}, place="证书查询网", by=reviewer_of(case), at=at)
    register_says(held, filing_area="990000")
    assert differences.since_filing(case, assess_for_officer(case, at=at)) == []


def test_before_a_decision_the_officer_has_to_see_what_changed(
    case: Application, held: Certificate, at: datetime
) -> None:
    case, by = before_its_decision(case, at), officer(UNION, Role.APPROVER)
    register_says(held, issue_date=held.issue_date + timedelta(days=1))  # type: ignore[operator]
    with pytest.raises(Refused, match="发证日期"):
        reviews.pass_on(case, seen_changes="", by=by, at=at + 2 * MINUTE)
    found = differences.since_last_look(case, assess_for_officer(case, at=at))
    assert [one.fact for one in found] == [ISSUED]
    shown = differences.seen(found)
    register_says(held, issue_date=held.issue_date + timedelta(days=1))  # type: ignore[operator]
    with pytest.raises(Refused):  # it changed once more since the page was shown
        reviews.pass_on(case, seen_changes=shown, by=by, at=at + 2 * MINUTE)
    now = differences.since_last_look(case, assess_for_officer(case, at=at))
    done = reviews.pass_on(case, seen_changes=differences.seen(now), by=by, at=at + 2 * MINUTE)
    assert done.status == Status.APPROVED


def test_what_was_looked_at_meanwhile_is_not_asked_again(
    case: Application, held: Certificate, at: datetime
) -> None:
    register_says(held, issue_date=held.issue_date + timedelta(days=1))  # type: ignore[operator]
    case = before_its_decision(case, at)
    now = assess_for_officer(case, at=at)
    assert differences.since_last_look(case, now) == []
    assert [one.fact for one in differences.since_filing(case, now)] == [ISSUED]


def test_the_lines_of_a_roster_are_compared_one_by_one() -> None:
    code = next(
        code
        for code, law in sorted(library().programmes.items())
        if law.lines == "person" and law.elsewhere is None and "certificate.level" in law.facts_read
    )
    case = right_case(code)
    at, line = case.first_filed_at, case.lines.get(number=1)
    assert at is not None and line.certificate is not None
    case.look_ups.filter(fact__startswith="certificate.").delete()
    check_again(case, by=reviewer_of(case), at=at + MINUTE)
    assert differences.changed_lines(case) == []
    register_says(line.certificate, level="senior", looked_up_at=at)
    shown = assess_line_to_show(case, line, at=at)
    assert shown is not None
    assert {one.fact for one in differences.of_line(case, line.pk, 1, shown)} >= {"certificate.level"}
    assert differences.cannot_overlook(case, assess_for_officer(case, at=at), "")
    check_again(case, by=reviewer_of(case), at=at + 2 * MINUTE)
    assert differences.changed_lines(case) == [line.pk]
    assert differences.cannot_overlook(case, assess_for_officer(case, at=at), "") is None
