"""A class filed before it begins: late or not, its list, what changes later, and what a claim's lines learn from it."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import pytest
import xlsxwriter
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from filing_stories import (
    TRAINING,
    all_confirmed,
    answered,
    begun,
    class_filed,
    entry_of,
    named,
    roster,
    states,
    training_body,
)
from jiangli import clock
from jiangli.applications.assessing import assess_vouched
from jiangli.applications.filings import actions as filings
from jiangli.applications.filings import trainees as lists
from jiangli.applications.filings.choosing import choose_filings, open_choices
from jiangli.applications.filings.facts import filing_facts
from jiangli.applications.filings.law import prospect
from jiangli.applications.filings.models import Examined, Filing, FilingPaper, PaperKind, PaperState, Timing
from jiangli.applications.filings.papers import add_paper, remove_paper
from jiangli.applications.filings.tasks import make_paper_previews
from jiangli.applications.models import Line
from jiangli.audit.models import Event
from jiangli.correspondence.models import Message
from jiangli.payments.management.commands.sweep import known
from jiangli.refused import Refused
from jiangli.registers.models import Organisation, Person
from jiangli.registers.queries import find_person
from stories import (
    TECHNICIAN,
    adopted_law,
    certificate,
    clerk_of,
    identity_number,
    member,
    photograph,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(at: datetime) -> Organisation:
    adopted_law(at)
    return training_body()


def person_of(serial: int) -> Person:
    person = find_person(identity_number(serial))
    assert person is not None
    return person


def sheet(*rows: tuple[object, ...], headings: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    for line, row in enumerate([headings or ("姓名", "身份证号", "培训对象类别", "手机号"), *rows]):
        for column, cell in enumerate(row):
            page.write(line, column, cell)
    book.close()
    return out.getvalue()


# From the class to the money


def test_a_class_filed_forty_days_before_settles_the_lines_of_the_claim(
    body: Organisation, at: datetime
) -> None:
    filing = class_filed(body, named(901), days_before=40, at=at)
    assert (filing.timing, filing.late_reason) == (Timing.EARLY, "")
    assert filing.number == "BA-2025-00001"
    all_confirmed(filing, at=at + timedelta(days=1))
    later = at + timedelta(days=120)
    person = person_of(901)
    held = certificate(person, level="senior", issue_date=clock.day_of(later))
    found = states(answered(roster(body, (person, held), at=later), at=later))
    assert (found["E2"], found["E3"], found["E7"]) == (True, True, True)
    assert found["E4"] is None, "whether the training was completed is not in the filing"


def test_twenty_nine_days_before_warns_and_asks_for_a_reason(body: Organisation, at: datetime) -> None:
    filing = begun(body, named(902), opens_on=clock.day_of(at) + timedelta(days=29), at=at)
    assert [finding.id for finding in prospect(filing, filed_on=clock.day_of(at)).warned] == ["filed_early"]
    with pytest.raises(Refused, match="原因"):
        filings.file_class(filing, by=clerk_of(body), at=at)
    filing = filings.file_class(filing, by=clerk_of(body), at=at, why_late="场地定得晚")
    assert (filing.timing, filing.late_reason) == (Timing.SHORT, "场地定得晚")
    assert prospect(filing, filed_on=clock.day_of(at)).barred == ()


def test_thirty_days_before_is_in_time(body: Organisation, at: datetime) -> None:
    assert class_filed(body, named(903), days_before=30, at=at).timing == Timing.EARLY


def test_of_two_classes_on_one_claim_only_the_line_of_the_late_one_is_told(
    body: Organisation, at: datetime
) -> None:
    early = class_filed(body, named(906), days_before=40, at=at)
    late = class_filed(body, named(907), days_before=29, at=at, why_late="场地定得晚")
    for filing in (early, late):
        all_confirmed(filing, at=at + timedelta(days=1))
    later = at + timedelta(days=120)
    rows = [
        (person, certificate(person, level="senior", issue_date=clock.day_of(later)))
        for person in map(person_of, (906, 907))
    ]
    answer = answered(roster(body, *rows, at=later), at=later).answer
    assert answer.warnings == (), "the claim itself was not filed on any day"
    assert [[found.id for found in line.told] for line in answer.lines or ()] == [[], ["filed_early"]]
    assert "不足 30 天" in (answer.lines or ())[1].told[0].tell("zh")


@pytest.mark.parametrize("days_before", [0, -3])
def test_a_class_that_has_begun_is_taken_and_nothing_is_paid_for_it(
    body: Organisation, at: datetime, days_before: int
) -> None:
    opens_on = clock.day_of(at) + timedelta(days=days_before)
    filing = begun(body, named(904), opens_on=opens_on, at=at)
    assert [finding.id for finding in prospect(filing, filed_on=clock.day_of(at)).barred] == ["E2"]
    filing = filings.file_class(filing, by=clerk_of(body), at=at, why_late="不知道要备案")
    assert filing.timing == Timing.AFTER
    all_confirmed(filing, at=at)
    later = at + timedelta(days=90)
    person = person_of(904)
    held = certificate(person, issue_date=clock.day_of(later))
    assessed = answered(roster(body, (person, held), at=later), at=later)
    assert states(assessed)["E2"] is False
    assert assessed.answer.lines is not None and assessed.answer.lines[0].amount_fen == 0


def test_a_school_of_another_district_reads_beforehand_that_nothing_would_be_paid(
    body: Organisation, at: datetime
) -> None:
    body.known = {**body.known, "organisation.area": "330109"}
    body.save()
    filing = begun(body, named(905), opens_on=clock.day_of(at) + timedelta(days=40), at=at)
    assert [finding.id for finding in prospect(filing, filed_on=clock.day_of(at)).barred] == ["E1"]


# Who files, and what


def test_only_clerks_file_and_only_where_the_law_asks_for_it(body: Organisation, at: datetime) -> None:
    stranger = member("测试外人").account
    with pytest.raises(Refused, match="经办人"):
        filings.begin(body, TRAINING, by=stranger, at=at)
    with pytest.raises(Refused, match="不用事先备案"):
        filings.begin(body, TECHNICIAN, by=clerk_of(body), at=at)
    filing = class_filed(body, named(906), days_before=40, at=at)
    with pytest.raises(Refused):
        filings.withdraw_class(filing, by=stranger, at=at)
    assert list(Filing.objects.visible_to(stranger)) == []
    assert list(Filing.objects.visible_to(clerk_of(body))) == [filing]


def test_what_is_missing_is_named_and_filing_twice_is_filing_once(body: Organisation, at: datetime) -> None:
    by = clerk_of(body)
    empty = filings.begin(body, TRAINING, by=by, at=at)
    with pytest.raises(Refused, match=r"班名.*开班日期.*学员"):
        filings.file_class(empty, by=by, at=at)
    filing = class_filed(body, named(907), days_before=40, at=at)
    again = filings.file_class(filing, by=by, at=at + timedelta(days=3))
    assert (again.number, again.filed_at) == (filing.number, at)
    told = Message.objects.filter(event="filing.filed")
    assert told.count() == 1 and filing.number in told.get().text


# Trainees


def test_a_trainee_is_refused_with_the_column_and_the_remedy(body: Organisation, at: datetime) -> None:
    filing = begun(body, named(908), opens_on=date(2025, 9, 1), at=at)
    by = clerk_of(body)
    for given, column in [
        (lists.Given("", identity_number(909), "unemployed"), "姓名"),
        (lists.Given("测试乙", "339999198501011234", "unemployed"), "身份证号"),
        (lists.Given("测试乙", identity_number(909)), "培训对象类别"),
        (lists.Given("测试乙", identity_number(909), "unemployed", phone="123"), "手机号"),
        (lists.Given("不同的名字", identity_number(908), "unemployed"), "号码登记"),
    ]:
        with pytest.raises(Refused, match=column):
            lists.put_trainee(filing, given, by=by, at=at)
    assert filing.trainees.count() == 1


def test_a_sheet_is_read_row_by_row_and_may_come_twice(body: Organisation, at: datetime) -> None:
    filing = begun(body, opens_on=date(2025, 9, 1), at=at)
    content = sheet(
        ("测试甲", identity_number(911), "失业人员", "13900000911"),
        ("测试乙", float(339999198501019120), "失业人员", ""),
        ("测试丙", identity_number(913), "没有这一类", ""),
        ("测试丁", identity_number(911), "失业人员", ""),
        ("", identity_number(914), "失业人员", ""),
        ("测试戊", identity_number(915), "就业困难人员", "12"),
    )
    taken = lists.load_trainees(filing, content, by=clerk_of(body), at=at)
    assert (taken.new, taken.changed, taken.same) == (1, 0, 0)
    assert [(fault.row, fault.column) for fault in taken.faults] == [
        (3, "身份证号"), (4, "培训对象类别"), (5, "身份证号"), (6, "姓名"), (7, "手机号"),
    ]  # fmt: skip
    assert "四舍五入" in taken.faults[0].remedy
    again = lists.load_trainees(filing, content, by=clerk_of(body), at=at)
    assert (again.new, again.same) == (0, 1)
    assert identity_number(911) not in str(list(Event.objects.values_list("details", flat=True)))


def test_no_sheet_no_heading_and_too_many_rows_are_refused(body: Organisation, at: datetime) -> None:
    filing, by = begun(body, opens_on=date(2025, 9, 1), at=at), clerk_of(body)
    for content, says in [
        (b"\x00\x01", "打不开"),
        (sheet(("x",), headings=("名", "号")), "姓名"),
        (sheet(), "没有"),
        (sheet(*[("测试甲", str(n), "失业人员", "") for n in range(501)]), "500"),
    ]:
        with pytest.raises(Refused, match=says):
            lists.load_trainees(filing, content, by=by, at=at)


def test_a_changed_trainee_is_examined_anew_but_a_new_phone_changes_nothing(
    body: Organisation, at: datetime
) -> None:
    filing = all_confirmed(class_filed(body, named(916), days_before=40, at=at), at=at)
    by = clerk_of(body)
    with pytest.raises(Refused, match="为什么"):
        lists.put_trainee(filing, named(916, group="hard_to_employ"), by=by, at=at)
    assert entry_of(filing, person_of(916)).examined == Examined.CONFIRMED, "nothing changed without a reason"
    lists.put_trainee(filing, named(916, phone="13900000916"), by=by, at=at, why="补手机号")
    assert entry_of(filing, person_of(916)).examined == Examined.CONFIRMED
    lists.put_trainee(filing, named(916, group="hard_to_employ"), by=by, at=at, why="类别填错")
    entry = entry_of(filing, person_of(916))
    assert (entry.examined, entry.examined_by, entry.looked_where) == (Examined.WAITING, None, "")
    kept = list(filing.versions.values_list("number", "reason"))
    assert kept == [(1, ""), (2, "补手机号"), (3, "类别填错")]
    assert filing.versions.get(number=2).content["trainees"][0]["group"] == "unemployed"


def test_whoever_joins_after_the_opening_was_not_filed_before_it(body: Organisation, at: datetime) -> None:
    filing = class_filed(body, named(917), days_before=40, at=at)
    after = at + timedelta(days=45)
    lists.put_trainee(filing, named(918), by=clerk_of(body), at=after, why="后来加入")
    later = at + timedelta(days=120)
    rows = [(person_of(n), certificate(person_of(n), issue_date=clock.day_of(later))) for n in (917, 918)]
    assessed = answered(roster(body, *rows, at=later), at=later)
    assert [states(assessed, line)["E2"] for line in (0, 1)] == [True, False]


def test_another_person_in_the_place_of_one_is_a_new_entry(body: Organisation, at: datetime) -> None:
    filing = all_confirmed(class_filed(body, named(919), named(920), days_before=40, at=at), at=at)
    by, old = clerk_of(body), entry_of(filing, person_of(919))
    with pytest.raises(Refused, match="已经在名单"):
        lists.put_trainee(filing, named(920), by=by, at=at, why="换人", instead=old)
    lists.put_trainee(filing, named(921), by=by, at=at, why="换人", instead=old)
    assert {entry.person_id for entry in lists.current(filing)} == {person_of(920).pk, person_of(921).pk}
    assert entry_of(filing, person_of(921)).examined == Examined.WAITING


def test_the_opening_day_of_a_class_that_has_begun_stays(body: Organisation, at: datetime) -> None:
    filing, by = class_filed(body, named(922), days_before=40, at=at), clerk_of(body)
    sooner = clock.day_of(at) + timedelta(days=20)
    filing = filings.describe(filing, {"opens_on": sooner}, by=by, at=at, why="提前开班")
    assert (filing.timing, filing.late_reason) == (Timing.SHORT, "提前开班")
    with pytest.raises(Refused, match="已经开班"):
        filings.describe(
            filing, {"opens_on": date(2025, 12, 1)}, by=by, at=at + timedelta(days=20), why="改期"
        )


# Which class is meant


def test_who_stands_on_no_filed_class_stays_unknown_never_false(body: Organisation, at: datetime) -> None:
    withdrawn = class_filed(body, named(929), days_before=40, at=at)
    filings.withdraw_class(withdrawn, by=clerk_of(body), at=at)
    begun(body, named(929), opens_on=date(2025, 8, 1), at=at)
    class_filed(training_body("另一家学校"), named(929), days_before=40, at=at)
    later = at + timedelta(days=120)
    person = person_of(929)
    found = states(answered(roster(body, (person, certificate(person)), at=later), at=later))
    assert (found["E2"], found["E3"], found["E7"]) == (None, None, None)


def test_of_several_classes_the_last_before_the_certificate_counts(body: Organisation, at: datetime) -> None:
    first = class_filed(body, named(930), days_before=40, at=at)
    second = class_filed(body, named(930), days_before=60, at=at)
    person, later = person_of(930), at + timedelta(days=200)
    case = roster(
        body, (person, certificate(person, issue_date=second.opens_on + timedelta(days=9))), at=later
    )
    (said,) = filing_facts(case, answered(case, at=later).programme, list(case.lines.all()))
    assert said["training.started_on"] == second.opens_on.isoformat()
    Line.objects.filter(application=case).update(
        certificate=certificate(person, issue_date=first.opens_on + timedelta(days=9))
    )
    (said,) = filing_facts(case, answered(case, at=later).programme, list(case.lines.all()))
    assert said["training.started_on"] == first.opens_on.isoformat()


def test_where_two_could_be_meant_the_clerk_chooses(body: Organisation, at: datetime) -> None:
    one, two = (class_filed(body, named(931), days_before=40, at=at) for _time in range(2))
    all_confirmed(two, at=at)
    person, later = person_of(931), at + timedelta(days=200)
    case = roster(body, (person, certificate(person, issue_date=clock.day_of(later))), at=later)
    assert states(answered(case, at=later))["E2"] is None
    ((line, match),) = open_choices(case)
    assert match.ambiguous and {entry.filing_id for entry in match.candidates} == {one.pk, two.pk}
    choose_filings(case, {line.pk: two}, by=clerk_of(body), at=later)
    found = states(answered(case, at=later))
    assert (found["E2"], found["E7"]) == (True, True)
    stray = class_filed(body, named(932), days_before=40, at=at)
    with pytest.raises(Refused, match="没有这个人"):
        choose_filings(case, {line.pk: stray}, by=clerk_of(body), at=later)


def test_what_an_officer_of_the_case_noted_outweighs_the_filing(body: Organisation, at: datetime) -> None:
    class_filed(body, named(933), days_before=40, at=at)
    person, later = person_of(933), at + timedelta(days=90)
    case = roster(body, (person, certificate(person, issue_date=clock.day_of(later))), at=later)
    noted = {case.lines.get().pk: {"training.filed": False}}
    assert states(assess_vouched(case, at=later, officer=noted))["E2"] is False


def test_a_long_roster_asks_once_for_all_lines(body: Organisation, at: datetime) -> None:
    class_filed(body, *[named(n) for n in range(940, 946)], days_before=40, at=at)
    case = roster(body, *[(person_of(n), None) for n in range(940, 946)], at=at)
    programme, lines = answered(case, at=at).programme, list(case.lines.select_related("certificate"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = filing_facts(case, programme, lines)
    assert len(asked) == 1 and all(said["training.filed"] for said in found)


# Papers


def test_papers_are_kept_and_shown_as_pictures(body: Organisation, at: datetime) -> None:
    filing, by = begun(body, named(947), opens_on=date(2025, 9, 1), at=at), clerk_of(body)
    paper = add_paper(filing, PaperKind.PLAN, "方案.jpg", photograph(), by=by, at=at)
    make_paper_previews.func(str(paper.pk))
    paper.refresh_from_db()
    assert paper.state == PaperState.READY and {paper.file, *paper.previews} <= known()
    with pytest.raises(Refused):
        add_paper(filing, PaperKind.PLAN, "表.xls", b"plain words", by=by, at=at)
    remove_paper(paper, by=by, at=at)
    remove_paper(paper, by=by, at=at)
    assert not FilingPaper.objects.filter(removed_at=None).exists()
    call_command("tick")
