"""A public face with the law published, on the demonstration's day."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from jiangli.public.people import BACKEND
from jiangli.registers.models import Person
from stories import the_law


@pytest.fixture(autouse=True)
def face(db: None, at: datetime, on_the_day: None) -> None:
    the_law(at)


@pytest.fixture
def as_person() -> Callable[[Person], Client]:
    """A browser in which this person is signed in."""

    def signed_in(person: Person) -> Client:
        client = Client()
        client.force_login(person.account, backend=BACKEND)
        return client

    return signed_in


def page(response: object) -> str:
    """The text of a page that came out well."""
    assert response.status_code == 200, response.status_code  # type: ignore[attr-defined]
    return response.content.decode()  # type: ignore[attr-defined]
