"""Who has two certificates sees what each brings and chooses; who would lose the way back has to say so."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client

from jiangli.applications.guard import Taken
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.programmes.models import Mode, Programme
from jiangli.public.people import BACKEND
from jiangli.registers.models import Person
from stories import TECHNICIAN, certificate, draft, filed, member


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account, backend=BACKEND)
    return client


def test_two_certificates_that_fit_are_listed_with_what_each_brings_and_one_is_chosen() -> None:
    person = member()
    first = certificate(person)
    second = certificate(person, level="senior_technician", occupation="电工")
    old = certificate(person, issue_date=date(2019, 5, 1))
    client = signed_in(person)
    page = client.get(f"/apply/{TECHNICIAN}/").content.decode()
    assert first.number in page and second.number in page and old.number not in page
    assert "电工" in page
    client.post(f"/apply/{TECHNICIAN}/", {"certificate": second.number})
    case = Application.objects.get(claimant=person)
    assert case.stated["certificate.number"] == second.number
    assert case.line.certificate == second


def test_one_certificate_is_no_choice() -> None:
    person = member()
    held = certificate(person)
    assert held.number not in signed_in(person).get(f"/apply/{TECHNICIAN}/").content.decode()


def test_somebody_elses_certificate_is_not_taken_over() -> None:
    person, other = member(), member("测试乙")
    certificate(person)
    certificate(person, level="senior_technician")
    foreign = certificate(other)
    signed_in(person).post(f"/apply/{TECHNICIAN}/", {"certificate": foreign.number})
    assert "certificate.number" not in Application.objects.get(claimant=person).stated


def test_a_refused_second_certificate_names_the_first_and_stays_free(at: datetime) -> None:
    person = member()
    first = filed(person, certificate(person), at=at)
    second = certificate(person, level="senior_technician")
    with pytest.raises(Taken, match=str(first.number)):
        filed(person, second, at=at)
    assert {row.application_id for row in first.reservations.model.objects.all()} == {first.pk}


def test_withdrawing_after_the_last_day_asks_for_a_tick(at: datetime, settings: object) -> None:
    person = member()
    case = filed(person, certificate(person), at=at)
    client = signed_in(person)
    page = client.get(f"/my/{case.pk}/withdraw/")
    assert "understood" not in page.content.decode()
    settings.DEMO_DAY = date(2025, 12, 20)  # type: ignore[attr-defined]
    page = client.get(f"/my/{case.pk}/withdraw/").content.decode()
    assert "12 月 1 日" in page and "understood" in page
    client.post(f"/my/{case.pk}/withdraw/")
    case.refresh_from_db()
    assert case.status == Status.SUBMITTED
    client.post(f"/my/{case.pk}/withdraw/", {"understood": "on"})
    case.refresh_from_db()
    assert case.status == Status.WITHDRAWN


def test_withdrawing_from_a_closed_programme_asks_for_a_tick(at: datetime) -> None:
    person = member()
    case = filed(person, certificate(person), at=at)
    Programme.objects.filter(pk=TECHNICIAN).update(mode=Mode.CLOSED)
    assert "understood" in signed_in(person).get(f"/my/{case.pk}/withdraw/").content.decode()


def test_a_draft_is_thrown_away_without_a_tick(at: datetime) -> None:
    person = member()
    case = draft(person, certificate(person), at=at)
    signed_in(person).post(f"/my/{case.pk}/withdraw/")
    case.refresh_from_db()
    assert case.status == Status.WITHDRAWN
