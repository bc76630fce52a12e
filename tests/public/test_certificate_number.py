"""A claim that hangs on a certificate asks for its number first, and then nothing that the register knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from firms import acting, clerk_of, firm
from jiangli.applications import actions as applications
from jiangli.applications.asking import asks_of_case
from jiangli.applications.models import Application, Channel
from jiangli.applications.rosters.columns import counts_certificates, shape_of
from jiangli.applications.sheet import NUMBER, has_lines, reads_certificates
from jiangli.applications.stages import claimed_by_list
from jiangli.public import sections
from jiangli.registers.models import Organisation, Person
from public.conftest import page
from stories import TECHNICIAN, adopted_law, certificate, library, member

UPGRADE = "qiantang-04-skill-upgrade"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def face(at: datetime, on_the_day: None) -> None:
    adopted_law(at)


def facts_of_page(case: Application) -> set[str]:
    case.refresh_from_db()
    return {fact.name for one in sections.sections_of(case) for fact in one.facts}


def hanging_on_a_certificate() -> Iterator[str]:
    return (code for code, law in library().programmes.items() if reads_certificates(law))


def test_whatever_hangs_on_a_certificate_asks_which() -> None:
    """Single forms in a question, rosters in a column; of a published list the number is known."""
    for code in hanging_on_a_certificate():
        law = library().programmes[code]
        if has_lines(law):
            assert counts_certificates(law) or shape_of(law) is None, code
        elif not claimed_by_list(law):
            assert NUMBER in {ask.fact.name for ask in asks_of_case(law)}, code


class TestTheClerkOfAnEmployer:
    @pytest.fixture
    def employer(self) -> Organisation:
        return firm(known={"organisation.kind": "enterprise", "organisation.area": "330114"})

    @pytest.fixture
    def worker(self) -> Person:
        return member("测试乙")

    def begun(self, employer: Organisation, worker: Person, at: datetime) -> tuple[Client, Application]:
        clerk = clerk_of(employer)
        case = applications.start(
            worker, UPGRADE, organisation=employer, channel=Channel.UNIT, by=clerk.account, at=at
        )
        return acting(clerk, employer), case

    def test_types_the_number_and_is_asked_nothing_the_register_has(
        self, employer: Organisation, worker: Person, at: datetime
    ) -> None:
        held = certificate(worker)
        client, case = self.begun(employer, worker, at)
        url = reverse("public:section", args=[case.pk, "certificate"])
        words = page(client.get(url))
        assert held.number not in words and "certificate.level" not in words, "the number is theirs to know"
        assert client.post(url, {NUMBER: held.number}).status_code == 302
        assert not facts_of_page(case) & {"certificate.level", "certificate.issue_date"}
        words = page(client.get(url))
        assert "技师" in words and "证书登记里有" in words

    def test_learns_nothing_from_a_number_of_somebody_else(
        self, employer: Organisation, worker: Person, at: datetime
    ) -> None:
        held = certificate(member("测试丙"))
        client, case = self.begun(employer, worker, at)
        url = reverse("public:section", args=[case.pk, "certificate"])
        client.post(url, {NUMBER: held.number})
        assert facts_of_page(case) >= {"certificate.level", "certificate.issue_date"}
        assert "证书登记里有" not in page(client.get(url))

    def test_sees_no_heading_over_an_empty_list_of_materials(
        self, employer: Organisation, worker: Person, at: datetime
    ) -> None:
        client, _case = self.begun(employer, worker, at)
        assert "要准备的" not in page(client.get(reverse("public:apply", args=[UPGRADE])))


class TestAWorker:
    def test_chooses_a_certificate_of_the_register(self, at: datetime) -> None:
        person = member()
        held = certificate(person)
        case = applications.start(person, TECHNICIAN, by=person.account, at=at)
        client, url = acting(person, None), reverse("public:section", args=[case.pk, "certificate"])
        words = page(client.get(url))
        assert held.number in words and "certificate.issue_date" not in words
        client.post(url, {"held": held.number})
        asked = facts_of_page(case)
        assert case.stated[NUMBER] == held.number
        assert not asked & {"certificate.level", "certificate.issue_date", "certificate.holder_name"}

    def test_or_types_the_number_of_another(self, at: datetime) -> None:
        person = member()
        certificate(person)
        case = applications.start(person, TECHNICIAN, by=person.account, at=at)
        client, url = acting(person, None), reverse("public:section", args=[case.pk, "certificate"])
        assert "选一本证书" in page(client.post(url, {"held": "other"}))
        client.post(url, {"held": "other", NUMBER: "S000033019999999"})
        assert "certificate.issue_date" in facts_of_page(case)
        assert case.stated[NUMBER] == "S000033019999999"
