"""An office at work: who deals with what, by when, many cases at once, and three people who check each other."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from jiangli.accounts.models import Agency, Deputy, User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.audit.models import Event
from jiangli.payments import actions as payments
from jiangli.payments.models import Payment
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews.models import Act
from jiangli.reviews.permissions import assigned_to
from jiangli.reviews.queries import decision_of
from jiangli.reviews.work import actions as work
from jiangli.reviews.work import bulk as many
from jiangli.reviews.work import tasks
from jiangli.reviews.work.changes import changes, changes_of_return, returned_last
from jiangli.reviews.work.due import terms, with_came
from jiangli.reviews.work.linked import linked
from jiangli.reviews.work.models import BulkKind, ItemState, Phrase, Reminder
from stories import (
    SENIOR,
    certificate,
    filed,
    history_declared,
    member,
    officer,
    photograph,
    the_law,
)

pytestmark = pytest.mark.django_db

OFFICE = "xiaoshan-union"


@pytest.fixture(autouse=True)
def law(at: datetime) -> None:
    the_law(at)


def senior(at: datetime, name: str = "测试甲", **account: str) -> Application:
    """A case whose two reviews and whose payer are one agency's: a three-person office can do all of it."""
    person = member(name)
    return filed(person, certificate(person, level="senior"), at=at, programme=SENIOR, **account)


def fresh(case: Application) -> Application:
    return Application.objects.get(pk=case.pk)


# --- three people


@pytest.fixture
def office() -> dict[str, User]:
    return {
        "A": officer(OFFICE, Role.REVIEWER, Role.CASHIER, name="测试经办"),
        "B": officer(OFFICE, Role.APPROVER, name="测试审批"),
        "C": officer(OFFICE, Role.RELEASER, Role.SUPERVISOR, name="测试放行"),
    }


ACTS = ("review", "approve", "freeze", "release", "assign")
MAY = {"review": "A", "approve": "B", "freeze": "A", "release": "C", "assign": "BC"}
WHY = {
    ("review", "B"): "岗位",
    ("review", "C"): "岗位",
    ("approve", "A"): "岗位",
    ("approve", "C"): "岗位",
    ("freeze", "B"): "",
    ("freeze", "C"): "",
    ("release", "A"): "复核",
    ("release", "B"): "复核",
    ("assign", "A"): "分管",
}


def _do(act: str, case: Application, by: User, office: dict[str, User], at: datetime) -> None:
    if act in ("review", "approve"):
        reviews.pass_on(case, by=by, at=at)
    elif act == "assign":
        work.assign(case, office["A"], by=by, at=at)
    elif act == "freeze":
        payments.freeze(Agency.objects.get(pk=OFFICE), by=by, at=at)
    else:
        payments.release(Payment.objects.get().batch, by=by, at=at)


@pytest.mark.parametrize("act", ACTS)
def test_in_an_office_of_three_the_right_one_passes_and_each_other_is_told_why_not(
    act: str, office: dict[str, User], at: datetime
) -> None:
    case = senior(at)
    history_declared(OFFICE, at=at, programme=SENIOR)
    for step in ("review", "approve", "freeze", "release")[: {"assign": 0}.get(act, ACTS.index(act))]:
        _do(step, fresh(case), office[MAY[step]], office, at)
        payments.fall_due(at=at)
    for name in sorted(set("ABC") - set(MAY[act])):
        with pytest.raises(Refused) as refusal:
            _do(act, fresh(case), office[name], office, at)
        assert WHY[act, name] in str(refusal.value) and str(refusal.value).endswith("。")
    for name in MAY[act]:
        _do(act, fresh(case), office[name], office, at)


def test_whoever_reviewed_does_not_decide_even_with_both_posts(at: datetime) -> None:
    both = officer(OFFICE, Role.REVIEWER, Role.APPROVER)
    case = reviews.pass_on(senior(at), by=both, at=at)
    with pytest.raises(Refused, match="换一位同事"):
        reviews.pass_on(case, by=both, at=at)


# --- who deals with it


@pytest.fixture
def case(at: datetime) -> Application:
    return senior(at)


def test_a_case_is_given_out_handed_over_with_a_word_and_laid_back(
    case: Application, office: dict[str, User], at: datetime
) -> None:
    second = officer(OFFICE, Role.REVIEWER, name="测试同事")
    work.assign(case, office["A"], by=office["C"], at=at)
    with pytest.raises(Refused, match="测试经办"):
        reviews.take(case, by=second, at=at)
    with pytest.raises(Refused, match="一句话"):
        work.hand_over(case, second, text=" ", by=office["A"], at=at)
    work.hand_over(case, second, text="原件已看。", by=office["A"], at=at)
    assert assigned_to(case) == second
    assert [row.text for row in case.hand_overs.all()] == ["", "原件已看。"]
    with pytest.raises(Refused, match="测试同事"):
        work.give_back(case, by=office["A"], at=at)
    work.give_back(case, by=second, at=at)
    assert assigned_to(case) is None
    events = Event.objects.about(case).values_list("name", flat=True)
    assert list(events)[-3:] == [
        "application.assigned",
        "application.handed_over",
        "application.given_back",
    ]


def test_nobody_is_given_what_they_may_not_do(
    case: Application, office: dict[str, User], at: datetime
) -> None:
    stranger = officer("hangzhou-union", Role.REVIEWER)
    for to, why in ((office["B"], "岗位"), (stranger, "同事")):
        with pytest.raises(Refused, match=why):
            work.hand_over(case, to, text="请接办。", by=office["A"], at=at)
        with pytest.raises(Refused, match=why):
            work.assign(case, to, by=office["C"], at=at)
    case = reviews.pass_on(case, by=office["A"], at=at)
    both = officer(OFFICE, Role.REVIEWER, Role.APPROVER)
    work.assign(case, both, by=office["C"], at=at)
    assert assigned_to(case) == both
    with pytest.raises(Refused, match="分管"):
        work.assign(case, office["B"], by=office["A"], at=at)


def test_a_deputy_hands_over_what_the_absent_one_has(
    case: Application, office: dict[str, User], at: datetime
) -> None:
    second, third = officer(OFFICE, Role.REVIEWER), officer(OFFICE, Role.REVIEWER)
    work.assign(case, office["A"], by=office["C"], at=at)
    with pytest.raises(Refused):
        work.hand_over(case, third, text="代为移交。", by=second, at=at)
    Deputy.objects.create(absent=office["A"], deputy=second, from_on=at.date(), to_on=at.date())
    work.hand_over(case, third, text="代为移交。", by=second, at=at)
    assert assigned_to(case) == third


# --- by when


def test_a_case_is_due_in_working_days_from_when_it_came_to_its_stage(
    case: Application, office: dict[str, User], at: datetime
) -> None:
    row = with_came(Application.objects.all()).get()
    assert row.came_at == at and terms().due_on(row, row.came_at) == date(2025, 6, 24)
    later = at + timedelta(days=9)
    reviews.pass_on(case, by=office["A"], at=later)
    row = with_came(Application.objects.all()).get()
    assert row.came_at == later and terms().due_on(row, later) == date(2025, 7, 3)


def test_what_is_late_by_the_query_is_late_by_the_calendar(at: datetime) -> None:
    """Over the holidays of autumn: the query's border and the day counted forward are the same."""
    known = terms()
    place, term = next(iter(known.found.items()))
    for days in range(60):
        on = date(2025, 9, 15) + timedelta(days=days)
        border = known._first_in_time(term, on)
        assert known.days.last_day(border, term.days, term.kind) >= on
        assert known.days.last_day(border - timedelta(days=1), term.days, term.kind) < on
    assert place in known.agency_of


def test_the_clock_reminds_once_before_and_once_after_the_day(case: Application, at: datetime) -> None:
    def kinds(day: date) -> list[str]:
        tasks.remind_of_terms(at=datetime.combine(day, at.timetz()))
        tasks.remind_of_terms(at=datetime.combine(day, at.timetz()))
        return list(Reminder.objects.order_by("pk").values_list("kind", flat=True))

    assert kinds(date(2025, 6, 19)) == []
    assert kinds(date(2025, 6, 20)) == ["soon"]
    assert kinds(date(2025, 6, 24)) == ["soon"]
    assert kinds(date(2025, 6, 25)) == ["soon", "overdue"]
    assert kinds(date(2025, 7, 30)) == ["soon", "overdue"]
    assert Event.objects.about(case).filter(name="reminder.overdue").count() == 1


# --- many at once


def test_many_are_seen_first_and_each_goes_or_stops_alone(office: dict[str, User], at: datetime) -> None:
    right, other = senior(at), senior(at, "测试乙")
    person = member("测试丙")
    wrong = filed(person, certificate(person, level="senior", filing_area=""), at=at, programme=SENIOR)
    cases = [right, wrong, other]
    shown = many.preview(cases, BulkKind.PASS, by=office["A"], at=at)
    assert [row.why is None for row in shown] == [True, False, True]
    assert Application.objects.exclude(stage=right.stage).count() == 0
    bulk = many.begin(BulkKind.PASS, {row.case: row.fen for row in shown}, by=office["A"], at=at)
    reviews.take(other, by=officer(OFFICE, Role.REVIEWER, name="测试同事"), at=at)
    many.run(bulk, at=at)
    many.run(bulk, at=at)
    items = list(bulk.items.order_by("pk"))
    assert [item.state for item in items] == [ItemState.DONE, ItemState.STOPPED, ItemState.STOPPED]
    assert "测试同事" in items[2].why and items[1].why
    assert fresh(right).stage > right.stage and fresh(other).stage == other.stage
    assert right.opinions.count() == 1


def test_an_amount_that_changed_since_it_was_shown_stops_the_case(
    case: Application, office: dict[str, User], at: datetime
) -> None:
    bulk = many.begin(BulkKind.PASS, {case: 1}, by=office["A"], at=at)
    assert many.run(bulk, at=at).items.get().state == ItemState.STOPPED


def test_a_pass_is_undone_while_nobody_touched_the_case(office: dict[str, User], at: datetime) -> None:
    cases = [senior(at), senior(at, "测试乙"), senior(at, "测试丙")]
    shown = {row.case: row.fen for row in many.preview(cases, BulkKind.PASS, by=office["A"], at=at)}
    bulk = many.run(many.begin(BulkKind.PASS, shown, by=office["A"], at=at), at=at)
    first, second, third = bulk.items.order_by("pk")
    soon = at + timedelta(minutes=5)
    with pytest.raises(Refused):
        many.undo(first, by=office["B"], at=soon)
    assert many.undo(first, by=office["A"], at=soon).state == ItemState.UNDONE
    back = fresh(cases[0])
    assert back.stage == cases[0].stage and back.opinions.last().act == Act.UNDO
    reviews.take(fresh(cases[1]), by=office["B"], at=soon)
    with pytest.raises(Refused, match="有人"):
        many.undo(second, by=office["A"], at=soon)
    with pytest.raises(Refused, match="30"):
        many.undo(third, by=office["A"], at=at + timedelta(minutes=31))
    assert reviews.pass_on(back, by=office["A"], at=soon).stage == fresh(cases[2]).stage


def test_a_decision_is_never_undone(case: Application, office: dict[str, User], at: datetime) -> None:
    case = reviews.pass_on(case, by=office["A"], at=at)
    shown = {row.case: row.fen for row in many.preview([case], BulkKind.PASS, by=office["B"], at=at)}
    item = many.run(many.begin(BulkKind.PASS, shown, by=office["B"], at=at), at=at).items.get()
    assert item.state == ItemState.DONE and decision_of(fresh(case)) is not None
    with pytest.raises(Refused, match="决定"):
        many.undo(item, by=office["B"], at=at)


def test_many_are_returned_for_one_reason(office: dict[str, User], at: datetime) -> None:
    cases = [senior(at), senior(at, "测试乙")]
    fields = [{"field": "account", "reason": "开户网点请写到支行。"}]
    with pytest.raises(Refused):
        many.begin(BulkKind.RETURN, dict.fromkeys(cases), by=office["A"], at=at)
    bulk = many.begin(BulkKind.RETURN, dict.fromkeys(cases), fields=fields, by=office["A"], at=at)
    many.run(bulk, at=at)
    assert {fresh(case).status for case in cases} == {"returned"}
    with pytest.raises(Refused, match="退回"):
        many.undo(bulk.items.first(), by=office["A"], at=at)


# --- what changed


def test_after_a_correction_each_part_stands_before_and_after_with_the_reason(
    case: Application, office: dict[str, User], at: datetime
) -> None:
    asked = [
        {"field": "employment.employer_name", "reason": "与社保单位不一致。"},
        {"field": "account", "reason": "卡号少一位。"},
        {"field": "certificate.occupation", "reason": "请再核对。"},
    ]
    reviews.send_back(case, fields=asked, by=office["A"], at=at)
    later = at + timedelta(days=1)
    by = case.claimant.account
    assert returned_last(fresh(case)) is None
    back = applications.save_answers(
        fresh(case),
        stated={"employment.employer_name": "测试船舶有限公司"},
        account={"account_number": "6217000000000004321"},
        by=by,
        at=later,
    )
    paper = back.evidence.filter(removed_at=None).first()
    applications.add_evidence(back, paper.material, "新照片.jpg", photograph(), by=by, at=later)
    back = applications.submit(fresh(back), by=by, at=later).application
    opinion = returned_last(back)
    assert opinion is not None
    found = {change.part: change for change in changes_of_return(back, opinion)}
    name = found["employment.employer_name"]
    assert (name.before, name.after) == ("测试机械有限公司", "测试船舶有限公司")
    assert name.reason == "与社保单位不一致。"
    assert (found["account"].before, found["account"].after) == ("•••• 0000", "•••• 4321")
    assert found["certificate.occupation"].same
    assert f"material:{paper.material}" in found
    assert "6217000000000004321" not in str(found)
    assert [change.part for change in changes(back, since=later)] == []
    reviews.pass_on(back, by=office["A"], at=later)
    assert returned_last(fresh(back)) is None


def test_a_visit_is_compared_with_the_one_before(
    case: Application, office: dict[str, User], at: datetime
) -> None:
    assert work.visit(case, by=office["A"], at=at).before is None
    assert work.visit(case, by=office["A"], at=at + timedelta(minutes=9)).before is None
    row = work.visit(case, by=office["A"], at=at + timedelta(hours=3))
    assert row.before == at + timedelta(minutes=9)


# --- linked cases


def test_cases_of_one_person_card_or_certificate_are_found_and_only_ones_own_are_shown(
    office: dict[str, User], at: datetime
) -> None:
    first = senior(at, account_number="6217000000000000018")
    same_card = senior(at, "测试乙", account_number="6217000000000000018")
    stranger = senior(at, "测试丙", account_number="6217000000000000026")
    found = linked(first, office["A"])
    assert [(row.case, row.same) for row in found.cases] == [(same_card, ("account",))]
    assert found.hidden == 0 and not linked(stranger, office["A"])
    same_card.agencies.set(["hangzhou-union"])
    found = linked(first, office["A"])
    assert found.cases == [] and found.hidden == 1
    assert first.account_index and first.account_number not in first.account_index


# --- phrases


def test_phrases_of_the_agency_are_its_leads_to_keep(office: dict[str, User], at: datetime) -> None:
    def phrase(of: User | None, text: str = "材料齐全。") -> Phrase:
        return Phrase(agency_id=OFFICE, officer=of, kind="pass", text=text)

    own = work.keep_phrase(phrase(office["A"]), by=office["A"], at=at)
    with pytest.raises(Refused):
        work.keep_phrase(phrase(None), by=office["A"], at=at)
    shared = work.keep_phrase(phrase(None, "同意。"), by=office["B"], at=at)
    assert set(Phrase.objects.visible_to(office["A"])) == {own, shared}
    assert set(Phrase.objects.visible_to(office["C"])) == {shared}
    with pytest.raises(Refused):
        work.drop_phrase(own, by=office["B"], at=at)
    work.drop_phrase(shared, by=office["C"], at=at)
    assert Phrase.objects.get() == own
