"""A returned case is given more time by an officer who deals with it, on a page of its own."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from jiangli.accounts.roles import Role
from jiangli.public.people import BACKEND
from jiangli.reviews import actions as reviews
from stories import certificate, filed, member, officer, the_law

pytestmark = pytest.mark.django_db


def test_an_officer_gives_more_time_and_says_why(at: datetime, on_the_day: None) -> None:
    the_law(at)
    someone = member()
    case = filed(someone, certificate(someone), at=at)
    desk = officer("xiaoshan-union", Role.REVIEWER)
    client, here = Client(), reverse("staff:more-time", args=[case.pk])
    client.force_login(desk, backend=BACKEND)
    assert "只有退回" in client.get(here).content.decode()
    case = reviews.send_back(case, fields=[{"field": "account", "reason": "户名不对"}], by=desk, at=at)
    assert here in client.get(reverse("staff:case", args=[case.pk])).content.decode()
    assert client.post(here, {"to": "2025-06-11", "reason": "住院。"}).status_code == 200  # earlier than now
    assert client.post(here, {"to": "2025-08-01", "reason": "住院。"}).status_code == 302
    case.refresh_from_db()
    assert str(case.correct_by) == "2025-08-01"
