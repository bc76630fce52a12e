"""Selection and assessment rounds: who may do what when, what the scores come to, and what the result leaves."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from any_programme import examples
from firms import open_programme
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application
from jiangli.refused import Refused
from jiangli.registers.queries import organisation_facts
from jiangli.registers.recognitions.models import Recognition, RecognitionState
from jiangli.reviews.selection import actions, results, setup
from jiangli.reviews.selection.models import Candidate, CandidateFile, SelectionRound
from jiangli.reviews.selection.scoring import grade_for, joined, places, weighted
from jiangli.reviews.selection.status import CandidateState, Ranking, RoundState
from jiangli.reviews.sheet import assess_for_officer
from selection_stories import LISTED, MET, OPEN, SCORES, Bureau, noon
from stories import SUBBRANCH, agencies, clerk_of, member, officer, organisation, photograph

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SETUP = "qiantang-08-studio-setup"


@pytest.fixture(autouse=True)
def offices() -> None:
    agencies()


def ranked(one: SelectionRound) -> list[tuple[str, str]]:
    return [(row.name, row.points) for row in one.candidates.order_by("-score")]


def test_the_studio_that_a_round_selects_is_paid_without_anything_looked_up() -> None:
    bureau, firm, other = Bureau(), organisation("测试甲厂", area="330114"), organisation("测试乙厂")
    one = bureau.opened(quota=1)
    ours, theirs = bureau.admitted(one, firm, "焊接工作室"), bureau.admitted(one, other, "车工工作室")
    one = bureau.scoring(one)
    for expert in bureau.experts:
        bureau.scored(ours, expert, "90", "19")
        bureau.scored(theirs, expert, "80", "10.5")
    (entry,) = bureau.recognised(bureau.listed(one, ours))
    assert (entry.name, entry.party, entry.document_date) == ("焊接工作室", firm, MET.date())

    at = noon("2025-06-10")
    open_programme(SETUP, at=at)
    clerk = clerk_of(firm)
    case = applications.start(None, SETUP, organisation=firm, by=clerk, at=at)
    account = {"account_name": firm.name, "account_number": firm.account_number, "account_bank": SUBBRANCH}
    case = applications.save_answers(case, account=account, by=clerk, at=at)
    for material in assess_for_officer(case, at=at).programme.materials:
        applications.add_evidence(case, material.id, "照片.jpg", photograph(), by=clerk, at=at)
    case = applications.submit(case, by=clerk, at=at).application
    found = assess_for_officer(Application.objects.get(pk=case.pk), at=at)
    assert found.answer.outcome == "eligible"
    assert found.sheet.sources["studio.id"] == found.sheet.sources["studio.rank"] == "register"
    assert found.sheet.facts["studio.id"] == entry.code
    assert next(examples(SETUP)).expect["outcome"] == "eligible"


def test_each_step_waits_for_the_one_before() -> None:
    bureau = Bureau()
    one = bureau.opened()
    row = actions.take(one, actions.Standing(organisation(), OPEN.date()), by=bureau.clerk, at=OPEN)
    with pytest.raises(Refused):  # the last day is not over
        actions.close_receiving(one, by=bureau.clerk, at=OPEN)
    actions.close_receiving(one, by=bureau.clerk, at=SCORES)
    with pytest.raises(Refused):  # one is not examined
        actions.begin_scoring(one, by=bureau.clerk, at=SCORES)
    with pytest.raises(Refused):  # returned without words
        actions.examine(row, CandidateState.RETURNED, by=bureau.clerk, at=SCORES)
    row = actions.examine(row, CandidateState.RETURNED, words="缺业绩材料。", by=bureau.clerk, at=SCORES)
    row = actions.examine(row, CandidateState.WAITING, by=bureau.clerk, at=SCORES)
    row = actions.examine(row, CandidateState.ADMITTED, by=bureau.clerk, at=SCORES)
    one = actions.begin_scoring(one, by=bureau.clerk, at=SCORES)
    bureau.scored(row, bureau.experts[0], "90", "19")
    with pytest.raises(Refused):  # the second expert has not said a word
        results.close_scores(one, by=bureau.clerk, at=LISTED)
    bureau.scored(row, bureau.experts[1], "70", "19")
    one = bureau.listed(one, row)
    with pytest.raises(Refused):  # the notice is not over
        results.to_meeting(one, by=bureau.clerk, at=LISTED)
    one = bureau.proposed(one)
    with pytest.raises(Refused):  # whoever proposed does not confirm
        results.confirm(one, by=bureau.clerk, at=MET)
    assert not Recognition.objects.exists()
    results.confirm(one, by=bureau.chief, at=MET)
    assert Recognition.objects.get().state == RecognitionState.STANDING
    with pytest.raises(Refused):  # once
        results.confirm(one, by=bureau.chief, at=MET)


def test_candidates_come_in_time_and_once() -> None:
    bureau, firm = Bureau(), organisation()
    one = bureau.opened()
    for day in (OPEN.date() - 30 * DAY, OPEN.date() + DAY):
        with pytest.raises(Refused):
            actions.take(one, actions.Standing(firm, day), by=bureau.clerk, at=OPEN)
    bureau.admitted(one, firm, "焊接工作室")
    with pytest.raises(Refused):
        bureau.admitted(one, firm, "焊接工作室")
    with pytest.raises(Refused):  # a studio is an organisation's
        bureau.admitted(one, member())
    assert bureau.admitted(one, firm, "车工工作室").number == 2


def test_an_expert_scores_only_where_assigned_within_the_points_and_not_their_own() -> None:
    bureau, firm = Bureau(), organisation()
    one = bureau.opened()
    row, own = bureau.admitted(one, organisation("测试乙厂")), bureau.admitted(one, firm)
    clerk = clerk_of(firm).person
    clerk.officer = bureau.experts[0]
    clerk.save()
    with pytest.raises(Refused):  # not yet
        bureau.scored(row, bureau.experts[0], "90", "19")
    one = bureau.scoring(one)
    for technique, teaching in (("101", "19"), ("90", "21"), ("-1", "0"), ("90.001", "1"), ("NaN", "1")):
        with pytest.raises(Refused):
            bureau.scored(row, bureau.experts[0], technique, teaching)
    with pytest.raises(Refused):
        actions.score(row, {"c1": Decimal(1)}, by=bureau.experts[0], at=SCORES)
    for stranger in (officer("qiantang-hrss", Role.EXPERT), bureau.clerk):
        with pytest.raises(Refused):
            bureau.scored(row, stranger, "90", "19")
    with pytest.raises(Refused):
        bureau.scored(own, bureau.experts[0], "100", "20")
    actions.abstain(own, reason="本人是该单位的经办人。", by=bureau.experts[0], at=SCORES)
    bureau.scored(own, bureau.experts[1], "50", "10")
    for expert in bureau.experts:
        bureau.scored(row, expert, "100", "20")
    one = results.close_scores(one, by=bureau.clerk, at=LISTED)
    assert ranked(one) == [("测试乙厂", "100.00"), (firm.name, "50.00")]
    with pytest.raises(Refused):  # closed
        bureau.scored(row, bureau.experts[1], "0", "0")


def test_nobody_is_reckoned_of_whom_all_abstained() -> None:
    bureau = Bureau(experts=1)
    one = bureau.opened()
    row = bureau.admitted(one, organisation())
    one = bureau.scoring(one)
    actions.abstain(row, reason="同一单位。", by=bureau.experts[0], at=SCORES)
    with pytest.raises(Refused):
        results.close_scores(one, by=bureau.clerk, at=LISTED)
    assert SelectionRound.objects.get().state == RoundState.SCORING


def test_a_lower_score_goes_first_only_with_words_and_places_are_limited() -> None:
    bureau = Bureau(experts=1)
    one = bureau.opened(quota=1)
    best, second = (
        bureau.admitted(one, organisation("测试甲厂")),
        bureau.admitted(one, organisation("测试乙厂")),
    )
    one = bureau.scoring(one)
    bureau.scored(best, bureau.experts[0], "90", "20")
    bureau.scored(second, bureau.experts[0], "80", "20")
    with pytest.raises(Refused):
        bureau.listed(one, second)
    one = SelectionRound.objects.get()
    if one.state == RoundState.SCORING:
        one = results.close_scores(one, by=bureau.clerk, at=LISTED)
    results.choose(second, chosen=True, by=bureau.clerk, at=LISTED)
    with pytest.raises(Refused):  # one place
        results.choose(best, chosen=True, by=bureau.clerk, at=LISTED)
    results.choose(best, chosen=False, words="材料不实，退出评选。", by=bureau.clerk, at=LISTED)
    one = bureau.published(one)
    one = results.to_meeting(one, by=bureau.clerk, at=MET)
    with pytest.raises(Refused):  # was not on notice
        results.choose(best, chosen=True, words="会上增加", by=bureau.clerk, at=MET)
    one = results.choose_again(one, reason="异议成立。", by=bureau.clerk, at=MET)
    assert (one.state, one.notice_number) == (RoundState.CHOOSING, "")


def test_an_assessment_gives_grades_that_a_programme_reads() -> None:
    bureau, firm = Bureau(experts=1), organisation(area="330114")
    one = bureau.opened()
    bureau_row = bureau.admitted(one, firm, "焊接工作室")
    one = bureau.scoring(one)
    bureau.scored(bureau_row, bureau.experts[0], "90", "19")
    (studio,) = bureau.recognised(bureau.listed(one, bureau_row))

    grades = setup.grades_of("90 优秀\n80 良好\n60 合格\n0 不合格")
    later = setup.Plan(
        "studio_assessment", "2025年考核", "测试发〔2025〕9号", MET.date(), MET.date() + DAY,
        [("成效", 100, 100)], grades=grades,
    )  # fmt: skip
    two = setup.open_round(later, by=bureau.clerk, at=MET)
    two = setup.name_experts(two, bureau.experts, by=bureau.clerk, at=MET)
    standing = actions.Standing(firm, MET.date() + DAY, about=studio)
    with pytest.raises(Refused):  # which studio
        actions.take(two, actions.Standing(firm, MET.date()), by=bureau.clerk, at=MET + DAY)
    row = actions.take(two, standing, by=bureau.clerk, at=MET + DAY)
    row = actions.examine(row, CandidateState.ADMITTED, by=bureau.clerk, at=MET + DAY)
    at = MET + 10 * DAY
    actions.close_receiving(two, by=bureau.clerk, at=at)
    actions.begin_scoring(two, by=bureau.clerk, at=at)
    actions.score(row, {"c1": Decimal("85.5")}, by=bureau.experts[0], at=at)
    two = results.close_scores(two, by=bureau.clerk, at=at)
    with pytest.raises(Refused):  # another grade than the score's needs words
        results.choose(row, chosen=True, grade="优秀", by=bureau.clerk, at=at)
    results.choose(row, chosen=True, by=bureau.clerk, at=at)
    days = {"from_on": at.date(), "to_on": at.date() + DAY}
    two = results.publish(two, number="公示2号", by=bureau.clerk, at=at, **days)
    end = at + 10 * DAY
    two = results.to_meeting(two, by=bureau.clerk, at=end)
    two = results.propose(
        two, meeting_number="9号", meeting_on=end.date(), document_number="30号", document_date=end.date(),
        by=bureau.clerk, at=end,
    )  # fmt: skip
    results.confirm(two, by=bureau.chief, at=end)
    facts = organisation_facts(firm, on=end.date())
    assert (facts["studio.assessment_result"], facts["studio.assessed_on"], facts["studio.id"]) == (
        "good", end.date().isoformat(), studio.code,
    )  # fmt: skip


def test_materials_and_candidates_are_seen_by_the_office_and_its_assigned_experts() -> None:
    bureau = Bureau(experts=1)
    one = bureau.opened()
    row = actions.take(one, actions.Standing(organisation(), OPEN.date()), by=bureau.clerk, at=OPEN)
    paper = actions.add_material(row, "申报表.jpg", photograph(), by=bureau.clerk, at=OPEN)
    expert, other = bureau.experts[0], officer("qiantang-hrss", Role.EXPERT)
    assert not CandidateFile.objects.for_expert(expert).exists()
    actions.examine(row, CandidateState.ADMITTED, by=bureau.clerk, at=OPEN)
    bureau.scoring(one)
    assert list(CandidateFile.objects.for_expert(expert)) == [paper]
    assert list(CandidateFile.objects.visible_to(bureau.clerk)) == [paper]
    for user in (expert, other, officer("xiaoshan-hrss", Role.REVIEWER)):
        assert not Candidate.objects.visible_to(user).exists()
    assert not Candidate.objects.for_expert(other).exists()


@pytest.mark.parametrize("text", ["技术 40", "技术 x 100", "技术 -1 100"])
def test_a_criterion_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(Refused, match="技术"):
        setup.criteria_of(text)


def test_the_weights_are_together_a_hundred() -> None:
    bureau = Bureau()
    with pytest.raises(Refused, match="90"):
        bureau.opened(criteria=[("技术", 90, 100)])


POINTS = st.decimals(min_value=0, max_value=100, places=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(POINTS, min_size=1, max_size=9))
def test_a_mean_lies_between_the_lowest_and_the_highest(scores: list[Decimal]) -> None:
    for ranking in Ranking.values:
        mean = joined(scores, ranking)
        assert mean is not None and min(scores) * 100 <= mean <= max(scores) * 100
    assert joined(scores, Ranking.MEAN) == joined(scores[::-1], Ranking.MEAN)


def test_places_grades_and_weights_on_paper() -> None:
    criteria = [{"id": "c1", "weight": 60, "most": 100}, {"id": "c2", "weight": 40, "most": 20}]
    assert weighted(criteria, {"c1": 9000, "c2": 1900}) == Decimal(92)
    assert joined([Decimal(60), Decimal(90), Decimal(91)], Ranking.TRIMMED) == 9000
    assert places([9000, 9500, 9000, 10]) == [2, 1, 2, 4]
    grades = [{"least": 9000, "value": "excellent"}, {"least": 6000, "value": "qualified"}]
    assert [grade_for(score, grades) for score in (9000, 8999, 5999)] == ["excellent", "qualified", None]
