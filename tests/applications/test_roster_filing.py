"""Good rows become lines of one case, or a case for each person; killed or not, each of them once."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from jiangli.accounts.actions import prove_phone
from jiangli.applications import actions as applications
from jiangli.applications.models import Application, Evidence, Reservation
from jiangli.applications.roster_models import Roster, RosterState, RowState
from jiangli.applications.rosters import actions as rosters
from jiangli.applications.rosters import filing, staging
from jiangli.applications.rosters.filing import file_rows
from jiangli.applications.rosters.scans import sort
from jiangli.applications.rosters.staging import stage
from jiangli.applications.rosters.tasks import remind
from jiangli.applications.status import Status
from jiangli.audit.models import Event
from jiangli.correspondence import actions as correspondence
from jiangli.correspondence.models import Message
from jiangli.refused import Refused
from jiangli.registers.models import Person
from roster_stories import (
    IN_2022,
    IN_2025,
    STUDENTS,
    TRAINING,
    UNION,
    brought,
    house,
    row,
    scans_of,
    school_of_training,
    sheet,
    student,
    the_law_then,
    trainee,
    words,
    worked,
    worker_of_union,
)
from stories import identity_number, photograph

pytestmark = pytest.mark.django_db

COMPLETE = {
    "certificate.issue_date": "2022-03-01",
    "certificate.former_level": "高级工",
    "certificate.former_level_date": "2018-03-01",
    "person.education": "大专",
    "person.migrant_worker": "否",
    "membership.union_name": "测试机械工会",
}


@pytest.fixture(autouse=True)
def law() -> None:
    the_law_then(IN_2022)


def filed(roster: Roster, by: Any, at: datetime) -> Roster:
    return worked(rosters.file(roster, by=by, at=at), at=at)


def test_an_organisations_rows_become_lines_of_one_case() -> None:
    organisation, by = school_of_training()
    rows = [trainee(1), trainee(2, id_number="339999"), trainee(3)]
    roster = filed(brought(TRAINING, (organisation, by), rows, at=IN_2025), by, IN_2025)
    assert roster.state == RosterState.FILED
    case = roster.application
    assert case is not None
    assert (case.organisation, case.claimant, case.status) == (organisation, None, Status.DRAFT)
    assert [line.person.name for line in case.lines.all()] == ["学员1", "学员3"]
    assert [line.stated["training.started_on"] for line in case.lines.all()] == ["2025-03-10"] * 2
    assert case.account_number == organisation.account_number
    assert row(roster, 3).state == RowState.FAULTY
    assert "申请表" in roster.notes[0]["zh"]  # what the case itself still lacks


def test_the_case_is_handed_in_where_nothing_is_missing_and_corrected_rows_follow() -> None:
    organisation, by = school_of_training()
    case = applications.start(None, TRAINING, organisation=organisation, by=by, at=IN_2025)
    for material in ("application_form", "roster", "certificate"):
        applications.add_evidence(case, material, "照片.jpg", photograph(), by=by, at=IN_2025)
    roster = brought(TRAINING, (organisation, by), [trainee(1), trainee(2)], at=IN_2025)
    with_certificates(roster, [1, 2], by)
    roster = filed(roster, by, IN_2025)
    case.refresh_from_db()
    assert roster.application == case
    assert case.status == Status.SUBMITTED
    assert case.assessments.get().result["outcome"] == "undetermined"
    assert Reservation.objects.filter(application=case).count() == 2
    assert Message.objects.filter(event="roster.filed").count() == 1


def test_a_worker_that_died_after_handing_in_leaves_no_second_case(monkeypatch: pytest.MonkeyPatch) -> None:
    organisation, by = school_of_training()
    case = applications.start(None, TRAINING, organisation=organisation, by=by, at=IN_2025)
    for material in ("application_form", "roster", "certificate"):
        applications.add_evidence(case, material, "照片.jpg", photograph(), by=by, at=IN_2025)
    roster = brought(TRAINING, (organisation, by), [trainee(1), trainee(2)], at=IN_2025)
    sort(rosters.add_scans(roster, scans_of(TRAINING, [1, 2], by="id"), by=by, at=IN_2025).pk, at=IN_2025)
    roster = rosters.file(roster, by=by, at=IN_2025)
    with monkeypatch.context() as dying:
        dying.setattr(filing, "_close", lambda *_given, **_more: None)
        file_rows(roster.pk, at=IN_2025)
    file_rows(roster.pk, at=IN_2025)
    roster.refresh_from_db()
    assert (roster.state, roster.notes) == (RosterState.FILED, [])
    assert Application.objects.filter(organisation=organisation).get().status == Status.SUBMITTED


def test_an_employers_rows_become_a_case_for_each_person() -> None:
    organisation, by = house("测试机械有限公司", **{"organisation.area": "330109"})
    rows = [worker_of_union(n, **COMPLETE) for n in (1, 2)]
    roster = brought(UNION, (organisation, by), rows, at=IN_2022)
    assert row(roster, 2).state == RowState.DOUBTFUL, words(row(roster, 2))
    with_scans(roster, [1], by, IN_2022)
    roster = filed(roster, by, IN_2022)
    one, two = row(roster, 2), row(roster, 3)
    assert (one.state, two.state) == (RowState.FILED, RowState.STOPPED)
    assert one.application is not None
    assert one.application.status == Status.SUBMITTED
    assert (one.application.claimant, one.application.organisation) == (one.person, organisation)
    assert one.application.account_number == "6228480000000000001"
    assert one.application.line.certificate == one.certificate
    assert "身份证" in words(two)  # no scan of hers
    assert not Application.objects.filter(claimant=two.person).exists() or two.person is None
    assert Message.objects.filter(event="application.submitted", person__account=by).count() == 0


def with_certificates(roster: Roster, serials: list[int], by: Any) -> None:
    """The certificate of each of these trainees, under their identity number."""
    pile = rosters.add_scans(roster, scans_of(TRAINING, serials, by="id"), by=by, at=IN_2025)
    sort(pile.pk, at=IN_2025)


def with_scans(roster: Roster, serials: list[int], by: Any, at: datetime) -> None:
    pile = rosters.add_scans(roster, scans_of(UNION, serials), by=by, at=at)
    sort(pile.pk, at=at)


def test_a_person_of_a_roster_has_a_query_password_made_when_they_ask() -> None:
    """The clerk must not see one, and a hash for each of thousands that nobody was shown would only cost time."""
    organisation, by = house()
    roster = brought(UNION, (organisation, by), [worker_of_union(1, **COMPLETE)], at=IN_2022)
    with_scans(roster, [1], by, IN_2022)
    case = row(filed(roster, by, IN_2022), 2).application
    assert case is not None
    assert case.claimant is not None
    assert (case.status, case.query_password) == (Status.SUBMITTED, "")
    with pytest.raises(Refused):
        applications.look_in(identity_number(1), "", at=IN_2022)
    correspondence.note_phone(case.claimant, "13900000001", by=None, at=IN_2022)
    asked = applications.ask_for_reset(identity_number(1), "13900000001", at=IN_2022)
    assert asked.person is not None
    assert asked.person == case.claimant
    text = Message.objects.filter(event="phone.code").latest("written_at").text
    proof = prove_phone(asked.code, re.findall(r"[0-9]{6}", text)[0], at=IN_2022)
    given = applications.reset_query_passwords(asked.person, proof=proof, at=IN_2022)
    visit = applications.look_in(identity_number(1), given[case], at=IN_2022)
    assert visit.application == case


def test_a_stopped_row_goes_on_once_its_scans_are_there() -> None:
    organisation, by = house()
    roster = brought(UNION, (organisation, by), [worker_of_union(1, **COMPLETE)], at=IN_2022)
    roster = filed(roster, by, IN_2022)
    assert row(roster, 2).state == RowState.STOPPED
    with_scans(roster, [1], by, IN_2022)
    roster = worked(rosters.check_again(roster, by=by, at=IN_2022), at=IN_2022)
    roster = filed(roster, by, IN_2022)
    assert row(roster, 2).state == RowState.FILED
    assert Evidence.objects.filter(application=row(roster, 2).application).count() == 3


def test_a_school_files_for_its_students() -> None:
    organisation, by = house("测试技工学校")
    roster = brought(STUDENTS, (organisation, by), [student(1), student(2)], at=IN_2025)
    assert {one.state for one in roster.rows.all()} == {RowState.GOOD}
    assert {one.amount_fen for one in roster.rows.all()} == {200000}
    with_scans_of_students(roster, by)
    roster = filed(roster, by, IN_2025)
    assert [one.state for one in roster.rows.all()] == [RowState.FILED, RowState.FILED]
    cases = Application.objects.filter(programme_code=STUDENTS)
    assert {case.account_name for case in cases} == {"学生1", "学生2"}


def test_a_roster_that_is_filed_whole_is_not_given_up() -> None:
    organisation, by = house("测试技工学校")
    roster = brought(STUDENTS, (organisation, by), [student(1), student(2)], at=IN_2025)
    with_scans_of_students(roster, by)
    roster = filed(roster, by, IN_2025)
    with pytest.raises(Refused, match="全部申报了"):
        rosters.abandon(roster, by=by, at=IN_2025)
    assert Roster.objects.get().state == RosterState.FILED


def with_scans_of_students(roster: Roster, by: Any) -> None:
    pile = rosters.add_scans(roster, scans_of(STUDENTS, [1, 2], by="id"), by=by, at=IN_2025)
    sort(pile.pk, at=IN_2025)


class Death(BaseException):
    """The worker is killed."""


@pytest.mark.parametrize("after", [1, 3])
def test_a_worker_that_dies_between_two_steps_loses_and_doubles_nothing(
    monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(staging, "STEP", 10)
    monkeypatch.setattr(filing, "STEP", 10)
    organisation, by = school_of_training()
    rows = [trainee(n) for n in range(1, 46)]
    roster = rosters.bring(TRAINING, organisation, sheet(TRAINING, rows), by=by, at=IN_2025)
    dying(monkeypatch, lambda: stage(roster.pk, at=IN_2025), after)
    roster = worked(roster, at=IN_2025)
    assert roster.state == RosterState.READY
    assert [one.number for one in roster.rows.all()] == list(range(2, 47))
    assert roster.merged == {"added": 45}
    roster = rosters.file(roster, by=by, at=IN_2025)
    dying(monkeypatch, lambda: file_rows(roster.pk, at=IN_2025), after)
    roster = worked(roster, at=IN_2025)
    assert roster.state == RosterState.FILED
    case = Application.objects.get(organisation=organisation)
    assert [line.number for line in case.lines.all()] == list(range(1, 46))
    assert len({line.person_id for line in case.lines.all()}) == 45
    assert Event.objects.filter(name="roster.filed").count() == 1


def dying(monkeypatch: pytest.MonkeyPatch, work: Any, after: int) -> None:
    """Do the work until its writer has been called ``after`` times in a transaction that then is lost."""
    original, left = Roster.save, [after]

    def save(self: Roster, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        left[0] -= 1
        if left[0] == 0:
            raise Death

    with monkeypatch.context() as patch, pytest.raises(Death):
        patch.setattr(Roster, "save", save)
        work()


def test_of_two_workers_the_late_one_stops() -> None:
    organisation, by = school_of_training()
    roster = rosters.bring(TRAINING, organisation, sheet(TRAINING, [trainee(1)]), by=by, at=IN_2025)
    late = Roster.objects.get(pk=roster.pk)
    stage(roster.pk, at=IN_2025)
    with pytest.raises(staging.Overtaken), staging.step(late, at=IN_2025):
        pass


def test_a_late_worker_begins_no_second_draft() -> None:
    organisation, by = school_of_training()
    case = applications.start(None, TRAINING, organisation=organisation, by=by, at=IN_2025)
    for material in ("application_form", "roster", "certificate"):
        applications.add_evidence(case, material, "照片.jpg", photograph(), by=by, at=IN_2025)
    roster = brought(TRAINING, (organisation, by), [trainee(1), trainee(2)], at=IN_2025)
    with_certificates(roster, [1, 2], by)
    roster = rosters.file(roster, by=by, at=IN_2025)
    late = Roster.objects.select_related("version", "organisation", "filed_by", "application").get(
        pk=roster.pk
    )
    file_rows(roster.pk, at=IN_2025)
    with pytest.raises(staging.Overtaken):
        filing._file_whole(late, at=IN_2025)
    assert Application.objects.get(organisation=organisation).status == Status.SUBMITTED


def test_a_roster_whose_task_was_lost_is_queued_again_once() -> None:
    organisation, by = school_of_training()
    roster = rosters.bring(TRAINING, organisation, sheet(TRAINING, [trainee(1)]), by=by, at=IN_2025)
    later = IN_2025 + timedelta(minutes=2)
    assert (remind(at=IN_2025), remind(at=later), remind(at=later)) == (0, 1, 0)
    stage(roster.pk, at=later)
    assert remind(at=later + timedelta(hours=1)) == 0, "nothing is left to do"


def test_filing_twice_files_once() -> None:
    organisation, by = school_of_training()
    roster = brought(TRAINING, (organisation, by), [trainee(1)], at=IN_2025)
    filed(roster, by, IN_2025)
    file_rows(roster.pk, at=IN_2025)
    with pytest.raises(Refused):
        rosters.file(roster, by=by, at=IN_2025)
    assert Application.objects.get(organisation=organisation).lines.count() == 1
    assert Person.objects.filter(name="学员1").count() == 1


def test_a_claimed_certificate_is_named_with_its_application() -> None:
    organisation, by = school_of_training()
    case = applications.start(None, TRAINING, organisation=organisation, by=by, at=IN_2025)
    for material in ("application_form", "roster", "certificate"):
        applications.add_evidence(case, material, "照片.jpg", photograph(), by=by, at=IN_2025)
    mine = brought(TRAINING, (organisation, by), [trainee(1)], at=IN_2025)
    with_certificates(mine, [1], by)
    filed(mine, by, IN_2025)
    other = brought(TRAINING, school_of_training(), [trainee(1), trainee(2)], at=IN_2025)
    case.refresh_from_db()
    assert str(case.number) in words(row(other, 2))
    assert row(other, 3).state == RowState.DOUBTFUL


def test_a_row_taken_out_is_not_filed() -> None:
    organisation, by = school_of_training()
    roster = brought(TRAINING, (organisation, by), [trainee(1), trainee(2)], at=IN_2025)
    rosters.remove_row(row(roster, 2), by=by, at=IN_2025)
    roster = worked(roster, at=IN_2025)
    roster = filed(roster, by, IN_2025)
    assert roster.application is not None
    assert [line.person.name for line in roster.application.lines.all()] == ["学员2"]


def test_a_row_is_mended_on_the_screen() -> None:
    organisation, by = school_of_training()
    roster = brought(TRAINING, (organisation, by), [trainee(1, id_number="33999")], at=IN_2025)
    assert row(roster, 2).state == RowState.FAULTY
    rosters.edit_row(row(roster, 2), {"id_number": identity_number(1)}, by=by, at=IN_2025)
    roster = worked(roster, at=IN_2025)
    assert row(roster, 2).state == RowState.DOUBTFUL
