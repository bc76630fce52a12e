"""Review: different people at each stage, back to the first reviewer, nobody their own, and what is owed."""

from datetime import datetime, timedelta

import pytest

from jiangli.accounts.models import Deputy
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application, Reservation
from jiangli.applications.status import Status
from jiangli.refused import Refused
from jiangli.registers import actions as registers
from jiangli.reviews import actions as reviews
from jiangli.reviews.models import Decision, Entitlement, Opinion
from jiangli.reviews.queries import decision_of, queue
from stories import SENIOR, approved, certificate, filed, member, officer, the_law

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def law(at: datetime) -> None:
    the_law(at)


@pytest.fixture
def case(at: datetime) -> Application:
    person = member()
    return filed(person, certificate(person), at=at)


def test_a_technician_goes_from_the_district_to_the_city_and_two_payers_owe(
    case: Application, at: datetime
) -> None:
    district, city = officer("xiaoshan-union", Role.REVIEWER), officer("hangzhou-union", Role.APPROVER)
    assert list(queue(district, on=at.date())) == [case]
    assert not queue(city, on=at.date()).exists()
    case = reviews.pass_on(case, by=district, at=at)
    assert list(queue(city, on=at.date())) == [case]
    case = reviews.pass_on(case, by=city, at=at)
    assert case.status == Status.APPROVED
    owed = {row.payer_id: row.amount_fen for row in Entitlement.objects.filter(decision__application=case)}
    assert owed == {"hangzhou-union": 60000, "xiaoshan-union": 60000}
    assert decision_of(case).amount_fen == 120000


def test_a_senior_worker_ends_at_the_district(at: datetime) -> None:
    person = member()
    case = approved(person, certificate(person, level="senior"), at=at, programme=SENIOR)
    assert [(row.payer_id, row.amount_fen) for row in decision_of(case).entitlements.all()] == [
        ("xiaoshan-union", 50000)
    ]


def test_one_officer_cannot_pass_two_stages(at: datetime) -> None:
    person = member()
    case = filed(person, certificate(person, level="senior"), at=at, programme=SENIOR)
    both = officer("xiaoshan-union", Role.REVIEWER, Role.APPROVER)
    case = reviews.pass_on(case, by=both, at=at)
    with pytest.raises(Refused):
        reviews.pass_on(case, by=both, at=at)


def test_nobody_handles_their_own(case: Application, at: datetime) -> None:
    reviewer = officer("xiaoshan-union", Role.REVIEWER)
    case.claimant.officer = reviewer
    case.claimant.save()
    assert not queue(reviewer, on=at.date()).exists()
    with pytest.raises(Refused):
        reviews.pass_on(case, by=reviewer, at=at)


def test_a_corrected_case_goes_back_to_its_first_reviewer(case: Application, at: datetime) -> None:
    first, second = (officer("xiaoshan-union", Role.REVIEWER) for _ in range(2))
    city = officer("hangzhou-union", Role.APPROVER)
    case = reviews.pass_on(case, by=first, at=at)
    case = reviews.send_back(case, fields=[{"field": "account", "reason": "卡号少一位"}], by=city, at=at)
    assert case.status == Status.RETURNED
    case = applications.submit(case, by=case.claimant.account, at=at + timedelta(days=1)).application
    with pytest.raises(Refused):
        reviews.pass_on(case, by=second, at=at)
    assert reviews.pass_on(case, by=first, at=at).stage == case.stage + 1


def test_a_deputy_stands_in_and_the_record_says_for_whom(case: Application, at: datetime) -> None:
    absent, deputy = officer("xiaoshan-union", Role.REVIEWER), officer("xiaoshan-union")
    reviews.take(case, by=absent, at=at)
    with pytest.raises(Refused):
        reviews.pass_on(case, by=deputy, at=at)
    Deputy.objects.create(absent=absent, deputy=deputy, from_on=at.date(), to_on=at.date())
    reviews.pass_on(case, by=deputy, at=at)
    opinion = Opinion.objects.get(application=case)
    assert (opinion.by, opinion.on_behalf_of) == (deputy, absent)


def test_what_nobody_knows_has_to_be_looked_up_before_it_passes(at: datetime) -> None:
    from stories import identity_number

    person = registers.identify("测试丁", identity_number(901), "13900000002", at=at).person
    case = filed(person, certificate(person), at=at)
    reviewer = officer("xiaoshan-union", Role.REVIEWER)
    with pytest.raises(Refused, match="E1"):
        reviews.pass_on(case, by=reviewer, at=at)
    found = {"membership.union_area": "330109", "membership.real_name_verified": True}
    reviews.look_up(case, found=found, place="工会系统", by=reviewer, at=at)
    reviews.pass_on(case, by=reviewer, at=at)


def test_a_refusal_names_its_clause_and_frees_the_certificate(case: Application, at: datetime) -> None:
    reviewer = officer("xiaoshan-union", Role.REVIEWER)
    with pytest.raises(Refused):
        reviews.refuse(case, conditions=[], text="不符合", by=reviewer, at=at)
    with pytest.raises(Refused, match="E5"):
        reviews.refuse(case, conditions=["E5"], text="证书不是省内备案机构发的", by=reviewer, at=at)
    reviews.look_up(case, found={"certificate.filing_area": "310000"}, place="证书查询网", by=reviewer, at=at)
    case = reviews.refuse(case, conditions=["E5"], text="证书不是省内备案机构发的", by=reviewer, at=at)
    assert case.status == Status.REFUSED
    decision = Decision.objects.get(application=case)
    assert decision.reasons[0]["id"] == "E5"
    assert "浙江省内" in decision.reasons[0]["quote"]
    assert not Reservation.objects.filter(released_at=None).exists()
