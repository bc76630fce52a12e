"""What every test stands on: keys in a folder of their own, fast password hashes, the union's law published."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.management import call_command

from jiangli.clock import SHANGHAI

NOON = datetime(2025, 6, 10, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture(scope="session", autouse=True)
def keys() -> None:
    call_command("keys")


@pytest.fixture(autouse=True)
def quick_passwords(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def at() -> datetime:
    """Noon on the demonstration's day, inside the union's window."""
    return NOON


@pytest.fixture
def on_the_day(settings: object) -> Iterator[None]:
    """Views read the demonstration's day, 2025-06-10."""
    settings.DEMO_DAY = NOON.date()  # type: ignore[attr-defined]
    yield
