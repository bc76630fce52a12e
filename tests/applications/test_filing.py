"""Filing a case: what stops it, what is kept, and that it happens once."""

from datetime import datetime, timedelta

import pytest

import guard_law
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.models import Application, Assessment, Reservation
from jiangli.applications.status import Status
from jiangli.audit.models import Event
from jiangli.clock import SHANGHAI
from jiangli.refused import Refused
from jiangli.registers import actions as registers
from jiangli.registers.models import EarlierPayment
from jiangli.reviews import actions as reviews
from stories import SENIOR, TECHNICIAN, certificate, draft, filed, member, officer, the_law

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def law(at: datetime) -> None:
    the_law(at)


def file(person, held, at, **more):  # type: ignore[no-untyped-def]
    return filed(person, held, at=at, **more)


def test_a_filed_case_has_a_number_a_password_once_and_a_pinned_assessment(at: datetime) -> None:
    person = member()
    done = applications.submit(draft(person, certificate(person), at=at), by=person.account, at=at)
    case = done.application
    assert case.status == Status.SUBMITTED
    assert case.number == "XS-2025-00001"
    assert done.query_password and len(done.query_password) == 8
    assert done.query_password not in case.query_password
    kept = Assessment.objects.get(application=case)
    assert kept.result["outcome"] == "eligible"
    assert kept.result["amount"] == "1200.00"
    assert kept.result["hash"] == kept.version.hash
    assert Event.objects.about(case).filter(name="application.submitted").count() == 1


def test_pressing_twice_files_once(at: datetime) -> None:
    person = member()
    case = draft(person, certificate(person), at=at)
    first = applications.submit(case, by=person.account, at=at)
    second = applications.submit(case, by=person.account, at=at)
    assert second.application == first.application
    assert second.query_password is None
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize(
    ("issued", "due"),
    [("2023-11-30", False), ("2023-12-01", True), ("2025-11-30", True), ("2025-12-01", False)],
)
def test_the_certificate_window_includes_both_its_days(at: datetime, issued: str, due: bool) -> None:
    person = member()
    held = certificate(person, issue_date=datetime.fromisoformat(issued).date())
    moment = datetime(2025, 12, 1, 10, tzinfo=SHANGHAI)
    if due:
        assert file(person, held, moment).status == Status.SUBMITTED
    else:
        with pytest.raises(Refused, match="2023 年 12 月 1 日"):
            file(person, held, moment)


def test_the_last_minute_of_the_last_day_is_in_time_and_the_next_is_not() -> None:
    last = datetime(2025, 12, 1, 23, 59, tzinfo=SHANGHAI)
    person = member()
    assert file(person, certificate(person), last).status == Status.SUBMITTED
    late = member("测试乙")
    with pytest.raises(Refused):
        file(late, certificate(late), last + timedelta(minutes=1))


def test_a_case_returned_after_the_window_is_corrected_and_stays_in() -> None:
    last = datetime(2025, 12, 1, 23, 59, tzinfo=SHANGHAI)
    person = member()
    case = file(person, certificate(person), last)
    reviewer = officer("xiaoshan-union", Role.REVIEWER)
    reviews.send_back(
        case,
        fields=[{"field": "account", "reason": "银行卡照片看不清"}],
        by=reviewer,
        at=last + timedelta(days=9),
    )
    corrected = applications.submit(
        Application.objects.get(pk=case.pk), by=person.account, at=datetime(2025, 12, 12, 9, tzinfo=SHANGHAI)
    ).application
    assert corrected.status == Status.SUBMITTED
    assert corrected.first_filed_at == last
    assert corrected.number == case.number


def test_a_certificate_paid_in_an_earlier_round_is_refused_naming_that_payment(at: datetime) -> None:
    person = member()
    held = certificate(person, issue_date=datetime(2024, 6, 18).date())  # noqa: DTZ001
    EarlierPayment.objects.create(
        programme_code="hangzhou-union-2024",
        series="union-skill-incentive",
        person=person,
        certificate=held,
        paid_on=datetime(2024, 11, 20).date(),  # noqa: DTZ001
        amount_fen=60000,
        source="测试导入",
    )
    with pytest.raises(Refused, match=r"2024.*11.*20.*600"):
        file(person, held, at)


def test_the_second_claim_of_a_person_meets_a_sentence_that_points_to_the_first(at: datetime) -> None:
    person = member()
    first = file(person, certificate(person), at)
    with pytest.raises(Refused, match=first.number):
        file(person, certificate(person, level="senior"), at, programme=SENIOR)


def test_the_same_certificate_from_another_person_meets_the_guard(at: datetime) -> None:
    person, other = member(), member("测试乙")
    held = certificate(person)
    file(person, held, at)
    held.looked_up_at = held.person = None
    held.save()
    with pytest.raises(Refused):
        file(other, held, at)


def test_withdrawing_frees_what_was_reserved(at: datetime) -> None:
    person = member()
    case = file(person, certificate(person), at)
    assert Reservation.objects.filter(released_at=None).count() == 3
    applications.withdraw(case, by=person.account, at=at)
    applications.withdraw(case, by=person.account, at=at)
    assert not Reservation.objects.filter(released_at=None).exists()
    assert file(person, certificate(person, level="senior"), at, programme=SENIOR).status == Status.SUBMITTED


def test_a_name_that_differs_is_to_be_corrected_with_both_strings_shown(at: datetime) -> None:
    person = member("买买提·测试")
    case = draft(person, certificate(person), at=at, account_name="买买提•测试")
    with pytest.raises(Refused) as said:
        applications.submit(case, by=person.account, at=at)
    assert "买买提·测试" in str(said.value)
    assert "买买提•测试" in str(said.value)
    with_note = applications.submit(case, by=person.account, at=at, note="银行只能这样写").application
    assert with_note.status == Status.SUBMITTED
    assert with_note.note_to_officer == "银行只能这样写"


def test_a_member_nobody_finds_can_file_and_an_officer_looks(at: datetime) -> None:
    person = registers.identify("测试丁", _number(), "13900000001", at=at).person
    case = file(person, certificate(person), at)
    assert Assessment.objects.get(application=case).result["outcome"] == "undetermined"


def _number() -> str:
    from stories import identity_number

    return identity_number(900)


def test_what_is_missing_is_named(at: datetime) -> None:
    person = member()
    case = applications.start(person, TECHNICIAN, by=person.account, at=at)
    with pytest.raises(Refused):
        applications.submit(case, by=person.account, at=at)
    assert Application.objects.get(pk=case.pk).status == Status.DRAFT


def test_another_person_can_do_nothing_with_a_case(at: datetime) -> None:
    person, other = member(), member("测试乙")
    case = file(person, certificate(person), at)
    for act in (applications.withdraw, applications.submit):
        with pytest.raises(Refused):
            act(case, by=other.account, at=at)
    assert not Application.objects.visible_to(other.account).exists()
    assert Application.objects.visible_to(person.account).get() == case


def test_an_organisations_case_has_no_query_password(at: datetime) -> None:
    guard_law.publish(at)
    head = member()
    case = guard_law.roster(guard_law.firm(head=head), head, [certificate(member(), level="senior")], at=at)
    done = applications.submit(case, by=head.account, at=at)
    assert done.application.number and done.query_password is None
    assert done.application.query_password == ""
