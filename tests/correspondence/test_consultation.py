"""Questions: who asks, who answers and until when, hand-over, and entries of the FAQ without anybody's data."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from jiangli.accounts import actions as accounts
from jiangli.accounts.models import Agency, PhoneCode
from jiangli.accounts.roles import Role
from jiangli.correspondence.consultation import actions as consultation
from jiangli.correspondence.consultation import entries, queries
from jiangli.correspondence.consultation.entries import Words
from jiangli.correspondence.consultation.leaks import leaks
from jiangli.correspondence.consultation.models import Entry, Question, QuestionKind, QuestionState
from jiangli.correspondence.consultation.permissions import MOST_WAITING, cannot_answer, cannot_publish
from jiangli.correspondence.models import Message
from jiangli.programmes.models import Programme
from jiangli.refused import Refused
from jiangli.registers.models import Person
from stories import TECHNICIAN, clerk_of, identity_number, member, officer, organisation, the_law

UNION, CITY = "xiaoshan-union", "hangzhou-union"


@pytest.fixture
def law(db: None, at: datetime) -> None:
    the_law(at)


def asked(person: Person, *, at: datetime, text: str = "证书丢了还能申请吗？") -> Question:
    programme = Programme.objects.get(pk=TECHNICIAN)
    return consultation.ask(text, kind=QuestionKind.CLAIM, programme=programme, person=person, at=at)


def proved(phone: str, at: datetime) -> PhoneCode:
    row, code = accounts.issue_phone_code(phone, at=at)
    return accounts.prove_phone(row, code, at=at)


def test_a_promise_counts_the_working_days_of_the_calendar(law: None) -> None:
    before_the_holiday = datetime.fromisoformat("2025-09-30T09:00+08:00")
    assert asked(member(), at=before_the_holiday).due_on == date(
        2025, 10, 14
    )  # Saturday 11 October is worked


def test_a_question_goes_to_the_agency_of_the_programme_and_is_overdue_after_its_working_days(
    law: None, at: datetime
) -> None:
    question = asked(member(), at=at)  # a Tuesday
    assert question.agency_id == UNION and question.due_on == date(2025, 6, 17)
    assert not question.is_overdue(date(2025, 6, 17)) and question.is_overdue(date(2025, 6, 18))
    consultation.answer(question, "可以。", by=officer(UNION, Role.COUNTER), at=at)
    question.refresh_from_db()
    assert not question.is_overdue(date(2025, 7, 1))


def test_an_answer_is_told_without_its_words_and_a_better_one_follows(law: None, at: datetime) -> None:
    person, by = member(), officer(UNION, Role.REVIEWER)
    question = asked(person, at=at)
    for text in ("先补办。", "补办后再申请，第三条。"):
        consultation.answer(question, text, by=by, at=at)
    assert [row.text for row in question.answers.all()] == ["先补办。", "补办后再申请，第三条。"]
    told = Message.objects.visible_to(person.account).filter(event="question.answered")
    assert told.count() == 2 and all("补办" not in one.text for one in told)


def test_a_phone_without_account_asks_and_is_told_there(law: None, at: datetime) -> None:
    proof, agency = proved("13900007777", at), Agency.objects.get(pk=CITY)
    with pytest.raises(Refused):
        consultation.ask("问", kind=QuestionKind.POLICY, agency=agency, at=at)
    with pytest.raises(Refused):
        late = at + consultation.PROOF_LIFE + timedelta(minutes=1)
        consultation.ask("问", kind=QuestionKind.POLICY, agency=agency, proof=proof, at=late)
    question = consultation.ask("外地证书算吗？", kind=QuestionKind.POLICY, agency=agency, proof=proof, at=at)
    assert list(Question.objects.of_phone(proof.phone_index)) == [question]
    assert not Question.objects.of_phone("").exists()
    consultation.answer(question, "算。", by=officer(CITY, Role.REVIEWER), at=at)
    assert Message.objects.get(event="question.answered").phone == "13900007777"


def test_nobody_asks_more_than_a_few_things_at_once(law: None, at: datetime) -> None:
    person = member()
    first, *_others = [asked(person, at=at) for _ in range(MOST_WAITING)]
    with pytest.raises(Refused):
        asked(person, at=at)
    consultation.take_back(first, by=person.account, at=at)
    asked(person, at=at)
    with pytest.raises(Refused):
        consultation.take_back(first, by=person.account, at=at)


def test_every_clerk_of_the_organisation_hears_the_answer_and_nobody_else_reads_it(
    law: None, at: datetime
) -> None:
    body, stranger = organisation(), member("测试乙")
    clerk = clerk_of(body)
    programme = Programme.objects.get(pk=TECHNICIAN)
    with pytest.raises(Refused):
        consultation.ask(
            "问", kind=QuestionKind.CLAIM, programme=programme, person=stranger, organisation=body, at=at
        )
    question = consultation.ask(
        "问", kind=QuestionKind.CLAIM, programme=programme, person=clerk.person, organisation=body, at=at
    )
    assert question in Question.objects.visible_to(clerk)
    assert not Question.objects.visible_to(stranger.account).exists()
    consultation.answer(question, "答", by=officer(UNION, Role.REVIEWER), at=at)
    assert Message.objects.get(event="question.answered").person == clerk.person


def test_who_may_answer_and_who_may_publish(law: None, at: datetime) -> None:
    question, on = asked(member(), at=at), at.date()
    answers = {role: cannot_answer(question, officer(UNION, role), on=on) is None for role in Role}
    publishes = {role: cannot_publish(UNION, officer(UNION, role), on=on) is None for role in Role}
    assert {role for role in Role if answers[role]} >= {Role.REVIEWER, Role.APPROVER, Role.COUNTER}
    assert not answers[Role.CASHIER] and not answers[Role.RELEASER] and not answers[Role.REGISTRAR]
    assert publishes[Role.APPROVER] and not publishes[Role.REVIEWER] and not publishes[Role.COUNTER]
    assert cannot_answer(question, officer(CITY, Role.REVIEWER), on=on)
    assert cannot_publish(UNION, officer(CITY, Role.APPROVER), on=on)


def test_what_a_colleague_took_is_taken_over_first_and_nobody_answers_themselves(
    law: None, at: datetime
) -> None:
    person = member()
    question = asked(person, at=at)
    first, second = officer(UNION, Role.REVIEWER), officer(UNION, Role.REVIEWER)
    consultation.take(question, by=first, at=at)
    with pytest.raises(Refused):
        consultation.answer(question, "答", by=second, at=at)
    consultation.take(question, by=second, at=at)
    consultation.answer(question, "答", by=second, at=at)
    person.officer = first
    person.save()
    with pytest.raises(Refused):
        consultation.answer(asked(person, at=at), "答", by=first, at=at)


def test_a_question_is_handed_over_with_a_reason_and_a_new_promise(law: None, at: datetime) -> None:
    question, by = asked(member(), at=at), officer(UNION, Role.REVIEWER)
    city, later = Agency.objects.get(pk=CITY), at + timedelta(days=3)
    question = consultation.refer(question, city, "政策由市总工会解释。", by=by, at=later)
    assert question.state == QuestionState.PASSED and question.due_on == date(2025, 6, 20)
    assert question in Question.objects.visible_to(by)  # who passed it on still reads it
    with pytest.raises(Refused):
        consultation.answer(question, "答", by=by, at=later)
    consultation.close(question, "已在另一个问题里答复。", by=officer(CITY, Role.REVIEWER), at=later)
    assert Message.objects.filter(event__in=["question.passed_on", "question.closed"]).count() == 2


@pytest.mark.parametrize(
    "text",
    [
        f"我的号码是{identity_number(7)}",
        f"号码 {identity_number(7)[:6]} {identity_number(7)[6:14]} {identity_number(7)[14:]}",
        "卡号6217 0000 0000 0000 000",
        "卡号６２１７００００００００００００",
        "打13912345678",
        "打 139-1234-5678 或者来",
        "打一三九一二三四五六七八",
        "139\u200b12345678",
        "请测试 甲来一趟",
    ],
)
def test_nothing_of_a_person_gets_into_the_faq(text: str) -> None:
    assert leaks(text, names=["测试甲"])


@pytest.mark.parametrize(
    "text",
    [
        "2025-04-15 至 2025-12-01 申请，电话 83712123 或 0571-83712123。",
        "每人 1,000 元，2 000 元封顶，第 12 条。",
    ],
)
def test_days_sums_and_the_telephone_of_an_office_may_stand(text: str) -> None:
    assert leaks(text, names=["测试甲"]) == []


def test_an_answer_becomes_an_entry_that_is_searched_suggested_ordered_and_retired(
    law: None, at: datetime
) -> None:
    question, by = asked(member(), at=at), officer(UNION, Role.APPROVER)
    programme = Programme.objects.get(pk=TECHNICIAN)
    words = Words("证书丢了怎么办？", "先补办证书，再申请。")
    with pytest.raises(Refused):
        entries.publish(words, programme=programme, source=question, by=by, at=at)
    consultation.answer(question, "先补办。", by=by, at=at)
    with pytest.raises(Refused):
        leaking = Words(words.question_zh, "请联系测试甲。")
        entries.publish(leaking, programme=programme, source=question, by=by, at=at)
    first = entries.publish(words, programme=programme, source=question, by=by, at=at)
    second = entries.publish(
        Words("什么时候打款？", "批准后一个月内。", "When is it paid?", "Within a month."),
        programme=programme, by=by, at=at,
    )  # fmt: skip
    assert second.said("en")[0] == "When is it paid?" and first.said("en")[0] == words.question_zh
    assert queries.faq(programme=TECHNICIAN) == [first, second]
    entries.move(second, up=True, by=by, at=at)
    assert queries.faq(programme=TECHNICIAN) == [second, first]
    assert queries.found(queries.faq(), "补办 证书") == [first]
    assert queries.suggested(queries.faq(), "我的证书不见了，丢了可以申请吗") == [first]
    with pytest.raises(Refused):
        entries.retire(first, by=officer(UNION, Role.REVIEWER), at=at)
    entries.retire(first, by=by, at=at)
    assert queries.faq() == [second]
    assert Entry.objects.visible_to(by).count() == 2
