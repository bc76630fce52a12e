"""Review of rosters: look-ups for one line and for many, what falls away, what is struck off, what it rests on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.guard import release_fallen
from jiangli.applications.models import Application, LineState, Reservation, Standing
from jiangli.applications.status import Status
from jiangli.audit.models import Event
from jiangli.refused import Refused
from jiangli.registers.models import Certificate, Clerk
from jiangli.reviews import actions as reviews
from jiangli.reviews import rosters
from jiangli.reviews.permissions import cannot_review
from jiangli.reviews.queries import decision_of
from jiangli.reviews.reveal import Shown, reveal
from jiangli.reviews.sheet import assess_for_officer, assess_to_show, head_to_show, is_behind
from rosters import BUREAU, ON_LIST, STARTED, filed_roster, school, trainee
from stories import clerk_of, member, officer, the_law

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def law(at: datetime) -> None:
    the_law(at)


@pytest.fixture
def approver() -> User:
    return officer(BUREAU, Role.REVIEWER, Role.APPROVER)


@pytest.fixture
def case(at: datetime) -> Application:
    """Three lines: a senior worker, a technician, and one whose level the notice does not pay."""
    rows = [
        trainee("测试甲", level="senior"),
        trainee("测试乙", level="technician"),
        trainee("测试丙", level="junior"),
    ]
    return filed_roster(school(), *rows, at=at)


def states(case: Application) -> dict[int, str]:
    return dict(Standing.objects.filter(application=case).values_list("line__number", "state"))


def all_listed(case: Application, by: User, at: datetime) -> None:
    found = dict.fromkeys(case.lines.values_list("pk", flat=True), True)
    rosters.look_up_lines(case, ON_LIST, found, place="备案系统", note="三人都在", by=by, at=at)


def test_what_only_the_school_says_leaves_lines_open(case: Application) -> None:
    assert states(case) == {1: "open", 2: "open", 3: "fails"}
    assert Standing.objects.filter(unknown__contains=f"|{ON_LIST}|").count() == 2


def test_one_look_up_settles_one_line_and_an_open_line_blocks(
    case: Application, approver: User, at: datetime
) -> None:
    line = case.lines.get(number=1)
    reviews.look_up(case, found={ON_LIST: True}, place="备案系统", line=line, by=approver, at=at)
    assert states(case) == {1: "passes", 2: "open", 3: "fails"}
    with pytest.raises(Refused, match="1"):
        reviews.pass_on(case, falling=1, by=approver, at=at)


def test_many_lines_are_noted_in_one_act(case: Application, approver: User, at: datetime) -> None:
    all_listed(case, approver, at)
    assert states(case) == {1: "passes", 2: "passes", 3: "fails"}
    assert case.look_ups.count() == 3
    event = Event.objects.get(name="fact.looked_up")
    assert event.details == {"facts": [ON_LIST], "lines": 3}


def test_a_roster_passes_with_what_falls_away_only_once_it_was_seen(
    case: Application, approver: User, at: datetime
) -> None:
    all_listed(case, approver, at)
    with pytest.raises(Refused, match="1"):
        reviews.pass_on(case, by=approver, at=at)
    case = reviews.pass_on(case, falling=1, by=approver, at=at)
    assert case.stage == 2  # on to the public notice, where it waits
    assert case.status == Status.SUBMITTED
    kept = case.assessments.first()
    assert kept is not None
    assert kept.amount_fen == 80000 + 100000
    assert cannot_review(case, approver, on=at.date())


def test_what_falls_away_frees_what_it_had_reserved(case: Application, approver: User, at: datetime) -> None:
    all_listed(case, approver, at)
    line = case.lines.get(number=2)
    rosters.strike(line, condition="E2", reason="没有参加培训", by=approver, at=at)
    assert str(line.certificate_id) in _held(case)
    reviews.pass_on(case, falling=2, by=approver, at=at)
    assert str(line.certificate_id) not in _held(case)
    assert str(case.lines.get(number=1).certificate_id) in _held(case)


def _held(case: Application) -> set[str]:
    return set(
        Reservation.objects.filter(application=case, released_at=None).values_list("subject", flat=True)
    )


def test_a_line_struck_off_counts_for_nothing_until_it_is_put_back(
    case: Application, approver: User, at: datetime
) -> None:
    all_listed(case, approver, at)
    line = case.lines.get(number=1)
    rosters.strike(line, condition="E2", reason="没有参加培训", by=approver, at=at)
    assert states(case) == {1: "struck", 2: "passes", 3: "fails"}
    assert assess_for_officer(case, at=at).answer.amount_fen == 100000
    rosters.restore(line, by=approver, at=at)
    assert states(case)[1] == "passes"
    assert assess_for_officer(case, at=at).answer.amount_fen == 180000


def test_a_strike_needs_a_reason_and_a_condition(case: Application, approver: User, at: datetime) -> None:
    line = case.lines.get(number=1)
    with pytest.raises(Refused):
        rosters.strike(line, condition="E2", reason=" ", by=approver, at=at)
    with pytest.raises(Refused):
        rosters.strike(line, condition="E99", reason="没有参加培训", by=approver, at=at)
    assert not line.strikes.exists()


def test_a_line_named_beside_one_struck_off_keeps_its_number(approver: User, at: datetime) -> None:
    """Rows 2 and 3 hold the same certificate: with row 1 struck off, row 3 still points to row 2."""
    first, twice = trainee("测试甲"), trainee("测试乙")
    case = filed_roster(school(), first, twice, twice, at=at)
    all_listed(case, approver, at)
    rosters.strike(case.lines.get(number=1), condition="E2", reason="没有参加培训", by=approver, at=at)
    assert states(case) == {1: "struck", 2: "passes", 3: "fails"}
    (reason,) = Standing.objects.get(application=case, line__number=3).reasons
    assert "第 2 行" in reason["zh"]


def _with_a_line_that_fails(at: datetime) -> Application:
    """Its only line could be paid when it was filed; the register has learnt otherwise."""
    case = filed_roster(school(), trainee("测试甲", level="senior"), at=at)
    Certificate.objects.update(level="junior")
    return case


def test_a_returned_roster_can_lose_a_line_and_frees_what_it_had_reserved(
    approver: User, at: datetime
) -> None:
    body, stays, goes = school(), trainee("测试甲"), trainee("测试乙")
    case = filed_roster(body, stays, goes, at=at)
    fields = [{"field": "line:2", "reason": "没有参加培训"}]
    case = reviews.send_back(case, fields=fields, by=approver, at=at)
    person, held = stays
    row = {"person.name": person.name, "person.id_number": person.id_number, **STARTED}
    row["certificate.number"] = held.number
    case = applications.set_lines(case, [row], by=clerk_of(body), at=at)
    assert _held(case) == {str(held.pk)}
    case = applications.submit(case, by=clerk_of(body), at=at).application
    assert (case.status, case.lines.count()) == (Status.SUBMITTED, 1)
    assert case.commitments.filter(released_at=None).count() == 1


def test_what_is_reserved_again_belongs_to_its_line(case: Application, approver: User, at: datetime) -> None:
    all_listed(case, approver, at)
    line = case.lines.get(number=1)
    rosters.strike(line, condition="E2", reason="没有参加培训", by=approver, at=at)
    release_fallen(case, assess_for_officer(case, at=at), at=at)
    rosters.restore(line, by=approver, at=at)
    live = Reservation.objects.filter(application=case, released_at=None)
    assert set(live.values_list("line__number", flat=True)) == {1, 2}


def test_a_roster_without_a_line_left_is_refused_for_what_its_lines_fail(
    approver: User, at: datetime
) -> None:
    case = _with_a_line_that_fails(at)
    with pytest.raises(Refused):
        reviews.pass_on(case, falling=1, by=approver, at=at)
    case = reviews.refuse(case, conditions=["E4"], text="等级不在范围里", by=approver, at=at)
    assert case.status == Status.REFUSED
    assert "第 1 行" in decision_of(case).reasons[0]["tell"]
    assert [line.failed for line in assess_to_show(case, at=at).answer.lines or ()] == [("E4",)]


def test_a_roster_with_a_line_that_passes_is_not_refused_for_another(
    case: Application, approver: User, at: datetime
) -> None:
    all_listed(case, approver, at)
    with pytest.raises(Refused):
        reviews.refuse(case, conditions=["E4"], text="等级不在范围里", by=approver, at=at)


def test_a_decided_roster_shows_what_its_decision_rests_on(approver: User, at: datetime) -> None:
    case = _with_a_line_that_fails(at)
    case = reviews.refuse(case, conditions=["E4"], text="等级不在范围里", by=approver, at=at)
    Certificate.objects.update(level="senior")  # the register learns otherwise later
    assessed, kept = head_to_show(case)
    assert kept == decision_of(case).assessment
    assert assessed.tally.of(LineState.FAILS) == 1
    assert not is_behind(case, kept)
    (line,) = assess_to_show(case, at=at).lines
    assert line.register["certificate.level"] == "junior"


def test_the_head_is_what_the_whole_roster_says(case: Application, approver: User, at: datetime) -> None:
    all_listed(case, approver, at)
    whole, (head, kept) = assess_for_officer(case, at=at), head_to_show(case)
    assert head.tally == whole.tally
    assert head.answer.amount_fen == whole.answer.amount_fen
    assert head.answer.payments == whole.answer.payments
    assert [f.state for f in head.answer.findings] == [f.state for f in whole.answer.findings]
    assert not is_behind(case, kept)


def test_what_a_register_learns_puts_the_kept_answer_behind(
    case: Application, approver: User, at: datetime
) -> None:
    held = case.lines.get(number=3).certificate
    assert held is not None
    held.level, held.looked_up_at = "senior", at + timedelta(minutes=1)
    held.save()
    assert is_behind(case, head_to_show(case)[1])
    rosters.check_again(case, by=approver, at=at + timedelta(minutes=2))
    assert not is_behind(case, head_to_show(case)[1])
    assert states(case)[3] == "open"


def test_officers_on_the_roster_and_clerks_are_barred(case: Application, at: datetime) -> None:
    on_it, clerk = officer(BUREAU, Role.APPROVER), officer(BUREAU, Role.APPROVER)
    person = case.lines.get(number=2).person
    assert person is not None
    person.officer = on_it
    person.save()
    acting = Clerk.objects.get(organisation=case.organisation).person
    acting.officer = clerk
    acting.save()
    for user in (on_it, clerk):
        with pytest.raises(Refused):
            reviews.take(case, by=user, at=at)
        with pytest.raises(Refused):
            rosters.check_again(case, by=user, at=at)
    assert cannot_review(case, officer(BUREAU, Role.APPROVER), on=at.date()) is None


def test_no_line_of_another_case_is_noted_or_struck(case: Application, approver: User, at: datetime) -> None:
    other = filed_roster(school("测试第二学校"), trainee("测试丁"), at=at)
    line = other.lines.get(number=1)
    with pytest.raises(Refused):
        rosters.look_up_lines(case, ON_LIST, {line.pk: True}, place="备案系统", by=approver, at=at)
    with pytest.raises(Refused):
        reviews.look_up(case, found={ON_LIST: True}, place="备案系统", line=line, by=approver, at=at)


def test_a_number_of_a_line_is_shown_and_the_look_remembered(
    case: Application, approver: User, at: datetime
) -> None:
    line = case.lines.get(number=2)
    assert line.person is not None
    shown = reveal(case, what=Shown.ID_NUMBER, line=line, by=approver, at=at)
    assert shown == line.person.id_number
    event = Event.objects.get(name="application.number_shown")
    assert event.details == {"what": "id_number", "line": 2}
    with pytest.raises(Refused):
        other = filed_roster(school("测试第二学校"), (member("测试丁"), trainee("测试戊")[1]), at=at)
        reveal(case, what=Shown.ID_NUMBER, line=other.lines.get(number=1), by=approver, at=at)
