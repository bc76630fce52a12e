"""A roster that comes back: what was struck off stays free, what belongs to an unchanged row stays with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.commitments import release_fallen
from jiangli.applications.models import Application, Commitment, Line, LineState, Reservation
from jiangli.registers.models import Certificate, Organisation, Person
from jiangli.reviews import actions as reviews
from jiangli.reviews import rosters
from jiangli.reviews.permissions import cannot_go_on
from jiangli.reviews.sheet import assess_for_officer, assess_line_to_show, head_to_show, is_behind
from rosters import BUREAU, ON_LIST, STARTED, filed_roster, scan_each_line, school, trainee
from stories import clerk_of, officer, the_law

pytestmark = pytest.mark.django_db
Pair = tuple[Person, Certificate]


@pytest.fixture(autouse=True)
def law(at: datetime) -> None:
    the_law(at)


@pytest.fixture
def approver() -> User:
    return officer(BUREAU, Role.REVIEWER, Role.APPROVER)


@pytest.fixture
def body() -> Organisation:
    return school()


@pytest.fixture
def pairs() -> list[Pair]:
    return [trainee("测试甲", level="senior"), trainee("测试乙", level="technician")]


@pytest.fixture
def case(body: Organisation, pairs: list[Pair], approver: User, at: datetime) -> Application:
    """Two lines an officer found on the filed list; the second is struck off."""
    case = filed_roster(body, *pairs, at=at)
    found = dict.fromkeys(case.lines.values_list("pk", flat=True), True)
    rosters.look_up_lines(case, ON_LIST, found, place="备案系统", by=approver, at=at)
    rosters.strike(case.lines.get(number=2), condition="E2", reason="没有参加培训", by=approver, at=at)
    return case


def returned(case: Application, by: User, at: datetime) -> Application:
    return reviews.send_back(case, fields=[{"field": "line:1", "reason": "重新拍一张"}], by=by, at=at)


def row(pair: Pair, **more: Any) -> dict[str, Any]:
    person, held = pair
    return {
        "person.name": person.name,
        "person.id_number": person.id_number,
        "certificate.number": held.number,
        **STARTED,
        **more,
    }


def held(case: Application) -> set[str]:
    live = Reservation.objects.filter(application=case, released_at=None)
    return set(live.values_list("subject", flat=True))


def claimed(case: Application) -> set[int]:
    live = Commitment.objects.filter(application=case, released_at=None)
    return set(live.values_list("line__number", flat=True))


def test_a_line_struck_off_takes_nothing_when_the_roster_is_handed_in_again(
    case: Application, body: Organisation, approver: User, at: datetime
) -> None:
    second = str(case.lines.get(number=2).certificate_id)
    again = applications.submit(returned(case, approver, at), by=clerk_of(body), at=at).application
    assert second not in held(again) and claimed(again) == {1}
    assert again.standings.get(line__number=2).state == LineState.STRUCK
    rosters.restore(again.lines.get(number=2), by=approver, at=at)
    assert second in held(again) and claimed(again) == {1, 2}


def test_a_pass_that_decides_nothing_frees_what_fallen_lines_claimed(
    case: Application, approver: User, at: datetime
) -> None:
    assert claimed(case) == {1, 2}
    case = reviews.pass_on(case, falling=1, by=approver, at=at)
    assert case.stage == 2, "it waits for the public notice"
    assert claimed(case) == {1}


def test_look_ups_strikes_and_scans_stay_with_a_row_that_is_the_same(
    case: Application, body: Organisation, pairs: list[Pair], approver: User, at: datetime
) -> None:
    by, second = clerk_of(body), case.lines.get(number=2)
    scans = second.evidence.count()
    rows = [row(trainee("测试丙")), row(pairs[1]), row(pairs[0])]
    applications.set_lines(returned(case, approver, at), rows, by=by, at=at)
    second.refresh_from_db()
    assert second.number == 2
    assert (second.look_ups.count(), second.strikes.count()) == (1, 1)
    assert second.evidence.count() == scans
    assert case.look_ups.count() == 2


def test_a_line_of_a_returned_roster_is_shown_as_it_was_returned_wherever_it_stands_now(
    case: Application, body: Organisation, pairs: list[Pair], approver: User, at: datetime
) -> None:
    first, second = case.lines.get(number=1), case.lines.get(number=2)
    case = returned(case, approver, at)
    rows = [row(trainee("测试丙")), row(trainee("测试丁")), row(pairs[1])]
    case = applications.set_lines(case, rows, by=clerk_of(body), at=at)
    second.refresh_from_db()
    assert second.number == 3
    shown = assess_line_to_show(case, second, at=at)
    assert shown is not None and shown.lines[0].facts["certificate.id"] == str(second.certificate_id)
    new = case.lines.get(number=1)
    assert assess_line_to_show(case, new, at=at) is None, "not handed in yet"
    assert not Line.objects.filter(pk=first.pk).exists()
    scan_each_line(case, at=at)
    case = applications.submit(case, by=clerk_of(body), at=at).application
    assert assess_line_to_show(case, new, at=at) is not None


def test_what_another_case_holds_is_known_without_assessing_the_lines(
    case: Application, pairs: list[Pair], approver: User, at: datetime
) -> None:
    """Found not to be on the list, the second line lets its certificate go; another school claims it meanwhile."""
    second = case.lines.get(number=2)
    rosters.restore(second, by=approver, at=at)
    note(case, second, False, approver, at + timedelta(minutes=1))
    release_fallen(case, assess_for_officer(case, at=at), at=at)
    other = filed_roster(school("测试第二学校"), pairs[1], at=at)
    head = head_to_show(case)[0]
    assert cannot_go_on(case, head) is None
    note(case, second, True, approver, at + timedelta(minutes=2))
    head, kept = head_to_show(case)
    assert str(other.number) in (cannot_go_on(case, head) or "")
    assert cannot_go_on(case, head) == cannot_go_on(case, assess_for_officer(case, at=at))
    assert not is_behind(case, kept)
    applications.withdraw(other, by=clerk_of(other.organisation), at=at)
    assert is_behind(case, kept), "what it waited for is over"


def note(case: Application, line: Line, found: bool, by: User, at: datetime) -> None:
    rosters.look_up_lines(case, ON_LIST, {line.pk: found}, place="备案系统", by=by, at=at)


def test_of_a_roster_nobody_has_assessed_yet_officers_are_told_so(
    body: Organisation, approver: User, at: datetime
) -> None:
    case = filed_roster(body, trainee("测试丙"), at=at)
    assert is_behind(case, head_to_show(case)[1])
    rosters.check_again(case, by=approver, at=at)
    assert not is_behind(case, head_to_show(case)[1])
