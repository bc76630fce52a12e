"""The made-up town: the same twice, nobody real, every desk manned, every queue with work in it."""

import re
import stat
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from jiangli import rules
from jiangli.accounts.models import Agency, Post, User
from jiangli.accounts.roles import Role
from jiangli.applications.actions import file_list
from jiangli.applications.models import Application
from jiangli.applications.stages import claimed_by_list, stage_of
from jiangli.applications.status import Status
from jiangli.clock import SHANGHAI
from jiangli.correspondence.consultation.models import Entry, Question
from jiangli.correspondence.models import Message, MessageState
from jiangli.demo import cases, organisations, people
from jiangli.demo.filing import programme_for
from jiangli.payments.models import Payment
from jiangli.payments.status import PaymentStatus
from jiangli.programmes.queries import open_programmes, rule, rule_in_force
from jiangli.registers.credit_codes import credit_code_fault
from jiangli.registers.identity_numbers import identity_number_fault
from jiangli.registers.models import Certificate, Clerk, EarlierPayment, Person
from jiangli.registers.queries import earlier_payments, find_person, register_facts
from jiangli.reviews.deliberation.models import Meeting
from jiangli.reviews.deliberation.queries import due
from jiangli.reviews.deliberation.status import MeetingState
from jiangli.reviews.fraud.models import Finding, FindingState
from jiangli.reviews.models import Decision, DecisionOutcome
from jiangli.reviews.publicity.models import Objection, Publication
from jiangli.reviews.publicity.status import ObjectionState
from jiangli.reviews.ratings.models import Rating
from jiangli.reviews.reconsidering.models import Reconsideration, ReconsiderationState
from jiangli.reviews.selection.models import ScoreSheet, SelectionRound
from jiangli.reviews.selection.status import RoundState
from jiangli.reviews.work.models import Phrase


@pytest.fixture
def place(settings: object, tmp_path: Path) -> Path:
    settings.VAR, settings.FILES = tmp_path, tmp_path / "files"  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def town(db: None, place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The town without its cases, which take a while."""
    monkeypatch.setattr(cases, "play", lambda everybody: [])
    call_command("demo")
    return place


def test_everybody_is_made_up_and_always_the_same() -> None:
    everybody = people.everybody()
    numbers = [who.member["id_number"] for who in everybody]
    assert everybody == people.everybody() and len(everybody) == 300
    assert len(set(numbers)) == 300 and all(number.startswith("339999") for number in numbers)
    assert not any(identity_number_fault(number) for number in numbers)
    certificates = [who.certificate["number"] for who in everybody if who.certificate]
    assert len(set(certificates)) == len(certificates)
    assert max(len(who.member["name"]) for who in everybody) == 20


@pytest.mark.django_db
def test_the_town_stands_and_a_second_run_changes_nothing(place: Path) -> None:
    call_command("demo")
    states = Counter(Application.objects.values_list("status", flat=True))
    for status in (Status.SUBMITTED, Status.RETURNED, Status.APPROVED, Status.REFUSED, Status.WITHDRAWN):
        assert states[status] > 0
    paid = Counter(Payment.objects.values_list("status", flat=True))
    assert paid[PaymentStatus.PAID] > 5 and paid[PaymentStatus.RETURNED] == 1
    assert not Message.objects.filter(state=MessageState.WAITING).exists()
    _the_bureau_has_work_at_every_step()
    counted = _counts()
    before = {file: file.read_text("utf-8") for file in place.glob("*.*")}
    call_command("demo")
    assert _counts() == counted
    assert {file: file.read_text("utf-8") for file in place.glob("*.*")} == before
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in before)


def _the_bureau_has_work_at_every_step() -> None:
    """From the review to the money, something waits for somebody, and something is done."""
    cases = Application.objects.filter(agencies="xiaoshan-hrss", status=Status.SUBMITTED).distinct()
    waiting = Counter(stage_of(case).kind for case in cases)
    assert waiting["review"] > 3 and waiting["publish"] > 3 and waiting["deliberate"] > 2
    assert set(Publication.objects.values_list("state", flat=True)) == {"draft", "open", "closed"}
    assert Objection.objects.get().state == ObjectionState.RECEIVED
    assert set(Meeting.objects.values_list("state", flat=True)) == {MeetingState.FIXED, MeetingState.CLOSED}
    assert due(Agency.objects.get(pk="xiaoshan-hrss")).exists()
    outcomes = Decision.objects.filter(application__agencies="xiaoshan-hrss").values_list(
        "outcome", flat=True
    )
    assert set(outcomes) == set(DecisionOutcome)
    assert Reconsideration.objects.get().state == ReconsiderationState.ASKED
    assert (Question.objects.count(), Entry.objects.count(), Rating.objects.count()) == (2, 1, 3)
    assert Finding.objects.get().state == FindingState.PROPOSED
    assert SelectionRound.objects.get().state == RoundState.SCORING and ScoreSheet.objects.count() == 5
    assert Phrase.objects.exists() and Post.objects.filter(role=Role.SUPERVISOR).exists()


def _counts() -> list[int]:
    models = (User, Person, Certificate, EarlierPayment, Application, Payment, Message)
    return [model._default_manager.count() for model in models]


def test_the_people_worth_trying_are_what_the_sheet_says(town: Path) -> None:
    known = {who.member["name"]: who for who in people.everybody() if who.story}
    for who in known.values():
        person = find_person(who.member["id_number"])
        if person is not None:
            assert _broken(person) == re.findall(r"E\d", who.story), who.story
    unverified = find_person(known["测试己"].member["id_number"])
    assert unverified is not None
    facts = register_facts(unverified, None, on=date(2025, 6, 10))
    assert facts["membership.real_name_verified"] is False
    assert find_person(known["测试无册"].member["id_number"]) is None
    paid = EarlierPayment.objects.get(person=find_person(known["测试丁"].member["id_number"]))
    assert (paid.paid_on, paid.certificate.issue_date) == (date(2024, 11, 20), date(2024, 6, 18))  # type: ignore[union-attr]
    own = find_person(known["测试核发"].member["id_number"])
    assert own is not None and own.officer is not None and own.officer.username == "xs-hefa"


def _broken(person: Person) -> list[str]:
    """The conditions that fail for a person who applies with their certificate and their own card."""
    certificate = Certificate.objects.get(person=person)
    day = date(2025, 6, 10)
    facts = {
        **register_facts(person, certificate, on=day),
        "person.name": person.name,
        "account.holder_name": person.name,
        "account.details_complete": True,
    }
    programme = rule_in_force(programme_for(certificate.level, day))
    past = [
        rules.PastPayment(row["programme"], date.fromisoformat(row["paid_on"]), 1, series=row["series"],
                          person=row["person"], certificate=row["certificate"])
        for row in earlier_payments([person.pk], [certificate.pk])
    ]  # fmt: skip
    answer = rules.assess(programme, programme.dictionary.parse(facts), on=day, history=past)
    assert not answer.unknown
    return list(answer.failed)


def test_the_list_can_be_imported(town: Path) -> None:
    content = (town / "list-of-chief-technicians.csv").read_bytes()
    (code,) = [row.code for row in open_programmes() if claimed_by_list(rule(row.version))]
    published = file_list(
        code,
        content,
        document_number="浙人社发〔2024〕0 号",
        document_date=date(2024, 11, 15),
        by=User.objects.get(username="hz-jingban"),
        at=datetime(2025, 6, 10, 9, 0, tzinfo=SHANGHAI),
    )
    states = [row.state for row in published.rows.all()]
    assert sorted(states) == ["faulty", "taken", "taken", "taken"], [
        row.reason for row in published.rows.all()
    ]


@pytest.mark.django_db
def test_it_never_mixes_with_people_who_are_there(place: Path) -> None:
    Person.objects.create(name="测试甲", id_number="x", id_number_index="x")
    with pytest.raises(CommandError, match="empty"):
        call_command("demo")


def test_organisations_have_a_clerk_each_and_one_waits(town: Path) -> None:
    assert not any(credit_code_fault(row["credit_code"]) for row in organisations.rows())
    confirmed = Clerk.objects.heads().select_related("organisation")
    names = {"测试机械有限公司", "测试职业培训学校", "测试技工学校", "测试社区居委会"}
    assert {clerk.organisation.name for clerk in confirmed} == names
    assert all(clerk.organisation.known["organisation.area"] == "330109" for clerk in confirmed)
    assert Clerk.objects.for_officers().get().person.name == "测试新办"
    before = Clerk.objects.count()
    call_command("demo")
    assert Clerk.objects.count() == before
    assert "测试社区居委会" in (town / "people.txt").read_text("utf-8")
