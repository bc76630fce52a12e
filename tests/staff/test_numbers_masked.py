"""Personal numbers on a case's page are masked; each look at a whole one is recorded."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.audit.models import Event
from stories import SENIOR, certificate, filed, member, officer, the_law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


def visit(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_numbers_are_masked_and_each_look_is_recorded(at: datetime) -> None:
    the_law(at)
    person, reviewer = member(), officer("xiaoshan-union", Role.REVIEWER)
    case = filed(person, certificate(person, level="senior"), at=at, programme=SENIOR)
    hidden = [person.id_number, case.account_number, person.phone]
    page = visit(reviewer).get(reverse("staff:case", args=[case.pk])).content.decode()
    assert not [number for number in hidden if number in page]
    reveal = reverse("staff:reveal", args=[case.pk])
    shown = visit(reviewer).post(reveal, {"what": "id_number"})
    assert person.id_number in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    event = Event.objects.about(case).get(name="application.number_shown")
    assert event.by == reviewer
    assert person.id_number not in str(event.details)
    stranger = officer("qiantang-hrss", Role.REVIEWER)
    assert visit(stranger).post(reveal, {"what": "id_number"}).status_code == 404
