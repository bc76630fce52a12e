"""What every test stands on: keys in a folder of their own, fast password hashes, the union's law published."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from stories import NOON

hypothesis_settings.register_profile("house", deadline=None)  # no test is timed: machines are busy
hypothesis_settings.load_profile("house")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """No test outlives a power cut: SQLite need not wait for the disk."""
    options = django_settings.DATABASES["default"].get("OPTIONS", {})
    if "init_command" in options:
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


@pytest.fixture(scope="session", autouse=True)
def keys() -> None:
    call_command("keys")


@pytest.fixture(autouse=True)
def quick_passwords(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def in_the_present(settings: object) -> None:
    """No demonstration's day, whatever the folder of an installation says; ``on_the_day`` sets it."""
    settings.DEMO_DAY = None  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    """Whatever language a test before this one left behind."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def at() -> datetime:
    """Noon on the demonstration's day, inside the union's window."""
    return NOON


@pytest.fixture
def on_the_day(in_the_present: None, settings: object) -> Iterator[None]:
    """Views read the demonstration's day, 2025-06-10."""
    settings.DEMO_DAY = NOON.date()  # type: ignore[attr-defined]
    yield
