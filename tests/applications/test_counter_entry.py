"""Paper forms at the counter: who may key one in, which day counts, and who never reviews it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.actions import DiscardReason, Paper
from jiangli.applications.assessing import applied_on, programme_of
from jiangli.applications.models import Application, Visit
from jiangli.applications.permissions import BACK_DAYS, acts_for
from jiangli.applications.queries import counter_cases, missing
from jiangli.applications.status import Status
from jiangli.audit.models import Event
from jiangli.correspondence.models import Message
from jiangli.programmes.queries import rule_in_force
from jiangli.refused import Refused
from jiangli.registers import actions as registers
from jiangli.registers.models import Organisation, Person
from jiangli.reviews import actions as reviews
from stories import (
    TECHNICIAN,
    _answers,
    certificate,
    credit_code,
    identity_number,
    member,
    officer,
    photograph,
    the_law,
)

pytestmark = pytest.mark.django_db
UNION = "xiaoshan-union"
ORGANISATIONS = "xiaoshan-hrss-2025-04a-studio-setup"


@pytest.fixture(autouse=True)
def law(db: None, at: datetime) -> None:
    the_law(at)


@pytest.fixture
def clerk() -> User:
    return officer(UNION, Role.COUNTER)


def paper_of(person: Person, **more: str) -> Paper:
    return Paper(name=person.name, id_number=person.id_number, **more)


def keyed_in(person: Person, *, by: User, at: datetime, **options: Any) -> Application:
    """A paper form of this person with everything filled in and scanned, ready to be handed in."""
    held = certificate(person)
    case = applications.enter(TECHNICIAN, paper_of(person), by=by, at=at, **options)
    case = applications.save_answers(case, stated={"certificate.number": held.number}, by=by, at=at)
    account = {
        "account_name": person.name, "account_number": "6217000000000000000", "account_bank": "测试银行萧山支行",
    }  # fmt: skip
    case = applications.save_answers(case, stated=_answers(case, person), account=account, by=by, at=at)
    papers = [material.id for material in programme_of(case).materials] + ["paper-form", "paper-consent"]
    for material in papers:
        applications.add_evidence(case, material, "扫描.jpg", photograph(), by=by, at=at)
    return Application.objects.get(pk=case.pk)


def test_a_paper_form_becomes_a_case_with_its_number_and_password(clerk: User, at: datetime) -> None:
    person = member()
    case = keyed_in(person, by=clerk, at=at)
    done = applications.submit(case, by=clerk, at=at)
    filed = done.application
    assert (filed.channel, filed.entered_by, filed.status) == ("counter", clerk, "submitted")
    assert filed.number and done.query_password
    assert applications.look_in(person.id_number, done.query_password, at=at).application == filed
    told = Message.objects.about(filed.pk).get()
    assert told.event == "counter.entered" and str(filed.number) in told.text
    again = applications.submit(filed, by=clerk, at=at)
    assert again.application == filed and again.query_password is None


@pytest.mark.parametrize("paper", ["paper-form", "paper-consent"])
def test_the_form_and_the_signed_consent_are_obligatory(clerk: User, at: datetime, paper: str) -> None:
    case = keyed_in(member(), by=clerk, at=at)
    applications.remove_evidence(case.evidence.get(material=paper), by=clerk, at=at)
    assert [gap.part for gap in missing(case, on=at.date())] == [f"material:{paper}"]
    with pytest.raises(Refused):
        applications.submit(case, by=clerk, at=at)


def test_only_a_counter_clerk_of_an_agency_of_the_programme_enters(at: datetime) -> None:
    person = member()
    for other in (officer(UNION, Role.REVIEWER), officer("qiantang-hrss", Role.COUNTER), person.account):
        with pytest.raises(Refused):
            applications.enter(TECHNICIAN, paper_of(person), by=other, at=at)
    assert not Application.objects.exists()


def test_a_colleague_at_the_counter_goes_on_another_officer_does_not(clerk: User, at: datetime) -> None:
    case = keyed_in(member(), by=clerk, at=at)
    colleague, reviewer = officer(UNION, Role.COUNTER), officer(UNION, Role.REVIEWER)
    elsewhere = officer("hangzhou-union", Role.COUNTER)
    assert acts_for(case, clerk) and acts_for(case, colleague)
    assert not acts_for(case, reviewer) and not acts_for(case, elsewhere)
    assert list(counter_cases(colleague)) == [case] and not counter_cases(elsewhere).exists()
    assert applications.enter(TECHNICIAN, paper_of(case.claimant), by=colleague, at=at) == case
    with pytest.raises(Refused):
        applications.enter(TECHNICIAN, paper_of(case.claimant), by=elsewhere, at=at)
    filed = applications.submit(case, by=colleague, at=at).application
    assert not acts_for(filed, clerk) and not acts_for(filed, colleague)  # it is the claimant's again


def test_a_filed_case_is_neither_changed_nor_withdrawn_by_the_counter(clerk: User, at: datetime) -> None:
    filed = applications.submit(keyed_in(member(), by=clerk, at=at), by=clerk, at=at).application
    for act in (
        lambda: applications.save_answers(filed, account={"account_name": "测试乙"}, by=clerk, at=at),
        lambda: applications.withdraw(filed, by=clerk, at=at),
        lambda: applications.renew_query_password(filed, by=clerk, at=at),
    ):
        with pytest.raises(Refused):
            act()
    reviewer = officer(UNION, Role.REVIEWER)
    sent = [{"field": "account", "reason": "少一位"}]
    returned = reviews.send_back(filed, fields=sent, text="请改卡号", by=reviewer, at=at)
    with pytest.raises(Refused):
        applications.withdraw(returned, by=clerk, at=at)
    applications.save_answers(returned, account={"account_number": "6217000000000000018"}, by=clerk, at=at)
    assert applications.submit(returned, by=clerk, at=at).application.status == Status.SUBMITTED


def test_the_claimant_takes_over_once_they_prove_their_phone(clerk: User, at: datetime) -> None:
    number = identity_number(701)
    paper = Paper(name="测试甲", id_number=number, phone="13900000701")
    case = applications.enter(TECHNICIAN, paper, by=clerk, at=at)
    person = registers.identify("测试甲", number, "13900000701", at=at).person
    assert case in Application.objects.visible_to(person.account)
    assert acts_for(Application.objects.get(), person.account)


def test_whoever_keyed_a_case_in_does_not_review_it(at: datetime) -> None:
    first, second = officer(UNION, Role.COUNTER, Role.REVIEWER), officer(UNION, Role.COUNTER, Role.REVIEWER)
    case = keyed_in(member(), by=first, at=at)
    applications.save_answers(case, account={"account_bank": "测试银行城厢支行"}, by=second, at=at)
    filed = applications.submit(case, by=first, at=at).application
    for keyed in (first, second):
        with pytest.raises(Refused, match="录入"):
            reviews.pass_on(filed, by=keyed, at=at)
    assert reviews.pass_on(filed, by=officer(UNION, Role.REVIEWER), at=at).stage > filed.stage


def test_nobody_enters_their_own_claim(clerk: User, at: datetime) -> None:
    person = member()
    person.officer = clerk
    person.save()
    with pytest.raises(Refused):
        applications.enter(TECHNICIAN, paper_of(person), by=clerk, at=at)


def test_the_day_of_the_counter_counts_unless_an_earlier_one_is_noted(clerk: User, at: datetime) -> None:
    case = keyed_in(member(), by=clerk, at=at)
    later = at + timedelta(days=3)
    assert applied_on(applications.submit(case, by=clerk, at=later).application, at=later) == at.date()
    posted = at.date() - timedelta(days=9)
    other = keyed_in(member("测试乙"), by=clerk, at=at, received_on=posted, why="邮戳")
    filed = applications.submit(other, by=clerk, at=at).application
    assert filed.filed_on == filed.assessments.get().applied_on == posted
    assert filed.first_filed_at == at
    event = Event.objects.about(filed).get(name="application.received_noted")
    assert event.details["day"] == posted.isoformat() and event.by == clerk


def test_the_window_is_measured_by_the_day_on_the_paper(clerk: User) -> None:
    """Applications end on 1 December 2025: what came in that day is entered the day after, nothing later."""
    last, next_day = date(2025, 12, 1), datetime.fromisoformat("2025-12-02T09:00+08:00")
    person = member()
    with pytest.raises(Refused):
        applications.enter(TECHNICIAN, paper_of(person), by=clerk, at=next_day)
    case = keyed_in(person, by=clerk, at=next_day, received_on=last, why="收件章")
    assert applications.submit(case, by=clerk, at=next_day).application.filed_on == last


@pytest.mark.parametrize(
    ("days", "why"), [(-1, "收件章"), (BACK_DAYS + 1, "邮戳"), (1, "")], ids=["ahead", "too far", "no reason"]
)
def test_no_other_day_is_taken(clerk: User, at: datetime, days: int, why: str) -> None:
    day = at.date() - timedelta(days=days)
    with pytest.raises(Refused):
        applications.enter(TECHNICIAN, paper_of(member()), received_on=day, why=why, by=clerk, at=at)
    assert not Application.objects.exists()


def test_the_day_is_fixed_once_it_is_handed_in(clerk: User, at: datetime) -> None:
    filed = applications.submit(keyed_in(member(), by=clerk, at=at), by=clerk, at=at).application
    with pytest.raises(Refused):
        applications.note_received(filed, at.date(), by=clerk, at=at)


def test_a_name_that_does_not_fit_keeps_nothing_and_tells_nothing(clerk: User, at: datetime) -> None:
    person = member("测试甲")
    with pytest.raises(Refused) as refusal:
        applications.enter(TECHNICIAN, Paper(name="样例乙", id_number=person.id_number), by=clerk, at=at)
    assert "测试甲" not in str(refusal.value)
    assert not Application.objects.exists()


def test_a_phone_on_a_form_is_noted_only_where_none_is_known(clerk: User, at: datetime) -> None:
    known = member(phone="13900000702")
    applications.enter(TECHNICIAN, paper_of(known, phone="13900000799"), by=clerk, at=at)
    known.refresh_from_db()
    assert known.contact == "13900000702"
    unknown = Paper(name="测试丙", id_number=identity_number(703), phone="13900000703")
    case = applications.enter(TECHNICIAN, unknown, by=clerk, at=at)
    case.claimant.refresh_from_db()
    assert case.claimant.contact == "13900000703"


def test_an_organisation_claims_on_paper(at: datetime) -> None:
    law = rule_in_force(ORGANISATIONS)
    clerk = officer(law.agency, Role.COUNTER)
    paper = Paper(organisation="测试机械有限公司", credit_code=credit_code(704))
    case = applications.enter(ORGANISATIONS, paper, by=clerk, at=at)
    assert case.organisation == Organisation.objects.get() and case.claimant is None
    again = Paper(organisation="样例电子有限公司", credit_code=credit_code(704))
    with pytest.raises(Refused):
        applications.enter(ORGANISATIONS, again, by=clerk, at=at)
    with pytest.raises(Refused):
        applications.enter(TECHNICIAN, paper, by=clerk, at=at)


def test_a_draft_is_discarded_with_a_reason(clerk: User, at: datetime) -> None:
    case = keyed_in(member(), by=clerk, at=at)
    assert applications.discard(case, DiscardReason.TWICE, by=clerk, at=at).status == Status.WITHDRAWN
    assert Event.objects.about(case).get(name="application.discarded").details == {"reason": "twice"}
    assert not Message.objects.about(case.pk).exists()
    assert not counter_cases(clerk).exists()


def test_what_is_handed_in_is_not_discarded(clerk: User, at: datetime) -> None:
    filed = applications.submit(keyed_in(member(), by=clerk, at=at), by=clerk, at=at).application
    with pytest.raises(Refused):
        applications.discard(filed, DiscardReason.TWICE, by=clerk, at=at)


def test_a_noted_phone_ends_the_older_query_passwords(clerk: User, at: datetime) -> None:
    person = member(phone="13900000705")
    done = applications.submit(keyed_in(person, by=clerk, at=at), by=clerk, at=at)
    applications.look_in(person.id_number, done.query_password or "", at=at)
    applications.note_phone(person, "13900000706", by=clerk, at=at)
    assert not Visit.objects.exists()
    with pytest.raises(Refused):
        applications.look_in(person.id_number, done.query_password or "", at=at)
    with pytest.raises(Refused):
        applications.note_phone(person, "13900000707", by=officer(UNION, Role.REVIEWER), at=at)


def test_a_password_is_renewed_for_somebody_who_shows_the_card(clerk: User, at: datetime) -> None:
    person = member()
    done = applications.submit(keyed_in(person, by=clerk, at=at), by=clerk, at=at)
    assert applications.person_of_card(person.name, person.id_number, by=clerk, at=at) == person
    given = applications.renew_at_counter(person, by=clerk, at=at)
    assert list(given) == [done.application]
    assert applications.look_in(person.id_number, given[done.application], at=at)
    with pytest.raises(Refused):
        applications.look_in(person.id_number, done.query_password or "", at=at)
    assert Message.objects.filter(event="query_password.reset").count() == 1
    with pytest.raises(Refused):
        applications.person_of_card("样例乙", person.id_number, by=clerk, at=at)
    with pytest.raises(Refused):  # nothing here that this office sees
        applications.renew_at_counter(person, by=officer("qiantang-hrss", Role.COUNTER), at=at)


def test_a_form_entered_again_keeps_the_day_noted_with_its_draft(clerk: User, at: datetime) -> None:
    person, day = member(), (at - timedelta(days=5)).date()
    applications.enter(TECHNICIAN, paper_of(person), received_on=day, why="邮戳", by=clerk, at=at)
    again = applications.enter(TECHNICIAN, paper_of(person), by=clerk, at=at + timedelta(days=1))
    assert (again.received_on, again.received_why) == (day, "邮戳")


def test_another_agency_does_not_see_what_is_still_being_entered(clerk: User, at: datetime) -> None:
    case = applications.enter(TECHNICIAN, paper_of(member()), by=clerk, at=at)
    assert Application.objects.visible_to(officer(UNION, Role.REVIEWER)).filter(pk=case.pk).exists()
    payer = officer("hangzhou-union", Role.REVIEWER)
    assert not Application.objects.visible_to(payer).filter(pk=case.pk).exists()
