"""Whose word counts, and who may act: registers and officers before claimants, three people before one."""

from datetime import datetime

import pytest

from jiangli.accounts.models import Deputy, User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.assessing import assess
from jiangli.applications.models import Application, Channel
from jiangli.programmes.models import Programme
from jiangli.refused import Refused
from jiangli.registers import actions as registers
from jiangli.registers.models import Certificate
from jiangli.reviews import actions as reviews
from jiangli.reviews.permissions import cannot_be_paid
from jiangli.reviews.sheet import assess_for_officer, unchecked
from stories import (
    TECHNICIAN,
    certificate,
    draft,
    filed,
    identity_number,
    member,
    officer,
    organisation,
    the_law,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def law(at: datetime) -> None:
    the_law(at)


@pytest.fixture
def case(at: datetime) -> Application:
    person = member()
    return filed(person, certificate(person), at=at)


def stands_in(deputy: User, absent: User, at: datetime) -> None:
    Deputy.objects.create(absent=absent, deputy=deputy, from_on=at.date(), to_on=at.date())


STATED = {
    "membership.union_area": "330109",
    "membership.real_name_verified": True,
    "certificate.kind": "skill_level_certificate",
    "certificate.level": "technician",
    "certificate.issuer_kind": "hrss",
    "certificate.issuer_area": "330109",
}


def test_a_claimants_word_alone_makes_nobody_eligible(at: datetime) -> None:
    person = registers.identify("测试丁", identity_number(903), "13900000009", at=at).person
    held = registers.certificate_for("S00003301000009999")
    case = draft(person, held, at=at, stated=STATED)
    case = applications.submit(case, by=person.account, at=at).application
    reviewer = officer("xiaoshan-union", Role.REVIEWER)
    with pytest.raises(Refused, match="E1"):
        reviews.pass_on(case, by=reviewer, at=at)
    open_facts = unchecked(assess_for_officer(case, at=at))
    assert open_facts["membership.union_area"] == "330109"
    reviews.look_up(case, found=open_facts, place="工会系统、证书查询网", by=reviewer, at=at)
    reviews.pass_on(case, by=reviewer, at=at)


def test_what_only_the_claimant_knows_is_not_looked_up(case: Application, at: datetime) -> None:
    reviewer = officer("xiaoshan-union", Role.REVIEWER)
    for fact in ("account.holder_name", "person.name"):
        with pytest.raises(Refused):
            reviews.look_up(case, found={fact: "测试丁"}, place="电话", by=reviewer, at=at)


def test_a_register_outweighs_what_was_stated(at: datetime) -> None:
    person = member()
    held = certificate(person, level="senior")
    case = draft(person, held, at=at, stated={"certificate.level": "technician"}, programme=TECHNICIAN)
    with pytest.raises(Refused):
        applications.submit(case, by=person.account, at=at)


def test_whoever_passed_through_a_deputy_cannot_decide_as_well(at: datetime) -> None:
    person = member()
    case = filed(
        person, certificate(person, level="senior"), at=at, programme="xiaoshan-union-2025-senior-worker"
    )
    principal = officer("xiaoshan-union", Role.REVIEWER, Role.APPROVER)
    deputy = officer("xiaoshan-union")
    reviews.take(case, by=principal, at=at)
    stands_in(deputy, principal, at)
    case = reviews.pass_on(case, by=deputy, at=at)
    for person_again in (principal, deputy):
        with pytest.raises(Refused):
            reviews.pass_on(case, by=person_again, at=at)


def test_a_deputy_does_not_handle_the_case_of_whom_they_stand_in_for(case: Application, at: datetime) -> None:
    absent, deputy = officer("xiaoshan-union", Role.REVIEWER), officer("xiaoshan-union")
    case.claimant.officer = absent
    case.claimant.save()
    stands_in(deputy, absent, at)
    with pytest.raises(Refused):
        reviews.pass_on(case, by=deputy, at=at)


def test_an_officer_who_left_holds_no_case(case: Application, at: datetime) -> None:
    gone, other = officer("xiaoshan-union", Role.REVIEWER), officer("xiaoshan-union", Role.REVIEWER)
    reviews.take(case, by=gone, at=at)
    gone.is_active = False
    gone.save()
    reviews.pass_on(case, by=other, at=at)


def test_a_certificate_registered_for_another_meanwhile_stops_the_case(
    case: Application, at: datetime
) -> None:
    Certificate.objects.filter(pk=case.line.certificate_id).update(person=member("测试乙"))
    with pytest.raises(Refused):
        reviews.pass_on(case, by=officer("xiaoshan-union", Role.REVIEWER), at=at)


def test_money_goes_to_no_other_name_whatever_was_noted(case: Application, at: datetime) -> None:
    Application.objects.filter(pk=case.pk).update(account_name="测试丁")
    with pytest.raises(Refused):
        reviews.pass_on(case, by=officer("xiaoshan-union", Role.REVIEWER), at=at)


def test_money_that_goes_to_the_employer_is_passed_in_the_employers_name(at: datetime) -> None:
    """Against its receipt the employer is paid for its worker: its account is right, the worker's is not."""
    body, worker = organisation("测试技工学校"), member("测试丁")
    code = "xiaoshan-hrss-2025-01b-teacher-training"
    case = Application.objects.create(
        programme_code=code,
        version=Programme.objects.with_law().get(pk=code).version,
        claimant=worker,
        organisation=body,
        channel=Channel.UNIT,
        account_name=body.name,
        started_at=at,
    )
    assert worker.name not in (cannot_be_paid(case, assess(case, at=at)) or "")
    case.account_name = worker.name
    assert worker.name in (cannot_be_paid(case, assess(case, at=at)) or "")
