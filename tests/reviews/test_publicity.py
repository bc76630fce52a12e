"""公示: frozen and masked, approved by a second officer, up for five working days; who is objected to waits alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.audit.models import Event
from jiangli.correspondence.models import Message
from jiangli.programmes import calendar_changes
from jiangli.refused import Refused
from jiangli.registers.models import Person
from jiangli.reviews.models import Act
from jiangli.reviews.publicity import actions as publicity
from jiangli.reviews.publicity import closing, objections
from jiangli.reviews.publicity.models import Objection, Publication, PublicationCase, PublicationRow
from jiangli.reviews.publicity.queries import record_of, unlisted, waiting
from jiangli.reviews.publicity.status import ObjectionState, Outcome, PublicationState, Way
from publicity_stories import (
    AGENCY,
    MORNING,
    PRIZE,
    ROSTER,
    TEXTS,
    after_the_last_day,
    on,
    prepared,
    reviewer,
    second,
    tick,
    told_law,
    up,
    waiting_case,
)
from stories import member, officer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def stood(case: Application) -> PublicationCase:
    return PublicationCase.objects.get(application=case)


def objected(row: PublicationRow, *, at: datetime = MORNING) -> Objection:
    return objections.object_to(row, text="获奖名次不对。", person=member("测试异议人"), at=at)


def decided(objection: Objection, *, upheld: bool, at: datetime = MORNING) -> Objection:
    agency = objection.row.publication.agency_id
    objections.look_into(objection, found="查了竞赛结果文件。", by=reviewer(agency), at=at)
    return objections.decide(objection, upheld=upheld, reason="以文件为准。", by=second(agency), at=at)


def test_a_case_goes_on_after_five_working_days_and_not_before() -> None:
    case = waiting_case()
    publication = up([case])
    assert publication.closes_on == date(2025, 6, 17)
    tick(on(date(2025, 6, 17)))
    assert Application.objects.get(pk=case.pk).stage == case.stage
    tick(on(date(2025, 6, 18)))
    tick(on(date(2025, 6, 18)))
    gone = Application.objects.get(pk=case.pk)
    said = gone.opinions.get(stage=case.stage, act=Act.PASS)
    assert gone.stage == case.stage + 1
    assert publication.number in said.text and said.by == publication.approved_by
    assert stood(case).outcome == Outcome.WENT_ON


def test_nobody_approves_what_they_prepared_or_their_own_case() -> None:
    both = officer(AGENCY, Role.REVIEWER, Role.APPROVER)
    person = member("测试甲")
    case = waiting_case(person=person)
    publication = prepared([case], by=both)
    with pytest.raises(Refused):
        publicity.approve(publication, by=both, at=MORNING)
    claims = second()
    Person.objects.filter(pk=person.pk).update(officer=claims)
    with pytest.raises(Refused):
        publicity.approve(publication, by=claims, at=MORNING)
    with pytest.raises(Refused):
        publicity.approve(publication, by=officer(AGENCY, Role.REVIEWER), at=MORNING)
    with pytest.raises(Refused):
        publicity.approve(publication, by=second("qiantang-hrss"), at=MORNING)
    approved = publicity.approve(publication, by=second(), at=MORNING)
    assert approved.state == PublicationState.APPROVED and len(approved.seal) == 64


def test_a_case_stands_on_one_list_at_a_time_and_is_free_again_when_it_is_taken_down() -> None:
    case = waiting_case()
    version = case.version
    assert version is not None and unlisted(version, case.stage).count() == 1
    assert [one.count for one in waiting(reviewer())] == [1]
    publication = up([case])
    assert not unlisted(version, case.stage).exists() and not waiting(reviewer())
    with pytest.raises(Refused):
        prepared([case])
    publicity.withdraw_list(publication, reason="名单印错了。", by=second(), at=MORNING)
    assert unlisted(version, case.stage).count() == 1
    tick(on(date(2025, 7, 1)))
    assert Application.objects.get(pk=case.pk).stage == case.stage
    assert prepared([case]).rows.count() == 1


def test_texts_with_a_personal_number_are_refused() -> None:
    publication = prepared([waiting_case()])
    for name in TEXTS:
        texts = {**TEXTS, name: "请联系13900001234。"}
        with pytest.raises(Refused):
            publicity.change(
                publication, texts=texts, posts_on=MORNING.date(), kept_days=30,
                by=publication.prepared_by, at=MORNING,
            )  # fmt: skip


def test_what_changed_since_the_freezing_is_taken_up_anew_before_it_is_approved() -> None:
    case = waiting_case()
    publication = prepared([case])
    Person.objects.filter(pk=case.claimant_id).update(name="测试新名")
    with pytest.raises(Refused, match=str(case.number)):
        publicity.approve(publication, by=second(), at=MORNING)
    publication = publicity.freeze(publication, cases=[case.pk], by=publication.prepared_by, at=MORNING)
    assert publication.rows.get().name == "测试新名"
    publicity.approve(publication, by=second(), at=MORNING)
    publicity.send_back_list(publication, reason="标题要改。", by=second(), at=MORNING)
    assert Publication.objects.get(pk=publication.pk).seal == ""


def test_an_objection_holds_only_its_payee() -> None:
    held, free = waiting_case(), waiting_case()
    publication = up([held, free])
    objection = objected(stood(held).rows.get())
    end = after_the_last_day(publication)
    tick(end)
    assert stood(free).outcome == Outcome.WENT_ON
    assert Application.objects.get(pk=held.pk).stage == held.stage
    decided(objection, upheld=False, at=end)
    tick(end)
    assert stood(held).outcome == Outcome.WENT_ON
    told = Message.objects.get(event="objection.not_upheld")
    assert objection.number in told.text and told.person == objection.person


def test_an_objection_that_is_right_sends_the_case_back_to_review() -> None:
    case = waiting_case()
    publication = up([case])
    objection = objected(stood(case).rows.get())
    with pytest.raises(Refused):
        objections.decide(objection, upheld=True, reason="对的。", by=second(), at=MORNING)
    both = officer(AGENCY, Role.REVIEWER, Role.APPROVER)
    objections.look_into(objection, found="查了。", by=both, at=MORNING)
    with pytest.raises(Refused):
        objections.decide(objection, upheld=True, reason="对的。", by=both, at=MORNING)
    objection = objections.decide(objection, upheld=True, reason="名次不对。", by=second(), at=MORNING)
    back = Application.objects.get(pk=case.pk)
    assert objection.state == ObjectionState.UPHELD and back.stage == case.stage - 1
    assert back.opinions.filter(act=Act.AGAIN).exists()
    tick(after_the_last_day(publication))
    assert Application.objects.get(pk=case.pk).stage == case.stage - 1


def test_objections_come_in_time_and_from_somebody_who_can_be_answered() -> None:
    case = waiting_case()
    publication = up([case])
    row, end = publication.rows.get(), after_the_last_day(publication)
    with pytest.raises(Refused):
        objections.object_to(row, text="不对。", name="测试乙", at=MORNING)
    tick(end - DAY)
    with pytest.raises(Refused):
        objected(row, at=end)
    by = reviewer()
    with pytest.raises(Refused):
        objections.enter_objection(row, way=Way.LETTER, name="测试乙", text="不对。",
                                   received_on=end.date(), by=by, at=end)  # fmt: skip
    late = objections.enter_objection(row, way=Way.LETTER, name="测试乙", phone="13900001111", text="不对。",
                                      received_on=publication.closes_on, by=by, at=end)  # fmt: skip
    tick(end)
    assert late.state == ObjectionState.RECEIVED and stood(case).live
    assert "13900001111" not in str(Event.objects.about(late).values_list("details", flat=True))


def test_a_case_that_cannot_go_on_stays_listed_with_the_reason() -> None:
    case = waiting_case()
    publication = up([case])
    PublicationCase.objects.filter(application=case).update(amount_fen=1)
    end = after_the_last_day(publication)
    tick(end)
    tick(end)
    stuck = stood(case)
    assert stuck.outcome == Outcome.STUCK and stuck.why and stuck.live
    with pytest.raises(Refused):
        closing.try_again(stuck, by=second(), at=end)
    with pytest.raises(Refused):
        closing.back_from_list(stuck, text="金额变了。", by=reviewer(), at=end)
    closing.back_from_list(stuck, text="金额变了。", by=second(), at=end)
    assert Application.objects.get(pk=case.pk).stage == case.stage - 1


def test_a_day_off_that_is_announced_late_moves_the_last_day() -> None:
    publication = up([waiting_case()])
    calendar_changes.set_day(
        date(2025, 6, 16), works=False, name="停电", reason="全区停电一天。", by=second(), at=MORNING
    )
    tick(MORNING + DAY)
    assert Publication.objects.get(pk=publication.pk).closes_on == date(2025, 6, 18)


def test_the_record_shows_that_nothing_was_changed_afterwards() -> None:
    publication = up([waiting_case()])
    assert record_of(publication).holds and record_of(publication).opened_at == MORNING
    publication.rows.update(amount_fen=1)
    assert not record_of(publication).holds


def test_the_lines_of_a_roster_are_shown_and_one_of_them_holds_the_case() -> None:
    case = waiting_case(ROSTER)
    publication = up([case], by_line=True)
    rows = list(publication.rows.all())
    assert len(rows) == case.lines.count() > 1
    assert {row.line_id for row in rows} == set(case.lines.values_list("pk", flat=True))
    assert sum(row.amount_fen or 0 for row in rows) == stood(case).amount_fen
    objected(rows[0])
    tick(after_the_last_day(publication))
    assert Application.objects.get(pk=case.pk).stage == case.stage


def test_an_organisation_is_shown_as_one_row_with_its_number_of_people() -> None:
    case = waiting_case(ROSTER)
    row = prepared([case]).rows.get()
    assert case.organisation is not None
    assert (row.name, row.people) == (case.organisation.name, case.lines.count())


def test_where_no_list_is_named_each_claimant_is_told_alone_and_alone_can_object() -> None:
    told_law(MORNING)
    case = waiting_case()
    publication = up([case])
    assert publication.is_told and not Publication.objects.public().exists()
    told = Message.objects.get(event="publicity.told", person=case.claimant)
    assert case.number and case.number in told.text and "6月17日" in told.text.replace(" ", "")
    row = publication.rows.get()
    with pytest.raises(Refused):
        objected(row)
    objections.object_to(row, text="金额不对。", person=case.claimant, at=MORNING)
    tick(after_the_last_day(publication))
    assert Application.objects.get(pk=case.pk).stage == case.stage


def test_a_programme_of_nobody_else_is_not_published_by_them() -> None:
    case = waiting_case()
    with pytest.raises(Refused):
        prepared([case], by=reviewer("qiantang-hrss"))
    assert case.programme_code == PRIZE
