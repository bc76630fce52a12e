"""Somebody calls: found by whatever they know, told only after they could say who they are, all of it recorded."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jiangli.accounts.actions import TooManyTries
from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.actions import Paper
from jiangli.applications.actions.calls import CHECKS, SEARCHES
from jiangli.applications.models import Application
from jiangli.audit.models import Event
from jiangli.payments import actions as paying
from jiangli.programmes.queries import rule_in_force
from jiangli.refused import Refused
from jiangli.registers.models import Clerk
from jiangli.reviews import actions as reviews
from rosters import BUREAU, filed_roster, school, trainee
from stories import SENIOR, approved, certificate, credit_code, filed, member, officer, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
UNION = "xiaoshan-union"
STUDIO = "xiaoshan-hrss-2025-04a-studio-setup"


@pytest.fixture
def desk(at: datetime) -> User:
    the_law(at)
    return officer(UNION, Role.REVIEWER)


@pytest.fixture
def case(desk: User, at: datetime) -> Application:
    person = member("欧阳测试", phone="13900004321")
    return filed(person, certificate(person, level="senior"), at=at, programme=SENIOR)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    "words",
    [
        "number",
        "number without dashes",
        "identity",
        "phone",
        "欧阳测试",
        "阳测",
        "欧 4321",
        "欧阳4321",
        "name",
    ],
)
def test_a_case_is_found_by_whatever_the_caller_knows(
    case: Application, desk: User, at: datetime, words: str
) -> None:
    assert case.claimant and case.number
    known = {
        "number": case.number.lower(), "number without dashes": case.number.replace("-", " "),
        "identity": case.claimant.id_number, "phone": "139 0000 4321", "name": f" {case.claimant.name} ",
    }  # fmt: skip
    assert applications.search(known.get(words, words), by=desk, at=at) == [case.pk]


@pytest.mark.parametrize("words", ["4321", "欧", "123", "王 43", "？", "13900004321999"])
def test_too_little_finds_nothing_and_says_what_to_add(
    case: Application, desk: User, at: datetime, words: str
) -> None:
    with pytest.raises(Refused):
        assert not applications.search(words, by=desk, at=at)
        raise Refused  # nothing was found: as good as refused


def test_a_tail_alone_gives_nobody_away(case: Application, desk: User, at: datetime) -> None:
    other = member("张测试", phone="13900014321")
    filed(other, certificate(other, level="senior"), at=at, programme=SENIOR)
    assert applications.search("欧 4321", by=desk, at=at) == [case.pk]
    with pytest.raises(Refused):
        applications.search("4321", by=desk, at=at)


def test_a_phone_only_the_register_has_is_found_too(case: Application, desk: User, at: datetime) -> None:
    person = case.claimant
    assert person
    person.proved_phone = person.proved_phone_index = ""
    person.phone = "13900009999"
    person.save()
    assert applications.search("13900009999", by=desk, at=at) == [case.pk]


def test_an_organisation_is_found_by_code_and_name(desk: User, at: datetime) -> None:
    clerk = officer(rule_in_force(STUDIO).agency, Role.COUNTER)
    paper = Paper(organisation="测试机械有限公司", credit_code=credit_code(77))
    case = applications.enter(STUDIO, paper, by=clerk, at=at)
    for words in (credit_code(77), "测试机械"):
        assert applications.search(words, by=clerk, at=at) == [case.pk]
    applications.check_caller(case, credit_code(77)[-4:].lower(), by=clerk, at=at)
    assert "录入" in told_to(clerk, case, credit_code(77)[-4:])


def test_only_cases_of_ones_own_agency_and_never_ones_own(
    case: Application, desk: User, at: datetime
) -> None:
    assert case.claimant and case.number
    other = officer("qiantang-hrss", Role.REVIEWER)
    assert applications.search(case.number, by=other, at=at) == []
    assert browser(other).get(reverse("staff:caller", args=[case.pk])).status_code == 404
    case.claimant.officer = desk
    case.claimant.save()
    assert applications.search(case.number, by=desk, at=at) == []
    with pytest.raises(Refused):
        applications.search(case.number, by=case.claimant.account, at=at)


def test_rosters_one_stands_on_and_organisations_one_acts_for_are_ones_own(at: datetime) -> None:
    the_law(at)
    body, pair = school(), trainee("测试甲")
    case = filed_roster(body, pair, at=at)
    desk = officer(BUREAU, Role.REVIEWER)
    assert applications.search(str(case.number), by=desk, at=at) == [case.pk]
    for person in (pair[0], Clerk.objects.get(organisation=body).person):
        person.officer = desk
        person.save()
        assert applications.search(str(case.number), by=desk, at=at) == []
        person.officer = None
        person.save()


def test_a_search_is_recorded_without_its_words_and_slowed(
    case: Application, desk: User, at: datetime
) -> None:
    assert case.claimant
    applications.search(case.claimant.id_number, by=desk, at=at)
    event = Event.objects.get(name="cases.searched")
    assert event.details == {"kind": "identity", "hits": 1} and event.by == desk
    for _search in range(SEARCHES - 1):
        applications.search("测试", by=desk, at=at)
    with pytest.raises(TooManyTries):
        applications.search("测试", by=desk, at=at)
    applications.search("测试", by=desk, at=at + timedelta(minutes=11))


def told_to(user: User, case: Application, tail: str) -> str:
    """The page of a caller who said these four characters."""
    client, address = browser(user), reverse("staff:caller", args=[case.pk])
    assert "<h2" not in client.get(address).content.decode()
    assert client.post(address, {"tail": tail}).status_code == 302
    return client.get(address).content.decode()


def test_nothing_is_told_before_the_caller_could_say_who_they_are(case: Application, desk: User) -> None:
    assert case.claimant
    client, address = browser(desk), reverse("staff:caller", args=[case.pk])
    wrong = client.post(address, {"tail": "0000"}).content.decode()
    assert case.number and case.number not in wrong and "govuk-error-summary" in wrong
    assert Event.objects.about(case).filter(name="caller.not_known", by=desk).count() == 1
    page = told_to(desk, case, case.claimant.id_number[-4:].lower())
    assert Event.objects.about(case).filter(name="caller.checked", by=desk).count() == 1
    assert case.number in page and "正在看" in page
    for number in (case.claimant.id_number, case.claimant.contact, case.account_number):
        assert number not in page
    client.post(address, {"tail": case.claimant.id_number[-4:]})
    client.post(reverse("staff:call-over"))
    assert "<h2" not in client.get(address).content.decode()


def test_wrong_answers_end_the_call_and_are_noted(case: Application, desk: User) -> None:
    client = browser(desk)
    assert "答错了" in client.get(reverse("staff:caller", args=[case.pk])).content.decode()
    over = client.post(reverse("staff:caller", args=[case.pk]), {"wrong": "1"}, follow=True)
    assert over.redirect_chain == [(reverse("staff:callers"), 302)] and "记下了" in over.content.decode()
    assert Event.objects.about(case).filter(name="caller.not_known", by=desk).count() == 1
    assert "callers_found" not in client.session


def test_guessing_the_four_characters_is_slowed(case: Application, desk: User, at: datetime) -> None:
    assert case.claimant
    for _guess in range(CHECKS):
        with pytest.raises(Refused):
            applications.check_caller(case, "0000", by=desk, at=at)
    with pytest.raises(TooManyTries):
        applications.check_caller(case, case.claimant.id_number[-4:], by=desk, at=at)


def test_a_returned_case_tells_why_what_to_do_and_by_when(
    case: Application, desk: User, at: datetime
) -> None:
    sent = [{"field": "account", "reason": "请写到支行"}]
    reviews.send_back(case, fields=sent, text="改好再交", by=desk, at=at)
    case.refresh_from_db()
    assert case.claimant
    page = told_to(desk, case, case.claimant.id_number[-4:])
    assert "请写到支行" in page and "改好再交" in page and "再交一次" in page


def test_money_is_told_as_far_as_it_is(desk: User, at: datetime) -> None:
    person = member("测试乙")
    case = approved(person, certificate(person, level="senior"), at=at, programme=SENIOR)
    assert "等下一批" in told_to(desk, case, person.id_number[-4:])
    paying.fall_due(at=at)
    cashier = officer(UNION, Role.CASHIER)
    assert cashier.agency
    paying.freeze(cashier.agency, by=cashier, at=at)
    page = told_to(desk, case, person.id_number[-4:])
    assert "已编入批次" in page and case.account_number not in page


def test_the_search_page_keeps_nothing_of_what_was_typed(case: Application, desk: User, at: datetime) -> None:
    assert case.claimant
    client = browser(desk)
    answer = client.post(reverse("staff:callers"), {"q": case.claimant.id_number})
    assert answer.url == reverse("staff:caller", args=[case.pk])  # type: ignore[attr-defined]
    assert case.claimant.id_number not in str(dict(client.session))
    second = member("欧阳样例")
    filed(second, certificate(second, level="senior"), at=at, programme=SENIOR)
    answer = client.post(reverse("staff:callers"), {"q": "欧阳"})
    assert answer.url == reverse("staff:callers")  # type: ignore[attr-defined]
    page = client.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert "欧阳测试" in page and "欧阳样例" in page
    assert client.get(reverse("staff:callers"), {"page": "9"}).status_code == 400
    assert client.get(reverse("staff:callers"), {"q": "欧阳"}).status_code == 400
