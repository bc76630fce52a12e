"""What people ask and say at the district bureau, what its experts score, and one claim in which something is false."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jiangli.applications.models import Application
from jiangli.correspondence.consultation import actions as questions
from jiangli.correspondence.consultation import entries
from jiangli.correspondence.consultation.models import QuestionKind
from jiangli.demo.district import APPROVER, REVIEWER, Told, day
from jiangli.demo.offices import officer
from jiangli.demo.people import Somebody
from jiangli.demo.pictures import paper
from jiangli.programmes.models import Programme
from jiangli.registers import actions as registers
from jiangli.registers.models import Person
from jiangli.reviews.fraud import actions as fraud
from jiangli.reviews.ratings.actions import rate
from jiangli.reviews.ratings.models import Grade, Reason
from jiangli.reviews.selection import actions as selection
from jiangli.reviews.selection import setup
from jiangli.reviews.selection.models import SelectionRound
from jiangli.reviews.selection.setup import Plan
from jiangli.reviews.selection.status import CandidateState
from jiangli.reviews.work.actions import keep_phrase
from jiangli.reviews.work.models import Phrase, PhraseKind

EXPERTS = ("rs-pingshen", "rs-pingwei")
CRITERIA = [("技术水平", 50, 100), ("带徒传艺", 30, 100), ("获奖和成果", 20, 100)]
PHRASES = (
    (PhraseKind.PASS, "材料齐全，情况属实，建议给予奖励。"),
    (PhraseKind.PASS, "已查社保和证书，符合条件。"),
    (PhraseKind.RETURN, "照片看不清，请把四个角都拍进来，再传一次。"),
    (PhraseKind.REFUSE, "电话核实过主办方，结果文件上没有您的名字。"),
)


def play(people: list[Somebody], told: Told) -> None:
    """``people``: seven whom nobody else's story needs."""
    named = [_person(who) for who in people]
    _ask(named[:2], told.paid[0])
    _rate(told)
    _doubt(told.paid[1])
    _select(named[2:6])
    for order, (kind, text) in enumerate(PHRASES):
        phrase = Phrase(agency=officer(APPROVER).agency, kind=kind, text=text, order=order)
        keep_phrase(phrase, by=officer(APPROVER), at=day(5, 8))


def _person(who: Somebody) -> Person:
    row = who.member
    return registers.identify(row["name"], row["id_number"], row["phone"], at=day(5, 8)).person


def _ask(people: list[Person], about: Application) -> None:
    programme = Programme.objects.get(pk=about.programme_code)
    answered = questions.ask(
        "我去年 12 月参加的区级竞赛得了二等奖，现在还能领奖励吗？", kind=QuestionKind.POLICY,
        programme=programme, person=people[0], at=day(6, 3),
    )  # fmt: skip
    by = officer(REVIEWER)
    said = "办法从 2025 年 3 月 1 日起施行，3 月 1 日以后举办的竞赛才有奖励，去年的不在范围内。"
    questions.answer(answered, said, by=by, at=day(6, 4))
    words = entries.Words("2025 年 3 月以前的区级竞赛，现在还能领奖励吗？", said)
    entries.publish(words, programme=programme, source=answered, by=officer(APPROVER), at=day(6, 4, 11))
    questions.ask(
        "公示要多久？公示完了什么时候能到账？", kind=QuestionKind.CLAIM,
        programme=programme, person=people[1], at=day(6, 9),
    )  # fmt: skip


def _rate(told: Told) -> None:
    said = [
        (told.paid[0], Grade.VERY_GOOD, [Reason.SPEED], "交完材料不到一个月就到账了，谢谢。"),
        (told.paid[2], Grade.GOOD, [Reason.CLEAR], ""),
        (told.refused[0], Grade.BAD, [Reason.RESULT], "只说名次有争议，没说争议在哪里。"),
    ]
    for order, (case, grade, reasons, words) in enumerate(said):
        case = Application.objects.get(pk=case.pk)
        assert case.claimant is not None
        rate(case, grade, reasons=reasons, words=words, by=case.claimant.account, at=day(6, 4, 9 + order))


def _doubt(case: Application) -> None:
    """A finding that waits for the second officer's word."""
    by, at = officer(REVIEWER), day(6, 6)
    what = "竞赛主办方来函：结果文件上没有这位选手，传上来的那一页改过名字。"
    case = Application.objects.get(pk=case.pk)
    finding = fraud.record_finding(case, what=what, by=by, at=at)
    letter = paper("复函", ["经核对，获奖名单中没有该选手。", "演示竞赛组委会"])
    fraud.add_paper(finding, "主办方复函.jpg", letter, by=by, at=at)
    finding = fraud.describe(
        finding, what=what, heard_on=date(2025, 6, 9), heard="本人到场，说结果文件是别人发给他的，没有核对过。",
        pay_back_by=date(2025, 7, 10), by=by, at=day(6, 9),
    )  # fmt: skip
    fraud.propose(finding, by=by, at=day(6, 9, 15))


def _select(people: list[Person]) -> SelectionRound:
    """A selection that is being scored: one expert is through, the other has begun."""
    by, (first, second) = officer(REVIEWER), map(officer, EXPERTS)
    plan = Plan(
        "title", "2025 年区首席技师评选", "演示发〔2025〕6 号", date(2025, 5, 12), date(2025, 5, 30), CRITERIA,
        {"selection.title": "district_chief_technician"}, quota=2,
    )  # fmt: skip
    one = setup.open_round(plan, by=by, at=day(5, 12))
    one = setup.name_experts(one, [first, second], by=by, at=day(5, 12, 11))
    rows = []
    for order, person in enumerate(people):
        standing = selection.Standing(person, date(2025, 5, 15))
        row = selection.take(one, standing, by=by, at=day(5, 15, 9 + order))
        rows.append(selection.examine(row, CandidateState.ADMITTED, by=by, at=day(5, 16, 9 + order)))
    one = selection.close_receiving(one, by=by, at=day(6, 3))
    one = selection.begin_scoring(one, by=by, at=day(6, 3, 11))
    for expert, count in ((first, len(rows)), (second, 1)):
        for order, row in enumerate(rows[:count]):
            marks = {f"c{n}": Decimal(92 - 3 * order - n) for n in range(1, len(CRITERIA) + 1)}
            selection.score(row, marks, comment="", by=expert, at=day(6, 5, 9 + order))
    return one
