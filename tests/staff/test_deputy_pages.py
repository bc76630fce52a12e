"""Deputies: a colleague, ordered days, no two at once, an end that keeps what was."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from jiangli.accounts import actions as accounts
from jiangli.accounts.models import Deputy, User
from jiangli.accounts.roles import Role
from jiangli.audit.models import Event
from jiangli.refused import Refused
from stories import agencies, officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def pair() -> tuple[User, User]:
    agencies()
    return officer("xiaoshan-union", Role.REVIEWER), officer("xiaoshan-union")


def test_named_and_ended_on_the_page(pair: tuple[User, User]) -> None:
    absent, deputy = pair
    client = Client()
    client.force_login(absent, backend="django.contrib.auth.backends.ModelBackend")
    data = {"deputy": deputy.pk, "from_on": "2025-06-09", "to_on": "2025-06-20"}
    assert client.post(reverse("staff:deputies"), data).status_code == 302
    row = Deputy.objects.get()
    assert client.post(reverse("staff:deputies"), data).status_code == 200  # once is enough
    client.post(reverse("staff:end-deputy", args=[row.pk]))
    row.refresh_from_db()
    assert row.to_on == date(2025, 6, 9)
    assert list(Event.objects.values_list("name", flat=True)) == ["deputy.appointed", "deputy.ended"]


def test_somebody_elses_deputy_is_not_ours_to_end(pair: tuple[User, User]) -> None:
    absent, deputy = pair
    row = Deputy.objects.create(
        absent=absent, deputy=deputy, from_on=date(2025, 6, 9), to_on=date(2025, 6, 20)
    )
    client = Client()
    client.force_login(deputy, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("staff:end-deputy", args=[row.pk])).status_code == 404


def test_what_is_refused(pair: tuple[User, User], at: datetime) -> None:
    absent, deputy = pair
    elsewhere = officer("hangzhou-union")
    days = {"from_on": date(2025, 6, 10), "to_on": date(2025, 6, 12)}
    for other, changed in (
        (absent, {}),
        (elsewhere, {}),
        (deputy, {"to_on": date(2025, 6, 9)}),
        (deputy, {"from_on": date(2025, 5, 1), "to_on": date(2025, 5, 2)}),
    ):
        with pytest.raises(Refused):
            accounts.appoint_deputy(other, **(days | changed), by=absent, at=at)
    assert not Deputy.objects.exists()


def test_a_stand_in_that_has_not_begun_is_taken_away(pair: tuple[User, User], at: datetime) -> None:
    absent, deputy = pair
    row = accounts.appoint_deputy(deputy, from_on=date(2025, 7, 1), to_on=date(2025, 7, 2), by=absent, at=at)
    accounts.end_deputy(row, by=absent, at=at)
    accounts.end_deputy(row, by=absent, at=at)
    assert not Deputy.objects.exists()
