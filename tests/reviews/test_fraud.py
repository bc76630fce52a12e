"""A finding of fraud: by two officers, after the claimant was heard; who is barred, where, and how it ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from fraud_stories import UNION, approver, banning_law, confirmed, proposed
from jiangli.accounts.models import Deputy
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.correspondence.models import Message
from jiangli.payments.recovery import actions as recovery
from jiangli.refused import Refused
from jiangli.registers.bans import actions as bans
from jiangli.registers.bans.models import Ban
from jiangli.registers.bans.queries import ban_of, last_day
from jiangli.reviews import actions as reviews
from jiangli.reviews.fraud import actions as fraud
from jiangli.reviews.fraud.models import FindingState
from jiangli.reviews.queries import decision_of
from stories import (
    SENIOR,
    TECHNICIAN,
    adopted_law,
    approved,
    certificate,
    clerk_of,
    draft,
    filed,
    library,
    member,
    officer,
    organisation,
    photograph,
    the_law,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def at() -> datetime:
    return datetime.fromisoformat("2025-06-10T12:00+08:00")


def events(person) -> list[str]:
    return list(Message.objects.filter(person=person).values_list("event", flat=True))


def test_two_officers_find_it_and_the_claimant_is_told(at: datetime) -> None:
    banning_law(at)
    person = member()
    case = filed(person, certificate(person), at=at)
    reviewer = officer(UNION, Role.REVIEWER, Role.APPROVER)
    finding = proposed(case, at=at, by=reviewer)
    with pytest.raises(Refused):
        recovery.confirm(finding, by=reviewer, at=at)
    finding = recovery.confirm(finding, by=approver(), at=at)
    assert finding.state == FindingState.CONFIRMED
    told = Message.objects.get(person=person, event="finding.confirmed")
    assert case.number and case.number in told.text and "萧山区总工会" in told.text
    with pytest.raises(Refused):
        recovery.confirm(finding, by=approver(), at=at)
    assert Ban.objects.count() == 1


def test_a_deputy_cannot_be_the_second_of_whom_they_stand_in_for(at: datetime) -> None:
    banning_law(at)
    person = member()
    first, deputy = officer(UNION, Role.APPROVER), officer(UNION, Role.REVIEWER)
    finding = proposed(filed(person, certificate(person), at=at), at=at, by=first)
    Deputy.objects.create(absent=first, deputy=deputy, from_on=at.date(), to_on=at.date())
    with pytest.raises(Refused):
        recovery.confirm(finding, by=deputy, at=at)


def test_nothing_is_proposed_before_the_claimant_was_heard(at: datetime) -> None:
    the_law(at)
    person, by = member(), officer(UNION, Role.REVIEWER)
    case = filed(person, certificate(person), at=at)
    finding = fraud.record_finding(case, what="年龄不实。", conditions=["E1"], by=by, at=at)
    fraud.add_paper(finding, "证明.jpg", photograph(), by=by, at=at)
    with pytest.raises(Refused):
        fraud.propose(finding, by=by, at=at)
    with pytest.raises(Refused):
        fraud.include(finding, case, conditions=["E99"], by=by, at=at)
    with pytest.raises(Refused, match=r"."):
        fraud.record_finding(case, what="年龄不实。", by=officer("qiantang-hrss", Role.REVIEWER), at=at)


def test_a_document_without_a_ban_bars_nobody(at: datetime) -> None:
    the_law(at)
    person = member()
    confirmed(filed(person, certificate(person), at=at), at=at)
    assert not Ban.objects.exists()
    assert person.account is not None
    applications.start(person, SENIOR, by=person.account, at=at + DAY)


def test_a_banned_person_neither_begins_nor_files_nor_is_passed(at: datetime) -> None:
    banning_law(at)
    person = member()
    assert person.account is not None
    false = filed(person, certificate(person), at=at)
    waiting = draft(person, certificate(person, level="senior"), at=at, programme=SENIOR)
    confirmed(false, at=at)
    with pytest.raises(Refused, match="XS-F"):
        applications.submit(waiting, by=person.account, at=at)
    applications.withdraw(waiting, by=person.account, at=at)
    with pytest.raises(Refused, match="XS-F"):
        applications.start(person, SENIOR, by=person.account, at=at)
    reviewer = officer(UNION, Role.REVIEWER)
    with pytest.raises(Refused, match="XS-F"):
        reviews.pass_on(false, by=reviewer, at=at)
    reviews.refuse(false, conditions=["ban"], text="查实申报不实。", by=reviewer, at=at)
    decision = decision_of(false)
    assert decision and decision.reasons[0]["id"] == "ban" and decision.reasons[0]["quote"]
    other = member("测试乙")
    filed(other, certificate(other), at=at)


def test_a_ban_is_no_ground_where_there_is_none(at: datetime) -> None:
    banning_law(at)
    person = member()
    case = filed(person, certificate(person), at=at)
    with pytest.raises(Refused):
        reviews.refuse(case, conditions=["ban"], text="不行。", by=officer(UNION, Role.REVIEWER), at=at)


def test_two_officers_lift_a_ban(at: datetime) -> None:
    banning_law(at)
    person = member()
    assert person.account is not None
    confirmed(filed(person, certificate(person), at=at), at=at)
    ban, first, second = Ban.objects.get(), officer(UNION, Role.APPROVER), approver()
    with pytest.raises(Refused):
        fraud.lift_ban(ban, by=first, at=at)
    with pytest.raises(Refused):
        bans.ask_to_lift(ban, reason=" ", by=first, at=at)
    bans.ask_to_lift(ban, reason="复核后认定有误。", by=first, at=at)
    for nobody in (first, officer(UNION, Role.REVIEWER), officer("hangzhou-union", Role.APPROVER)):
        with pytest.raises(Refused):
            fraud.lift_ban(ban, by=nobody, at=at)
    bans.leave_standing(ban, by=second, at=at)
    bans.ask_to_lift(ban, reason="复核后认定有误。", by=first, at=at)
    fraud.lift_ban(ban, by=second, at=at)
    assert "ban.lifted" in events(person)
    applications.start(person, SENIOR, by=person.account, at=at)


@pytest.mark.parametrize(("end", "later", "barred"), [
    (None, date(2035, 1, 1), True),
    (date(2025, 12, 31), date(2025, 12, 31), True),
    (date(2025, 12, 31), date(2026, 1, 1), False),
])  # fmt: skip
def test_it_ends_with_the_document_or_not_at_all(at: datetime, end, later, barred) -> None:
    banning_law(at, date(2025, 12, 31))
    person = member()
    confirmed(filed(person, certificate(person), at=at), at=at)
    ban, law = Ban.objects.get(), _law(end)
    assert last_day(ban, law) == end
    assert (ban_of(person, law, on=later) is not None) is barred
    assert ban_of(person, law, on=at.date() - DAY) is None


def _law(end: date | None):
    from fraud_stories import banning

    return banning(end).programmes[TECHNICIAN]


def test_an_organisation_of_qiantang_is_barred_there_and_nowhere_else(at: datetime) -> None:
    adopted_law(at)
    body = organisation()
    law = library()
    qiantang = [found for found in law.programmes.values() if found.document.id == "qiantang"]
    assert len(qiantang) == 13
    by = officer("qiantang-hrss", Role.APPROVER)
    assert by.agency is not None
    ban = bans.lay(
        body, qiantang[0].document, agency=by.agency, finding=_any(), finding_number="QT-F-1",
        from_on=at.date(), by=by, at=at,
    )  # fmt: skip
    assert ban and last_day(ban) is None
    barred = [id for id, found in law.programmes.items() if ban_of(body, found, on=at.date())]
    assert sorted(barred) == sorted(found.id for found in qiantang)
    own = next(found for found in qiantang if found.claimant == "organisation")
    with pytest.raises(Refused, match="QT-F-1"):
        applications.start(None, own.id, organisation=body, by=clerk_of(body), at=at)
    person = clerk_of(body).person
    assert not any(ban_of(person, found, on=at.date()) for found in qiantang)
    union = law.programmes[TECHNICIAN].document
    assert bans.lay(
        body, union, agency=by.agency, finding=_any(), finding_number="X", from_on=at.date(), by=by, at=at
    ) is None  # fmt: skip


def _any():
    from uuid import uuid4

    return uuid4()


def test_others_involved_are_barred_only_if_the_officers_say_so(at: datetime) -> None:
    banning_law(at)
    person, helper = member(), member("测试乙")
    case = filed(person, certificate(person), at=at)
    case.lines.create(number=2, person=helper)
    reviewer = officer(UNION, Role.REVIEWER)
    for banned in (False, True):
        finding = proposed(case, at=at, by=reviewer)
        finding = fraud.send_back_finding(finding, reason="写上其他人。", by=reviewer, at=at)
        with pytest.raises(Refused):
            fraud.involve(finding, "person:0", part="帮忙作假。", banned=True, by=reviewer, at=at)
        fraud.involve(finding, f"person:{helper.pk}", part="帮忙作假。", banned=banned, by=reviewer, at=at)
        fraud.propose(finding, by=reviewer, at=at)
        recovery.confirm(finding, by=approver(), at=at)
        assert Ban.objects.filter(person=helper).exists() is banned
    assert Ban.objects.filter(person=person).count() == 2


def test_a_finding_that_was_nothing_is_withdrawn_and_has_no_effect(at: datetime) -> None:
    banning_law(at)
    person = member()
    case = approved(person, certificate(person), at=at)
    finding = proposed(case, at=at)
    fraud.withdraw_finding(finding, reason="发证机构更正了。", by=approver(), at=at)
    assert not Ban.objects.exists()
    with pytest.raises(Refused):
        recovery.confirm(finding, by=approver(), at=at)
